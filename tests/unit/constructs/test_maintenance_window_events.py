"""Rules for the events of maintenance windows: which events they match, and what is invalid."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    ExecutionStatus,
    IMaintenanceWindow,
    MaintenanceWindow,
    MaintenanceWindowEvents,
    PatchFreeze,
    PatchFreezes,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowState,
)
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("MaintenanceWindowEvents", "unit")

WINDOW, OTHER = "mw-0123456789abcdef0", "mw-0fedcba9876543210"
BERLIN = "Europe/Berlin"
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone=BERLIN)
EXECUTION = "Maintenance Window Execution State-change Notification"
TASK = "Maintenance Window Task Execution State-change Notification"
STATE = "Maintenance Window State-change Notification"
STATUS = "Maintenance Window Status-change Notification"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def imported(scope: cdk.Stack, id: str = "Window", window_id: str = WINDOW) -> IMaintenanceWindow:  # noqa: A002
    return MaintenanceWindow.from_maintenance_window_id(scope, id, window_id)


def schedule(scope: cdk.Stack, id: str = "Install", **properties: Any) -> PatchSchedule:  # noqa: A002
    daily = ScheduleExpression.daily(hour=4, time_zone=BERLIN)
    web = PatchTarget.patch_group("web")
    return PatchSchedule(
        scope, id, schedule=daily, targets=[web], operation=PatchOperation.INSTALL, window_name=id, **properties
    )


def encrypted_by_aws() -> sns.Topic:
    stack = cdk.Stack(cdk.App(), "Topics")
    return sns.Topic(stack, "Topic", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/sns"))


def rules(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the properties of all rules of a stack."""
    found = Template.from_stack(stack).find_resources("AWS::Events::Rule")
    return [each["Properties"] for each in found.values()]


def pattern(stack: cdk.Stack) -> dict[str, Any]:
    """Return the event pattern of the only rule."""
    (rule,) = rules(stack)
    return dict(rule["EventPattern"])


def event(detail_type: str, status: str, window_id: str = WINDOW, source: str = "aws.ssm") -> dict[str, Any]:
    """Return an event like those in the documentation."""
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-0123456789ab",
        "detail-type": detail_type,
        "source": source,
        "account": "123456789012",
        "time": "2026-11-16T00:58:37Z",
        "region": "us-east-2",
        "resources": [f"arn:aws:ssm:us-east-2:123456789012:maintenancewindow/{window_id}"],
        "detail": {"window-id": window_id, "window-execution-id": "14bea65d-5ccc-462d-a2f3-e99c8", "status": status},
    }


def matched(stack: cdk.Stack, detail_type: str) -> set[str]:
    """Return the statuses whose events the only rule matches."""
    statuses = [*ExecutionStatus, *WindowState]
    return {each for each in statuses if matches(pattern(stack), event(detail_type, each))}


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Return whether a pattern matches an event, by the rule engine of moto."""
    why = "the tests with the oldest CDK install no moto"
    return bool(pytest.importorskip("tests.unit.monitoring.eventbridge", reason=why).matches(pattern, event))


Make = Callable[[MaintenanceWindowEvents], events.Rule]


# --- Which events match -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "statuses"),
    [
        (lambda made: made.on_execution_status_change("Rule"), {*ExecutionStatus, *WindowState}),
        (lambda made: made.on_execution_status_change("Rule", statuses=["PENDING"]), {"PENDING"}),
        (lambda made: made.on_unsuccessful("Rule"), {"FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING"}),
        (lambda made: made.on_failed("Rule"), {"FAILED"}),
        (lambda made: made.on_timed_out("Rule"), {"TIMED_OUT"}),
        (lambda made: made.on_cancelled("Rule"), {"CANCELLED"}),
        (lambda made: made.on_skipped("Rule"), {"SKIPPED_OVERLAPPING"}),
        (lambda made: made.on_succeeded("Rule"), {"SUCCESS"}),
    ],
)
def test_a_rule_matches_executions_with_these_statuses(make: Make, statuses: set[str], stack: cdk.Stack) -> None:
    make(imported(stack).events)
    assert matched(stack, EXECUTION) == statuses
    assert not matched(stack, TASK)
    assert not matched(stack, STATE)


def test_a_rule_for_tasks_matches_only_events_of_tasks(stack: cdk.Stack) -> None:
    imported(stack).events.on_task_status_change("Rule", statuses=[ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT])
    assert matched(stack, TASK) == {"FAILED", "TIMED_OUT"}
    assert not matched(stack, EXECUTION)


@pytest.mark.parametrize("detail_type", [STATE, STATUS])
def test_a_rule_for_states_matches_both_documented_types(detail_type: str, stack: cdk.Stack) -> None:
    imported(stack).events.on_state_change("Rule", states=[WindowState.DISABLED])
    assert matched(stack, detail_type) == {"DISABLED"}
    assert not matched(stack, EXECUTION)


def test_other_windows_and_sources_do_not_match(stack: cdk.Stack) -> None:
    imported(stack).events.on_failed("Rule")
    assert matches(pattern(stack), event(EXECUTION, "FAILED"))
    assert not matches(pattern(stack), event(EXECUTION, "FAILED", OTHER))
    assert not matches(pattern(stack), event(EXECUTION, "FAILED", source="custom"))


# --- Which windows it covers --------------------------------------------------------------------------


def window_ids(stack: cdk.Stack) -> list[Any]:
    return list(pattern(stack)["detail"]["window-id"])


def test_a_schedule_is_covered_with_its_reference(stack: cdk.Stack) -> None:
    made = schedule(stack)
    made.events.on_failed("Failed")
    assert window_ids(stack) == [stack.resolve(made.maintenance_window_id)]


def test_all_windows_of_a_schedule_with_freezes_are_covered(stack: cdk.Stack) -> None:
    made = schedule(stack, freezes=[CHRISTMAS])
    made.events.on_failed("Failed")
    assert len(made.windows) == 2
    assert window_ids(stack) == stack.resolve(list(made.maintenance_window_ids))


def test_windows_that_a_freeze_adds_later_are_covered(stack: cdk.Stack) -> None:
    made = schedule(stack)
    made.events.on_failed("Failed")
    PatchFreezes.of(stack).add(CHRISTMAS)
    summer = PatchFreeze(date(2027, 7, 1), date(2027, 8, 1), "Summer sale", time_zone=BERLIN)
    PatchFreezes.of(made).add(summer)
    assert len(made.windows) == 3
    assert window_ids(stack) == stack.resolve(list(made.maintenance_window_ids))


def test_a_freeze_that_adds_no_window_changes_no_rule(stack: cdk.Stack) -> None:
    made = schedule(stack)
    made.events.on_failed("Failed")
    day = PatchFreeze(date(2026, 12, 24), date(2026, 12, 25), "Christmas Eve", time_zone="Asia/Tokyo")
    PatchFreezes.of(stack).add(CHRISTMAS)
    PatchFreezes.of(stack).add(day)
    assert len(window_ids(stack)) == len(made.windows) == 2


def test_one_rule_covers_several_schedules(stack: cdk.Stack) -> None:
    first, second = schedule(stack, "First"), schedule(stack, "Second")
    made = MaintenanceWindowEvents.from_maintenance_windows([first, second, imported(stack), second])
    made.on_unsuccessful("Unsuccessful", cross_stack_scope=stack)
    PatchFreezes.of(first).add(CHRISTMAS)
    assert window_ids(stack) == [
        stack.resolve(first.maintenance_window_id),
        stack.resolve(second.maintenance_window_id),
        WINDOW,
        stack.resolve(first.maintenance_window_ids[1]),
    ]


def test_an_l1_construct_is_one_window(stack: cdk.Stack) -> None:
    window = ssm.CfnMaintenanceWindow(
        stack, "L1", name="l1-window", schedule="rate(1 day)", duration=2, cutoff=1, allow_unassociated_targets=False
    )
    MaintenanceWindowEvents.from_maintenance_window(window).on_failed("Failed")
    assert window_ids(stack) == [{"Ref": "L1"}]


def test_of_a_divided_schedule_one_window_can_be_covered(stack: cdk.Stack) -> None:
    _, after = schedule(stack, freezes=[CHRISTMAS]).windows
    MaintenanceWindowEvents.from_maintenance_window(after).on_failed("Failed")
    assert window_ids(stack) == [stack.resolve(after.ref)]


# --- The rule -----------------------------------------------------------------------------------------


def test_a_rule_is_created_with_its_options(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    made = schedule(stack).events.on_unsuccessful(
        "Unsuccessful", target=targets.SnsTopic(topic), description="Patching failed", rule_name="patching-failed"
    )
    assert isinstance(made, events.Rule)
    assert made.node.path == "Stack/Install/Unsuccessful"
    (rule,) = rules(stack)
    assert rule["Description"] == "Patching failed"
    assert rule["Name"] == "patching-failed"
    assert rule["Targets"] == [{"Arn": stack.resolve(topic.topic_arn), "Id": "Target0"}]


def test_a_rule_needs_no_target(stack: cdk.Stack) -> None:
    made = schedule(stack).events.on_failed("Failed")
    made.add_target(targets.SnsTopic(sns.Topic(stack, "Topic")))
    (rule,) = rules(stack)
    assert len(rule["Targets"]) == 1


def test_tokens_pass(stack: cdk.Stack) -> None:
    text, status = (cdk.CfnParameter(stack, each).value_as_string for each in ("Text", "Status"))
    imported(stack).events.on_execution_status_change(
        "Rule", statuses=[untyped(status)], description=text, rule_name=text
    )
    (rule,) = rules(stack)
    assert rule["Description"] == rule["Name"] == {"Ref": "Text"}
    assert rule["EventPattern"]["detail"]["status"] == [{"Ref": "Status"}]


def test_a_rule_can_be_in_another_stack() -> None:
    app = cdk.App()
    theirs, ours = cdk.Stack(app, "Theirs"), cdk.Stack(app, "Ours")
    schedule(theirs).events.on_failed("Failed", cross_stack_scope=ours)
    assert not rules(theirs)
    (window,) = window_ids(ours)
    assert "Fn::ImportValue" in window


def windows(scope: cdk.Stack, count: int) -> list[IMaintenanceWindow]:
    return [imported(scope, f"Window{number}", f"mw-{number:017x}") for number in range(count)]


LONG = "patching-constructs:longEventPattern"


def test_a_pattern_within_the_quota_has_no_warning(stack: cdk.Stack) -> None:
    MaintenanceWindowEvents.from_maintenance_windows(windows(stack, 80)).on_unsuccessful("Rule")
    assert len(json.dumps(pattern(stack), separators=(",", ":"))) == 2026
    Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp(LONG))


def test_a_pattern_over_the_quota_has_a_warning(stack: cdk.Stack) -> None:
    MaintenanceWindowEvents.from_maintenance_windows(windows(stack, 81)).on_unsuccessful("Rule")
    assert len(json.dumps(pattern(stack), separators=(",", ":"))) == 2049
    message = (
        "The event pattern of 81 windows has 2049 characters, and the quota is 2048 by default. "
        f"Create several rules, each for some of the windows. [ack: {LONG}]"
    )
    Annotations.from_stack(stack).has_warning("/Stack/Window0/Rule", message)


def test_a_freeze_can_exceed_the_quota_too(stack: cdk.Stack) -> None:
    made = [schedule(stack), *windows(stack, 79)]
    MaintenanceWindowEvents.from_maintenance_windows(made).on_unsuccessful("Rule")
    Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp(LONG))
    PatchFreezes.of(stack).add(CHRISTMAS)
    Annotations.from_stack(stack).has_warning("/Stack/Install/Rule", Match.string_like_regexp(LONG))


def test_what_is_not_asked_for_creates_nothing(stack: cdk.Stack) -> None:
    assert schedule(stack).events is not None
    assert not rules(stack)


# --- What is invalid ----------------------------------------------------------------------------------


def test_a_rule_in_another_region_would_receive_no_event() -> None:
    app = cdk.App()
    frankfurt = cdk.Stack(app, "Frankfurt", env=cdk.Environment(account="111111111111", region="eu-central-1"))
    virginia = cdk.Stack(app, "Virginia", env=cdk.Environment(account="111111111111", region="us-east-1"))
    made = schedule(frankfurt).events
    assert refused(lambda: made.on_failed("Failed", cross_stack_scope=virginia)) == (
        "windows must be in the Region of the rule, us-east-1, got eu-central-1; "
        "create a rule in the account and Region of each window [Virginia/Failed]"
    )
    other = cdk.Stack(app, "Other", env=cdk.Environment(account="222222222222", region="eu-central-1"))
    both = MaintenanceWindowEvents.from_maintenance_windows([schedule(other), imported(frankfurt)])
    assert refused(lambda: both.on_failed("Failed")) == (
        "windows must be in the account of the rule, 222222222222, got 111111111111; "
        "create a rule in the account and Region of each window [Other/Install/Failed]"
    )


@pytest.mark.parametrize("is_known_here", [True, False])
def test_the_cdk_passes_no_window_between_a_known_and_an_unknown_environment(*, is_known_here: bool) -> None:
    app = cdk.App()
    environment = cdk.Environment(account="111111111111", region="eu-central-1")
    known, unknown = cdk.Stack(app, "Known", env=environment), cdk.Stack(app, "Unknown")
    here, there = (known, unknown) if is_known_here else (unknown, known)
    values = ["111111111111", "that of a stack without env"]
    own, other = values if is_known_here else reversed(values)
    made = schedule(there).events
    assert refused(lambda: made.on_failed("Failed", cross_stack_scope=here)) == (
        f"windows must be in the account of the rule, {own}, got {other}; "
        f"create a rule in the account and Region of each window [{here.node.id}/Failed]"
    )
    # The ID of an imported window is known.
    imported(there).events.on_failed("Failed", cross_stack_scope=here)
    app.synth()


INVALID: list[tuple[Make, str]] = [
    (
        lambda made: made.on_failed("Rule", target=targets.SnsTopic(encrypted_by_aws())),
        "target cannot be encrypted with the AWS managed key, got alias/aws/sns; use a customer managed key, to which "
        "EventBridge can have access",
    ),
    (
        lambda made: made.on_execution_status_change("Rule", statuses=[]),
        "statuses must have at least 1 item, got 0; for all statuses, leave it out",
    ),
    (
        lambda made: made.on_execution_status_change("Rule", statuses=untyped(["Failed"])),
        "statuses must be one of ExecutionStatus.PENDING, ExecutionStatus.IN_PROGRESS, ExecutionStatus.SUCCESS, "
        "ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT, ExecutionStatus.CANCELLING, ExecutionStatus.CANCELLED, "
        "ExecutionStatus.SKIPPED_OVERLAPPING, got 'Failed'; did you mean ExecutionStatus.FAILED?",
    ),
    (
        lambda made: made.on_state_change("Rule", states=untyped(WindowState.DISABLED)),
        "states must be a list of WindowState, got WindowState.DISABLED; wrap it in [...]",
    ),
    (
        lambda made: made.on_state_change("Rule", states=[]),
        "states must have at least 1 item, got 0; for all states, leave it out",
    ),
    (
        lambda made: made.on_failed("Rule", target=untyped("topic")),
        "target must be an IRuleTarget, got 'topic'; use one of aws_cdk.aws_events_targets, such as SnsTopic(topic)",
    ),
    (
        lambda made: made.on_failed("Rule", rule_name="patching failed"),
        "rule_name must have 1-64 letters, digits, '.', '-' and '_', got 'patching failed'",
    ),
    (
        lambda made: made.on_failed("Rule", description=""),
        "description must have 1-512 characters, got 0; for no description, leave it out",
    ),
    (
        lambda made: untyped(made).on_failed("Rule", targets=[]),
        "options must have only target, description, rule_name, cross_stack_scope, got targets; did you mean target?",
    ),
    (
        lambda made: untyped(made).on_failed("Rule", enabled=False),
        "options must have only target, description, rule_name, cross_stack_scope, got enabled",
    ),
]


@pytest.mark.parametrize(("make", "message"), INVALID)
def test_an_invalid_argument_is_named_with_the_path_of_the_window(make: Make, message: str, stack: cdk.Stack) -> None:
    made = imported(stack).events
    assert refused(lambda: make(made)) == f"{message} [Stack/Window]"
    assert not rules(stack)


def test_an_empty_id_is_invalid(stack: cdk.Stack) -> None:
    made = imported(stack).events
    assert refused(lambda: made.on_failed("")) == "id must have at least one character, got ''"


def test_a_target_is_not_its_class(stack: cdk.Stack) -> None:
    made = imported(stack).events
    assert refused(lambda: made.on_failed("Rule", target=untyped(targets.SnsTopic))) == (
        "target must be an IRuleTarget, got the class SnsTopic; "
        "use one of aws_cdk.aws_events_targets, such as SnsTopic(topic) [Stack/Window]"
    )


def test_only_windows_are_covered(stack: cdk.Stack) -> None:
    fix = "import one by its id with MaintenanceWindow.from_maintenance_window_id(...)"
    assert refused(lambda: MaintenanceWindowEvents.from_maintenance_window(untyped(WINDOW))) == (
        f"window must be an IMaintenanceWindowRef, got {WINDOW!r}; {fix}"
    )
    assert refused(lambda: MaintenanceWindowEvents.from_maintenance_windows([untyped(WINDOW)])) == (
        f"windows must be an IMaintenanceWindowRef, got {WINDOW!r}; {fix}"
    )
    assert refused(lambda: MaintenanceWindowEvents.from_maintenance_windows(untyped(imported(stack)))) == (
        "windows must be a list of IMaintenanceWindowRef, got an object of type _ImportedWindow"
    )
    assert refused(lambda: MaintenanceWindowEvents.from_maintenance_windows([])) == (
        "windows must have at least 1 item, got 0"
    )
