"""The budget: what a construct costs in round_trips into Node, counted on jsii's message channel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Template
from constructs import Construct
from jsii._kernel.providers.process import _NodeProcess
from jsii._kernel.types import Callback

from patching_constructs import (
    MaintenanceWindow,
    OperatingSystem,
    PatchBaseline,
    PatchFreeze,
    PatchFreezes,
    PatchNodes,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchRule,
    PatchSchedule,
    PatchTarget,
    RateControl,
    ScheduleExpression,
    WindowTask,
)

SCHEDULE = ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin")
WEB = PatchTarget.patch_group("web")


class Channel:
    """What went over the channel since the last `clear`."""

    def __init__(self) -> None:
        self.round_trips: list[str] = []
        self.callbacks: list[str] = []

    def clear(self) -> None:
        self.round_trips.clear()
        self.callbacks.clear()


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    channel, send = Channel(), _NodeProcess.send

    def counted(self: _NodeProcess, request: Any, response_type: Any) -> Any:
        response = send(self, request, response_type)
        channel.round_trips.append(type(request).__name__)
        if isinstance(response, Callback):
            channel.callbacks.append(str(response))
        return response

    monkeypatch.setattr(_NodeProcess, "send", counted)
    return channel


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def schedule(stack: cdk.Stack, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": SCHEDULE, "targets": [WEB], "operation": PatchOperation.INSTALL}
    return PatchSchedule(stack, "Schedule", **minimal | properties)


def hand_written(stack: cdk.Stack) -> None:
    """Create the resources of PatchSchedule with L1 constructs, with few round trips."""
    window = ssm.CfnMaintenanceWindow(
        stack,
        "Window",
        name="web-install",
        schedule="cron(0 4 ? * TUE#2 *)",
        schedule_timezone="Europe/Berlin",
        schedule_offset=5,
        duration=4,
        cutoff=1,
        allow_unassociated_targets=False,
    )
    window_id = window.ref
    target = ssm.CfnMaintenanceWindowTarget(
        stack,
        "Target",
        resource_type="INSTANCE",
        targets=[ssm.CfnMaintenanceWindowTarget.TargetsProperty(key="tag:Patch Group", values=["web"])],
        window_id=window_id,
    )
    task = ssm.CfnMaintenanceWindowTask
    task(
        stack,
        "Task",
        window_id=window_id,
        task_type="RUN_COMMAND",
        task_arn="AWS-RunPatchBaseline",
        priority=1,
        targets=[task.TargetProperty(key="WindowTargetIds", values=[target.ref])],
        max_concurrency="10%",
        max_errors="10%",
        cutoff_behavior="CANCEL_TASK",
        task_invocation_parameters=task.TaskInvocationParametersProperty(
            maintenance_window_run_command_parameters=task.MaintenanceWindowRunCommandParametersProperty(
                parameters={"Operation": ["Install"]}
            )
        ),
    )


def test_hand_written_l1_costs_five(stack: cdk.Stack, channel: Channel) -> None:
    hand_written(stack)
    assert len(channel.round_trips) == 5


def test_a_named_schedule_costs_six(stack: cdk.Stack, channel: Channel) -> None:
    schedule(stack, window_name="web-install", duration=timedelta(hours=5), max_errors=RateControl.count(1))
    create, get = "CreateRequest", "GetRequest"
    assert channel.round_trips == [create, create, get, create, get, create]


def test_an_unnamed_schedule_costs_seven(stack: cdk.Stack, channel: Channel) -> None:
    schedule(stack)
    assert len(channel.round_trips) == 7


def test_every_further_target_costs_two(stack: cdk.Stack, channel: Channel) -> None:
    schedule(stack, window_name="web-install", targets=[WEB, PatchTarget.tag("Role", "db")])
    assert len(channel.round_trips) == 8


def test_a_frozen_schedule_costs_six(stack: cdk.Stack, channel: Channel) -> None:
    schedule(stack, window_name="web-install", enabled=False)
    assert len(channel.round_trips) == 6


def test_ids_and_handles_cost_nothing_more(stack: cdk.Stack, channel: Channel) -> None:
    made = schedule(stack, window_name="web-install")
    channel.clear()
    assert made.maintenance_window_id
    assert made.maintenance_window_target_ids
    assert made.maintenance_window_ref
    assert made.window
    assert made.window_targets
    assert made.task
    assert made.next_executions(after=datetime(2027, 1, 1, tzinfo=UTC))
    assert channel.round_trips == []


def test_facades_cost_nothing_before_they_are_used(stack: cdk.Stack, channel: Channel) -> None:
    made = schedule(stack, window_name="web-install")
    channel.clear()
    assert made.events
    assert made.metrics
    assert made.grants
    assert channel.round_trips == []


def test_rules_and_grants_call_nothing_back_at_synthesis(channel: Channel) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    made = schedule(stack, window_name="web-install")
    made.events.on_unsuccessful("Unsuccessful")
    made.grants.read(iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")))
    made.metrics.hours_overdue().create_alarm(stack, "Alarm", threshold=6, evaluation_periods=1)
    channel.clear()
    app.synth()
    assert channel.callbacks == []


def test_synthesis_calls_nothing_back(channel: Channel) -> None:
    app = cdk.App()
    schedule(cdk.Stack(app, "Stack"))
    channel.clear()
    app.synth()
    assert channel.round_trips == ["InvokeRequest"]
    assert channel.callbacks == []


@jsii.implements(cdk.IStableStringProducer)
class Late:
    """Resolves only when the template is written."""

    def produce(self) -> str:
        return "late"


def test_the_channel_would_see_a_callback(channel: Channel) -> None:
    app = cdk.App()
    cdk.CfnOutput(cdk.Stack(app, "Stack"), "Late", value=cdk.Lazy.string(Late()))
    channel.clear()
    app.synth()
    assert len(channel.callbacks) == 1


def test_the_template_equals_the_hand_written_one() -> None:
    ours, theirs = cdk.Stack(cdk.App(), "Stack"), cdk.Stack(cdk.App(), "Stack")
    schedule(ours, window_name="web-install")
    hand_written(theirs)

    def properties(stack: cdk.Stack) -> dict[str, Any]:
        resources = Template.from_stack(stack).to_json()["Resources"]
        names = {name: each["Type"] for name, each in resources.items()}
        return {each["Type"]: named(each["Properties"], names) for each in resources.values()}

    def named(value: Any, names: dict[str, str]) -> Any:
        """Name a resource by its type, as the two stacks have other logical ids."""
        match value:
            case {"Ref": str(name)}:
                return {"Ref": names[name]}
            case dict():
                return {key: named(item, names) for key, item in value.items()}
            case list():
                return [named(item, names) for item in value]
            case _:
                return value

    assert properties(ours) == properties(theirs)
    assert len(properties(ours)) == 3


# --- PatchBaseline ------------------------------------------------------------------------------------

CREATE, GET, INVOKE_STATIC, SET = "CreateRequest", "GetRequest", "StaticInvokeRequest", "SetRequest"


def baseline(scope: Construct, name: str = "Baseline", **properties: Any) -> PatchBaseline:
    system = OperatingSystem.AMAZON_LINUX_2023
    minimal: dict[str, Any] = {"operating_system": system, "baseline_name": "al2023"}
    return PatchBaseline(scope, name, rules=[PatchRule.security_patches(system)], **minimal | properties)


def hand_written_baseline(stack: cdk.Stack) -> ssm.CfnPatchBaseline:
    """Create the resource of PatchBaseline with an L1 construct."""
    made = ssm.CfnPatchBaseline
    return made(
        stack,
        "Resource",
        name="al2023",
        operating_system="AMAZON_LINUX_2023",
        approval_rules=made.RuleGroupProperty(
            patch_rules=[
                made.RuleProperty(
                    approve_after_days=7,
                    patch_filter_group=made.PatchFilterGroupProperty(
                        patch_filters=[
                            made.PatchFilterProperty(key="CLASSIFICATION", values=["Security"]),
                            made.PatchFilterProperty(key="SEVERITY", values=["Critical", "Important"]),
                        ]
                    ),
                )
            ]
        ),
        patch_groups=["web"],
    )


def test_a_hand_written_baseline_costs_one_and_its_id_another(stack: cdk.Stack, channel: Channel) -> None:
    assert hand_written_baseline(stack).ref
    assert channel.round_trips == [CREATE, GET]


def test_a_named_baseline_costs_two_and_its_id_another_once(stack: cdk.Stack, channel: Channel) -> None:
    made = baseline(stack)
    assert channel.round_trips == [CREATE, CREATE]
    assert made.patch_baseline_id == made.patch_baseline_ref.patch_baseline_id
    assert channel.round_trips == [CREATE, CREATE, GET]


def test_an_unnamed_baseline_costs_three(stack: cdk.Stack, channel: Channel) -> None:
    baseline(stack, baseline_name=None)
    assert channel.round_trips == [CREATE, INVOKE_STATIC, CREATE]


def test_the_first_baseline_with_groups_reads_the_environment_of_its_stack(stack: cdk.Stack, channel: Channel) -> None:
    baseline(stack, patch_groups=["web", "db"], default_baseline=True)
    assert channel.round_trips == [GET, GET, INVOKE_STATIC, CREATE, CREATE]


def test_every_further_one_costs_two(stack: cdk.Stack, channel: Channel) -> None:
    baseline(stack, patch_groups=["web"])
    channel.clear()
    baseline(stack, "Other", patch_groups=["db"])
    assert channel.round_trips == [CREATE, CREATE]


def test_in_a_construct_of_the_stack_it_costs_one_more(stack: cdk.Stack, channel: Channel) -> None:
    baseline(stack, patch_groups=["web"])
    inner = Construct(stack, "Inner")
    channel.clear()
    baseline(inner, patch_groups=["db"])
    assert channel.round_trips == [INVOKE_STATIC, CREATE, CREATE]


def test_a_stage_whose_environment_is_known_costs_two_more(channel: Channel) -> None:
    environment = cdk.Environment(account="111111111111", region="eu-central-1")
    stack = cdk.Stack(cdk.Stage(cdk.App(), "Prod", env=environment), "Stack")
    channel.clear()
    baseline(stack, patch_groups=["web"])
    assert channel.round_trips == [GET, GET, INVOKE_STATIC, GET, GET, CREATE, CREATE]


def test_a_group_added_later_costs_two(stack: cdk.Stack, channel: Channel) -> None:
    made = baseline(stack, patch_groups=["web"])
    channel.clear()
    made.add_patch_group("db")
    assert channel.round_trips == [INVOKE_STATIC, SET]


def test_no_callbacks_at_synthesis_of_patch_groups(channel: Channel) -> None:
    app = cdk.App()
    baseline(cdk.Stack(app, "Stack"), patch_groups=["web"])
    channel.clear()
    app.synth()
    assert channel.round_trips == ["InvokeRequest"]
    assert channel.callbacks == []


def test_the_baseline_equals_the_hand_written_one() -> None:
    ours, theirs = cdk.Stack(cdk.App(), "Stack"), cdk.Stack(cdk.App(), "Stack")
    baseline(ours, patch_groups=["web"])
    hand_written_baseline(theirs)
    (one,), (other,) = (Template.from_stack(each).to_json()["Resources"].values() for each in (ours, theirs))
    assert one == other


# --- PatchNodes ---------------------------------------------------------------------------------------


def test_joining_an_instance_costs_eleven(stack: cdk.Stack, channel: Channel) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-0", availability_zones=["a"], private_subnet_ids=["s"])
    image = ec2.MachineImage.latest_amazon_linux2023()
    node = ec2.Instance(stack, "Node", vpc=vpc, instance_type=ec2.InstanceType("t3.micro"), machine_image=image)
    channel.clear()
    PatchNodes.of(node).join("web")
    assert len(channel.round_trips) == 11


def test_synthesis_of_joined_nodes_calls_nothing_back(channel: Channel) -> None:
    app = cdk.App()
    PatchNodes.of(ec2.CfnInstance(cdk.Stack(app, "Stack"), "Node")).join("web")
    channel.clear()
    app.synth()
    assert channel.callbacks == []


# --- Other tasks ------------------------------------------------------------------------------------


def test_other_tasks_that_need_no_role_cost_one_each(stack: cdk.Stack, channel: Channel) -> None:
    scan = WindowTask.scan().with_options(service_linked_role=True)
    schedule(stack, window_name="web-install", after=[scan])
    assert len(channel.round_trips) == 7


def test_synthesis_of_six_tasks_calls_nothing_back(channel: Channel) -> None:
    app = cdk.App()
    before, after = [WindowTask.update_ssm_agent(), WindowTask.create_image()], [WindowTask.reboot(), WindowTask.scan()]
    schedule(cdk.Stack(app, "Stack"), before=before, after=after)
    channel.clear()
    app.synth()
    assert channel.callbacks == []


def test_a_window_costs_what_a_schedule_costs(stack: cdk.Stack, channel: Channel) -> None:
    scan = WindowTask.scan().with_options(service_linked_role=True)
    MaintenanceWindow(stack, "Window", schedule=SCHEDULE, targets=[WEB], tasks=[scan], window_name="web")
    assert len(channel.round_trips) == 6


# --- PatchRollout -------------------------------------------------------------------------------------


def test_each_ring_costs_a_schedule_and_its_metadata(stack: cdk.Stack, channel: Channel) -> None:
    rings = [
        PatchRing(name, targets=[PatchTarget.tag("Stage", name)], days_after=days, window_name=name)
        for name, days in (("dev", 1), ("staging", 4), ("prod", 11))
    ]
    tuesday = ScheduleExpression.patch_tuesday(hour=4)
    PatchRollout(stack, "Rollout", schedule=tuesday, operation=PatchOperation.INSTALL, rings=rings)
    # The construct, its path, and the metadata of each window.
    assert len(channel.round_trips) == 3 + 3 * (6 + 1)


def test_synthesis_of_a_rollout_calls_nothing_back(channel: Channel) -> None:
    app = cdk.App()
    ring = PatchRing("dev", targets=[WEB], days_after=1)
    tuesday = ScheduleExpression.patch_tuesday(hour=4)
    PatchRollout(cdk.Stack(app, "Stack"), "Rollout", schedule=tuesday, operation=PatchOperation.INSTALL, rings=[ring])
    channel.clear()
    app.synth()
    assert channel.callbacks == []


@pytest.mark.parametrize("count", [1, 5])
def test_a_freeze_reads_the_scopes_once_for_all_schedules_of_a_construct(
    count: int, stack: cdk.Stack, channel: Channel
) -> None:
    for number in range(count):
        # A scan continues during the freeze, so that nothing else is read.
        MaintenanceWindow(stack, f"Scan{number}", schedule=SCHEDULE, targets=[WEB], tasks=[WindowTask.scan()])
    channel.clear()
    PatchFreezes.of(stack).add(PatchFreeze(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC), "x"))
    assert len(channel.round_trips) <= 3
