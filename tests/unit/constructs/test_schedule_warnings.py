"""What a schedule warns of at synthesis: every warning with its full message, and nothing without a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from patching_constructs import (
    CutoffBehavior,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RebootOption,
    ScheduleExpression,
)

MONTHLY = ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin")
HOURS = cdk.Token.as_number({"Ref": "Hours"})


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def patch_schedule(scope: cdk.Stack, name: str = "Schedule", **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": MONTHLY, "operation": PatchOperation.INSTALL}
    web: dict[str, Any] = {"targets": [PatchTarget.patch_group("web")]}
    return PatchSchedule(scope, name, **web | minimal | properties)


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


WARNINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an abbreviation without daylight saving time": (
        {"schedule": ScheduleExpression.daily(hour=4, time_zone="EST")},
        "time_zone 'EST' is an abbreviation with a fixed offset and no daylight saving time; "
        "write 'America/New_York', or 'America/Panama' for no daylight saving time",
        "timeZoneName",
    ),
    "a zone in another case": (
        {"schedule": ScheduleExpression.daily(hour=4, time_zone="etc/UTC")},
        "time_zone 'etc/UTC' is spelled 'Etc/UTC' in the IANA time zone database; write 'Etc/UTC'",
        "timeZoneName",
    ),
    "a rate that is faster than supported for a cron": (
        {"schedule": ScheduleExpression.rate(minutes=1), "operation": PatchOperation.SCAN},
        "schedule 'rate(1 minute)' opens the window more often than every 5 minutes, which AWS does not support for "
        "cron(...) and does not mention for rate(...)",
        "fasterThanSupported",
    ),
    "a window that is open at its next start": (
        {"schedule": ScheduleExpression.rate(hours=3)},
        "schedule 'rate(3 hours)' starts the next execution while the window is open (4 h), and that execution "
        "might be skipped",
        "openAtNextStart",
    ),
    "a scan without compliance data": (
        {"operation": PatchOperation.SCAN, "baseline_override": "s3://bucket/baselines.json"},
        "a scan with baseline_override does not update the compliance data of the nodes, its result is only in the "
        "command output; to update compliance data, use PatchBaseline(patch_groups=[...]) instead",
        "scanWithoutRecord",
    ),
    "a tag with many values": (
        {"targets": [PatchTarget.tag("Env", *"abcdef")]},
        "'tag:Env' has 6 values, and AWS documents at most 5 for commands; use another tag or several targets",
        "tagValueCount",
    ),
    "a resource type other than nodes": (
        {"targets": [PatchTarget.resource_group("fleet", "AWS::EC2::Instance", "AWS::EC2::VPC")]},
        "resource type 'AWS::EC2::VPC' is not supported: commands run only on AWS::EC2::Instance and "
        "AWS::SSM::ManagedInstance",
        "targetNodeType",
    ),
    "no reboot": (
        {"reboot_option": RebootOption.NO_REBOOT},
        "with RebootOption.NO_REBOOT, nodes stay non-compliant until they are rebooted and scanned again; "
        "schedule both",
        "noReboot",
    ),
    "a start after the window": (
        {"start_timeout": timedelta(days=2), "duration": timedelta(hours=3)},
        "start_timeout (48 h) is longer than the window (3 h): a node that was offline can still start the command, "
        "and reboot, after it closes",
        "startTimeoutExceedsWindow",
    ),
    "patching beyond the window": (
        {"execution_timeout": timedelta(hours=4, minutes=30)},
        "execution_timeout (4.5 h) is longer than the window (4 h): patching can continue after it closes",
        "executionTimeoutExceedsWindow",
    ),
    "a baseline override in a bucket, by https": (
        {"baseline_override": "https://bucket.s3.eu-central-1.amazonaws.com/key"},
        "baseline_override 'https://bucket.s3.eu-central-1.amazonaws.com/key' is read without credentials, which "
        "a private bucket denies; use the s3://<bucket>/<key> form",
        "overrideWithoutCredentials",
    ),
    "an install override list in a bucket, by https": (
        {"install_override_list": "https://s3.amazonaws.com/bucket/key"},
        "install_override_list 'https://s3.amazonaws.com/bucket/key' is read without credentials, which a private "
        "bucket denies; use the s3://<bucket>/<key> form",
        "overrideWithoutCredentials",
    ),
    "a pinned version": (
        {"document_version": "42"},
        "document_version '42' pins the AWS document to a version without updates; use '$DEFAULT' unless you "
        "track its versions",
        "pinnedDocumentVersion",
    ),
}


@pytest.mark.parametrize(("properties", "message", "name"), WARNINGS.values(), ids=WARNINGS.keys())
def test_warning(stack: cdk.Stack, properties: dict[str, Any], message: str, name: str) -> None:
    patch_schedule(stack, **properties)
    assert warnings(stack) == [f"{message} [ack: patching-constructs:{name}]"]


@pytest.mark.parametrize(
    ("properties", "name"), [(each[0], each[2]) for each in WARNINGS.values()], ids=WARNINGS.keys()
)
def test_a_warning_can_be_acknowledged(stack: cdk.Stack, properties: dict[str, Any], name: str) -> None:
    schedule = patch_schedule(stack, **properties)
    cdk.Annotations.of(schedule).acknowledge_warning(f"patching-constructs:{name}", "it is meant")
    assert warnings(stack) == []


BUCKET_URLS = {
    "by path": (lambda bucket: bucket.url_for_object("list.yaml"), "https://s3.<token>.<token>/<token>/list.yaml"),
    "by host": (lambda bucket: bucket.virtual_hosted_url_for_object("list.yaml"), "https://<token>/list.yaml"),
}


@pytest.mark.parametrize(("url", "seen"), BUCKET_URLS.values(), ids=BUCKET_URLS.keys())
def test_warning_of_an_override_in_a_bucket_of_the_app_by_https(
    stack: cdk.Stack, url: Callable[[s3.Bucket], str], seen: str
) -> None:
    patch_schedule(stack, install_override_list=url(s3.Bucket(stack, "Bucket")))
    assert warnings(stack) == [
        f"install_override_list '{seen}' is read without credentials, which a private bucket denies; "
        "use bucket.s3_url_for_object(key) [ack: patching-constructs:overrideWithoutCredentials]"
    ]


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"baseline_override": f"https://{cdk.Token.as_string({'Ref': 'Host'})}/baselines.json"},
        {"baseline_override": cdk.Token.as_string({"Ref": "Url"})},
        {"reboot_option": RebootOption.REBOOT_IF_NEEDED},
        {"operation": PatchOperation.SCAN},
        {"reboot_option": RebootOption.NO_REBOOT, "enabled": False},
        {"start_timeout": timedelta(hours=4), "execution_timeout": timedelta(hours=4)},
        {"execution_timeout": timedelta(hours=9), "duration": cdk.Duration.hours(HOURS)},
        {"start_timeout": cdk.Duration.seconds(HOURS), "duration": timedelta(hours=2)},
        {"document_version": "$LATEST"},
        {"schedule": ScheduleExpression.rate(hours=4)},
        {"schedule": ScheduleExpression.rate(hours=3), "duration": cdk.Duration.hours(HOURS)},
        {"baseline_override": "s3://bucket/baselines.json"},
        {"cutoff_behavior": CutoffBehavior.CONTINUE_TASK},
    ],
)
def test_no_warning(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    patch_schedule(stack, **properties)
    assert warnings(stack) == []
