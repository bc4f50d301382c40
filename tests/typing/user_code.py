"""A user's code, which is type-checked and never run.

Every ignore is an error that the types must detect; mypy reports an unused ignore.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import assert_type
from zoneinfo import ZoneInfo

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk.interfaces.aws_ssm import IDocumentRef, IMaintenanceWindowRef, IPatchBaselineRef

from patching_constructs import (
    ApprovalAlignment,
    CommandNotification,
    CommandOutput,
    ComplianceLevel,
    CutoffBehavior,
    DayOfWeek,
    ExecutionStatus,
    FleetRollout,
    FleetSchedule,
    HookDocument,
    IMaintenanceWindow,
    InstallOverrideList,
    IPatchBaseline,
    IPatchSchedule,
    MaintenanceWindow,
    MaintenanceWindowEvents,
    MaintenanceWindowGrants,
    MaintenanceWindowMetrics,
    NotificationEvent,
    NotificationType,
    Occurrence,
    OperatingSystem,
    OverridePatch,
    PatchBaseline,
    PatchCapacity,
    PatchComplianceReport,
    PatchComplianceRule,
    PatchComplianceStatus,
    PatchDataSync,
    PatchFilter,
    PatchFleet,
    PatchGate,
    PatchGroup,
    PatchHooks,
    PatchingChecks,
    PatchNodes,
    PatchOperation,
    PatchOrganization,
    PatchPolicyBaseline,
    PatchRing,
    PatchRollout,
    PatchRule,
    PatchSchedule,
    PatchSource,
    PatchTarget,
    PseudoParameter,
    QuickSetupPatchPolicy,
    RateControl,
    RebootOption,
    RejectedPatchesAction,
    ScheduleExpression,
    Severity,
    TaskType,
    WallClock,
    WindowState,
    WindowTask,
)

stack = cdk.Stack(cdk.App(), "Stack")
made = ec2.Instance(
    stack,
    "Made",
    vpc=ec2.Vpc(stack, "Vpc"),
    instance_type=ec2.InstanceType("t3.micro"),
    machine_image=ec2.MachineImage.latest_amazon_linux2023(),
)
web = PatchTarget.patch_group("web", instance_metadata_tags=True).and_tag("Stage", "prod", "stage")
sunday = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4, time_zone=ZoneInfo("Europe/Berlin"))
number = cdk.CfnParameter(stack, "Number", type="Number").value_as_number

schedule = PatchSchedule(
    stack,
    "Schedule",
    schedule=sunday,
    targets=[web, PatchTarget.tag_key("Patch"), PatchTarget.resource_group("fleet", "AWS::EC2::Instance")],
    operation=PatchOperation.INSTALL,
    reboot_option=RebootOption.NO_REBOOT,
    duration=cdk.Duration.hours(4),
    cutoff=timedelta(hours=1),
    cutoff_behavior=CutoffBehavior.CANCEL_TASK,
    max_concurrency=RateControl.percentage(number),
    max_errors=RateControl.count(2),
    hooks=PatchHooks(pre_install="Drain"),
    baseline_override="s3://bucket/key",
    output=CommandOutput(bucket=s3.Bucket(stack, "Bucket"), log_group=logs.CfnLogGroup(stack, "Log")),
    notification=CommandNotification(
        topic=sns.CfnTopic(stack, "Topic"),
        events=(NotificationEvent.FAILED,),
        notification_type=NotificationType.INVOCATION,
        role=iam.Role.from_role_name(stack, "Publisher", "publisher"),
    ),
    role=iam.Role.from_role_name(stack, "Runner", "runner"),
    start_date=datetime(2027, 1, 1, tzinfo=UTC),
    start_timeout=timedelta(minutes=5),
)
dev = PatchRing(
    "dev",
    targets=[web],
    days_after=1,
    time_zone=ZoneInfo("Europe/Berlin"),
    hour=4,
    minute=30,
    bake_time=cdk.Duration.days(2),
    operation=PatchOperation.SCAN,
    max_errors=RateControl.count(0),
)
rollout = PatchRollout(
    stack,
    "Rollout",
    schedule=ScheduleExpression.patch_tuesday(hour=4),
    operation=PatchOperation.INSTALL,
    rings=[dev],
    duration=timedelta(hours=2),
)
assert_type(rollout.ring("dev"), PatchSchedule)
assert_type(rollout.rings, Mapping[str, PatchSchedule])
assert_type(rollout.add_ring(PatchRing("prod", targets=[web], days_after=number)), PatchSchedule)  # type: ignore[arg-type]
PatchRing("prod", targets=[web], days_after=4, duration=2)  # type: ignore[arg-type]
PatchRing("prod", targets=[web], days_after=4, durration=timedelta(hours=2))  # type: ignore[call-arg]
PatchRollout(stack, "Other", schedule=sunday, operation=PatchOperation.SCAN, window_name="one")  # type: ignore[call-arg]
dev.days_after = 2  # type: ignore[misc]
security = PatchRule.security_patches(OperatingSystem.WINDOWS)
PatchRollout(
    stack,
    "Aligned",
    schedule=sunday,
    operation=PatchOperation.INSTALL,
    rings=(dev,),
    approval=ApprovalAlignment.per_ring({OperatingSystem.WINDOWS: [security]}),
    gated=True,
)
ApprovalAlignment.per_ring([security])  # type: ignore[arg-type]
assert_type(rollout.baselines["dev"][OperatingSystem.WINDOWS], PatchBaseline)
assert_type(sunday.delayed_by(3), ScheduleExpression)
instance = ec2.CfnInstance(stack, "Instance")
window: IMaintenanceWindowRef = schedule
either: IPatchSchedule = schedule
either = PatchSchedule.from_maintenance_window_id(stack, "Imported", "mw-0123456789abcdef0")

assert_type(schedule.maintenance_window_id, str)
assert_type(schedule.maintenance_window_target_ids, tuple[str, ...])
assert_type(schedule.maintenance_window_task_id, str | None)
assert_type(schedule.window, ssm.CfnMaintenanceWindow)
assert_type(schedule.window_targets, tuple[ssm.CfnMaintenanceWindowTarget, ...])
assert_type(schedule.task, ssm.CfnMaintenanceWindowTask | None)
for stage in ("Dev", "Prod"):
    PatchBaseline(
        cdk.Stack(cdk.App(), stage),
        "Baseline",
        operating_system=OperatingSystem.UBUNTU,
        rules=[PatchRule.security_patches(OperatingSystem.UBUNTU)],
        patch_groups=["web"],
    )
executions = schedule.next_executions(after=datetime(2027, 1, 1, tzinfo=UTC), count=2)
assert_type(executions, tuple[Occurrence, ...])
assert_type(executions[1].start.date(), date)
assert_type(sunday.occurrences(after=datetime(2027, 1, 1, tzinfo=UTC)), Iterator[Occurrence])
assert_type(executions[0].wall_clock, WallClock)
assert_type(schedule.task_role, iam.Role | None)
assert_type(schedule.notification_role, iam.Role | None)
schedule.add_target(PatchTarget.tag("Role", "db"))
schedule.add_target("db")  # type: ignore[arg-type]
schedule.add_target(web).add_target(web)  # type: ignore[attr-defined, func-returns-value]
schedule.next_executions()  # type: ignore[call-arg]
schedule.next_executions(after=date(2027, 1, 1))  # type: ignore[arg-type]
assert_type(ScheduleExpression.daily(hour=2), ScheduleExpression)
ScheduleExpression.cron(minute=0, hour="2-4", week_day=DayOfWeek.MONDAY, time_zone=cdk.TimeZone.EUROPE_BERLIN)

assert_type(PatchTarget.instances(instance, made), PatchTarget)
assert_type(web.with_name("web-servers").with_owner_information("team-web"), PatchTarget)
PatchTarget.instances("i-0123456789abcdef0")  # type: ignore[arg-type]
web.with_name(None)  # type: ignore[arg-type]

PatchSchedule(stack, "NoOperation", schedule=sunday, targets=[web])  # type: ignore[call-arg]
PatchSchedule(stack, "Text", schedule="cron(0 4 ? * SUN *)", targets=[web], operation=PatchOperation.SCAN)  # type: ignore[arg-type]
PatchSchedule(
    stack,
    "Parameter",
    schedule=sunday,
    targets=[web],
    operation=cdk.CfnParameter(stack, "Operation").value_as_string,
    reboot_option=cdk.CfnParameter(stack, "Reboot").value_as_string,
)
PatchSchedule(stack, "Hours", schedule=sunday, targets=[web], operation=PatchOperation.SCAN, duration=4)  # type: ignore[arg-type]
PatchSchedule(stack, "Alone", schedule=sunday, targets=web, operation=PatchOperation.SCAN)  # type: ignore[arg-type]
PatchSchedule(stack, "Arn", schedule=sunday, targets=[web], operation=PatchOperation.SCAN, role="arn:aws:iam::1:role/r")  # type: ignore[arg-type]
ScheduleExpression.cron(minute=0, hour=2, week_day=1)  # type: ignore[arg-type]
ScheduleExpression.daily(2)  # type: ignore[call-arg]
RateControl.percentage("10%")  # type: ignore[arg-type]
PatchCapacity(nodes=number, minutes_per_node=12.5, minutes_per_node_p95=25)
PatchCapacity(nodes=400, minutes_per_node=timedelta(minutes=12))  # type: ignore[arg-type]

critical = PatchFilter.severity("Critical", "Important")
week = PatchRule.approve_after(
    timedelta(days=7), critical, compliance_level=ComplianceLevel.HIGH, enable_non_security=True
)
baseline = PatchBaseline(
    stack,
    "Baseline",
    operating_system=OperatingSystem.AMAZON_LINUX_2023,
    rules=[
        week,
        PatchRule.approve_until(date(2027, 1, 31), critical),
        PatchRule.approve_after(cdk.Duration.days(number), critical),
        PatchRule.security_patches(OperatingSystem.AMAZON_LINUX_2023, after=timedelta(days=3)),
    ],
    approved_patches=["bash-*"],
    approved_patches_compliance_level=ComplianceLevel.LOW,
    approved_patches_enable_non_security=True,
    rejected_patches=["kernel-debug*"],
    rejected_patches_action=RejectedPatchesAction.BLOCK,
    global_filters=[PatchFilter.product("*")],
    sources=[PatchSource(name="internal", products=("*",), configuration="[internal]")],
    patch_groups=["web", PatchGroup("db")],
    default_baseline=True,
    description="All of it",
    baseline_name="al2023",
)
PatchBaseline(
    stack,
    "WindowsBaseline",
    operating_system=OperatingSystem.WINDOWS,
    available_security_updates_compliance_status=PatchComplianceStatus.NON_COMPLIANT,
)
baseline.add_patch_group("cache")
baseline.add_rule(week)
baseline.add_rule(critical)  # type: ignore[arg-type]
reference: IPatchBaselineRef = baseline
any_baseline: IPatchBaseline = baseline
any_baseline = PatchBaseline.from_patch_baseline_id(stack, "ImportedBaseline", "pb-0123456789abcdef0")
assert_type(baseline.patch_baseline_id, str)
assert_type(baseline.patch_groups, tuple[PatchGroup, ...])
assert_type(baseline.baseline, ssm.CfnPatchBaseline)
assert_type(baseline.operating_system, OperatingSystem)
PatchTarget.patch_group(*baseline.patch_groups)

PatchBaseline(stack, "NoSystem", rules=[week])  # type: ignore[call-arg]
PatchBaseline(stack, "System", operating_system="UBUNTU")  # type: ignore[arg-type]
PatchBaseline(stack, "Rule", operating_system=OperatingSystem.UBUNTU, rules=week)  # type: ignore[arg-type]
PatchBaseline(stack, "Dict", operating_system=OperatingSystem.UBUNTU, rules=[{"ApproveAfterDays": 7}])  # type: ignore[list-item]
PatchRule.approve_after(7, critical)  # type: ignore[arg-type]
PatchRule.approve_after(timedelta(days=7), filters=[critical])  # type: ignore[call-arg]
PatchRule.approve_after(timedelta(days=7), "Critical")  # type: ignore[arg-type]
PatchFilter.severity(1)  # type: ignore[arg-type]

drain = HookDocument.shell(stack, "Drain", ["drain"], environment={"CLUSTER": "web"}, timeout=timedelta(minutes=5))
assert_type(HookDocument.from_file(stack, "File", Path("drain.sh")), HookDocument)
PatchHooks(pre_install=drain, on_exit="Rejoin-Node")
document: IDocumentRef = drain
function = aws_lambda.Function.from_function_name(stack, "Function", "SSMCheck")
payload = {"node": PseudoParameter.RESOURCE_ID, "window": f"window {PseudoParameter.WINDOW_ID}"}
reboot = WindowTask.reboot(post_reboot_hook=drain).with_options(max_errors=RateControl.count(0))
assert_type(reboot, WindowTask)
nightly = MaintenanceWindow(
    stack,
    "Nightly",
    schedule=sunday,
    targets=[web],
    tasks=[
        WindowTask.shell_script("set -e", "uptime", execution_timeout=timedelta(minutes=5)),
        WindowTask.run_command("Check-Node", parameters={"Level": "high", "Paths": ["/var", "/opt"]}),
        WindowTask.lambda_function(function, payload=payload).with_options(targets=[]),
        reboot,
    ],
    duration=cdk.Duration.hours(2),
)
nightly.add_task("Scan", WindowTask.scan(), priority=3)
any_window: IMaintenanceWindow = nightly
any_window = MaintenanceWindow.from_maintenance_window_id(stack, "ImportedWindow", "mw-0123456789abcdef0")
assert_type(any_window.events, MaintenanceWindowEvents)
failed = nightly.events.on_execution_status_change("Failed", statuses=[ExecutionStatus.FAILED], rule_name="failed")
assert_type(failed, events.Rule)
assert_type(MaintenanceWindowEvents.from_maintenance_window(nightly.window).on_unsuccessful("Failed"), events.Rule)
nightly.events.on_state_change("Disabled", states=[WindowState.DISABLED], cross_stack_scope=stack)
either_metric = either.metrics.hours_overdue(period=timedelta(minutes=15), label="Overdue")
assert_type(either_metric, cloudwatch.Metric | cloudwatch.MathExpression)
either_metric.create_alarm(stack, "Overdue", threshold=6, evaluation_periods=1)
assert_type(MaintenanceWindowMetrics.all_commands_failed(), cloudwatch.Metric)
assert_type(nightly.grants.read(iam.User(stack, "Reader")), iam.Grant)
MaintenanceWindowGrants.from_maintenance_windows([nightly, either]).actions(
    iam.User(stack, "User"), ["ssm:GetMaintenanceWindow"]
)
MaintenanceWindowGrants.from_maintenance_window("mw-0123456789abcdef0")  # type: ignore[arg-type]
nightly.metrics.hours_overdue(period=300)  # type: ignore[arg-type]
nightly.grants.read("role")  # type: ignore[arg-type]
nightly.events.on_state_change("Failed", states=[ExecutionStatus.FAILED])  # type: ignore[list-item]
nightly.events.on_failed("Failed", target="arn:aws:sns:us-east-1:111111111111:topic")  # type: ignore[arg-type]
nightly.events.on_failed("Failed", targets=[])  # type: ignore[call-arg]
assert_type(nightly.tasks, Mapping[str, ssm.CfnMaintenanceWindowTask])
assert_type(nightly.task_roles, Mapping[TaskType, iam.Role])
assert_type(nightly.runbook_roles, Mapping[str, iam.Role])

WindowTask.run_command("Check-Node", parameters={"Level": 1})  # type: ignore[dict-item]
WindowTask.lambda_function("SSMCheck")  # type: ignore[arg-type]
WindowTask.scan().with_options(targets=web)  # type: ignore[arg-type]
nightly.add_task(WindowTask.scan())  # type: ignore[call-arg, arg-type]
PatchSchedule(stack, "Before", schedule=sunday, targets=[web], operation=PatchOperation.SCAN, before=["Check-Node"])  # type: ignore[list-item]

template = ec2.LaunchTemplate(stack, "Template")
kernel = InstallOverrideList.from_patches(stack, "List", [OverridePatch(id="kernel")])
nodes = PatchNodes.of(template)
nodes.join(PatchGroup("web"))
assert_type(nodes, PatchNodes)
assert_type(nodes.grant_patching(overrides=[kernel, "s3://bucket/list.yaml"]), iam.Grant)
fleet = autoscaling.AutoScalingGroup.from_auto_scaling_group_name(stack, "ImportedFleet", "web")

shop = PatchFleet(
    stack,
    "Shop",
    patch_group="shop",
    operating_systems=[OperatingSystem.UBUNTU, baseline],
    rules=lambda system: [PatchRule.all_patches(system)],
    scan=sunday,
    install=FleetSchedule(sunday, duration=timedelta(hours=6), window_name="install"),
)
rings = FleetRollout(
    sunday, rings=[PatchRing("dev", targets=[web], days_after=0)], gated=PatchGate(max_failed=1), comment="rings"
)
assert_type(shop.add_nodes(template), iam.Grant)
assert_type(shop.baselines, Mapping[OperatingSystem, PatchBaseline])
assert_type(shop.install_schedule, PatchSchedule | None)
assert_type(shop.rollout, PatchRollout | None)
assert_type(shop.task_role, iam.Role | None)
PatchFleet(stack, "Rings", patch_group="rings", operating_systems=[baseline], scan=sunday, rollout=rings, rules=[week])
PatchFleet(stack, "NoScan", patch_group="shop", operating_systems=[baseline], install=sunday)  # type: ignore[call-arg]
PatchFleet(stack, "One", patch_group="shop", operating_systems=baseline, scan=sunday)  # type: ignore[arg-type]
FleetSchedule(sunday, operation=PatchOperation.SCAN)  # type: ignore[call-arg]
FleetRollout(sunday, rings=[], capacity=None)  # type: ignore[call-arg]
shop.add_nodes("web")  # type: ignore[arg-type]

PatchNodes.of(fleet)  # type: ignore[arg-type]
PatchNodes.of(iam.Role.from_role_name(stack, "Nodes", "nodes"))  # type: ignore[arg-type]
PatchNodes.of("web")  # type: ignore[arg-type]
nodes.join("web").grant_patching()  # type: ignore[attr-defined, func-returns-value]
nodes.grant_patching(output=s3.Bucket(stack, "Output"))  # type: ignore[arg-type]
nodes.grant_patching(overrides=[OverridePatch(id="kernel")])  # type: ignore[list-item]

report = PatchComplianceReport(stack, "Report", accounts=["111122223333"], evidence_limit=cdk.Duration.days(3))
assert_type(report.bucket, s3.IBucket)
assert_type(report.sync, PatchDataSync)
assert_type(report.grant_query(iam.User(stack, "Analyst")), iam.Grant)
PatchDataSync(stack, "Sync", bucket=s3.Bucket.from_bucket_name(stack, "Central", "patch-data"), prefix="inventory")
assert_type(PatchComplianceRule.on_security_hub_finding(stack, "Findings"), events.Rule)

PatchComplianceReport(stack, "Later", evidence_limit=7)  # type: ignore[arg-type]
PatchComplianceReport(stack, "Named", bucket="patch-data")  # type: ignore[arg-type]
PatchDataSync(stack, "Nowhere")  # type: ignore[call-arg]
PatchDataSync(stack, "Keyed", bucket=s3.Bucket(stack, "Data"), key="arn")  # type: ignore[arg-type]
PatchComplianceRule(stack, "Rule", name="patched")  # type: ignore[call-arg]

checks: cdk.IPolicyValidationPlugin = PatchingChecks()
cdk.Validations.of(stack).add_plugins(
    PatchingChecks(
        stack,
        severity=Severity.NOTE,
        use_defaults=True,
        now=datetime(2027, 1, 1, tzinfo=UTC),
        verbose=True,
        write_suppressions_to_cloud_formation=True,
    )
)
assert_type(PatchingChecks().rule_ids, list[str])
assert_type(PatchingChecks().version, str)

PatchingChecks(severity="note")  # type: ignore[arg-type]
PatchingChecks(stack, Severity.NOTE)  # type: ignore[call-arg]
PatchingChecks(now=date(2027, 1, 1))  # type: ignore[arg-type]

organization = PatchOrganization(
    stack,
    "Organization",
    organizational_units=["ou-ab12-11112222"],
    regions={"eu-central-1": "Europe/Berlin", "us-east-1": ZoneInfo("America/New_York")},
)
assert_type(organization.time_zone, str)
PatchSchedule(organization, "Scan", schedule=sunday, targets=[web], operation=PatchOperation.SCAN)
PatchOrganization(stack, "NoZones", organizational_units=["r-ab12"], regions=["eu-central-1"])  # type: ignore[arg-type]
PatchOrganization(stack, "NoUnits", regions={"eu-central-1": "UTC"})  # type: ignore[call-arg]
policy = PatchPolicyBaseline.from_patch_baseline(baseline)
QuickSetupPatchPolicy(stack, "NoTarget", policy_name="weekly", baselines=[policy], scan=sunday)  # type: ignore[call-arg]
PatchPolicyBaseline.from_patch_baseline("pb-0123456789abcdef0")  # type: ignore[arg-type]
