"""``patching-constructs now``: what it asks of Run Command, what it refuses, what it says, and how it exits."""

import inspect
import io
import json
import shlex
import sys
from pathlib import Path
from typing import Any

import botocore.session
import jmespath  # type: ignore[import-untyped]
import pytest
from botocore.validate import validate_parameters
from rich.console import Console

from patching_constructs import PatchSchedule
from patching_constructs.cli import now as command
from patching_constructs.cli._order import Options, Order, order_from
from patching_constructs.cli._progress import board, follow, summary
from patching_constructs.cli._run_command import (
    AwsError,
    CommandState,
    MaybeSentError,
    Node,
    Place,
)
from patching_constructs.properties.command import PatchOperation, RebootOption
from patching_constructs.template import TARGET, TASK, WINDOW
from tests.refusals import refused
from tests.unit.cli.now_stage import (
    COMMAND,
    FIRST,
    REGION,
    SECOND,
    SNAPSHOT,
    THIRD,
    Clock,
    Played,
    invocation,
    said,
    state,
)

SCAN, INSTALL = PatchOperation.SCAN, PatchOperation.INSTALL
WEB = [{"Key": "tag:Patch Group", "Values": ["web"]}]
RATES = {"MaxConcurrency": "10%", "MaxErrors": "10%"}


def ordered(**options: Any) -> Order:
    return order_from(Options(**options), snapshot_id=SNAPSHOT)


def arguments(**options: Any) -> dict[str, Any]:
    return ordered(**options).request.arguments


def sent_with(*, targets: Any = None, ids: Any = None, document: str = "AWS-RunPatchBaseline", **others: Any) -> Any:
    """Write the arguments of SendCommand down, with what is always in them."""
    nodes = {"InstanceIds": ids} if ids else {"Targets": targets or WEB}
    rates = RATES | {name: others.pop(name) for name in list(others) if name in RATES}
    comment = {"Comment": others.pop("Comment")} if "Comment" in others else {}
    parameters = {name: [value] for name, value in others.items()} | {"SnapshotId": [SNAPSHOT]}
    return {"DocumentName": document, **nodes, "Parameters": parameters, **rates, **comment}


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
    "a baseline of its own, and shares": (
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
    request = ordered(operation=SCAN, patch_groups=["web"]).request
    assert request.max_concurrency == construct["max_concurrency"].default
    assert request.max_errors == construct["max_errors"].default


ONE_SOURCE = "the nodes must be chosen by exactly one of --patch-group, --tag, --instance-ids, --from-template, got "
REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no operation": ({"patch_groups": ["web"]}, "--operation must be Scan or Install, got none"),
    "no nodes": ({"operation": SCAN}, ONE_SOURCE + "none"),
    "two kinds of nodes": (
        {"operation": SCAN, "tags": ["a=b"], "instance_ids": [FIRST]},
        ONE_SOURCE + "--tag and --instance-ids",
    ),
    "a template and nodes": (
        {"template": Path("cdk.out"), "schedule": "weekly", "patch_groups": ["web"]},
        ONE_SOURCE + "--patch-group and --from-template",
    ),
    "a schedule of no template": (
        {"operation": SCAN, "patch_groups": ["web"], "schedule": "weekly"},
        "--schedule names a schedule of a template, got 'weekly'; give --from-template",
    ),
    "metadata tags without a patch group": (
        {"operation": SCAN, "tags": ["a=b"], "instance_metadata_tags": True},
        "--instance-metadata-tags requires --patch-group, got --tag",
    ),
    "a tag without a value": ({"operation": SCAN, "tags": ["Env"]}, "--tag must be KEY=VALUE, got 'Env'"),
    "a tag with an empty value": (
        {"operation": SCAN, "tags": ["Env="]},
        "tag 'Env' value must have 1-256 characters, got ''",
    ),
    "a wildcard": (
        {"operation": SCAN, "tags": ["Env=*"]},
        "tag 'Env' value must have no wildcard, which is not supported, got '*'; "
        "for any value use PatchTarget.tag_key('Env')",
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
        "--instance-ids must be 1-50, got 51; choose the nodes by a tag",
    ),
    "a reboot after a scan": (
        {"operation": SCAN, "patch_groups": ["web"], "reboot_option": RebootOption.NO_REBOOT},
        "--reboot-option requires --operation INSTALL: a scan installs nothing, got 'NoReboot' with operation "
        "SCAN; leave it out",
    ),
    "both overrides": (
        {
            "operation": INSTALL,
            "patch_groups": ["web"],
            "baseline_override": "s3://b/1",
            "install_override_list": "s3://b/2",
        },
        "--baseline-override cannot be used with --install-override-list, got 's3://b/1' and 's3://b/2'; "
        "keep the one that you mean",
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
        "--max-errors must be a number such as 10 or a share such as 10%, got 'ten'",
    ),
    "more than all nodes": (
        {"operation": SCAN, "patch_groups": ["web"], "max_errors": "101%"},
        "RateControl.percentage must be a whole number of 0-100, got 101",
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
    assert refused(lambda: ordered(**options)) == message


def test_a_refusal_is_one_line_and_exit_code_2() -> None:
    done = said("--operation", "Scan", "--tag", "Env")
    assert (done.code, done.out, done.err) == (2, "", "--tag must be KEY=VALUE, got 'Env'\n")


def test_an_operation_that_is_none_is_a_usage_error() -> None:
    done = said("--operation", "Reboot", "--patch-group", "web")
    assert done.code == 2
    assert "'Reboot' is not one of 'Scan', 'Install'" in done.err


# --- A schedule of a template -------------------------------------------------------------------------

UNKNOWN = {"Ref": "Parameter"}


def resources(
    parameters: dict[str, Any] | None = None,
    targets: list[list[dict[str, Any]]] | None = None,
    document: str = "AWS-RunPatchBaseline",
    **task: Any,
) -> dict[str, Any]:
    """Write a window, its targets and its task down."""
    targets = [WEB] if targets is None else targets
    window_id = {"WindowId": {"Ref": "Window"}}
    ids = [{"Ref": f"Target{place}"} for place in range(len(targets))]
    invocation_parameters = {"Parameters": {name: [value] for name, value in (parameters or {}).items()}}
    return {
        "Window": {"Type": WINDOW, "Properties": {"Name": "weekly"}},
        **{
            f"Target{place}": {"Type": TARGET, "Properties": window_id | {"Targets": each}}
            for place, each in enumerate(targets)
        },
        "Task": {
            "Type": TASK,
            "Properties": window_id
            | {
                "TaskArn": document,
                "Targets": [{"Key": "WindowTargetIds", "Values": ids}],
                "TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": invocation_parameters},
            }
            | task,
        },
    }


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "Patching.template.json"


def from_template(file: Path, content: dict[str, Any], **options: Any) -> Order:
    parameters = {"Parameter": {"Type": "String", "Default": "Scan"}}
    file.write_text(json.dumps({"Parameters": parameters, "Resources": content}), encoding="utf-8")
    return ordered(**{"template": file, "schedule": "weekly"} | options)


FULL = {"Operation": "Install", "RebootOption": "NoReboot", "InstallOverrideList": "s3://b/list"}
HOOKED = {"Operation": "Install", "PreInstallHookDocName": "Drain", "OnExitHookDocName": "Rejoin"}
HOOKS = "AWS-RunPatchBaselineWithHooks"
ENV = [{"Key": "tag:Env", "Values": ["dev"]}, {"Key": "tag:Role", "Values": ["web"]}]
SCHEDULES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a scan": (resources({"Operation": "Scan"}), {}, sent_with(Operation="Scan")),
    "an install with all that it says": (
        resources(FULL, MaxConcurrency=3, MaxErrors="5%"),
        {},
        sent_with(MaxConcurrency="3", MaxErrors="5%", **FULL),
    ),
    "hooks": (resources(HOOKED, document=HOOKS), {}, sent_with(document=HOOKS, **HOOKED)),
    "another baseline": (
        resources({"Operation": "Scan", "BaselineOverride": "s3://b/1"}),
        {},
        sent_with(Operation="Scan", BaselineOverride="s3://b/1"),
    ),
    "a time to run": (
        resources({"Operation": "Scan", "StepTimeoutSeconds": "600"}),
        {},
        sent_with(Operation="Scan", StepTimeoutSeconds="600"),
    ),
    "a snapshot, which is the window's own": (
        resources({"Operation": "Scan", "SnapshotId": "{{WINDOW_EXECUTION_ID}}"}),
        {},
        sent_with(Operation="Scan"),
    ),
    "by its logical id": (resources({"Operation": "Scan"}), {"schedule": "Window"}, sent_with(Operation="Scan")),
    "by its stack and logical id": (
        resources({"Operation": "Scan"}),
        {"schedule": "Patching/Window"},
        sent_with(Operation="Scan"),
    ),
    "options go before it": (
        resources({"Operation": UNKNOWN, "RebootOption": UNKNOWN, "BaselineOverride": UNKNOWN}, MaxErrors=UNKNOWN),
        {
            "operation": INSTALL,
            "reboot_option": RebootOption.NO_REBOOT,
            "baseline_override": "s3://b/2",
            "max_concurrency": "1",
            "max_errors": "0",
        },
        sent_with(
            Operation="Install",
            RebootOption="NoReboot",
            BaselineOverride="s3://b/2",
            MaxConcurrency="1",
            MaxErrors="0",
        ),
    ),
    "an install list of one's own": (
        resources(FULL),
        {"install_override_list": "s3://b/mine"},
        sent_with(Operation="Install", RebootOption="NoReboot", InstallOverrideList="s3://b/mine"),
    ),
    "a scan of what it installs": (
        resources(HOOKED | {"RebootOption": "NoReboot"}, document=HOOKS),
        {"operation": SCAN},
        sent_with(Operation="Scan"),
    ),
    "a default of the template": (
        resources({"Operation": UNKNOWN}),
        {"use_defaults": True},
        sent_with(Operation="Scan"),
    ),
    "several tags": (resources({"Operation": "Scan"}, [ENV]), {}, sent_with(Operation="Scan", targets=ENV)),
    "a tag key and a tag": (
        resources({"Operation": "Scan"}, [[ENV[0], {"Key": "tag-key", "Values": ["Patched"]}]]),
        {},
        sent_with(Operation="Scan", targets=[{"Key": "tag-key", "Values": ["Patched"]}, ENV[0]]),
    ),
    "ids": (
        resources({"Operation": "Scan"}, [[{"Key": "InstanceIds", "Values": [FIRST]}]]),
        {},
        sent_with(Operation="Scan", ids=[FIRST]),
    ),
    "a resource group": (
        resources({"Operation": "Scan"}, [[{"Key": "resource-groups:Name", "Values": ["web"]}]]),
        {},
        sent_with(Operation="Scan", targets=[{"Key": "resource-groups:Name", "Values": ["web"]}]),
    ),
    "targets with one key in common": (
        resources({"Operation": "Scan"}, [[ENV[0]], [{"Key": "tag:Env", "Values": ["stage", "dev"]}]]),
        {},
        sent_with(Operation="Scan", targets=[{"Key": "tag:Env", "Values": ["dev", "stage"]}]),
    ),
}


@pytest.mark.parametrize(("content", "options", "expected"), SCHEDULES.values(), ids=SCHEDULES.keys())
def test_a_schedule_of_a_template(
    template: Path, content: dict[str, Any], options: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert from_template(template, content, **options).request.arguments == expected


DEFERRED = 'must be known before deployment, got {"Ref":"Parameter"}; '
NAME_THEM = "leave --from-template out, and name the nodes with --tag, --patch-group or --instance-ids"
ONE_TASK = (
    "schedule 'weekly' must have exactly one task that runs AWS-RunPatchBaseline or AWS-RunPatchBaselineWithHooks, got "
)
TWINS = resources({"Operation": "Scan"}) | {"Twin": {"Type": WINDOW, "Properties": {"Name": "weekly"}}}
SCHEDULE_REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no name": (
        resources(FULL),
        {"schedule": None},
        "--schedule must name a schedule of the template, got none; "
        "the template has Patching/Window (window weekly, stack Patching)",
    ),
    "another name": (
        TWINS | {"Third": {"Type": WINDOW, "Properties": {"Name": UNKNOWN}}},
        {"schedule": "hourly"},
        "--schedule must name a schedule of the template, got 'hourly'; the template has Patching/Window "
        "(window weekly, stack Patching), Patching/Twin (window weekly, stack Patching), "
        "Patching/Third (stack Patching)",
    ),
    "no window": (
        {},
        {},
        "--schedule must name a schedule of the template, got 'weekly'; the template has no maintenance window",
    ),
    "a name of two": (
        TWINS,
        {},
        "--schedule must name one schedule, got 'weekly', which 2 schedules match; write one of "
        "Patching/Window (window weekly, stack Patching), Patching/Twin (window weekly, stack Patching)",
    ),
    "no task": ({"Window": {"Type": WINDOW, "Properties": {"Name": "weekly"}}}, {}, ONE_TASK + "no task"),
    "a frozen schedule": (
        {
            "Window": {
                "Type": WINDOW,
                "Metadata": {"PatchingConstructs": {"Frozen": True}},
                "Properties": {"Name": "weekly"},
            }
        },
        {},
        "schedule 'weekly' must have a task, got a frozen schedule, which has none; "
        "leave --from-template out, and name the nodes with --tag, --patch-group or --instance-ids",
    ),
    "another task": (
        resources({"commands": "date"}, document="AWS-RunShellScript"),
        {},
        ONE_TASK + "Task (AWS-RunShellScript)",
    ),
    "two tasks": (
        resources(FULL) | {"Again": resources(FULL)["Task"]},
        {},
        ONE_TASK + "Task (AWS-RunPatchBaseline), Again (AWS-RunPatchBaseline)",
    ),
    "a parameter that would be lost": (
        resources({"Operation": "Scan", "AssociationId": "1"}),
        {},
        "schedule 'weekly' must have no parameters but BaselineOverride, InstallOverrideList, OnExitHookDocName, "
        "Operation, PostInstallHookDocName, PreInstallHookDocName, RebootOption, SnapshotId, StepTimeoutSeconds, "
        f"got AssociationId; {NAME_THEM}",
    ),
    "a time to run that is no number": (
        resources({"Operation": "Scan", "StepTimeoutSeconds": "1h"}),
        {},
        "StepTimeoutSeconds must be a number of seconds, got '1h'",
    ),
    "a time to run that is too long": (
        resources({"Operation": "Scan", "StepTimeoutSeconds": "36001"}),
        {},
        "execution_timeout must be 1-36000 whole seconds, got 36001 seconds",
    ),
    "hooks beside a baseline override": (
        resources(HOOKED, document=HOOKS),
        {"baseline_override": "s3://b/1"},
        "--baseline-override cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no BaselineOverride, "
        "got 's3://b/1'; leave hooks out, or register the baselines instead: PatchBaseline(patch_groups=[...])",
    ),
    "an unknown operation": (
        resources({"Operation": UNKNOWN}),
        {},
        f"schedule 'weekly': Operation {DEFERRED}give --operation",
    ),
    "no operation": (resources({}), {}, "--operation must be Scan or Install, got none"),
    "an operation that is none": (
        resources({"Operation": "Remove"}),
        {},
        "operation must be one of PatchOperation.SCAN, PatchOperation.INSTALL, got 'Remove'",
    ),
    "a reboot option that is none": (
        resources({"Operation": "Install", "RebootOption": "Always"}),
        {},
        "reboot_option must be one of RebootOption.REBOOT_IF_NEEDED, RebootOption.NO_REBOOT, got 'Always'",
    ),
    "an unknown concurrency": (
        resources(FULL, MaxConcurrency=UNKNOWN),
        {},
        f"schedule 'weekly': MaxConcurrency {DEFERRED}give --max-concurrency",
    ),
    "an unknown hook": (
        resources(HOOKED | {"OnExitHookDocName": UNKNOWN}, document=HOOKS),
        {},
        f"schedule 'weekly': OnExitHookDocName {DEFERRED}to install without hooks, {NAME_THEM}",
    ),
    "an unknown tag value": (
        resources(FULL, [[{"Key": "tag:Env", "Values": [UNKNOWN]}]]),
        {},
        f"schedule 'weekly': a target {DEFERRED}{NAME_THEM}",
    ),
    "an unknown tag key": (
        resources(FULL, [[{"Key": UNKNOWN, "Values": ["dev"]}]]),
        {},
        f"schedule 'weekly': a target {DEFERRED}{NAME_THEM}",
    ),
    "a target that is not in the template": (
        resources(FULL, Targets=[{"Key": "WindowTargetIds", "Values": [{"Ref": "Target0"}, {"Ref": "Elsewhere"}]}]),
        {},
        "schedule 'weekly': a target must stand in the template, at the same window, "
        f'got not known before deployment ({{"Ref": "Elsewhere"}}); {NAME_THEM}',
    ),
    "no target": (
        resources(FULL, []),
        {},
        f"schedule 'weekly': the targets must go into one command, got none; {NAME_THEM}",
    ),
    "an empty target": (
        resources(FULL, [[]]),
        {},
        f"targets must be tags, node ids or one resource group, got ; {NAME_THEM}",
    ),
    "targets of several keys": (
        resources(FULL, [WEB, ENV]),
        {},
        "schedule 'weekly': the targets must go into one command, "
        f"got tag:Patch Group=web or tag:Env=dev and tag:Role=web; {NAME_THEM}",
    ),
    "ids narrowed by a tag": (
        resources(FULL, [[{"Key": "InstanceIds", "Values": [FIRST]}, *WEB]]),
        {},
        f"targets must be tags, node ids or one resource group, got InstanceIds={FIRST} and tag:Patch Group=web; "
        f"{NAME_THEM}",
    ),
    "types of a resource group, which only a window knows": (
        resources(
            FULL,
            [
                [
                    {"Key": "resource-groups:Name", "Values": ["web"]},
                    {"Key": "resource-groups:ResourceTypeFilters", "Values": ["AWS::EC2::Instance"]},
                ]
            ],
        ),
        {},
        "targets must be tags, node ids or one resource group, got resource-groups:Name=web and "
        f"resource-groups:ResourceTypeFilters=AWS::EC2::Instance; {NAME_THEM}",
    ),
    "an option beside what the schedule says": (
        resources(FULL),
        {"baseline_override": "s3://b/install_override_list"},
        "--baseline-override cannot be used with install_override_list, "
        "got 's3://b/install_override_list' and 's3://b/list'; keep the one that you mean",
    ),
    "an install override list beside the hooks of the schedule": (
        resources(HOOKED, document=HOOKS),
        {"install_override_list": "s3://b/list"},
        "--install-override-list cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no InstallOverrideList, "
        "got 's3://b/list'; leave hooks out, or approve the patches: PatchBaseline(approved_patches=[...])",
    ),
    "a value that the construct refuses too": (
        resources(FULL, [[{"Key": "tag:Env", "Values": ["dev*"]}]]),
        {},
        "tag 'Env' value must have no wildcard, which is not supported, got 'dev*'; write every value out",
    ),
}


@pytest.mark.parametrize(("content", "options", "message"), SCHEDULE_REFUSALS.values(), ids=SCHEDULE_REFUSALS.keys())
def test_a_schedule_that_is_refused(
    template: Path, content: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    assert refused(lambda: from_template(template, content, **options)) == message


def test_a_template_that_is_not_there_is_one_line_and_exit_code_2(template: Path) -> None:
    done = said("--from-template", str(template), "--schedule", "weekly")
    message = f"{template}: there is no such file or directory; run cdk synth first\n"
    assert (done.code, done.out, done.err) == (2, "", message)


def cloud_assembly(directory: Path, environment: str) -> Path:
    stack = {"templateFile": "Patching.template.json"}
    artifact = {"type": "aws:cloudformation:stack", "environment": environment, "properties": stack}
    (directory / "manifest.json").write_text(json.dumps({"artifacts": {"Patching": artifact}}), encoding="utf-8")
    content = {"Resources": resources({"Operation": "Scan"})}
    (directory / "Patching.template.json").write_text(json.dumps(content), encoding="utf-8")
    return directory


@pytest.mark.parametrize(
    ("environment", "account", "region"),
    [
        ("aws://111122223333/us-east-2", "111122223333", "us-east-2"),
        ("aws://unknown-account/us-east-2", None, "us-east-2"),
        ("aws://unknown-account/unknown-region", None, None),
        ("", None, None),
    ],
)
def test_a_stack_says_where_it_is(tmp_path: Path, environment: str, account: str | None, region: str | None) -> None:
    order = ordered(template=cloud_assembly(tmp_path, environment), schedule="weekly")
    assert (order.account, order.region) == (account, region)


@pytest.mark.parametrize(("options", "region"), [((), "us-east-2"), (("--region", "eu-west-1"), "eu-west-1")])
def test_the_region_is_the_stack_s_unless_it_is_given(tmp_path: Path, options: tuple[str, ...], region: str) -> None:
    directory = cloud_assembly(tmp_path, "aws://unknown-account/us-east-2")
    aws = Played()
    said("--from-template", str(directory), "--schedule", "weekly", *options, aws=aws)
    assert aws.places == [Place(region)]


@pytest.mark.parametrize("account", ["111122223333", None], ids=["the same", "not known"])
def test_a_stack_of_the_same_account_is_patched(tmp_path: Path, account: str | None) -> None:
    directory = cloud_assembly(tmp_path, "aws://111122223333/us-east-2")
    done = said("--from-template", str(directory), "--schedule", "weekly", aws=Played(account_id=account))
    assert done.code == 0


def test_a_stack_of_another_account_is_refused(tmp_path: Path) -> None:
    directory = cloud_assembly(tmp_path, "aws://111122223333/us-east-2")
    aws = Played()
    done = said("--from-template", str(directory), "--schedule", "weekly", aws=aws)
    assert (done.code, done.out, aws.sent) == (2, "", [])
    assert done.err == (
        "the template's stack is for account 111122223333, not for 123456789012; "
        "give the --profile of the one that you mean\n"
    )


# --- A dry run ----------------------------------------------------------------------------------------


def dry(*arguments: str) -> tuple[dict[str, Any], list[str], str]:
    """Return the printed request, the words of the printed line as a shell reads them, and the errors."""
    done = said(*arguments, "--dry-run")
    assert done.code == 0
    printed, line = done.out.rsplit("\n\n", 1)
    return json.loads(printed), shlex.split(line), done.err


def test_a_dry_run_prints_the_request_and_its_line_and_touches_nothing() -> None:
    request, words, errors = dry("--operation", "Scan", "--patch-group", "a 'web' & $HOME", "--profile", "my own")
    targets = [{"Key": "tag:Patch Group", "Values": ["a 'web' & $HOME"]}]
    assert request == sent_with(Operation="Scan", targets=targets)
    assert words[:5] == ["aws", "ssm", "send-command", "--document-name", "AWS-RunPatchBaseline"]
    assert words[5] == "--targets"
    assert json.loads(words[6]) == targets
    assert words[7] == "--parameters"
    assert json.loads(words[8]) == {"Operation": ["Scan"], "SnapshotId": [SNAPSHOT]}
    assert words[9:] == ["--max-concurrency", "10%", "--max-errors", "10%", "--profile", "my own"]
    assert errors == "dry run: nothing was sent, and AWS was not asked how many nodes match\n"


def test_the_line_of_a_dry_run_has_ids_as_words_and_everything_else() -> None:
    asked = ("--operation", "Install", "--instance-ids", f"{FIRST},{SECOND}")
    _, words, _ = dry(*asked, "--comment", "it's urgent", "--region", REGION)
    assert words[5:8] == ["--instance-ids", FIRST, SECOND]
    assert words[-4:] == ["--comment", "it's urgent", "--region", REGION]


def test_a_dry_run_of_an_install_asks_nothing() -> None:
    dry("--operation", "Install", "--patch-group", "web")


def test_a_snapshot_is_fresh_every_time() -> None:
    first, second = command.Ports().snapshot_id(), command.Ports().snapshot_id()
    assert first != second
    assert len(first) == len(SNAPSHOT)


# --- What will happen ---------------------------------------------------------------------------------

SCAN_WEB = ("--operation", "Scan", "--patch-group", "web")
INSTALL_WEB = ("--operation", "Install", "--patch-group", "web")


def test_a_scan_is_shown_and_sent_without_a_question() -> None:
    aws = Played()
    done = said(*SCAN_WEB, aws=aws)
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        "operation  Scan: report missing patches",
        "reboot     no",
        "nodes      Patch Group = web",
        "matching   2 managed nodes",
        "at once    10% of the nodes",
        "errors     after more than 10% failed no other node starts",
        "document   AWS-RunPatchBaseline",
        "where      eu-central-1, account 123456789012",
        f"sent: command {COMMAND}",
        f"look at it:  aws ssm list-command-invocations --command-id {COMMAND} --details --region eu-central-1",
        f"cancel it:   aws ssm cancel-command --command-id {COMMAND} --region eu-central-1",
    ]
    assert [each.arguments for each in aws.sent] == [sent_with(Operation="Scan")]
    assert aws.places == [Place()]


def test_an_install_is_shown_with_its_hooks(template: Path) -> None:
    template.write_text(json.dumps({"Resources": resources(HOOKED, document=HOOKS)}), encoding="utf-8")
    named = ("--from-template", str(template), "--schedule", "weekly", "--profile", "prod")
    done = said(*named, "--yes", aws=Played(account_id=None))
    assert done.lines[:11] == [
        "operation              Install missing patches",
        "reboot                 when a patch was installed",
        "nodes                  Patch Group = web",
        "matching               2 managed nodes",
        "at once                10% of the nodes",
        "errors                 after more than 10% failed no other node starts",
        "document               AWS-RunPatchBaselineWithHooks",
        "where                  eu-central-1, account not known",
        "PreInstallHookDocName  Drain",
        "OnExitHookDocName      Rejoin",
        f"sent: command {COMMAND}",
    ]
    assert done.lines[12].endswith("--region eu-central-1 --profile prod")


MANY = tuple(Node(f"i-{number:017x}", "ConnectionLost") for number in range(12))
MATCHES: dict[str, tuple[tuple[str, ...], tuple[Node, ...] | None, str]] = {
    "one": (("--patch-group", "web"), (Node(FIRST, "Online"),), "1 managed node"),
    "not all online": (
        ("--patch-group", "web"),
        (Node(FIRST, "Online"), Node(SECOND, "ConnectionLost"), Node(THIRD, "")),
        f"3 managed nodes; not online: {SECOND}, {THIRD}",
    ),
    "many not online": (
        ("--tag", "Env=dev", "--tag", "Env=stage", "--tag", "Role=web"),
        MANY,
        f"12 managed nodes; not online: {', '.join(each.id for each in MANY[:10])} and 2 more",
    ),
    "ids that Systems Manager does not know": (
        ("--instance-ids", f"{FIRST},{THIRD},{SECOND}"),
        (Node(FIRST, "Online"),),
        f"1 managed node; not managed, or stopped: {SECOND}, {THIRD}",
    ),
}


@pytest.mark.parametrize(("chosen", "nodes", "words"), MATCHES.values(), ids=MATCHES.keys())
def test_matching_nodes_are_told(chosen: tuple[str, ...], nodes: tuple[Node, ...] | None, words: str) -> None:
    done = said("--operation", "Scan", *chosen, aws=Played(matching=nodes))
    assert f"matching   {words}" in done.lines
    assert done.code == 0


def test_tags_are_told_in_words() -> None:
    done = said("--operation", "Scan", "--tag", "Env=dev", "--tag", "Env=stage", "--tag", "Role=web", aws=Played())
    assert "nodes      Env = dev | stage and Role = web" in done.lines


def test_a_resource_group_is_not_counted(template: Path) -> None:
    group = [[{"Key": "resource-groups:Name", "Values": ["web"]}]]
    template.write_text(json.dumps({"Resources": resources({"Operation": "Scan"}, group)}), encoding="utf-8")
    done = said("--from-template", str(template), "--schedule", "weekly", aws=Played(matching=None))
    assert done.lines[2:4] == [
        "nodes      resource-groups:Name = web",
        "matching   not counted: Systems Manager does not list the nodes of a resource group",
    ]
    assert done.code == 0


def test_where_no_node_matches_nothing_is_sent() -> None:
    aws = Played(matching=())
    done = said(*INSTALL_WEB, "--yes", aws=aws)
    assert (done.code, aws.sent) == (2, [])
    assert "matching   0 managed nodes" in done.lines
    assert done.err == "no managed node matches in eu-central-1, account 123456789012: nothing was sent\n"


# --- The question -------------------------------------------------------------------------------------


def test_an_install_is_asked_about_and_sent() -> None:
    aws = Played()
    done = said(*INSTALL_WEB, aws=aws, interactive=True, answer="y\n")
    assert (done.code, len(aws.sent)) == (0, 1)
    assert "Install now? [y/N]: " in done.out


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_an_install_that_is_declined_is_not_sent(answer: str) -> None:
    aws = Played()
    done = said(*INSTALL_WEB, aws=aws, interactive=True, answer=answer)
    assert (done.code, done.err, aws.sent) == (2, "declined, nothing was sent\n", [])


def test_the_end_of_input_is_no_yes() -> None:
    aws = Played()
    done = said(*INSTALL_WEB, aws=aws, interactive=True)
    assert (done.code, aws.sent) == (2, [])
    assert done.err.endswith("interrupted, nothing was sent\n")


def test_an_install_without_a_terminal_is_refused_before_aws_is_touched() -> None:
    done = said(*INSTALL_WEB)
    assert (done.code, done.out) == (2, "")
    assert done.err == "an install is asked about, and there is no terminal to ask at; give --yes\n"


def test_yes_asks_nothing() -> None:
    aws = Played()
    done = said(*INSTALL_WEB, "--yes", aws=aws)
    assert (done.code, len(aws.sent)) == (0, 1)
    assert "Install now?" not in done.out


@pytest.mark.parametrize("is_one", [True, False])
def test_the_terminal_is_that_of_the_input(monkeypatch: pytest.MonkeyPatch, is_one: bool) -> None:  # noqa: FBT001
    monkeypatch.setattr(sys.stdin, "isatty", lambda: is_one, raising=False)
    assert command.Ports().interactive() is is_one


# --- What goes wrong before it is sent ----------------------------------------------------------------


def test_what_aws_refuses_is_one_line_and_exit_code_2() -> None:
    done = said(*SCAN_WEB, aws=Played(refusal=AwsError("AWS has no time")))
    assert (done.code, done.err) == (2, "AWS has no time\n")


def test_an_interrupt_before_it_is_sent_sends_nothing() -> None:
    done = said(*SCAN_WEB, aws=Played(refusal=KeyboardInterrupt()))
    assert (done.code, done.err) == (2, "interrupted, nothing was sent\n")


def test_a_command_that_may_have_been_sent_is_exit_code_3_with_a_way_to_find_it() -> None:
    done = said(*SCAN_WEB, aws=Played(refusal=MaybeSentError("no answer")))
    assert done.code == 3
    first, second = done.err.splitlines()
    assert first == "no answer: the command may have been sent; see whether it runs before you send another:"
    words = shlex.split(second)
    assert (words[:4], words[5:]) == (["aws", "ssm", "list-commands", "--query"], ["--region", REGION])
    commands = [
        {"CommandId": "another", "Parameters": {"SnapshotId": ["another"]}},
        {"CommandId": "a shell script", "Parameters": {"commands": ["date"]}},
        {"CommandId": COMMAND, "Parameters": {"SnapshotId": [SNAPSHOT]}},
    ]
    assert [each["CommandId"] for each in jmespath.search(words[4], {"Commands": commands})] == [COMMAND]


# --- How a command goes -------------------------------------------------------------------------------

OK = invocation(FIRST)
UNFINISHED = ["Pending", "InProgress", "Delayed", "Cancelling"]
FAILED = ["Failed", "TimedOut", "Cancelled", "a status of tomorrow"]
DETAILS = ["Undeliverable", "Terminated", "DeliveryTimedOut", "ExecutionTimedOut", "InvalidPlatform", "AccessDenied"]
STATES: dict[str, tuple[CommandState, bool, bool]] = {
    "not known yet": (CommandState(), False, False),
    **{f"a command {each}": (state(each, OK), False, False) for each in UNFINISHED},
    **{f"a command {each} and done": (state(each, OK), True, False) for each in FAILED},
    **{f"a node {each}": (state("InProgress", OK, invocation(SECOND, each)), False, False) for each in UNFINISHED},
    **{
        f"a node {each} after the command": (state("Cancelled", invocation(SECOND, each)), False, False)
        for each in UNFINISHED
    },
    **{f"a node {each}, and all is over": (state("Failed", invocation(SECOND, each)), True, False) for each in FAILED},
    **{
        f"a node {each}, which the command does not count": (
            state("Success", OK, invocation(SECOND, "Failed", each)),
            True,
            False,
        )
        for each in DETAILS
    },
    "every node": (state("Success", OK, invocation(SECOND)), True, True),
    "a node that is not listed yet": (state("Success", OK, targets=2), False, False),
    "no node": (state("Success", details="NoInstancesInTag"), True, False),
    "more nodes than the account may have waiting": (state("Failed", details="RateExceeded", targets=9), True, False),
}


@pytest.mark.parametrize(("seen", "ended", "succeeded"), STATES.values(), ids=STATES.keys())
def test_a_state(seen: CommandState, ended: bool, succeeded: bool) -> None:  # noqa: FBT001
    assert (seen.ended, seen.succeeded) == (ended, succeeded)


def test_looking_slows_down_and_ends_with_the_command() -> None:
    clock, running = Clock(), state("InProgress", invocation(FIRST, "InProgress"))
    states = iter([*[running] * 8, state("Success", OK)])
    shown: list[CommandState] = []
    last = follow(lambda: next(states), shown.append, timeout=3600, clock=clock, sleep=clock.sleep)
    assert last.succeeded
    assert len(shown) == 9
    assert clock.slept == [2, 3, 4.5, 6.75, 10.125, 15, 15, 15]


def test_looking_ends_with_the_time_and_has_a_last_look() -> None:
    clock, looked = Clock(), []

    def look() -> CommandState:
        looked.append(clock())
        return state("InProgress")

    last = follow(look, lambda _: None, timeout=6, clock=clock, sleep=clock.sleep)
    assert not last.ended
    assert looked == [0, 2, 5, 6]


# --- Waiting ------------------------------------------------------------------------------------------

LOOK = f"aws ssm list-command-invocations --command-id {COMMAND} --details --region eu-central-1"
CANCEL = f"aws ssm cancel-command --command-id {COMMAND} --region eu-central-1"
WORKING = state("InProgress", invocation(FIRST, "InProgress", name="web-1"), targets=2)


def waited(*states: CommandState | BaseException, **others: Any) -> Any:
    return said(*SCAN_WEB, "--wait", aws=Played(states=states), **others)


def test_every_node_succeeded_is_exit_code_0() -> None:
    done = waited(
        CommandState(), WORKING, WORKING, state("Success", invocation(FIRST, name="web-1"), invocation(SECOND))
    )
    assert (done.code, done.err) == (0, "")
    assert done.lines[8:] == [
        f"sent: command {COMMAND}",
        f"{FIRST}  InProgress  web-1",
        f"{FIRST}  Success  web-1",
        f"{SECOND}  Success",
        "command  Success",
        "Success  2 nodes",
    ]


def test_a_failed_node_is_exit_code_1_and_told_with_its_reason() -> None:
    failed = invocation(SECOND, "TimedOut", "DeliveryTimedOut", "web-2")
    done = waited(state("TimedOut", OK, failed, details="Incomplete"))
    assert done.code == 1
    assert done.lines[11:] == [
        "command              Incomplete",
        "Success              1 node",
        "DeliveryTimedOut     1 node",
        f"{SECOND}  DeliveryTimedOut  web-2",
    ]
    look = f"aws ssm list-command-invocations --command-id {COMMAND} --instance-id {SECOND} --details --region {REGION}"
    assert done.err == f"what it wrote:  {look}\n"


def test_no_node_reached_is_exit_code_1() -> None:
    done = waited(state("Success", details="NoInstancesInTag"))
    assert done.lines[9:] == ["command  NoInstancesInTag"]
    assert (done.code, done.err) == (1, "no node was reached: nothing was patched\n")


def test_a_command_that_never_started_is_exit_code_1() -> None:
    done = waited(state("Failed", details="RateExceeded", targets=2))
    assert (done.code, done.err) == (1, "")


def test_the_time_being_up_is_exit_code_3() -> None:
    clock = Clock()
    done = said(*SCAN_WEB, "--wait", "--wait-timeout", "60", aws=Played(states=[WORKING] * 99), clock=clock)
    assert (done.code, clock.time) == (3, 60)
    assert done.err == (f"not done after 60 seconds: the command runs on\nlook at it:  {LOOK}\ncancel it:   {CANCEL}\n")


def test_an_interrupt_leaves_the_command_running_and_is_exit_code_130() -> None:
    done = waited(WORKING, KeyboardInterrupt())
    assert done.code == 130
    assert done.err == f"interrupted: the command runs on\nlook at it:  {LOOK}\ncancel it:   {CANCEL}\n"


def test_losing_sight_of_the_command_is_exit_code_3() -> None:
    done = waited(WORKING, AwsError("the token has expired"))
    assert done.code == 3
    assert done.err == f"the token has expired: the command runs on\nlook at it:  {LOOK}\ncancel it:   {CANCEL}\n"


def test_an_hour_is_waited_for_by_default() -> None:
    clock = Clock()
    said(*SCAN_WEB, "--wait", aws=Played(states=[WORKING] * 999), clock=clock)
    assert clock.time == 3600


# --- Progress on a terminal ---------------------------------------------------------------------------

FLEET = state(
    "InProgress",
    invocation("i-4", "Success"),
    invocation("i-3", "InProgress", name="[red]web[/red]"),
    invocation("i-2", "Failed", "Undeliverable"),
    invocation("i-1", "Success"),
    targets=5,
)


def shown(monkeypatch: pytest.MonkeyPatch, *states: CommandState, no_color: bool = False, height: int = 25) -> str:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), force_terminal=True, width=100, height=height)
    with board(console) as show:
        for each in states:
            show(each)
    console.print(summary(states[-1]))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_on_a_terminal_what_needs_a_look_stands_first(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, CommandState(), FLEET)
    assert "5 nodes: 2 Success, 1 InProgress, 1 Undeliverable" in text
    assert [text.index(node) for node in ("i-2", "i-3", "i-1", "i-4")] == sorted(
        text.index(node) for node in ("i-1", "i-2", "i-3", "i-4")
    )
    assert "[red]web[/red]" in text
    assert "\x1b[31mUndeliverable" in text
    assert "\x1b[32mSuccess" in text


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, FLEET, no_color=True)
    assert "Undeliverable" in text
    assert "\x1b[31m" not in text
    assert "\x1b[32m" not in text


def test_on_a_small_terminal_the_nodes_that_succeeded_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    live, _, _ = shown(monkeypatch, FLEET, height=6).partition("command")
    assert [node in live for node in ("i-2", "i-3", "i-1", "i-4")] == [True, True, True, False]
    assert "and 1 more" in live


def test_before_any_node_is_known_their_number_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Pending\x1b[0m  1 node" in shown(monkeypatch, state("Pending", targets=1))


# --- Help ---------------------------------------------------------------------------------------------


def test_help_has_the_exit_codes_and_examples() -> None:
    done = said("--help")
    assert done.code == 0
    assert "    3    sent or perhaps sent, and its end was not seen: it may still run\n" in done.out
    assert "    patching-constructs now --operation Scan --patch-group web --wait\n" in done.out


def test_the_examples_of_the_help_are_right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    content = {"Resources": resources({"Operation": "Install"})}
    (tmp_path / "cdk.out").mkdir()
    directory = cloud_assembly(tmp_path / "cdk.out", "")
    written = json.dumps(content).replace("weekly", "WeeklyInstall")
    (directory / "Patching.template.json").write_text(written, encoding="utf-8")
    (tmp_path / "template.yaml").write_text(json.dumps(content).replace("weekly", "nightly"), encoding="utf-8")
    lines = [line.strip() for line in said("--help").out.splitlines()]
    examples = [shlex.split(line) for line in lines if line.startswith("patching-constructs now")]
    assert len(examples) == 5
    for _, _, *words in examples:
        assert said(*words, "--dry-run").code == 0
