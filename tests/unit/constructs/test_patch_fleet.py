"""PatchFleet: its constructs, their ids, its roles, the grants of its nodes, and every error."""

import ast
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match, Template
from constructs import Construct
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import (
    CommandNotification,
    CommandOutput,
    FleetRollout,
    FleetSchedule,
    OperatingSystem,
    PatchBaseline,
    PatchFilter,
    PatchFleet,
    PatchFreeze,
    PatchFreezes,
    PatchGate,
    PatchGroup,
    PatchHooks,
    PatchNodes,
    PatchOperation,
    PatchRing,
    PatchRule,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.constructs._fleet_rings import ring_of_fleet
from patching_constructs.constructs._schedule_options import FleetScheduleOptions, RingOptions
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchFleet", "unit")

EXAMPLE = Path(__file__).parents[3] / "examples" / "fleet.py"
NIGHTLY = ScheduleExpression.daily(hour=22, time_zone="Europe/London")
TUESDAY = ScheduleExpression.patch_tuesday(hour=4, time_zone="Europe/London")
WINDOWS, LINUX, UBUNTU = OperatingSystem.WINDOWS, OperatingSystem.AMAZON_LINUX_2023, OperatingSystem.UBUNTU
TEXT = cdk.Token.as_string({"Ref": "Text"})
DEV = PatchRing("dev", targets=[PatchTarget.tag("Stage", "dev")], days_after=1)
PROD = PatchRing("prod", targets=[PatchTarget.tag("Stage", "prod")], days_after=8)
TASK, POLICY, ROLE = "AWS::SSM::MaintenanceWindowTask", "AWS::IAM::Policy", "AWS::IAM::Role"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def fleet(scope: cdk.Stack, name: str = "Shop", **properties: Any) -> PatchFleet:
    minimal: dict[str, Any] = {"patch_group": "shop", "operating_systems": [WINDOWS, LINUX], "scan": NIGHTLY}
    times = {} if {"install", "rollout"} & set(properties) else {"install": TUESDAY}
    return PatchFleet(scope, name, **minimal | times | properties)


def rollout(*rings: PatchRing, **defaults: Any) -> FleetRollout:
    return FleetRollout(TUESDAY, rings=rings or (DEV, PROD), **defaults)


def launch_template(scope: cdk.Stack, name: str = "Nodes") -> ec2.LaunchTemplate:
    role = iam.Role(scope, f"{name}Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    return ec2.LaunchTemplate(
        scope, name, role=role, machine_image=ec2.MachineImage.latest_amazon_linux2023(), require_imdsv2=True
    )


def found(stack: cdk.Stack, kind: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a type by their logical ids without hashes."""
    return {name[:-8]: dict(each) for name, each in Template.from_stack(stack).find_resources(kind).items()}


def properties(stack: cdk.Stack, kind: str) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in found(stack, kind).items()}


def commands(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Return what the patch tasks send, by the ids of their schedules."""
    return {
        name.removeprefix("Shop").removesuffix("Task"): task["TaskInvocationParameters"][
            "MaintenanceWindowRunCommandParameters"
        ]
        for name, task in properties(stack, TASK).items()
        if task["TaskType"] == "RUN_COMMAND"
    }


def targets(stack: cdk.Stack) -> dict[str, list[dict[str, Any]]]:
    kind = "AWS::SSM::MaintenanceWindowTarget"
    return {name.removeprefix("Shop"): each["Targets"] for name, each in properties(stack, kind).items()}


def statements(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the resources that a role or policy allows, by the first action."""
    policies = resource["Properties"].get("Policies", [resource["Properties"]])
    return {
        (each["Action"] if isinstance(each["Action"], str) else each["Action"][0]): each["Resource"]
        for policy in policies
        for each in policy["PolicyDocument"]["Statement"]
    }


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


# --- The common case ----------------------------------------------------------------------------------


def test_a_fleet_has_a_baseline_for_each_operating_system_and_two_schedules(stack: cdk.Stack) -> None:
    made = fleet(stack)
    made.add_nodes(launch_template(stack))
    baselines = properties(stack, "AWS::SSM::PatchBaseline")
    assert {name: (each["OperatingSystem"], each["PatchGroups"]) for name, each in baselines.items()} == {
        "ShopWINDOWSBaseline": ("WINDOWS", ["shop"]),
        "ShopAMAZONLINUX2023Baseline": ("AMAZON_LINUX_2023", ["shop"]),
    }
    assert {name: each["Parameters"] for name, each in commands(stack).items()} == {
        "Scan": {"Operation": ["Scan"]},
        "Install": {"Operation": ["Install"]},
    }
    group = [{"Key": "tag:Patch Group", "Values": ["shop"]}]
    assert targets(stack) == {"ScanTarget": group, "InstallTarget": group}
    assert [each["Schedule"] for each in properties(stack, "AWS::SSM::MaintenanceWindow").values()] == [
        "cron(0 22 * * ? *)",
        "cron(0 4 ? * TUE#2 *)",
    ]
    assert list(found(stack, ROLE)) == ["NodesRole"]
    assert warnings(stack) == []


def test_it_is_the_same_as_its_constructs() -> None:
    """Created one by one in a construct with the same id, they have the same template, with the same logical ids."""

    def template(patch: Callable[[cdk.Stack, ec2.LaunchTemplate, CommandOutput], object]) -> Any:
        stack = cdk.Stack(cdk.App(), "Stack")
        bucket, log_group = s3.Bucket(stack, "Bucket"), logs.LogGroup(stack, "Log")
        patch(stack, launch_template(stack), CommandOutput(bucket=bucket, key_prefix="shop", log_group=log_group))
        return Template.from_stack(stack).to_json()

    def one_by_one(stack: cdk.Stack, host: ec2.LaunchTemplate, output: CommandOutput) -> None:
        shop, group = Construct(stack, "Shop"), PatchGroup("shop")
        for system in (WINDOWS, LINUX):
            rules = [PatchRule.security_patches(system)]
            PatchBaseline(shop, f"{system}-Baseline", operating_system=system, rules=rules, patch_groups=[group])
        every = [PatchTarget.patch_group(group)]
        PatchSchedule(shop, "Scan", schedule=NIGHTLY, targets=every, operation=PatchOperation.SCAN, output=output)
        PatchSchedule(shop, "Install", schedule=TUESDAY, targets=every, operation=PatchOperation.INSTALL, output=output)
        nodes = PatchNodes.of(host)
        nodes.join(group)
        nodes.grant_patching(output=output)

    def as_a_fleet(stack: cdk.Stack, host: ec2.LaunchTemplate, output: CommandOutput) -> None:
        fleet(stack, output=output).add_nodes(host)

    assert template(as_a_fleet) == template(one_by_one)


def test_what_it_consists_of_can_be_reached(stack: cdk.Stack) -> None:
    group = PatchGroup("shop", instance_metadata_tags=True)
    made = fleet(stack, patch_group=group)
    assert made.patch_group is group
    assert list(made.baselines) == [WINDOWS, LINUX]
    assert made.baselines[LINUX].operating_system is LINUX
    assert (made.scan_schedule.node.id, made.rollout) == ("Scan", None)
    assert made.install_schedule is not None
    assert made.install_schedule.node.id == "Install"
    assert (made.task_role, made.notification_role) == (None, None)
    assert targets(stack)["ScanTarget"] == [{"Key": "tag:PatchGroup", "Values": ["shop"]}]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.sampled_from([*OperatingSystem]), min_size=2, max_size=4, unique=True))
def test_another_operating_system_changes_nothing_else(systems: list[OperatingSystem]) -> None:
    def template(*listed: OperatingSystem) -> dict[str, Any]:
        stack = cdk.Stack(cdk.App(), "Stack")
        topic = sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:eu-west-1:111122223333:news")
        fleet(stack, operating_systems=listed, notification=CommandNotification(topic=topic))
        return dict(Template.from_stack(stack).to_json()["Resources"])

    every, first = template(*systems), template(systems[0])
    assert first.items() <= every.items()
    assert len(every) == len(first) + len(systems) - 1


def test_the_logical_ids(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    fleet(stack, operating_systems=[LINUX], notification=CommandNotification(topic=topic))
    ids = [name for name in Template.from_stack(stack).to_json()["Resources"] if name.startswith("Shop")]
    assert sorted(ids) == [
        "ShopAMAZONLINUX2023Baseline69CAE474",
        "ShopInstall674C2D72",
        "ShopInstallTarget2967F370",
        "ShopInstallTask8BA0052C",
        "ShopNotificationRoleDefaultPolicy597D78CF",
        "ShopNotificationRoleE03E9E9D",
        "ShopScan858B296C",
        "ShopScanTarget797A1C07",
        "ShopScanTaskDAE283FD",
        "ShopTaskRoleF837165A",
    ]


def test_the_example_takes_12_lines() -> None:
    """Counted are the lines of all statements with a name of this library, or with what was created with it."""
    module = ast.parse(EXAMPLE.read_text(encoding="utf-8"))
    imports = [
        each for each in module.body if isinstance(each, ast.ImportFrom) and each.module == "patching_constructs"
    ]
    names = {alias.name for each in imports for alias in each.names}
    lines: set[int] = set()
    for statement in module.body:
        used = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}
        if used & names:
            lines.update(range(statement.lineno, (statement.end_lineno or 0) + 1))
            if isinstance(statement, ast.Assign):
                names |= {each.id for each in statement.targets if isinstance(each, ast.Name)}
    assert names >= {"fleet", "PatchFleet"}
    assert 0 < len(lines) <= 12


# --- Baselines ----------------------------------------------------------------------------------------


def test_rules_of_each_operating_system_from_a_function(stack: cdk.Stack) -> None:
    made = fleet(stack, rules=lambda system: [PatchRule.security_patches(system, after=timedelta(days=3))])
    for baseline in properties(stack, "AWS::SSM::PatchBaseline").values():
        (rule,) = baseline["ApprovalRules"]["PatchRules"]
        assert rule["ApproveAfterDays"] == 3
    made.baselines[WINDOWS].add_rule(PatchRule.all_patches(WINDOWS))


def test_the_same_rules_for_every_operating_system(stack: cdk.Stack) -> None:
    everything = PatchRule.approve_after(timedelta(days=9), PatchFilter.product("*"))
    fleet(stack, rules=[everything])
    days = [
        [rule["ApproveAfterDays"] for rule in each["ApprovalRules"]["PatchRules"]]
        for each in properties(stack, "AWS::SSM::PatchBaseline").values()
    ]
    assert days == [[9], [9]]


def test_a_given_baseline_gets_the_patch_group(stack: cdk.Stack) -> None:
    own = PatchBaseline(stack, "Own", operating_system=LINUX, approved_patches=["bash"], patch_groups=["other"])
    made = fleet(stack, operating_systems=[WINDOWS, own])
    assert made.baselines[LINUX] is own
    assert {name: each["PatchGroups"] for name, each in properties(stack, "AWS::SSM::PatchBaseline").items()} == {
        "Own": ["other", "shop"],
        "ShopWINDOWSBaseline": ["shop"],
    }


def test_a_given_baseline_can_have_the_patch_group_already(stack: cdk.Stack) -> None:
    own = PatchBaseline(stack, "Own", operating_system=LINUX, approved_patches=["bash"], patch_groups=["shop"])
    fleet(stack, operating_systems=[own])
    assert properties(stack, "AWS::SSM::PatchBaseline")["Own"]["PatchGroups"] == ["shop"]


def test_a_literal_of_the_service_is_an_operating_system(stack: cdk.Stack) -> None:
    assert list(fleet(stack, operating_systems=untyped(["UBUNTU"])).baselines) == [UBUNTU]


def test_a_patch_group_can_be_a_token(stack: cdk.Stack) -> None:
    made = fleet(stack, patch_group=TEXT, rollout=rollout())
    made.add_nodes(launch_template(stack))
    assert properties(stack, "AWS::SSM::PatchBaseline")["ShopWINDOWSBaseline"]["PatchGroups"] == [{"Ref": "Text"}]
    assert targets(stack)["RolloutdevTarget"] == [
        {"Key": "tag:Stage", "Values": ["dev"]},
        {"Key": "tag:Patch Group", "Values": [{"Ref": "Text"}]},
    ]


# --- Schedules ----------------------------------------------------------------------------------------


def test_a_schedule_can_have_other_properties(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    fleet(
        stack,
        scan=FleetSchedule(NIGHTLY, window_name="nightly", notification=None),
        install=FleetSchedule(TUESDAY, duration=timedelta(hours=6), reboot_option="NoReboot"),
        notification=CommandNotification(topic=topic),
    )
    windows = properties(stack, "AWS::SSM::MaintenanceWindow")
    assert (windows["ShopScan"]["Name"], windows["ShopInstall"]["Duration"]) == ("nightly", 6)
    assert "ServiceRoleArn" not in commands(stack)["Scan"]
    assert commands(stack)["Install"]["Parameters"] == {"Operation": ["Install"], "RebootOption": ["NoReboot"]}
    assert "NotificationConfig" in commands(stack)["Install"]


def test_the_options_are_properties_of_rings() -> None:
    assert FleetScheduleOptions.__annotations__.items() <= RingOptions.__annotations__.items()
    assert set(RingOptions.__annotations__) - set(FleetScheduleOptions.__annotations__) == {"operation"}


def test_the_values_print_themselves() -> None:
    assert repr(FleetSchedule(NIGHTLY)) == "FleetSchedule('cron(0 22 * * ? *)')"
    assert repr(rollout(DEV)) == "FleetRollout('cron(0 4 ? * TUE#2 *)', rings=[PatchRing('dev', days_after=1)])"


def test_a_rollout_selects_only_nodes_of_the_fleet(stack: cdk.Stack) -> None:
    whole = PatchRing("rest", targets=[PatchTarget.patch_group("shop").with_name("all")], days_after=14)
    made = fleet(stack, rollout=rollout(DEV, PROD, whole, duration=timedelta(hours=3)))
    assert made.install_schedule is None
    assert made.rollout is not None
    assert list(made.rollout.rings) == ["dev", "prod", "rest"]
    group = {"Key": "tag:Patch Group", "Values": ["shop"]}
    assert targets(stack) == {
        "ScanTarget": [group],
        "RolloutdevTarget": [{"Key": "tag:Stage", "Values": ["dev"]}, group],
        "RolloutprodTarget": [{"Key": "tag:Stage", "Values": ["prod"]}, group],
        "RolloutrestTarget": [group],
    }
    assert properties(stack, "AWS::SSM::MaintenanceWindow")["ShopRolloutdev"]["Duration"] == 3


@pytest.mark.parametrize(
    "ring",
    [
        PatchRing("all", targets=[PatchTarget.tag("Stage", "a")], days_after=1),
        PatchRing(
            "all",
            targets=[PatchTarget.tag("Stage", "a"), PatchTarget.tag_key("B")],
            days_after=2,
            time_zone="Asia/Tokyo",
            hour=3,
            minute=30,
            bake_time=timedelta(days=2),
            duration=timedelta(hours=2),
            comment="ring",
        ),
        PatchRing("all", targets=[PatchTarget.tag("Stage", "a")], days_after=1, hour=0),
    ],
)
def test_a_ring_of_a_fleet_is_the_given_ring(ring: PatchRing) -> None:
    assert vars(ring_of_fleet(ring, ring.targets, ring.overrides)) == vars(ring)


# --- Roles --------------------------------------------------------------------------------------------


def test_both_schedules_share_one_role_of_each_kind(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key")
    topic = sns.Topic(stack, "Topic", master_key=key)
    made = fleet(stack, notification=CommandNotification(topic=topic))
    assert list(found(stack, ROLE)) == ["ShopNotificationRole", "ShopTaskRole"]
    assert list(found(stack, POLICY)) == ["ShopNotificationRoleDefaultPolicy"]
    assert (made.task_role, made.notification_role) == (
        made.node.find_child("TaskRole"),
        made.node.find_child("NotificationRole"),
    )
    publisher = stack.resolve(untyped(made.notification_role).role_arn)
    allowed = statements(found(stack, ROLE)["ShopTaskRole"])
    assert list(allowed) == ["ssm:SendCommand", "ssm:CancelCommand", "iam:PassRole"]
    assert allowed["iam:PassRole"] == publisher
    assert statements(found(stack, POLICY)["ShopNotificationRoleDefaultPolicy"]) == {
        "sns:Publish": stack.resolve(topic.topic_arn),
        "kms:Decrypt": stack.resolve(key.key_arn),
    }
    for name, task in properties(stack, TASK).items():
        assert task["ServiceRoleArn"] == stack.resolve(untyped(made.task_role).role_arn)
        assert found(stack, TASK)[name]["DependsOn"] == ["ShopNotificationRoleDefaultPolicy597D78CF"]
    assert [each["ServiceRoleArn"] for each in commands(stack).values()] == [publisher, publisher]
    assert warnings(stack) == []


def test_the_rings_share_the_roles_too(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    fleet(stack, rollout=rollout(), notification=CommandNotification(topic=topic))
    assert list(found(stack, ROLE)) == ["ShopNotificationRole", "ShopTaskRole"]
    assert len({str(each["ServiceRoleArn"]) for each in properties(stack, TASK).values()}) == 1


def test_the_role_is_allowed_what_the_schedules_run(stack: cdk.Stack) -> None:
    news, alerts = sns.Topic(stack, "News"), sns.Topic(stack, "Alerts")
    own = iam.Role.from_role_name(stack, "Publisher", "publisher")
    fleet(
        stack,
        scan=FleetSchedule(NIGHTLY, notification=CommandNotification(topic=alerts)),
        rollout=rollout(
            PatchRing(
                "dev",
                targets=[PatchTarget.tag("Stage", "dev")],
                days_after=1,
                notification=CommandNotification(topic=news, role=own),
            ),
            PROD,
            hooks=PatchHooks(pre_install="Drain"),
        ),
        notification=CommandNotification(topic=news),
    )
    allowed = statements(found(stack, ROLE)["ShopTaskRole"])
    documents = [str(each) for each in allowed["ssm:SendCommand"]]
    assert sum("document/AWS-RunPatchBaseline'" in each for each in documents) == 1
    assert sum("document/AWS-RunPatchBaselineWithHooks'" in each for each in documents) == 1
    assert len(allowed["iam:PassRole"]) == 2
    publishing = properties(stack, POLICY)["ShopNotificationRoleDefaultPolicy"]["PolicyDocument"]["Statement"]
    assert [(each["Action"], each["Resource"]) for each in publishing] == [
        ("sns:Publish", stack.resolve(topic.topic_arn)) for topic in (alerts, news)
    ]


def test_a_given_role_runs_its_schedule_alone(stack: cdk.Stack) -> None:
    own = iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    topic = sns.Topic(stack, "Topic")
    made = fleet(
        stack,
        install=FleetSchedule(TUESDAY, role=own),
        notification=CommandNotification(topic=topic),
    )
    tasks = properties(stack, TASK)
    assert tasks["ShopInstallTask"]["ServiceRoleArn"] == stack.resolve(own.role_arn)
    assert tasks["ShopScanTask"]["ServiceRoleArn"] == stack.resolve(untyped(made.task_role).role_arn)
    passing = statements(found(stack, POLICY)["ShopInstallPassRolePolicy"])
    assert passing == {"iam:PassRole": stack.resolve(untyped(made.notification_role).role_arn)}


def test_a_given_publishing_role_is_used(stack: cdk.Stack) -> None:
    own = iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    made = fleet(stack, notification=CommandNotification(topic=sns.Topic(stack, "Topic"), role=own))
    assert made.notification_role is None
    assert [each["ServiceRoleArn"] for each in commands(stack).values()] == [stack.resolve(own.role_arn)] * 2
    assert statements(found(stack, ROLE)["ShopTaskRole"])["iam:PassRole"] == stack.resolve(own.role_arn)


def test_a_gate_has_roles_of_its_own_and_the_publishing_role_of_the_fleet(stack: cdk.Stack) -> None:
    made = fleet(
        stack,
        scan=FleetSchedule(NIGHTLY, enabled=False),
        install=FleetSchedule(TUESDAY, gate=PatchGate(calendars=["freezes"])),
        notification=CommandNotification(topic=sns.Topic(stack, "Topic")),
    )
    roles = found(stack, ROLE)
    assert list(roles) == ["ShopNotificationRole", "ShopTaskRole", "ShopInstallGateRole", "ShopInstallAutomationRole"]
    publisher = stack.resolve(untyped(made.notification_role).role_arn)
    assert statements(roles["ShopInstallGateRole"])["iam:PassRole"] == publisher
    document = found(stack, "AWS::SSM::Document")["ShopInstallGateDocument"]
    assert document["DependsOn"] == ["ShopNotificationRoleDefaultPolicy597D78CF"]


def test_the_tasks_after_a_freeze_depend_on_the_policies_too(stack: cdk.Stack) -> None:
    made = fleet(stack, notification=CommandNotification(topic=sns.Topic(stack, "Topic")))
    freeze = PatchFreeze(
        start=datetime(2026, 12, 1, tzinfo=UTC), end=datetime(2027, 1, 4, tzinfo=UTC), reason="Christmas"
    )
    PatchFreezes.of(made).add(freeze)
    tasks = found(stack, TASK)
    assert len(tasks) == 3
    assert all("ShopNotificationRoleDefaultPolicy597D78CF" in each["DependsOn"] for each in tasks.values())
    assert list(found(stack, ROLE)) == ["ShopNotificationRole", "ShopTaskRole"]


def test_a_gated_rollout(stack: cdk.Stack) -> None:
    fleet(stack, rollout=rollout(gated=True), notification=CommandNotification(topic=sns.Topic(stack, "Topic")))
    assert list(found(stack, ROLE)) == [
        "ShopNotificationRole",
        "ShopTaskRole",
        "ShopRolloutprodGateRole",
        "ShopRolloutprodAutomationRole",
    ]
    kinds = {name: task["TaskType"] for name, task in properties(stack, TASK).items()}
    assert kinds == {
        "ShopScanTask": "RUN_COMMAND",
        "ShopRolloutdevTask": "RUN_COMMAND",
        "ShopRolloutprodTask": "AUTOMATION",
    }


def test_a_ring_that_is_added_later_has_its_own_roles(stack: cdk.Stack) -> None:
    made = fleet(stack, rollout=rollout(DEV), notification=CommandNotification(topic=sns.Topic(stack, "Topic")))
    assert made.rollout is not None
    added = made.rollout.add_ring(PROD)
    assert added.task_role is not None
    assert added.notification_role is not None


# --- Nodes --------------------------------------------------------------------------------------------


def test_nodes_join_the_group_and_may_write_the_output(stack: cdk.Stack) -> None:
    bucket, log_group = s3.Bucket(stack, "Bucket"), logs.LogGroup(stack, "Log")
    hosts = launch_template(stack), launch_template(stack, "Others")
    grant = fleet(stack, output=CommandOutput(bucket=bucket, log_group=log_group)).add_nodes(*hosts)
    assert grant.success
    for name, policy in found(stack, POLICY).items():
        assert name in {"NodesRoleDefaultPolicy", "OthersRoleDefaultPolicy"}
        assert list(statements(policy)) == [
            "s3:PutObject",
            "s3:GetEncryptionConfiguration",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
        ]
    for template in properties(stack, "AWS::EC2::LaunchTemplate").values():
        (tags,) = [
            each["Tags"]
            for each in template["LaunchTemplateData"]["TagSpecifications"]
            if each["ResourceType"] == "instance"
        ]
        assert {"Key": "Patch Group", "Value": "shop"} in tags
    sent = commands(stack)
    assert (
        sent["Scan"]["OutputS3BucketName"] == sent["Install"]["OutputS3BucketName"] == stack.resolve(bucket.bucket_name)
    )


def test_nodes_get_what_any_schedule_or_task_requires(stack: cdk.Stack) -> None:
    scans, installs, tests = (s3.Bucket(stack, name) for name in ("Scans", "Installs", "Tests"))
    smoke_test = WindowTask.run_command("SmokeTest").with_options(output=CommandOutput(bucket=tests))
    made = fleet(
        stack,
        scan=FleetSchedule(NIGHTLY, output=CommandOutput(bucket=scans)),
        install=FleetSchedule(
            TUESDAY,
            output=CommandOutput(bucket=installs),
            install_override_list="s3://lists/install.yaml",
            after=[WindowTask.stop_instances(PatchTarget.instance_ids("i-0123456789abcdef0")), smoke_test],
        ),
    )
    made.add_nodes(launch_template(stack))
    (policy,) = [each for name, each in found(stack, POLICY).items() if name == "NodesRoleDefaultPolicy"]
    text = str(policy)
    assert "lists/install.yaml" in text
    for bucket in (scans, installs, tests):
        assert str(stack.resolve(bucket.bucket_arn)) in text


def test_nodes_that_are_added_twice(stack: cdk.Stack) -> None:
    made, nodes = fleet(stack, output=CommandOutput(bucket=s3.Bucket(stack, "Bucket"))), launch_template(stack)
    made.add_nodes(nodes)
    before = Template.from_stack(stack).to_json()
    made.add_nodes(nodes)
    assert Template.from_stack(stack).to_json() == before


# --- Errors -------------------------------------------------------------------------------------------

PATCH_GROUPS = "the fleet adds the patch group 'shop' to every target"


def ring(*given: PatchTarget) -> FleetRollout:
    return rollout(PatchRing("dev", targets=given, days_after=1))


@pytest.mark.parametrize(
    ("given_properties", "message"),
    [
        (
            {"operating_systems": []},
            "operating_systems must have at least 1 item, got 0; write [OperatingSystem.WINDOWS, ...] [Stack/Shop]",
        ),
        (
            {"operating_systems": WINDOWS},
            "operating_systems must be a list of OperatingSystem or PatchBaseline, got OperatingSystem.WINDOWS; "
            "wrap it in [...] [Stack/Shop]",
        ),
        (
            {"operating_systems": [WINDOWS, LINUX, WINDOWS]},
            "operating_systems must not repeat an operating system, got WINDOWS twice; list it once: the operating "
            "system for a new baseline, or its own baseline [Stack/Shop]",
        ),
        (
            {"operating_systems": [TEXT]},
            "operating_system must be known at synthesis, because it determines what a baseline can contain, got a "
            "token [Stack/Shop]",
        ),
        (
            {"operating_systems": ["Windows"]},
            f"operating_system must be one of {', '.join(f'OperatingSystem.{each.name}' for each in OperatingSystem)}, "
            "got 'Windows'; did you mean OperatingSystem.WINDOWS? [Stack/Shop]",
        ),
        (
            {"install": None},
            "PatchFleet requires either install or rollout, got neither; set install to patch all nodes at once "
            "[Stack/Shop]",
        ),
        (
            {"install": TUESDAY, "rollout": rollout()},
            "PatchFleet requires either install or rollout, got both; leave one of them out [Stack/Shop]",
        ),
        (
            {"scan": "cron(0 22 * * ? *)"},
            "scan must be a ScheduleExpression or a FleetSchedule, got 'cron(0 22 * * ? *)'; "
            "write ScheduleExpression.expression('cron(0 22 * * ? *)') [Stack/Shop]",
        ),
        (
            {"install": FleetRollout},
            "install must be a ScheduleExpression or a FleetSchedule, got the class FleetRollout [Stack/Shop]",
        ),
        (
            {"rollout": [DEV]},
            "rollout must be a FleetRollout, got [PatchRing('dev', days_after=1)]; "
            "write FleetRollout(schedule, rings=[...]) [Stack/Shop]",
        ),
        (
            {"rules": PatchRule.security_patches},
            "rules must be a list of PatchRule, got an object of type PatchRule; "
            "wrap it in [...] [Stack/Shop/WINDOWS-Baseline]",
        ),
        (
            {"rules": partial(PatchRule.approve_after, timedelta(days=7))},
            "PatchRule filters must be a list of PatchFilter, got OperatingSystem.WINDOWS; use a factory such as "
            "PatchFilter.product(...) [Stack/Shop/WINDOWS-Baseline]",
        ),
        (
            {"rules": [PatchRule.security_patches(WINDOWS)]},
            "rules must filter by PRODUCT, CLASSIFICATION, SEVERITY on AMAZON_LINUX_2023, got MSRC_SEVERITY; "
            "use PatchFilter.severity(...) [Stack/Shop/AMAZON_LINUX_2023-Baseline]",
        ),
        (
            {"output": "bucket"},
            "output must be a CommandOutput, got 'bucket'; write CommandOutput(...) [Stack/Shop]",
        ),
        (
            {"notification": "topic"},
            "notification must be a CommandNotification, got 'topic'; write CommandNotification(...) [Stack/Shop]",
        ),
        (
            {"patch_group": "shop,web"},
            "PatchGroup name must not contain commas, which the service interprets as a list, got 'shop,web'; create "
            "one PatchGroup per group [Stack/Shop]",
        ),
        (
            {"rollout": ring(PatchTarget.instance_ids("i-0123456789abcdef0"))},
            "PatchRing 'dev' targets must select the nodes of a fleet by tags, got InstanceIds; "
            f"{PATCH_GROUPS} [Stack/Shop]",
        ),
        (
            {"rollout": ring(PatchTarget.patch_group("shop", "web"))},
            "PatchRing 'dev' targets must be in the patch group of the fleet, tag:Patch Group shop, got "
            f"tag:Patch Group shop, web; leave it out, because {PATCH_GROUPS} [Stack/Shop]",
        ),
        (
            {"rollout": ring(PatchTarget.patch_group("shop", instance_metadata_tags=True))},
            "PatchRing 'dev' targets must be in the patch group of the fleet, tag:Patch Group shop, got "
            f"tag:PatchGroup shop; leave it out, because {PATCH_GROUPS} [Stack/Shop]",
        ),
    ],
)
def test_an_invalid_fleet(stack: cdk.Stack, given_properties: dict[str, Any], message: str) -> None:
    assert refused(lambda: fleet(stack, **given_properties)) == message
    assert stack.node.children == []


def test_rules_without_effect(stack: cdk.Stack) -> None:
    own = PatchBaseline(stack, "Own", operating_system=LINUX, approved_patches=["bash"])
    rules = [PatchRule.security_patches(LINUX)]
    assert refused(lambda: fleet(stack, operating_systems=[own], rules=rules)) == (
        "rules requires an operating system without a given baseline, got AMAZON_LINUX_2023; leave it out, or set the "
        "rules of the baselines [Stack/Shop]"
    )


def test_an_imported_baseline(stack: cdk.Stack) -> None:
    imported = PatchBaseline.from_patch_baseline_id(stack, "Imported", "pb-0123456789abcdef0")
    assert refused(lambda: fleet(stack, operating_systems=[imported])) == (
        "operating_systems must be a list of OperatingSystem or PatchBaseline, got an object of type "
        "_ImportedBaseline; write [OperatingSystem.WINDOWS, ...] [Stack/Shop]"
    )


def test_a_property_of_a_schedule_is_checked_there(stack: cdk.Stack) -> None:
    scan = FleetSchedule(NIGHTLY, reboot_option="NoReboot")
    assert refused(lambda: fleet(stack, scan=scan)).endswith("[Stack/Shop/Scan]")


def test_two_fleets_with_one_patch_group(stack: cdk.Stack) -> None:
    fleet(stack)
    assert refused(lambda: fleet(stack, "Other")) == (
        "patch_groups must not register 'shop' with two WINDOWS baselines in the same account and Region, got "
        "Stack/Shop/WINDOWS-Baseline and Stack/Other/WINDOWS-Baseline; share one baseline, or use another group "
        "[Stack/Other/WINDOWS-Baseline]"
    )


@pytest.mark.parametrize(
    ("create", "message"),
    [
        (
            lambda: FleetSchedule(untyped("rate(1 day)")),
            "FleetSchedule schedule must be a ScheduleExpression, got 'rate(1 day)'; "
            "write ScheduleExpression.expression('rate(1 day)')",
        ),
        (
            lambda: FleetSchedule(NIGHTLY, **untyped({"durations": 1})),
            "FleetSchedule must have only properties of PatchSchedule that the fleet does not determine, got "
            "durations; did you mean duration?",
        ),
        (
            lambda: FleetSchedule(NIGHTLY, **untyped({"operation": PatchOperation.INSTALL})),
            "FleetSchedule must have only properties of PatchSchedule that the fleet does not determine, got "
            "operation; leave it out",
        ),
        (
            lambda: FleetRollout(TUESDAY, rings=[]),
            "FleetRollout rings must have at least 1 item, got 0; write PatchRing(name, targets=[...], days_after=...)",
        ),
        (
            lambda: FleetRollout(TUESDAY, rings=[DEV], **untyped({"window_name": "patches"})),
            "FleetRollout must have only properties of PatchSchedule that its rings can share, got window_name; set it "
            "in PatchRing",
        ),
    ],
)
def test_an_invalid_value(create: Callable[[], object], message: str) -> None:
    assert refused(create) == message


def test_a_host_without_nodes(stack: cdk.Stack) -> None:
    made = fleet(stack)
    nodes = launch_template(stack)
    assert refused(lambda: made.add_nodes(nodes, untyped(stack))) == (
        "host must be an aws_ec2.Instance, an aws_ec2.LaunchTemplate, an aws_autoscaling.AutoScalingGroup or an "
        "aws_eks.Nodegroup created in this app, got Stack [Stack/Shop]"
    )
    assert "Patch Group" not in str(properties(stack, "AWS::EC2::LaunchTemplate"))
    assert refused(made.add_nodes) == "hosts must have at least 1 item, got 0 [Stack/Shop]"


def test_nodes_of_another_patch_group(stack: cdk.Stack) -> None:
    made, nodes = fleet(stack), launch_template(stack)
    PatchNodes.of(nodes).join("web")
    assert refused(lambda: made.add_nodes(nodes)) == (
        "group must be Patch Group=web, because the nodes are already in this patch group, got Patch Group=shop "
        "[Stack/Nodes]"
    )
