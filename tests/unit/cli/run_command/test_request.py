"""The request that ``now`` makes of options, and the options that it refuses."""

import inspect
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from patching_constructs import PatchSchedule
from patching_constructs.properties.command import RebootOption
from tests.refusals import refused
from tests.unit.cli.run_command.fakes import (
    FIRST,
    SECOND,
    THIRD,
    ran,
)
from tests.unit.cli.run_command.requests import (
    INSTALL,
    SCAN,
    arguments,
    resolved,
    sent_with,
)

# --- The request --------------------------------------------------------------------------------------

REQUESTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a scan of a patch group": ({"operation": SCAN, "patch_groups": ["web"]}, sent_with(Operation="Scan")),
    "patch groups, any of them and each once": (
        {"operation": SCAN, "patch_groups": ["web", "api", "web"]},
        sent_with(Operation="Scan", targets=[{"Key": "tag:Patch Group", "Values": ["web", "api"]}]),
    ),
    "a patch group whose tag is in the metadata": (
        {"operation": SCAN, "patch_groups": ["web"], "instance_metadata_tags": True},
        sent_with(Operation="Scan", targets=[{"Key": "tag:PatchGroup", "Values": ["web"]}]),
    ),
    "tags: the same key widens, another narrows": (
        {"operation": INSTALL, "tags": ["Env=dev", "Role=web", "Env=stage", "Env=dev"]},
        sent_with(
            Operation="Install",
            targets=[{"Key": "tag:Env", "Values": ["dev", "stage"]}, {"Key": "tag:Role", "Values": ["web"]}],
        ),
    ),
    "a tag value with = and a space": (
        {"operation": SCAN, "tags": ["Patch Group=a = b"]},
        sent_with(Operation="Scan", targets=[{"Key": "tag:Patch Group", "Values": ["a = b"]}]),
    ),
    "ids, repeated and separated by commas, each once": (
        {"operation": SCAN, "instance_ids": [f"{FIRST}, {SECOND}", THIRD, FIRST]},
        sent_with(Operation="Scan", ids=[FIRST, SECOND, THIRD]),
    ),
    "fifty ids": (
        {"operation": SCAN, "instance_ids": [f"i-{number:017x}" for number in range(50)]},
        sent_with(Operation="Scan", ids=[f"i-{number:017x}" for number in range(50)]),
    ),
    "everything": (
        {
            "operation": INSTALL,
            "patch_groups": ["web"],
            "reboot_option": RebootOption.NO_REBOOT,
            "max_concurrency": "5",
            "max_errors": "0",
            "install_override_list": "s3://bucket/list.yaml",
            "comment": "CVE-2026-1, at once",
        },
        sent_with(
            Operation="Install",
            RebootOption="NoReboot",
            InstallOverrideList="s3://bucket/list.yaml",
            MaxConcurrency="5",
            MaxErrors="0",
            Comment="CVE-2026-1, at once",
        ),
    ),
    "a baseline override and percentages": (
        {
            "operation": SCAN,
            "patch_groups": ["web"],
            "baseline_override": "s3://bucket/baseline.json",
            "max_concurrency": "100%",
            "max_errors": "0%",
        },
        sent_with(
            Operation="Scan", BaselineOverride="s3://bucket/baseline.json", MaxConcurrency="100%", MaxErrors="0%"
        ),
    ),
}


@pytest.mark.parametrize(("options", "expected"), REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request(options: dict[str, Any], expected: dict[str, Any]) -> None:
    assert arguments(**options) == expected


@pytest.mark.parametrize("options", [options for options, _ in REQUESTS.values()], ids=REQUESTS.keys())
def test_a_request_has_the_form_of_the_service_model(options: dict[str, Any]) -> None:
    service = botocore.session.get_session().get_service_model("ssm")
    model = service.operation_model("SendCommand").input_shape
    assert model is not None
    validate_parameters(arguments(**options), model)


def test_the_rates_default_to_those_of_a_schedule() -> None:
    construct = inspect.signature(PatchSchedule.__init__).parameters
    request = resolved(operation=SCAN, patch_groups=["web"]).request
    assert request.max_concurrency == construct["max_concurrency"].default
    assert request.max_errors == construct["max_errors"].default


ONE_SOURCE = "nodes must be selected by exactly one of --patch-group, --tag, --instance-ids, --from-template, got "
REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no operation": ({"patch_groups": ["web"]}, "--operation is required, got none; specify Scan or Install"),
    "no nodes": ({"operation": SCAN}, ONE_SOURCE + "none"),
    "two kinds of nodes": (
        {"operation": SCAN, "tags": ["a=b"], "instance_ids": [FIRST]},
        ONE_SOURCE + "--tag and --instance-ids",
    ),
    "a template and nodes": (
        {"templates": [Path("cdk.out")], "schedule": "weekly", "patch_groups": ["web"]},
        ONE_SOURCE + "--patch-group and --from-template",
    ),
    "a schedule of no template": (
        {"operation": SCAN, "patch_groups": ["web"], "schedule": "weekly"},
        "--schedule requires --from-template, got 'weekly'; specify --from-template",
    ),
    "a schedule alone": (
        {"operation": SCAN, "schedule": "weekly"},
        "--schedule requires --from-template, got 'weekly'; specify --from-template",
    ),
    "metadata tags without a patch group": (
        {"operation": SCAN, "tags": ["a=b"], "instance_metadata_tags": True},
        "--instance-metadata-tags requires --patch-group, got --tag",
    ),
    "a tag without a value": ({"operation": SCAN, "tags": ["Env"]}, "--tag must be KEY=VALUE, got 'Env'"),
    "a tag with an empty value": (
        {"operation": SCAN, "tags": ["Env="]},
        "--tag 'Env' value must have 1-256 characters, got ''",
    ),
    "a wildcard": (
        {"operation": SCAN, "tags": ["Env=*"]},
        "--tag 'Env' value must not contain wildcards, got '*'",
    ),
    "more than five keys": (
        {"operation": SCAN, "tags": [f"{key}=1" for key in "abcdef"]},
        "--tag must have 1-5 keys, got 6",
    ),
    "no id": (
        {"operation": SCAN, "instance_ids": ["web-1"]},
        "--instance-ids must be like i-0123456789abcdef0 or mi-0123456789abcdef0, got 'web-1'",
    ),
    "more than fifty ids": (
        {"operation": SCAN, "instance_ids": [f"i-{number:017x}" for number in range(51)]},
        "--instance-ids must have 1-50 items, got 51; select the nodes by a tag",
    ),
    "a reboot after a scan": (
        {"operation": SCAN, "patch_groups": ["web"], "reboot_option": RebootOption.NO_REBOOT},
        "--reboot-option requires --operation Install instead of Scan, because a scan installs nothing, "
        "got 'NoReboot'; leave it out",
    ),
    "both overrides": (
        {
            "operation": INSTALL,
            "patch_groups": ["web"],
            "baseline_override": "s3://b/1",
            "install_override_list": "s3://b/2",
        },
        "--baseline-override cannot be used with --install-override-list, got 's3://b/1' and 's3://b/2'; "
        "keep only one of them",
    ),
    "an override of no place": (
        {"operation": INSTALL, "patch_groups": ["web"], "install_override_list": ""},
        "--install-override-list must be https://<host>/<path> or s3://<bucket>/<key>, got ''",
    ),
    "no node at once": (
        {"operation": SCAN, "patch_groups": ["web"], "max_concurrency": "0"},
        "--max-concurrency must be at least 1, got '0'",
    ),
    "no share of the nodes at once": (
        {"operation": SCAN, "patch_groups": ["web"], "max_concurrency": "0%"},
        "--max-concurrency must be at least 1, got '0%'",
    ),
    "a rate that is none": (
        {"operation": SCAN, "patch_groups": ["web"], "max_errors": "ten"},
        "--max-errors must be a number of nodes such as 10, or a percentage of 0%-100%, got 'ten'",
    ),
    "more than all nodes": (
        {"operation": SCAN, "patch_groups": ["web"], "max_errors": "101%"},
        "--max-errors must be a number of nodes such as 10, or a percentage of 0%-100%, got '101%'",
    ),
    "a long comment": (
        {"operation": SCAN, "patch_groups": ["web"], "comment": "x" * 101},
        "--comment must have 1-100 characters, got 101",
    ),
    "an empty comment": (
        {"operation": SCAN, "patch_groups": ["web"], "comment": ""},
        "--comment must have 1-100 characters, got 0",
    ),
}


@pytest.mark.parametrize(("options", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal(options: dict[str, Any], message: str) -> None:
    assert refused(lambda: resolved(**options)) == message


def test_a_refusal_is_one_line_and_exit_code_2() -> None:
    done = ran("--operation", "Scan", "--tag", "Env")
    assert (done.code, done.out, done.err) == (2, "", "--tag must be KEY=VALUE, got 'Env'\n")


def test_an_invalid_operation_is_an_error() -> None:
    done = ran("--operation", "Reboot", "--patch-group", "web")
    assert (done.code, done.err) == (2, "--operation must be Scan or Install, got 'Reboot'\n")
