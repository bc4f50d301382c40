"""What a constructor refuses a rule finds: the same value, given to both."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from patching_constructs import (
    CommandNotification,
    CommandOutput,
    OperatingSystem,
    PatchBaseline,
    PatchFilter,
    PatchGroup,
    PatchHooks,
    PatchingError,
    PatchOperation,
    PatchRule,
    PatchSchedule,
    PatchSource,
    PatchTarget,
    RateControl,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.checks.engine import check_paths
from patching_constructs.properties.command import PatchCommand
from tests.unit.checks.test_edges import changed, command
from tests.unit.checks.test_engine import TODAY, baseline, window, written

A_WEEK = timedelta(days=7)
SUNDAYS = ScheduleExpression.expression("cron(0 4 ? * SUN *)")


def schedule(**properties: Any) -> Callable[[], object]:
    given: dict[str, Any] = {
        "schedule": SUNDAYS,
        "targets": [PatchTarget.patch_group("web")],
        "operation": PatchOperation.INSTALL,
    }
    return lambda: PatchSchedule(cdk.Stack(), "Schedule", **given | properties)


def made(system: OperatingSystem = OperatingSystem.UBUNTU, **properties: Any) -> Callable[[], object]:
    return lambda: PatchBaseline(cdk.Stack(), "Baseline", operating_system=system, **properties)


def target(*entries: tuple[str, list[str]], kind: str = "INSTANCE") -> dict[str, Any]:
    return changed("Target", ResourceType=kind, Targets=[{"Key": key, "Values": values} for key, values in entries])


def a_baseline(system: str = "UBUNTU", **properties: Any) -> dict[str, Any]:
    return {"Baseline": baseline(OperatingSystem=system, **properties)}


def filtered(key: str, *values: str, system: str = "UBUNTU", **rule: Any) -> dict[str, Any]:
    group = {"PatchFilters": [{"Key": key, "Values": list(values)}]}
    return a_baseline(system, ApprovalRules={"PatchRules": [{"ApproveAfterDays": 0, "PatchFilterGroup": group} | rule]})


def runs(document: str, **parameters: list[str]) -> dict[str, Any]:
    given = {"MaintenanceWindowRunCommandParameters": {"Parameters": parameters}}
    return changed("Task", TaskArn=document, TaskInvocationParameters=given)


def with_hooks(**parameters: Any) -> dict[str, Any]:
    resources = command(**parameters)
    resources["Task"]["Properties"]["TaskArn"] = "AWS-RunPatchBaselineWithHooks"
    return resources


def expression(text: str, **properties: Any) -> Callable[[], object]:
    return lambda: ScheduleExpression.expression(text, **properties)


ANY = PatchFilter.product("*")
KEYS = [(f"tag:{number}", ["a"]) for number in range(6)]
SIX_KEYS = PatchTarget.tag("0", "a").and_tag("1", "a").and_tag("2", "a").and_tag("3", "a").and_tag("4", "a")
S3 = "s3://bucket/a.json"
SOURCE = {"Name": "ab", "Products": ["*"], "Configuration": "deb"}

CASES: dict[str, tuple[Callable[[], object], dict[str, Any], str]] = {
    "five fields": (expression("cron(0 2 * * 1)"), window("web", Schedule="cron(0 2 * * 1)"), "ScheduleExpression"),
    "a rate of nothing": (
        expression("rate(0 minutes)"),
        window("web", Schedule="rate(0 minutes)"),
        "ScheduleExpression",
    ),
    "a cron that is too fast": (
        expression("cron(* */2 * * ? *)"),
        window("web", Schedule="cron(* */2 * * ? *)"),
        "ScheduleFrequency",
    ),
    "a zone that there is not beside a rate": (
        expression("rate(1 day)", time_zone="Berlin"),
        window("web", Schedule="rate(1 day)", ScheduleTimezone="Berlin"),
        "ScheduleTimezone",
    ),
    "no zone": (
        expression("cron(0 4 ? * SUN *)", time_zone="Berlin"),
        window("web", ScheduleTimezone="Berlin"),
        "ScheduleTimezone",
    ),
    "a zone beside a moment": (
        expression("at(2090-01-01T00:00:00)", time_zone="Europe/Berlin"),
        window("web", Schedule="at(2090-01-01T00:00:00)", ScheduleTimezone="Europe/Berlin"),
        "TimezoneWithAt",
    ),
    "an offset of a week": (
        expression("cron(0 4 ? * SUN *)", schedule_offset=7),
        window("web", ScheduleOffset=7),
        "ScheduleOffset",
    ),
    "an offset beside a rate": (
        expression("rate(1 day)", schedule_offset=1),
        window("web", Schedule="rate(1 day)", ScheduleOffset=1),
        "ScheduleOffset",
    ),
    "a day that never comes": (
        schedule(schedule=ScheduleExpression.expression("cron(0 0 31 2 ? *)")),
        window("web", Schedule="cron(0 0 31 2 ? *)"),
        "ScheduleNeverRuns",
    ),
    "an end before the start": (
        schedule(start_date=datetime(2091, 1, 1, tzinfo=UTC), end_date=datetime(2090, 1, 1, tzinfo=UTC)),
        window("web", StartDate="2091-01-01T00:00:00Z", EndDate="2090-01-01T00:00:00Z"),
        "WindowDates",
    ),
    "a date without an offset": (
        schedule(start_date=datetime(2091, 1, 1)),  # noqa: DTZ001 - a date without an offset is invalid
        window("web", StartDate="2091-01-01T00:00:00"),
        "WindowDateOffset",
    ),
    "25 hours": (schedule(duration=timedelta(hours=25)), window("web", Duration=25), "WindowDuration"),
    "half an hour": (schedule(cutoff=timedelta(hours=0.5)), window("web", Cutoff=0.5), "WindowCutoff"),
    "a cutoff as long as the window": (
        schedule(duration=timedelta(hours=2), cutoff=timedelta(hours=2)),
        window("web", Duration=2, Cutoff=2),
        "CutoffBelowDuration",
    ),
    "a window's name": (schedule(window_name="a b"), window("web", Name="a b"), "ResourceName"),
    "a long description": (schedule(description="a" * 129), window("web", Description="a" * 129), "DescriptionLength"),
    "a bare key is what a factory wants": (
        lambda: PatchTarget.tag("tag:Stage", "dev"),
        target(("Stage", ["dev"])),
        "TargetKey",
    ),
    "six keys": (lambda: SIX_KEYS.and_tag("5", "a"), target(*KEYS), "TargetFilterCount"),
    "no value": (lambda: PatchTarget.tag("Stage"), target(("tag:Stage", [])), "TargetValueCount"),
    "a wildcard": (lambda: PatchTarget.tag("Stage", "*"), target(("tag:Stage", ["*"])), "TargetWildcard"),
    "a comma": (lambda: PatchTarget.patch_group("a,b"), target(("tag:Patch Group", ["a,b"])), "TargetComma"),
    "a key twice": (
        lambda: PatchTarget.tag("Stage", "dev").and_tag("Stage", "test"),
        target(("tag:Stage", ["dev"]), ("tag:Stage", ["test"])),
        "DuplicateTargetKey",
    ),
    "a node's name": (lambda: PatchTarget.instance_ids("web-1"), target(("InstanceIds", ["web-1"])), "TargetNodeId"),
    "a type of resources": (
        lambda: PatchTarget.resource_group("fleet", "EC2"),
        target(
            ("resource-groups:Name", ["fleet"]), ("resource-groups:ResourceTypeFilters", ["EC2"]), kind="RESOURCE_GROUP"
        ),
        "TargetResourceGroup",
    ),
    "a type of nodes in another case": (
        lambda: PatchTarget.resource_group("fleet", "AWS::EC2::INSTANCE"),
        target(
            ("resource-groups:Name", ["fleet"]),
            ("resource-groups:ResourceTypeFilters", ["AWS::EC2::INSTANCE"]),
            kind="RESOURCE_GROUP",
        ),
        "TargetNodeType",
    ),
    "no target": (schedule(targets=[]), changed("Task", Targets=[]), "TaskTargets"),
    "101 percent": (lambda: RateControl.percentage(101), changed("Task", MaxErrors="101%"), "RateControl"),
    "no node at a time": (
        schedule(max_concurrency=RateControl.count(0)),
        changed("Task", MaxConcurrency="0"),
        "RateControl",
    ),
    "a cutoff behavior": (schedule(cutoff_behavior="STOP"), changed("Task", CutoffBehavior="STOP"), "CutoffBehavior"),
    "an operation": (schedule(operation="install"), command(Operation=["install"]), "Operation"),
    "a reboot option": (schedule(reboot_option="Never"), command(RebootOption=["Never"]), "RebootOption"),
    "a scan that reboots": (
        schedule(operation=PatchOperation.SCAN, reboot_option="NoReboot"),
        command(Operation=["Scan"], RebootOption=["NoReboot"]),
        "NoRebootWithScan",
    ),
    "both overrides": (
        schedule(baseline_override=S3, install_override_list=S3),
        command(BaselineOverride=[S3], InstallOverrideList=[S3]),
        "ConflictingOverrides",
    ),
    "an override at no place": (
        schedule(baseline_override="http://host/a"),
        command(BaselineOverride=["http://host/a"]),
        "OverrideUrl",
    ),
    "an override with a quote": (
        schedule(baseline_override="s3://bucket/a'b"),
        command(BaselineOverride=["s3://bucket/a'b"]),
        "OverrideUrl",
    ),
    "a list beside hooks": (
        schedule(install_override_list=S3, hooks=PatchHooks(on_exit="Join")),
        with_hooks(InstallOverrideList=[S3]),
        "ParameterName",
    ),
    "a baseline override beside hooks": (
        schedule(baseline_override=S3, hooks=PatchHooks(on_exit="Join")),
        with_hooks(BaselineOverride=[S3]),
        "ParameterName",
    ),
    "an override with a space": (
        schedule(baseline_override="s3://bucket/a b"),
        command(BaselineOverride=["s3://bucket/a b"]),
        "OverrideUrl",
    ),
    "an override that is a folder": (
        schedule(baseline_override="s3://bucket/a/"),
        command(BaselineOverride=["s3://bucket/a/"]),
        "OverrideUrl",
    ),
    "an execution timeout of eleven hours": (
        lambda: PatchCommand(operation=PatchOperation.SCAN, execution_timeout_seconds=39_600),
        command(StepTimeoutSeconds=["39600"]),
        "ParameterValue",
    ),
    "a hook's name": (
        lambda: PatchHooks(on_exit="a b"),
        with_hooks(OnExitHookDocName=["a b"]),
        "HookDocument",
    ),
    "a start within a second": (
        schedule(start_timeout=timedelta(seconds=1)),
        changed(
            "Task",
            TaskInvocationParameters={
                "MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": ["Scan"]}, "TimeoutSeconds": 1}
            },
        ),
        "StartTimeout",
    ),
    "a system": (made("SOLARIS"), a_baseline("SOLARIS"), "OperatingSystem"),  # type: ignore[arg-type]
    "a key of another system": (
        made(rules=[PatchRule.approve_after(A_WEEK, PatchFilter.msrc_severity("Critical"))]),
        filtered("MSRC_SEVERITY", "Critical"),
        "FilterKey",
    ),
    "a slip of a value": (
        made(rules=[PatchRule.approve_after(A_WEEK, PatchFilter.priority("Requird"))]),
        filtered("PRIORITY", "Requird"),
        "FilterValue",
    ),
    "the console's word for every value": (
        made(OperatingSystem.AMAZON_LINUX_2, rules=[PatchRule.approve_after(A_WEEK, PatchFilter.product("All"))]),
        filtered("PRODUCT", "All", system="AMAZON_LINUX_2"),
        "FilterValue",
    ),
    "a family of applications without their set": (
        lambda: PatchRule.approve_after(A_WEEK, PatchFilter.product_family("Office")),
        filtered("PRODUCT_FAMILY", "Office", system="WINDOWS"),
        "ApplicationFilters",
    ),
    "applications without a product": (
        lambda: PatchRule.approve_after(A_WEEK, PatchFilter.patch_set("APPLICATION")),
        filtered("PATCH_SET", "APPLICATION", system="WINDOWS"),
        "ApplicationFilters",
    ),
    "361 days": (
        lambda: PatchRule.approve_after(timedelta(days=361), ANY),
        filtered("PRODUCT", "*", ApproveAfterDays=361),
        "ApprovalDelay",
    ),
    "no filter": (
        lambda: PatchRule.approve_after(A_WEEK),
        a_baseline(ApprovalRules={"PatchRules": [{"ApproveAfterDays": 0, "PatchFilterGroup": {"PatchFilters": []}}]}),
        "BaselineListLimits",
    ),
    "51 patches": (
        made(approved_patches=["a"] * 51),
        a_baseline(ApprovedPatches=["a"] * 51),
        "BaselineListLimits",
    ),
    "more than security on Windows": (
        made(OperatingSystem.WINDOWS, rules=[PatchRule.approve_after(A_WEEK, ANY, enable_non_security=True)]),
        filtered("PRODUCT", "*", system="WINDOWS", EnableNonSecurity=True),
        "LinuxOnlyProperty",
    ),
    "a status on Ubuntu": (
        made(available_security_updates_compliance_status="COMPLIANT"),
        a_baseline(AvailableSecurityUpdatesComplianceStatus="COMPLIANT"),
        "WindowsOnlyProperty",
    ),
    "a document that is misspelled": (
        lambda: WindowTask.run_command("AWS-RunPatchBaselin"),
        changed("Task", TaskArn="AWS-RunPatchBaselin"),
        "DocumentName",
    ),
    "a parameter that a document does not have": (
        lambda: WindowTask.run_command("AWS-RunShellScript", parameters={"command": "date"}),
        runs("AWS-RunShellScript", command=["date"]),
        "ParameterName",
    ),
    "a parameter that a document requires": (
        lambda: WindowTask.run_command("AWS-RunShellScript"),
        runs("AWS-RunShellScript", workingDirectory=["/"]),
        "ParameterRequired",
    ),
    "a value that a document does not accept": (
        lambda: WindowTask.run_command("AWS-ConfigureKernelLivePatching", parameters={"EnableOrDisable": "On"}),
        runs("AWS-ConfigureKernelLivePatching", EnableOrDisable=["On"]),
        "ParameterValue",
    ),
    "a pseudo parameter of a resource in a command": (
        lambda: WindowTask.shell_script("echo {{RESOURCE_ID}}"),
        runs("AWS-RunShellScript", commands=["echo {{RESOURCE_ID}}"]),
        "RunCommandPseudoParameter",
    ),
    "rate control without targets": (
        lambda: WindowTask.automation("Check").with_options(targets=[], max_errors=RateControl.count(1)),
        changed("Task", TaskType="AUTOMATION", TaskArn="Check", Targets=[], TaskInvocationParameters={}),
        "TargetlessRateControl",
    ),
    "a compliance level": (
        lambda: PatchRule.approve_after(A_WEEK, ANY, compliance_level="SEVERE"),  # type: ignore[arg-type]
        filtered("PRODUCT", "*", ComplianceLevel="SEVERE"),
        "BaselineEnumValues",
    ),
    "approved and rejected": (
        made(approved_patches=["bash"], rejected_patches=["bash"]),
        a_baseline(ApprovedPatches=["bash"], RejectedPatches=["bash"]),
        "ApprovedAndRejected",
    ),
    "a source's name": (
        lambda: PatchSource(name="ab", products=("*",), configuration="deb"),
        a_baseline(Sources=[SOURCE]),
        "PatchSource",
    ),
    "a group's name": (lambda: PatchGroup("a*"), a_baseline(PatchGroups=["a*"]), "PatchGroupName"),
    "a group twice": (made(patch_groups=["a", "a"]), a_baseline(PatchGroups=["a", "a"]), "DuplicateBaseline"),
}


@pytest.mark.parametrize(("refused", "resources", "rule"), CASES.values(), ids=CASES.keys())
def test_what_is_refused_is_found(
    tmp_path: Path, refused: Callable[[], object], resources: dict[str, Any], rule: str
) -> None:
    with pytest.raises(PatchingError):
        refused()
    found = check_paths([written(tmp_path / "a.json", resources)], now=TODAY)
    assert f"Patching-{rule}" in {each.rule.id for each in found}


def test_a_notification_is_refused_and_found(tmp_path: Path) -> None:
    with pytest.raises(PatchingError):
        CommandNotification(topic=cdk.aws_sns.Topic(cdk.Stack(), "Topic"), events=())
    with pytest.raises(PatchingError):
        CommandOutput(key_prefix="a")
    config = {"NotificationArn": "arn:aws:sns:eu-central-1:111111111111:topic", "NotificationEvents": []}
    invocation = {"Parameters": {"Operation": ["Scan"]}, "NotificationConfig": config}
    resources = changed("Task", TaskInvocationParameters={"MaintenanceWindowRunCommandParameters": invocation})
    found = check_paths([written(tmp_path / "a.json", resources)], now=TODAY)
    assert "Patching-NotificationValues" in {each.rule.id for each in found}
