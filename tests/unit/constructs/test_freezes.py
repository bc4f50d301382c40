"""Freezes of schedules and of scopes: the windows in the template, and when they run."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CommandNotification,
    DayOfWeek,
    MaintenanceWindow,
    PatchFreeze,
    PatchFreezes,
    PatchGate,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.template import read_windows
from patching_constructs.template.upcoming import upcoming_executions
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchFreezes", "unit")

BERLIN = "Europe/Berlin"
DAILY = ScheduleExpression.daily(hour=4, time_zone=BERLIN)
WEB, DB = PatchTarget.patch_group("web"), PatchTarget.patch_group("db")
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone=BERLIN)
SUMMER = PatchFreeze(date(2027, 7, 1), date(2027, 8, 1), "Summer sale", time_zone=BERLIN)
WINDOW, TARGET, TASK = (f"AWS::SSM::MaintenanceWindow{kind}" for kind in ("", "Target", "Task"))
AFTER_CHRISTMAS, AFTER_SUMMER = "AfterFreeze20270103T230000Z", "AfterFreeze20270731T220000Z"


@pytest.fixture
def app() -> cdk.App:
    return cdk.App()


@pytest.fixture
def stack(app: cdk.App) -> cdk.Stack:
    return cdk.Stack(app, "Stack")


def schedule(scope: cdk.Stack, id: str = "Install", **properties: Any) -> PatchSchedule:  # noqa: A002
    minimal: dict[str, Any] = {"schedule": DAILY, "targets": [WEB], "operation": PatchOperation.INSTALL}
    return PatchSchedule(scope, id, **minimal | properties)


def resources(stack: cdk.Stack, kind: str) -> dict[str, Any]:
    """Return the resources of a type by their logical ids."""
    return dict(Template.from_stack(stack).find_resources(kind))


def count(window: MaintenanceWindow) -> int:
    """Return the number of windows, without reading `MaintenanceWindow.windows`: no freeze could be added after it."""
    return sum(isinstance(each, ssm.CfnMaintenanceWindow) for each in window.node.find_all())


def dates(stack: cdk.Stack) -> list[tuple[str | None, str | None]]:
    """Return the start and end date of every window, in order."""
    found = [each["Properties"] for each in resources(stack, WINDOW).values()]
    return sorted(((each.get("StartDate"), each.get("EndDate")) for each in found), key=lambda each: each[0] or "")


def synthesized_days(app: cdk.App, first: date, last: date) -> set[date]:
    """Return the days on which the template reader finds an execution."""
    windows = read_windows(Path(app.synth().directory))
    after = datetime.combine(first, datetime.min.time(), UTC)
    until = datetime.combine(last, datetime.min.time(), UTC)
    found = upcoming_executions(windows, after=after, until=until).executions
    return {each.occurrence.local_start.date() for each in found}


def shown(days: Iterable[date]) -> list[str]:
    return [f"{day:%m-%d}" for day in sorted(days)]


# --- The windows --------------------------------------------------------------------------------------


def test_a_schedule_ends_before_a_freeze_and_another_window_continues_it(stack: cdk.Stack) -> None:
    install = schedule(stack, freezes=[CHRISTMAS])
    assert dates(stack) == [(None, "2026-12-17T19:00:00+00:00"), ("2027-01-03T23:00:00+00:00", None)]
    windows = resources(stack, WINDOW)
    first, later = (stack.get_logical_id(each) for each in install.windows)
    same = ("Schedule", "ScheduleTimezone", "Duration", "Cutoff", "AllowUnassociatedTargets")
    one, other = (windows[stack.resolve(each)]["Properties"] for each in (first, later))
    assert [one[name] for name in same] == [other[name] for name in same]
    assert one["Name"] != other["Name"]
    assert [each.node.path for each in install.windows] == [
        "Stack/Install/Resource",
        f"Stack/Install/{AFTER_CHRISTMAS}/Resource",
    ]
    assert install.window is install.windows[0]
    assert install.maintenance_window_ids == tuple(each.ref for each in install.windows)
    assert install.maintenance_window_id == install.maintenance_window_ids[0]


def test_every_window_has_the_same_targets_and_tasks(stack: cdk.Stack) -> None:
    install = schedule(
        stack,
        freezes=[CHRISTMAS],
        targets=[WEB, DB],
        before=[WindowTask.update_ssm_agent()],
        notification=CommandNotification(topic=sns.Topic(stack, "Topic")),
    )
    install.add_target(PatchTarget.patch_group("api"))
    install.add_task("Reboot", WindowTask.reboot().with_options(targets=[DB]))
    by_window: dict[str, list[tuple[object, ...]]] = {}
    target_windows = {id_: each["Properties"]["WindowId"]["Ref"] for id_, each in resources(stack, TARGET).items()}
    for each in resources(stack, TASK).values():
        properties = each["Properties"]
        targets = properties.pop("Targets")[0]["Values"]
        window = properties.pop("WindowId")["Ref"]
        by_window.setdefault(window, []).append((len(targets), sorted(str(each) for each in properties.items())))
        assert {target_windows[target["Ref"]] for target in targets} == {window}
    one, other = by_window.values()
    assert len(one) == 3
    assert sorted(map(str, one)) == sorted(map(str, other))
    assert {[*target_windows.values()].count(window) for window in by_window} == {4}
    # The roles are shared.
    assert len(resources(stack, "AWS::IAM::Role")) == 2


def test_the_ids_of_the_first_window_do_not_depend_on_freezes() -> None:
    found = []
    for freezes in ([], [CHRISTMAS], [SUMMER, CHRISTMAS]):
        stack = cdk.Stack(cdk.App(), "Stack")
        install = schedule(stack, freezes=freezes)
        created = {kind: [*resources(stack, kind)] for kind in (WINDOW, TARGET, TASK)}
        own = [each for ids in created.values() for each in ids if "AfterFreeze" not in each]
        later = [each for each in created[WINDOW] if "AfterFreeze" in each]
        found.append((own, later, stack.resolve(stack.get_logical_id(install.window))))
    assert len({tuple(own) for own, _, _ in found}) == 1
    assert len({first for _, _, first in found}) == 1
    # The id of a later window is that of the end of its freeze, whatever other freezes there are.
    assert set(found[1][1]) < set(found[2][1])


def test_a_given_name_is_that_of_the_first_window(stack: cdk.Stack) -> None:
    schedule(stack, "One", freezes=[CHRISTMAS], window_name="web-install")
    schedule(stack, "Two", freezes=[CHRISTMAS], window_name="x" * 128)
    schedule(stack, "Three", freezes=[CHRISTMAS], window_name=cdk.Aws.STACK_NAME)
    names = [each["Properties"]["Name"] for each in resources(stack, WINDOW).values()]
    assert names[:2] == ["web-install", f"web-install-{AFTER_CHRISTMAS}"]
    assert names[2:4] == ["x" * 128, f"{'x' * 100}-{AFTER_CHRISTMAS}"]
    joined = {"Fn::Join": ["", [{"Ref": "AWS::StackName"}, f"-{AFTER_CHRISTMAS}"]]}
    assert names[4:] == [{"Ref": "AWS::StackName"}, joined]


def test_the_metadata_says_why(stack: cdk.Stack) -> None:
    install = schedule(stack, freezes=[SUMMER, CHRISTMAS], enabled=False)
    first = stack.resolve(stack.get_logical_id(install.window))
    found = [each["Metadata"]["PatchingConstructs"] for each in resources(stack, WINDOW).values()]
    freezes = [
        {"Start": "2027-07-01T00:00:00+02:00", "End": "2027-08-01T00:00:00+02:00", "Reason": "Summer sale"},
        {"Start": "2026-12-18T00:00:00+01:00", "End": "2027-01-04T00:00:00+01:00", "Reason": "Christmas"},
    ]
    own = {"Frozen": True, "Freezes": freezes}
    assert [found[0], *found[1:]] == [own, own | {"PartOf": first}, own | {"PartOf": first}]
    assert resources(stack, TASK) == {}
    assert len(resources(stack, TARGET)) == 3


def test_a_schedule_that_starts_during_a_freeze_has_one_window(stack: cdk.Stack) -> None:
    schedule(stack, freezes=[CHRISTMAS], start_date=datetime(2026, 12, 20, tzinfo=UTC))
    assert dates(stack) == [("2027-01-03T23:00:00+00:00", None)]


# --- When they run ------------------------------------------------------------------------------------


def test_the_executions_that_the_template_reader_finds(app: cdk.App, stack: cdk.Stack) -> None:
    install = schedule(stack, freezes=[CHRISTMAS])
    found = synthesized_days(app, date(2026, 12, 14), date(2027, 1, 7))
    assert shown(found) == ["12-14", "12-15", "12-16", "12-17", "01-04", "01-05", "01-06"]
    executions = install.next_executions(after=datetime(2026, 12, 14, tzinfo=UTC), count=7)
    assert {each.local_start.date() for each in executions} == found


def test_a_freeze_can_contain_a_change_of_daylight_saving_time(app: cdk.App, stack: cdk.Stack) -> None:
    spring = PatchFreeze(date(2027, 3, 27), date(2027, 3, 29), "Quarter end", time_zone=BERLIN)
    schedule(stack, freezes=[spring], schedule=ScheduleExpression.daily(hour=0, time_zone=BERLIN))
    # An hour of the freeze is skipped: its 47 hours end with the 28th.
    assert dates(stack) == [(None, "2027-03-26T19:00:00+00:00"), ("2027-03-28T22:00:00+00:00", None)]
    assert shown(synthesized_days(app, date(2027, 3, 25), date(2027, 3, 30))) == ["03-26", "03-29", "03-30"]


def test_the_executions_of_a_schedule_that_is_a_token_are_unknown(stack: cdk.Stack) -> None:
    parameter = cdk.CfnParameter(stack, "Schedule")
    unknown = ScheduleExpression.expression(parameter.value_as_string)
    install = schedule(stack, schedule=unknown, freezes=[CHRISTMAS])
    assert (
        dates(stack) == [(None, "2026-12-17T20:00:00+00:00"), ("2027-01-03T23:00:00+00:00", None)]
        or len(dates(stack)) == 2
    )
    fix = "after deployment, call DescribeMaintenanceWindowSchedule [Stack/Install]"
    message = refused(lambda: install.next_executions(after=datetime(2027, 1, 1, tzinfo=UTC)))
    assert message == f"schedule must be known to compute executions, got a token; {fix}"


# --- Freezes of scopes --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_before", [True, False])
def test_a_freeze_of_a_scope_applies_to_schedules_before_and_after_it(
    app: cdk.App, stack: cdk.Stack, *, is_before: bool
) -> None:
    other = cdk.Stack(app, "Other")
    if is_before:
        PatchFreezes.of(stack).add(CHRISTMAS)
    install = schedule(stack)
    schedule(other)
    install.add_task("Agent", WindowTask.update_ssm_agent())
    if not is_before:
        PatchFreezes.of(stack).add(CHRISTMAS)
    assert count(install) == 2
    assert len(resources(stack, TASK)) == 4
    assert len(resources(stack, TARGET)) == 2
    assert len(resources(other, WINDOW)) == 1
    assert shown(synthesized_days(app, date(2026, 12, 17), date(2027, 1, 5))) != []


def test_the_scope_can_be_the_app_a_construct_or_the_schedule(app: cdk.App, stack: cdk.Stack) -> None:
    one, other = schedule(stack, "One"), schedule(stack, "Other")
    PatchFreezes.of(one).add(CHRISTMAS)
    assert (count(one), count(other)) == (2, 1)
    PatchFreezes.of(app).add(SUMMER)
    assert (count(one), count(other)) == (3, 2)


def test_a_scan_continues_unless_it_is_included(stack: cdk.Stack) -> None:
    PatchFreezes.of(stack).add(CHRISTMAS)
    scan = schedule(stack, "Scan", operation=PatchOperation.SCAN)
    assert count(scan) == 1
    PatchFreezes.of(stack).add(SUMMER, include_scans=True)
    assert count(scan) == 2
    assert count(schedule(stack, "Own", operation=PatchOperation.SCAN, freezes=[CHRISTMAS])) == 3


def test_a_scan_that_gets_another_task_is_frozen(stack: cdk.Stack) -> None:
    PatchFreezes.of(stack).add(CHRISTMAS)
    scan = schedule(stack, "Scan", operation=PatchOperation.SCAN)
    scan.add_task("Rescan", WindowTask.scan())
    assert count(scan) == 1
    scan.add_task("Reboot", WindowTask.reboot())
    assert count(scan) == 2
    assert len(resources(stack, TASK)) == 6


def test_a_window_without_tasks_is_frozen(stack: cdk.Stack) -> None:
    PatchFreezes.of(stack).add(CHRISTMAS)
    window = MaintenanceWindow(stack, "Window", schedule=DAILY, targets=[WEB])
    window.add_task("Scan", WindowTask.scan())
    assert count(window) == 2


def test_freezes_of_a_scope_and_of_a_schedule_add_up(stack: cdk.Stack) -> None:
    PatchFreezes.of(stack).add(CHRISTMAS, SUMMER)
    install = schedule(stack, freezes=[CHRISTMAS])
    assert count(install) == 3
    metadata = next(iter(resources(stack, WINDOW).values()))["Metadata"]["PatchingConstructs"]
    assert [each["Reason"] for each in metadata["Freezes"]] == ["Christmas", "Summer sale"]


def test_a_later_freeze_changes_the_dates_of_windows(stack: cdk.Stack) -> None:
    install = schedule(stack, freezes=[SUMMER])
    earlier = PatchFreeze(date(2026, 12, 10), date(2026, 12, 20), "Audit", time_zone=BERLIN)
    PatchFreezes.of(stack).add(CHRISTMAS, earlier)
    assert dates(stack) == [
        (None, "2026-12-09T19:00:00+00:00"),
        ("2027-01-03T23:00:00+00:00", "2027-06-30T18:00:00+00:00"),
        ("2027-07-31T22:00:00+00:00", None),
    ]
    assert [each.node.path.split("/")[2] for each in install.windows] == ["Resource", AFTER_CHRISTMAS, AFTER_SUMMER]


def test_a_freeze_that_would_remove_a_window_is_an_error(stack: cdk.Stack) -> None:
    schedule(stack, "First")
    install = schedule(stack, freezes=[CHRISTMAS])
    longer = PatchFreeze(date(2026, 12, 30), date(2027, 1, 10), "Inventory", time_zone=BERLIN)
    assert refused(lambda: PatchFreezes.of(stack).add(longer)) == (
        f"freezes must not remove a window that was created, got {AFTER_CHRISTMAS}; add all freezes before the "
        "schedule is created, or merge them into one [Stack/Install]"
    )
    # Nothing was changed.
    assert len(resources(stack, WINDOW)) == 3
    assert count(schedule(stack, "Later")) == 1
    assert count(install) == 2


def test_a_freeze_that_would_add_a_window_to_a_list_that_was_read_is_an_error(stack: cdk.Stack) -> None:
    install = schedule(stack, freezes=[CHRISTMAS])
    assert len(install.maintenance_window_ids) == 2
    earlier = PatchFreeze(date(2026, 12, 10), date(2026, 12, 20), "Audit", time_zone=BERLIN)
    PatchFreezes.of(stack).add(earlier)
    assert refused(lambda: PatchFreezes.of(stack).add(SUMMER)) == (
        "freezes must not add a window after the windows of the schedule were listed, got "
        f"{AFTER_SUMMER}; add all freezes before the schedule is created [Stack/Install]"
    )


def test_a_gate_reads_all_windows(stack: cdk.Stack) -> None:
    before = schedule(stack, "Before", freezes=[CHRISTMAS])
    gated = schedule(stack, freezes=[CHRISTMAS], gate=PatchGate(after=before))
    document = json.dumps(next(iter(resources(stack, "AWS::SSM::Document").values())))
    for each in (*before.windows, *gated.windows):
        assert f'{{"Ref": "{stack.resolve(stack.get_logical_id(each))}"}}' in document
    started = [each["Properties"] for each in resources(stack, TASK).values() if "AUTOMATION" in str(each)]
    assert len(started) == 2
    assert started[0]["TaskArn"] == started[1]["TaskArn"]


def test_a_freeze_that_is_added_after_a_gate(stack: cdk.Stack) -> None:
    first, second = cdk.Stack(stack, "First"), cdk.Stack(stack, "Second")
    before = schedule(first)
    gated = schedule(second, gate=PatchGate(after=before))
    for freeze in (SUMMER, CHRISTMAS):
        PatchFreezes.of(stack).add(freeze)
    (document,) = resources(second, "AWS::SSM::Document").values()
    given = document["Properties"]["Content"]["mainSteps"][0]["inputs"]["InputPayload"]
    assert given["OwnWindowIds"] == [second.resolve(each) for each in gated.maintenance_window_ids]
    assert len(given["OwnWindowIds"]) == len(given["AfterWindowIds"]) == 3
    for each, window in zip(given["AfterWindowIds"], before.windows, strict=True):
        assert stack.resolve(first.get_logical_id(window)) in each["Fn::ImportValue"]
    policies = [
        policy
        for role in resources(second, "AWS::IAM::Role").values()
        for policy in role["Properties"].get("Policies", [])
    ]
    (reading,) = (
        each
        for policy in policies
        for each in policy["PolicyDocument"]["Statement"]
        if each["Action"] == "ssm:DescribeMaintenanceWindowExecutions"
    )
    assert len(reading["Resource"]) == 6


def test_freezes_of_a_gated_rollout(stack: cdk.Stack) -> None:
    rings = [PatchRing("dev", targets=[WEB], days_after=0), PatchRing("prod", targets=[DB], days_after=7)]
    weekly = ScheduleExpression.patch_tuesday(hour=4)
    rollout = PatchRollout(stack, "Rollout", schedule=weekly, operation=PatchOperation.INSTALL, rings=rings, gated=True)
    PatchFreezes.of(rollout).add(CHRISTMAS, SUMMER)
    document = json.dumps(next(iter(resources(stack, "AWS::SSM::Document").values())))
    for each in (*rollout.ring("dev").windows, *rollout.ring("prod").windows):
        assert f'{{"Ref": "{stack.resolve(stack.get_logical_id(each))}"}}' in document


def test_the_rings_of_a_rollout_share_freezes(stack: cdk.Stack) -> None:
    rings = [PatchRing("dev", targets=[WEB], days_after=0), PatchRing("prod", targets=[DB], days_after=7)]
    weekly = ScheduleExpression.patch_tuesday(hour=4)
    PatchFreezes.of(stack).add(SUMMER)
    rollout = PatchRollout(
        stack, "Rollout", schedule=weekly, operation=PatchOperation.INSTALL, rings=rings, freezes=[CHRISTMAS]
    )
    found = {name: count(each) for name, each in rollout.rings.items()}
    # Patch Tuesday is 8 December, so that Christmas contains no execution of either ring, and the summer one of both.
    assert found == {"dev": 2, "prod": 2}
    # The freeze contains the first ring only: the second one would run with patches that were not tried.
    partial = PatchFreeze(date(2027, 3, 1), date(2027, 3, 12), "Fair", time_zone=BERLIN)
    PatchRollout(stack, "Other", schedule=weekly, operation=PatchOperation.INSTALL, rings=rings, freezes=[partial])
    Annotations.from_stack(stack).has_warning("/Stack/Other", Match.string_like_regexp("skippedRing"))


# --- What is invalid ----------------------------------------------------------------------------------


def test_a_schedule_without_an_execution_outside_of_its_freezes_is_an_error(stack: cdk.Stack) -> None:
    once = ScheduleExpression.at(datetime(2026, 12, 24, 4, tzinfo=UTC))
    assert refused(lambda: schedule(stack, schedule=once, freezes=[CHRISTMAS])) == (
        "schedule must have an execution outside of its freezes, got 'at(2026-12-24T04:00:00)' with a freeze from "
        "2026-12-18T00:00:00+01:00 to 2027-01-04T00:00:00+01:00 [Stack/Install]"
    )
    assert resources(stack, WINDOW) == {}
    other = ScheduleExpression.at(datetime(2026, 12, 10, 4, tzinfo=UTC))
    assert count(schedule(stack, schedule=other, freezes=[CHRISTMAS])) == 1


def test_a_rate_is_an_error_unless_the_freeze_is_outside_of_its_dates(stack: cdk.Stack) -> None:
    weekly = ScheduleExpression.rate(days=7)
    assert refused(lambda: schedule(stack, schedule=weekly, freezes=[CHRISTMAS])) == (
        "freezes cannot be used with rate(...), which counts from the creation or the start date of a window, got "
        "rate(7 days); use cron(...) [Stack/Install]"
    )
    PatchFreezes.of(stack).add(CHRISTMAS)
    assert "freezes cannot be used with rate(...)" in refused(lambda: schedule(stack, schedule=weekly))
    ended = schedule(stack, schedule=weekly, end_date=datetime(2026, 12, 1, tzinfo=UTC))
    assert count(ended) == 1


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"duration": cdk.Duration.hours(cdk.Token.as_number({"Ref": "Hours"}))}, "duration"),
        ({"start_date": cdk.Token.as_string({"Ref": "Start"})}, "start_date"),
        ({"end_date": cdk.Token.as_string({"Ref": "End"})}, "end_date"),
    ],
)
def test_what_divides_a_schedule_must_be_known(stack: cdk.Stack, properties: dict[str, Any], name: str) -> None:
    message = refused(lambda: schedule(stack, freezes=[CHRISTMAS], **properties))
    assert message == f"{name} must be known at synthesis to use freezes, got a token [Stack/Install]"


def test_a_freeze_outside_of_the_dates_is_a_warning(stack: cdk.Stack) -> None:
    schedule(stack, freezes=[CHRISTMAS, SUMMER], end_date=datetime(2027, 1, 31, tzinfo=UTC))
    Annotations.from_stack(stack).has_warning(
        "/Stack/Install",
        "a freeze from 2027-07-01T00:00:00+02:00 to 2027-08-01T00:00:00+02:00 has no effect, because it is outside of "
        "start_date and end_date [ack: patching-constructs:freezeOutsideDates]",
    )


def test_a_freeze_of_a_scope_can_be_outside_of_the_dates_of_some_schedules(stack: cdk.Stack) -> None:
    PatchFreezes.of(stack).add(SUMMER)
    schedule(stack, end_date=datetime(2027, 1, 31, tzinfo=UTC))
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda stack: schedule(stack, freezes=CHRISTMAS),
            "freezes must be a list of PatchFreeze, got an object of type PatchFreeze; wrap it in [...] "
            "[Stack/Install]",
        ),
        (
            lambda stack: schedule(stack, freezes=["Christmas"]),
            "freezes must be a list of PatchFreeze, got 'Christmas'; write PatchFreeze(start, end, reason) "
            "[Stack/Install]",
        ),
        (
            lambda _: PatchFreezes.of(untyped("Stack")),
            "scope must be a construct, got 'Stack'; pass the app, a stack, or a construct in it",
        ),
        (
            lambda stack: PatchFreezes.of(stack).add(),
            "freezes must have at least one freeze, got none; write PatchFreeze(start, end, reason) [Stack]",
        ),
        (
            lambda stack: PatchFreezes.of(stack).add(CHRISTMAS, include_scans=untyped("yes")),
            "include_scans must be True or False, got 'yes' [Stack]",
        ),
        (
            lambda stack: schedule(stack).add_task(AFTER_CHRISTMAS, WindowTask.scan()),
            f"id of a task must not be that of another construct of the window, got '{AFTER_CHRISTMAS}'; "
            "pass another one [Stack/Install]",
        ),
    ],
)
def test_what_is_invalid(stack: cdk.Stack, call: Any, message: str) -> None:
    assert refused(lambda: call(stack)) == message


def test_a_weekly_schedule_without_freezes_has_no_metadata(stack: cdk.Stack) -> None:
    weekly = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4)
    schedule(stack, schedule=weekly, duration=timedelta(hours=2))
    assert "Metadata" not in next(iter(resources(stack, WINDOW).values()))
