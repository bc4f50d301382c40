"""The request that ``now`` makes of a template's schedule, and the schedules that it refuses."""

from pathlib import Path
from typing import Any

import pytest

from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.properties.command import PatchOperation, RebootOption
from patching_constructs.template import WINDOW
from tests.refusals import refused
from tests.unit.cli.run_command.fakes import (
    FIRST,
    FakeRunCommand,
    ran,
)
from tests.unit.cli.run_command.requests import (
    HOOKED,
    HOOKS,
    INSTALL,
    SCAN,
    UNKNOWN,
    WEB,
    cloud_assembly,
    from_template,
    resolved,
    resources,
    sent_with,
)

# --- A schedule of a template -------------------------------------------------------------------------

FULL = {"Operation": "Install", "RebootOption": "NoReboot", "InstallOverrideList": "s3://b/list"}
ENV = [{"Key": "tag:Env", "Values": ["dev"]}, {"Key": "tag:Role", "Values": ["web"]}]
SCHEDULES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a scan": (resources({"Operation": "Scan"}), {}, sent_with(Operation="Scan")),
    "an install with all that it says": (
        resources(FULL, MaxConcurrency=3, MaxErrors="5%"),
        {},
        sent_with(MaxConcurrency="3", MaxErrors="5%", **FULL),
    ),
    "an install with a scan afterwards": (
        resources(FULL) | {"Scan": resources({"Operation": "Scan"})["Task"]},
        {},
        sent_with(**FULL),
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


DEFERRED = 'is unknown until deployment, got {"Ref":"Parameter"}; '
NAME_THEM = "omit --from-template, and select the nodes with --tag, --patch-group or --instance-ids"
ONE_TASK = (
    "schedule 'weekly' must have exactly one task that runs AWS-RunPatchBaseline or AWS-RunPatchBaselineWithHooks, got "
)
TWINS = resources({"Operation": "Scan"}) | {"Twin": {"Type": WINDOW, "Properties": {"Name": "weekly"}}}
SCHEDULE_REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no name": (
        resources(FULL),
        {"schedule": None},
        "--schedule must name a schedule in the template, got none; "
        "the template has Patching/Window (window weekly, stack Patching)",
    ),
    "another name": (
        TWINS | {"Third": {"Type": WINDOW, "Properties": {"Name": UNKNOWN}}},
        {"schedule": "hourly"},
        "--schedule must name a schedule in the template, got 'hourly'; the template has Patching/Window "
        "(window weekly, stack Patching), Patching/Twin (window weekly, stack Patching), "
        "Patching/Third (stack Patching)",
    ),
    "no window": (
        {},
        {},
        "--schedule must name a schedule in the template, got 'weekly'; the template has no schedules",
    ),
    "a name of two": (
        TWINS,
        {},
        "--schedule must name one schedule, got 'weekly', which matches 2 schedules; specify one of "
        "Patching/Window (window weekly, stack Patching), Patching/Twin (window weekly, stack Patching)",
    ),
    "no task": (
        {"Window": {"Type": WINDOW, "Properties": {"Name": "weekly"}}},
        {},
        f"{ONE_TASK}no task; {NAME_THEM}",
    ),
    "a frozen schedule": (
        {
            "Window": {
                "Type": WINDOW,
                "Metadata": {"PatchingConstructs": {"Frozen": True}},
                "Properties": {"Name": "weekly"},
            }
        },
        {},
        "schedule 'weekly' must have a task, got a frozen schedule without a task; "
        "omit --from-template, and select the nodes with --tag, --patch-group or --instance-ids",
    ),
    "another task": (
        resources({"commands": "date"}, document="AWS-RunShellScript"),
        {},
        f"{ONE_TASK}Task (AWS-RunShellScript); {NAME_THEM}",
    ),
    "two tasks": (
        resources(FULL) | {"Again": resources(FULL)["Task"]},
        {},
        f"{ONE_TASK}Task (AWS-RunPatchBaseline), Again (AWS-RunPatchBaseline); {NAME_THEM}",
    ),
    "two tasks with the operation": (
        resources({"Operation": "Scan"}) | {"Again": resources({"Operation": "Scan"})["Task"]},
        {"operation": PatchOperation.SCAN},
        f"{ONE_TASK}Task (AWS-RunPatchBaseline), Again (AWS-RunPatchBaseline); {NAME_THEM}",
    ),
    "a parameter that would be lost": (
        resources({"Operation": "Scan", "AssociationId": "1"}),
        {},
        "schedule 'weekly' must have only the parameters BaselineOverride, InstallOverrideList, Operation, "
        f"RebootOption, SnapshotId, StepTimeoutSeconds of AWS-RunPatchBaseline, got AssociationId; {NAME_THEM}",
    ),
    "a time to run that is no number": (
        resources({"Operation": "Scan", "StepTimeoutSeconds": "1h"}),
        {},
        "StepTimeoutSeconds must be a whole number of seconds, got '1h'",
    ),
    "a time to run that is too long": (
        resources({"Operation": "Scan", "StepTimeoutSeconds": "36001"}),
        {},
        "StepTimeoutSeconds must be 1-36000 whole seconds, got 36001 seconds",
    ),
    "hooks beside a baseline override": (
        resources(HOOKED, document=HOOKS),
        {"baseline_override": "s3://b/1"},
        "--baseline-override cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no BaselineOverride, "
        "got 's3://b/1'",
    ),
    "an unknown operation": (
        resources({"Operation": UNKNOWN}),
        {},
        f"schedule 'weekly': Operation {DEFERRED}specify --operation",
    ),
    "no operation": (resources({}), {}, "--operation is required, got none; specify Scan or Install"),
    "an operation that is none": (
        resources({"Operation": "Remove"}),
        {},
        "Operation must be Scan or Install, got 'Remove'",
    ),
    "a reboot option that is none": (
        resources({"Operation": "Install", "RebootOption": "Always"}),
        {},
        "RebootOption must be RebootIfNeeded or NoReboot, got 'Always'",
    ),
    "an unknown concurrency": (
        resources(FULL, MaxConcurrency=UNKNOWN),
        {},
        f"schedule 'weekly': MaxConcurrency {DEFERRED}specify --max-concurrency",
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
        "schedule 'weekly': a target must be in the template and belong to the same window, "
        f'got {{"Ref":"Elsewhere"}}; {NAME_THEM}',
    ),
    "a target by its id": (
        resources(FULL, Targets=[{"Key": "WindowTargetIds", "Values": ["0123abcd"]}]),
        {},
        f"schedule 'weekly': a target must be in the template and belong to the same window, got 0123abcd; {NAME_THEM}",
    ),
    "unknown targets of the task": (
        resources(FULL, Targets=UNKNOWN),
        {},
        f"schedule 'weekly': a target {DEFERRED}{NAME_THEM}",
    ),
    "unknown parameters": (
        resources(FULL, TaskInvocationParameters=UNKNOWN),
        {"operation": "Install"},
        f"schedule 'weekly': TaskInvocationParameters {DEFERRED}{NAME_THEM}",
    ),
    "no target": (
        resources(FULL, []),
        {},
        "schedule 'weekly': the targets must be the same key with different values, or one target, got none; "
        f"{NAME_THEM}",
    ),
    "an empty target": (
        resources(FULL, [[]]),
        {},
        f"targets must be tags, node ids or one resource group, got none; {NAME_THEM}",
    ),
    "targets of several keys": (
        resources(FULL, [WEB, ENV]),
        {},
        "schedule 'weekly': the targets must be the same key with different values, or one target, "
        f"got tag:Patch Group=web or tag:Env=dev and tag:Role=web; {NAME_THEM}",
    ),
    "ids narrowed by a tag": (
        resources(FULL, [[{"Key": "InstanceIds", "Values": [FIRST]}, *WEB]]),
        {},
        f"targets must be tags, node ids or one resource group, got InstanceIds={FIRST} and tag:Patch Group=web; "
        f"{NAME_THEM}",
    ),
    "types of a resource group, which only a window supports": (
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
        "--baseline-override cannot be used with InstallOverrideList, "
        "got 's3://b/install_override_list' and 's3://b/list'; keep only one of them",
    ),
    "an install override list beside the hooks of the schedule": (
        resources(HOOKED, document=HOOKS),
        {"install_override_list": "s3://b/list"},
        "--install-override-list cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no InstallOverrideList, "
        "got 's3://b/list'",
    ),
    "a value that the construct refuses too": (
        resources(FULL, [[{"Key": "tag:Env", "Values": ["dev*"]}]]),
        {},
        "tag 'Env' value must not contain wildcards, got 'dev*'; list every value",
    ),
}


@pytest.mark.parametrize(("content", "options", "message"), SCHEDULE_REFUSALS.values(), ids=SCHEDULE_REFUSALS.keys())
def test_a_schedule_that_is_refused(
    template: Path, content: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    # What the template says is named by its file and line, and this one has one line.
    expected = message if message.startswith("--") else f"{template}:1: {message}"
    assert refused(lambda: from_template(template, content, **options)) == expected


def test_a_template_that_is_not_there_is_one_line_and_exit_code_2(template: Path) -> None:
    done = ran("--from-template", str(template), "--schedule", "weekly")
    message = f"{template}: no such file or directory\n"
    assert (done.code, done.out, done.err) == (2, "", message)


@pytest.mark.parametrize(
    ("environment", "account", "region"),
    [
        ("aws://111122223333/us-east-2", "111122223333", "us-east-2"),
        ("aws://unknown-account/us-east-2", None, "us-east-2"),
        ("aws://unknown-account/unknown-region", None, None),
        ("", None, None),
    ],
)
def test_the_stack_has_an_account_and_a_region(
    tmp_path: Path, environment: str, account: str | None, region: str | None
) -> None:
    order = resolved(templates=[cloud_assembly(tmp_path, environment)], schedule="weekly")
    assert (order.account, order.region) == (account, region)


@pytest.mark.parametrize(("options", "region"), [((), "us-east-2"), (("--region", "eu-west-1"), "eu-west-1")])
def test_the_region_is_the_stack_s_unless_it_is_given(tmp_path: Path, options: tuple[str, ...], region: str) -> None:
    directory = cloud_assembly(tmp_path, "aws://unknown-account/us-east-2")
    aws = FakeRunCommand()
    ran("--from-template", str(directory), "--schedule", "weekly", *options, aws=aws)
    assert aws.places == [Place(region)]


@pytest.mark.parametrize("account", ["111122223333", None], ids=["the same", "not known"])
def test_a_stack_of_the_same_account_is_patched(tmp_path: Path, account: str | None) -> None:
    directory = cloud_assembly(tmp_path, "aws://111122223333/us-east-2")
    done = ran("--from-template", str(directory), "--schedule", "weekly", aws=FakeRunCommand(account_id=account))
    assert done.code == 0


def test_a_stack_of_another_account_is_refused(tmp_path: Path) -> None:
    directory = cloud_assembly(tmp_path, "aws://111122223333/us-east-2")
    aws = FakeRunCommand()
    done = ran("--from-template", str(directory), "--schedule", "weekly", aws=aws)
    assert (done.code, done.out, aws.sent) == (2, "", [])
    assert done.err == (
        "the stack of the template is in account 111122223333, got credentials of account 123456789012; "
        "specify the --profile of the stack's account\n"
    )
