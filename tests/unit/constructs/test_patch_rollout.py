"""PatchRollout and PatchRing: the windows of the rings, their ids, their order, and every error and warning."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from inspect import Parameter, signature
from itertools import permutations
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CutoffBehavior,
    DayOfWeek,
    FleetRollout,
    PatchFreeze,
    PatchFreezes,
    PatchGate,
    PatchingError,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchSchedule,
    PatchTarget,
    RateControl,
    RebootOption,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.constructs._maintenance_window import DEFAULT_CUTOFF, DEFAULT_DURATION
from patching_constructs.constructs._rollout_checks import check_rings
from patching_constructs.constructs._schedule_options import RingOptions
from patching_constructs.planning.rollouts import RingTimes, RolloutProblem
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchRollout", "unit")

TUESDAY = ScheduleExpression.patch_tuesday(hour=2, time_zone="Europe/Berlin")
HOURS = cdk.Token.as_number({"Ref": "Hours"})
TEXT = cdk.Token.as_string({"Ref": "Text"})
WINDOW = "AWS::SSM::MaintenanceWindow"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def ring(name: str, days_after: int, **properties: Any) -> PatchRing:
    targets: dict[str, Any] = {"targets": [PatchTarget.tag("Stage", name.strip() or "dev")]}
    return PatchRing(name, days_after=days_after, **targets | properties)


def rollout(scope: cdk.Stack, *rings: PatchRing, **properties: Any) -> PatchRollout:
    minimal: dict[str, Any] = {"schedule": TUESDAY, "operation": PatchOperation.INSTALL}
    return PatchRollout(scope, "Rollout", rings=rings, **minimal | properties)


THREE = (ring("dev", 1, bake_time=timedelta(days=2)), ring("staging", 4), ring("prod", 11))


def windows(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Return the properties of the windows by their logical ids without hashes."""
    found = Template.from_stack(stack).find_resources(WINDOW)
    return {name[:-8]: resource["Properties"] for name, resource in found.items()}


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


# --- The windows --------------------------------------------------------------------------------------


def test_each_ring_is_a_schedule_a_number_of_days_later(stack: cdk.Stack) -> None:
    made = rollout(stack, *THREE)
    assert {name: (each["Schedule"], each.get("ScheduleOffset")) for name, each in windows(stack).items()} == {
        "Rolloutdev": ("cron(0 2 ? * TUE#2 *)", 1),
        "Rolloutstaging": ("cron(0 2 ? * TUE#2 *)", 4),
        "Rolloutprod": ("cron(0 2 ? * TUE#3 *)", 4),
    }
    assert list(made.rings) == ["dev", "staging", "prod"]
    assert made.ring("prod") is made.rings["prod"]
    assert isinstance(made.ring("prod"), PatchSchedule)
    assert warnings(stack) == []


def test_a_ring_has_the_local_date_of_the_rollout_in_its_own_time_zone(stack: cdk.Stack) -> None:
    made = rollout(
        stack,
        ring("berlin", 1),
        ring("tokyo", 3, time_zone="Asia/Tokyo"),
        ring("new-york", 5, time_zone="America/New_York", hour=22, minute=30),
    )
    after = datetime(2027, 3, 1, tzinfo=UTC)
    starts = [each.next_executions(after=after, count=1)[0].local_start for each in made.rings.values()]
    # 9 March 2027 is Patch Tuesday.
    assert [f"{start:%Y-%m-%d %H:%M} {start.tzinfo}" for start in starts] == [
        "2027-03-10 02:00 Europe/Berlin",
        "2027-03-12 02:00 Asia/Tokyo",
        "2027-03-14 22:30 America/New_York",
    ]


def test_properties_of_the_rollout_and_of_a_ring(stack: cdk.Stack) -> None:
    rollout(
        stack,
        ring("dev", 1, operation=PatchOperation.SCAN, reboot_option=None, duration=timedelta(hours=2)),
        ring("prod", 4, window_name="prod-window", max_concurrency=RateControl.count(1)),
        duration=cdk.Duration.hours(6),
        reboot_option=RebootOption.NO_REBOOT,
        comment="monthly",
    )
    assert [each["Duration"] for each in windows(stack).values()] == [2, 6]
    assert windows(stack)["Rolloutprod"]["Name"] == "prod-window"
    tasks = Template.from_stack(stack).find_resources("AWS::SSM::MaintenanceWindowTask").values()
    commands = [
        each["Properties"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"] for each in tasks
    ]
    assert [each["Parameters"] for each in commands] == [
        {"Operation": ["Scan"]},
        {"Operation": ["Install"], "RebootOption": ["NoReboot"]},
    ]
    assert {each["Comment"] for each in commands} == {"monthly"}
    assert [each["Properties"]["MaxConcurrency"] for each in tasks] == ["10%", "1"]


def test_one_moment(stack: cdk.Stack) -> None:
    moment = datetime(2027, 3, 27, 1, tzinfo=UTC)
    rings = [ring("dev", 0), ring("berlin", 1, time_zone="Europe/Berlin"), ring("prod", 2, hour=22, minute=30)]
    rollout(stack, *rings, schedule=ScheduleExpression.at(moment))
    assert [each["Schedule"] for each in windows(stack).values()] == [
        "at(2027-03-27T01:00:00)",
        "at(2027-03-28T00:00:00)",
        "at(2027-03-29T22:30:00)",
    ]


def test_seconds_are_kept(stack: cdk.Stack) -> None:
    rollout(stack, ring("dev", 1, hour=5), schedule=ScheduleExpression.expression("cron(30 0 2 ? * TUE#2 *)"))
    assert windows(stack)["Rolloutdev"]["Schedule"] == "cron(30 0 5 ? * TUE#2 *)"


def test_an_hour_replaces_several_times_of_day(stack: cdk.Stack) -> None:
    rollout(stack, ring("dev", 1, hour=5), schedule=ScheduleExpression.cron(minute=0, hour="2,14", week_day="MON"))
    assert windows(stack)["Rolloutdev"]["Schedule"] == "cron(0 5 ? * TUE *)"


# --- Ids and metadata ---------------------------------------------------------------------------------


def logical_ids(*rings: PatchRing) -> dict[str, set[str]]:
    """Return the logical ids of all resources of each ring."""
    stack = cdk.Stack(cdk.App(), "Stack")
    made = rollout(stack, *rings)
    return {
        name: {stack.get_logical_id(child) for child in schedule.node.find_all() if isinstance(child, cdk.CfnElement)}
        for name, schedule in made.rings.items()
    }


def test_the_ids_of_a_ring_do_not_depend_on_other_rings() -> None:
    every = {"a": ring("a", 1), "b": ring("b", 4), "c": ring("c", 11)}
    complete = logical_ids(*every.values())
    assert {len(ids) for ids in complete.values()} == {3}
    for count in range(1, 4):
        for names in permutations(every, count):
            # Reordering requires other days.
            rings = [ring(name, days) for name, days in zip(names, (1, 4, 11), strict=False)]
            assert logical_ids(*rings) == {name: complete[name] for name in names}


def test_an_added_ring_is_equal_to_a_given_one() -> None:
    given, added = cdk.Stack(cdk.App(), "Stack"), cdk.Stack(cdk.App(), "Stack")
    rollout(given, *THREE)
    made = rollout(added, *THREE[:1])
    for each in THREE[1:]:
        assert made.add_ring(each) is made.ring(each.name)
    assert Template.from_stack(given).to_json() == Template.from_stack(added).to_json()


def test_metadata_has_the_place_of_each_window(stack: cdk.Stack) -> None:
    rollout(stack, *THREE, ring("frozen", 14, enabled=False))
    found = Template.from_stack(stack).find_resources(WINDOW).values()
    assert [each["Metadata"]["PatchingConstructs"] for each in found] == [
        {"Rollout": {"Name": "Stack/Rollout", "Ring": "dev", "DaysAfter": 1, "BakeHours": 48}},
        {"Rollout": {"Name": "Stack/Rollout", "Ring": "staging", "DaysAfter": 4}},
        {"Rollout": {"Name": "Stack/Rollout", "Ring": "prod", "DaysAfter": 11}},
        {"Frozen": True, "Rollout": {"Name": "Stack/Rollout", "Ring": "frozen", "DaysAfter": 14}},
    ]


def test_a_bake_time_that_is_a_token_is_not_in_the_metadata(stack: cdk.Stack) -> None:
    rollout(stack, ring("dev", 1, bake_time=cdk.Duration.hours(HOURS)))
    (found,) = Template.from_stack(stack).find_resources(WINDOW).values()
    place = found["Metadata"]["PatchingConstructs"]["Rollout"]
    assert place == {"Name": "Stack/Rollout", "Ring": "dev", "DaysAfter": 1}


def test_a_rollout_can_be_empty(stack: cdk.Stack) -> None:
    made = rollout(stack)
    assert dict(made.rings) == {}
    assert Template.from_stack(stack).find_resources(WINDOW) == {}


def test_a_ring_is_printed_with_its_days() -> None:
    assert repr(ring("dev", 1)) == "PatchRing('dev', days_after=1)"


# --- The properties of PatchSchedule ------------------------------------------------------------------


def test_rings_have_every_property_of_a_schedule() -> None:
    parameters = signature(vars(PatchSchedule)["__init__"]).parameters.values()
    keywords = {each.name: each.annotation for each in parameters if each.kind is Parameter.KEYWORD_ONLY}
    of_the_ring = {"schedule", "targets"}
    assert {name: kind for name, kind in keywords.items() if name not in of_the_ring} == RingOptions.__annotations__


def test_the_defaults_of_a_window_are_those_of_a_schedule() -> None:
    parameters = signature(vars(PatchSchedule)["__init__"]).parameters
    assert parameters["duration"].default == DEFAULT_DURATION
    assert parameters["cutoff"].default == DEFAULT_CUTOFF


# --- Tokens -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "properties",
    [
        {"hour": HOURS},
        {"hour": 4, "minute": HOURS},
        {"time_zone": TEXT},
        {"duration": cdk.Duration.hours(HOURS)},
        {"cutoff": cdk.Duration.hours(HOURS)},
        {"start_date": TEXT},
        {"end_date": TEXT},
        {"bake_time": cdk.Duration.hours(HOURS)},
    ],
)
def test_a_token_passes_every_check(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    rollout(stack, ring("dev", 1), ring("staging", 4, **properties), ring("prod", 11))
    assert len(windows(stack)) == 3
    assert warnings(stack) == []


def test_a_schedule_that_is_a_token_can_only_have_rings_on_its_dates(stack: cdk.Stack) -> None:
    rollout(stack, ring("all", 0), schedule=ScheduleExpression.expression(TEXT))
    assert windows(stack)["Rolloutall"]["Schedule"] == {"Ref": "Text"}


def test_the_order_of_other_rings_is_checked_beside_a_token(stack: cdk.Stack) -> None:
    rings = [ring("dev", 4), ring("staging", 4, hour=HOURS), ring("prod", 1)]
    assert refused(lambda: rollout(stack, *rings)).startswith("ring 'prod' must start after ring 'dev'")


# --- Errors -------------------------------------------------------------------------------------------

RINGS: dict[str, tuple[Callable[[], object], str]] = {
    "an empty name": (
        lambda: ring(" ", 1, targets=[PatchTarget.tag("Stage", "dev")]),
        "PatchRing name must be known at synthesis, not empty and without slashes, because it is the id of a "
        "construct, got ' '",
    ),
    "a slash": (
        lambda: ring("eu/prod", 1),
        "PatchRing name must be known at synthesis, not empty and without slashes, because it is the id of a "
        "construct, got 'eu/prod'",
    ),
    "a token as name": (
        lambda: ring(TEXT, 1, targets=[PatchTarget.tag("Stage", "dev")]),
        "PatchRing name must be known at synthesis, not empty and without slashes, because it is the id of a "
        "construct, got a token",
    ),
    "one target": (
        lambda: ring("dev", 1, targets=PatchTarget.tag("Stage", "dev")),
        "PatchRing 'dev' targets must be a list of PatchTarget, got an object of type PatchTarget; "
        "wrap it in [...]",
    ),
    "days before": (lambda: ring("dev", -1), "PatchRing 'dev' days_after must be 0-366, got -1"),
    "too many days": (lambda: ring("dev", 367), "PatchRing 'dev' days_after must be 0-366, got 367"),
    "days that are a token": (
        lambda: ring("dev", untyped(HOURS)),
        "PatchRing 'dev' days_after must be known at synthesis, because it determines the schedule, got a token",
    ),
    "an unknown zone": (
        lambda: ring("dev", 1, time_zone="Europe/Berlim"),
        "time_zone must be a name in the IANA time zone database, got 'Europe/Berlim'; did you mean 'Europe/Berlin'?",
    ),
    "an hour": (lambda: ring("dev", 1, hour=24), "PatchRing 'dev' hour must be 0-23, got 24"),
    "a minute": (lambda: ring("dev", 1, hour=2, minute=60), "PatchRing 'dev' minute must be 0-59, got 60"),
    "a minute without an hour": (
        lambda: ring("dev", 1, minute=30),
        "PatchRing 'dev' minute requires hour, got minute=30 without hour; set hour",
    ),
    "a bake time in minutes": (
        lambda: ring("dev", 1, bake_time=timedelta(minutes=30)),
        "PatchRing 'dev' bake_time must be 0-8784 whole hours, got 0.5 hours",
    ),
    "another property": (
        lambda: ring("dev", 1, durration=timedelta(hours=2)),
        "PatchRing 'dev' must have only properties of PatchSchedule, got durration; did you mean duration?",
    ),
    "nothing similar": (
        lambda: ring("dev", 1, zzz=1),
        "PatchRing 'dev' must have only properties of PatchSchedule, got zzz",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), RINGS.values(), ids=RINGS.keys())
def test_a_ring_is_refused(call: Callable[[], object], message: str) -> None:
    assert refused(call) == message


ROLLOUTS: dict[str, tuple[list[PatchRing], dict[str, Any], str]] = {
    "a wrong order": (
        [ring("prod", 4), ring("dev", 1)], {},
        "ring 'dev' must start after ring 'prod', got 'prod' from 2026-01-17T01:00Z to 2026-01-17T05:00Z, 'dev' from "
        "2026-01-14T01:00Z to 2026-01-14T05:00Z; list the rings in the order in which they start [Stack/Rollout]",
    ),
    "an overlap": (
        [ring("dev", 1), ring("prod", 1, hour=5)], {},
        "ring 'prod' must not overlap with ring 'dev', got 'dev' from 2026-01-14T01:00Z to 2026-01-14T05:00Z, 'prod' "
        "from 2026-01-14T04:00Z to 2026-01-14T08:00Z; increase days_after, or change the hour [Stack/Rollout]",
    ),
    "an overlap across time zones": (
        [ring("berlin", 1), ring("sydney", 1, time_zone="Australia/Sydney", hour=12)], {},
        "ring 'sydney' must not overlap with ring 'berlin', got 'berlin' from 2026-01-14T01:00Z to 2026-01-14T05:00Z, "
        "'sydney' from 2026-01-14T01:00Z to 2026-01-14T05:00Z; increase days_after, or change the hour "
        "[Stack/Rollout]",
    ),
    "a bake time that is too long": (
        [ring("dev", 1, bake_time=timedelta(days=3)), ring("prod", 4)], {},
        "ring 'prod' must start after bake_time=72 h of ring 'dev', got 'dev' from 2026-01-14T01:00Z to "
        "2026-01-14T05:00Z, 'prod' from 2026-01-17T01:00Z to 2026-01-17T05:00Z; increase days_after, or reduce "
        "bake_time or duration [Stack/Rollout]",
    ),
    "a bake time that is too long before daylight saving changes": (
        [ring("dev", 11, hour=3, bake_time=timedelta(hours=20)), ring("prod", 12, hour=3)], {},
        "ring 'prod' must start after bake_time=20 h of ring 'dev', got 'dev' from 2028-03-25T02:00Z to "
        "2028-03-25T06:00Z, 'prod' from 2028-03-26T01:00Z to 2028-03-26T05:00Z; increase days_after, or reduce "
        "bake_time or duration [Stack/Rollout]",
    ),
    "an overlap with another cycle": (
        [ring("dev", 0), ring("prod", 7)], {"schedule": ScheduleExpression.weekly(DayOfWeek.MONDAY, hour=2)},
        "ring 'dev' must not overlap with ring 'prod' of the cycle before, got 'prod' from 2026-01-12T02:00Z to "
        "2026-01-12T06:00Z, 'dev' from 2026-01-12T02:00Z to 2026-01-12T06:00Z; reduce days_after of 'prod', or use a "
        "schedule with longer intervals [Stack/Rollout]",
    ),
    "two rings with one name": (
        [ring("dev", 1), ring("dev", 4)], {},
        "rings must have different names, got 'dev' twice; rename one of them [Stack/Rollout]",
    ),
    "too many days for the schedule": (
        [ring("dev", 1), ring("prod", 21)], {},
        "days_after must be at most 20 days for 'cron(0 2 ? * TUE#2 *)', to be exact in every month, got 21 days "
        "[Stack/Rollout/prod]",
    ),
    "days after a token": (
        [ring("dev", 1)], {"schedule": ScheduleExpression.expression(TEXT)},
        "days_after requires a schedule that is known at synthesis, got a token [Stack/Rollout/dev]",
    ),
    "the time of a token": (
        [ring("dev", 0, hour=2)], {"schedule": ScheduleExpression.expression(TEXT)},
        "schedule requires cron(...) or at(...) to use another time or time zone, got a token [Stack/Rollout/dev]",
    ),
    "a moment at a time that is a token": (
        [ring("dev", 0, hour=HOURS)], {"schedule": ScheduleExpression.at(datetime(2027, 1, 1, tzinfo=UTC))},
        "schedule must have a known time and time zone to use at(...), got a token [Stack/Rollout/dev]",
    ),
    "a rate": (
        [ring("dev", 0)], {"schedule": ScheduleExpression.rate(days=7)},
        "schedule must be cron(...) or at(...) in a rollout, got 'rate(7 days)'; use a cron, for example "
        "ScheduleExpression.weekly(...) [Stack/Rollout]",
    ),
    "a text as gated": (
        [ring("dev", 0)], {"gated": "yes"},
        "gated must be True or False or a PatchGate, got 'yes'; write True, or PatchGate(...) with further conditions "
        "[Stack/Rollout]",
    ),
    "a string as schedule": (
        [ring("dev", 0)], {"schedule": "cron(0 2 ? * TUE#2 *)"},
        "schedule must be a ScheduleExpression, got 'cron(0 2 ? * TUE#2 *)'; write ScheduleExpression.expression("
        "'cron(0 2 ? * TUE#2 *)') [Stack/Rollout]",
    ),
    "several times of day": (
        [ring("dev", 0)], {"schedule": ScheduleExpression.cron(minute=0, hour="2,14", week_day="MON")},
        "schedule must have one time of day in a rollout, got 'cron(0 2,14 ? * MON *)'; set hour of the ring "
        "[Stack/Rollout/dev]",
    ),
    "a property of one ring": (
        [ring("dev", 1)], {"window_name": "window"},
        "PatchRollout must have only properties of PatchSchedule that its rings can share, got window_name; set it in "
        "PatchRing [Stack/Rollout]",
    ),
    "a misspelled property": (
        [ring("dev", 1)], {"max_concurency": RateControl.count(1)},
        "PatchRollout must have only properties of PatchSchedule that its rings can share, got max_concurency; did you "
        "mean max_concurrency? [Stack/Rollout]",
    ),
    "an invalid property of a ring": (
        [ring("dev", 1), ring("prod", 4, duration=timedelta(hours=25))], {},
        "duration must be 1-24 whole hours, got 25 hours [Stack/Rollout/prod]",
    ),
    "an invalid property of a task": (
        [ring("dev", 1, operation="install")], {},
        "operation must be one of PatchOperation.SCAN, PatchOperation.INSTALL, got 'install'; did you mean "
        "PatchOperation.INSTALL? [Stack/Rollout/dev]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rings", "properties", "message"), ROLLOUTS.values(), ids=ROLLOUTS.keys())
def test_a_rollout_is_refused(rings: list[PatchRing], properties: dict[str, Any], message: str) -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    assert refused(lambda: rollout(stack, *rings, **properties)) == message


def test_a_ring_that_is_added_in_a_wrong_order_creates_nothing(stack: cdk.Stack) -> None:
    made = rollout(stack, ring("dev", 4))
    with pytest.raises(PatchingError, match="ring 'prod' must start after ring 'dev'"):
        made.add_ring(ring("prod", 1))
    assert list(made.rings) == ["dev"]
    assert len(windows(stack)) == 1
    made.add_ring(ring("prod", 11))


def test_a_name_that_is_in_use_or_unknown(stack: cdk.Stack) -> None:
    made = rollout(stack, ring("dev", 1))
    assert refused(lambda: made.add_ring(ring("dev", 4))) == (
        "rings must have different names, got 'dev' twice; rename one of them [Stack/Rollout]"
    )
    assert refused(lambda: made.ring("dex")) == (
        "ring name must be one of dev, got 'dex'; did you mean 'dev'? [Stack/Rollout]"
    )
    empty = PatchRollout(stack, "Empty", schedule=TUESDAY, operation=PatchOperation.SCAN)
    assert refused(lambda: empty.ring("dev")) == "ring name must have been added, got 'dev' [Stack/Empty]"


# --- Gates --------------------------------------------------------------------------------------------


def gates(stack: cdk.Stack) -> dict[str, tuple[Any, ...]]:
    """Return for each gate the window before, the bake time and the number of calendars."""
    found = {}
    for name, document in Template.from_stack(stack).find_resources("AWS::SSM::Document").items():
        given = document["Properties"]["Content"]["mainSteps"][0]["inputs"]["InputPayload"]
        (window,) = given["AfterWindowIds"]
        found[name[:-8]] = window["Ref"][:-8], given["BakeTimeSeconds"], len(given["Calendars"])
    return found


def test_a_gated_ring_requires_the_success_of_the_ring_before(stack: cdk.Stack) -> None:
    made = rollout(stack, *THREE[:2], ring("prod", 11, gate=PatchGate(calendars=["Holidays"])), gated=True)
    assert gates(stack) == {
        "RolloutstagingGateDocument": ("Rolloutdev", 2 * 24 * 3600, 0),
        "RolloutprodGateDocument": ("Rolloutstaging", 0, 1),
    }
    assert made.ring("dev").gate_document is None


def test_all_rings_but_the_first_have_the_conditions_of_the_rollout(stack: cdk.Stack) -> None:
    common = PatchGate(max_failed=2, max_age=timedelta(days=20), calendars=["Company"])
    made = rollout(stack, *THREE[:2], ring("prod", 11, gate=PatchGate(max_failed=1)), gated=common)
    assert gates(stack) == {
        "RolloutstagingGateDocument": ("Rolloutdev", 2 * 24 * 3600, 1),
        "RolloutprodGateDocument": ("Rolloutstaging", 0, 0),
    }
    assert made.ring("dev").gate_document is None
    documents = Template.from_stack(stack).find_resources("AWS::SSM::Document")
    inputs = {
        name: document["Properties"]["Content"]["mainSteps"][0]["inputs"]["InputPayload"]
        for name, document in documents.items()
    }
    failed = {name[7:-20]: (given["MaxFailed"], given["MaxAgeSeconds"]) for name, given in inputs.items()}
    assert failed == {"staging": (2, 20 * 24 * 3600), "prod": (1, 28 * 24 * 3600 - 3600)}


def test_a_ring_without_gated_requires_a_condition(stack: cdk.Stack) -> None:
    rings = [ring("dev", 1), ring("prod", 4, gate=PatchGate(max_failed=1))]
    assert refused(lambda: rollout(stack, *rings)) == (
        "PatchGate requires after, calendars, or both, got neither [Stack/Rollout/prod]"
    )


def test_the_gate_of_all_rings_has_no_window_before(stack: cdk.Stack) -> None:
    before = rollout(stack, ring("canary", 0)).ring("canary")
    rings = [ring("dev", 1), ring("prod", 4)]
    gated = PatchGate(after=before)
    assert refused(lambda: FleetRollout(TUESDAY, rings=rings, gated=gated)) == (
        "FleetRollout gated must have no after, because each ring follows the ring before it, got a window; leave "
        "it out, or set gate of one ring"
    )


def test_a_ring_without_a_gate_has_no_gate(stack: cdk.Stack) -> None:
    rollout(stack, *THREE)
    assert gates(stack) == {}


def test_a_ring_has_its_own_gate(stack: cdk.Stack) -> None:
    made = rollout(stack, ring("dev", 1))
    made.add_ring(ring("prod", 4, gate=PatchGate(after=made.ring("dev"), max_failed=2)))
    assert gates(stack) == {"RolloutprodGateDocument": ("Rolloutdev", 0, 0)}


def test_a_gate_after_another_window_is_kept(stack: cdk.Stack) -> None:
    canary = rollout(stack, ring("canary", 0)).ring("canary")
    rings = [ring("dev", 1), ring("prod", 4, gate=PatchGate(after=canary, max_failed=2))]
    PatchRollout(stack, "Other", schedule=TUESDAY, operation=PatchOperation.INSTALL, rings=rings, gated=True)
    assert gates(stack) == {"OtherprodGateDocument": ("Rolloutcanary", 0, 0)}


CONTINUES = {"cutoff_behavior": CutoffBehavior.CONTINUE_TASK}


def test_a_gated_ring_waits_for_an_installation_that_continues(stack: cdk.Stack) -> None:
    rollout(stack, ring("dev", 1, **CONTINUES), ring("prod", 4), gated=True)
    assert warnings(stack) == []


def test_a_ring_with_its_own_gate_waits_for_an_installation_that_continues(stack: cdk.Stack) -> None:
    made = rollout(stack, ring("dev", 1, **CONTINUES))
    made.add_ring(ring("prod", 4, gate=PatchGate(after=made.ring("dev"))))
    assert warnings(stack) == []


def test_a_gate_of_calendars_does_not_wait_for_an_installation_that_continues(stack: cdk.Stack) -> None:
    rollout(stack, ring("dev", 1, **CONTINUES), ring("prod", 4, gate=PatchGate(calendars=["Holidays"])))
    assert [each.rpartition("ack: ")[2] for each in warnings(stack)] == ["patching-constructs:installOutlastsBakeTime]"]


def test_the_installation_of_a_gated_ring_cannot_continue(stack: cdk.Stack) -> None:
    assert refused(lambda: rollout(stack, ring("dev", 1), ring("prod", 4, **CONTINUES), gated=True)) == (
        "cutoff_behavior must not be CONTINUE_TASK with a gate, whose runbook cancels the patching at the cutoff, got "
        "CONTINUE_TASK; leave it out [Stack/Rollout/prod]"
    )


def test_one_moment_requires_the_age_of_a_success(stack: cdk.Stack) -> None:
    once = ScheduleExpression.at(datetime(2027, 1, 1, tzinfo=UTC))
    message = refused(lambda: rollout(stack, *THREE, schedule=once, gated=True))
    assert message == (
        "PatchGate max_age is required with a schedule that is a token, or that has only one execution, got "
        "'at(2027-01-05T00:00:00)'; set max_age [Stack/Rollout/staging]"
    )


# --- Warnings -----------------------------------------------------------------------------------------

WARNINGS: dict[str, tuple[list[PatchRing], dict[str, Any], str]] = {
    "a ring after the next cycle": (
        [ring("dev", 0), ring("prod", 11)],
        {"schedule": ScheduleExpression.weekly(DayOfWeek.MONDAY, hour=2)},
        "ring 'prod' starts after the next cycle of ring 'dev', so it patches what was approved for that cycle: 'dev' "
        "from 2026-01-12T02:00Z to 2026-01-12T06:00Z, 'prod' from 2026-01-16T02:00Z to 2026-01-16T06:00Z; reduce "
        "days_after, or use a schedule with longer intervals [ack: patching-constructs:ringAfterNextCycle]",
    ),
    "an end date that skips a ring": (
        [ring("dev", 1), ring("staging", 4, end_date=datetime(2027, 1, 1, tzinfo=UTC)), ring("prod", 11)],
        {},
        "ring 'prod' is patched at 2027-01-23T01:00Z without ring 'staging', which has no execution in the cycle of "
        "2027-01-12; check the freezes, start_date, end_date and enabled of both "
        "[ack: patching-constructs:skippedRing]",
    ),
    "a ring that is not enabled": (
        [ring("dev", 1), ring("staging", 4, enabled=False), ring("prod", 11)],
        {},
        "ring 'prod' is patched at 2026-01-24T01:00Z without ring 'staging', which is not enabled; check the freezes, "
        "start_date, end_date and enabled of both [ack: patching-constructs:skippedRing]",
    ),
    "an end date that skips the ring before a gate": (
        [ring("dev", 1, end_date=datetime(2027, 1, 1, tzinfo=UTC)), ring("prod", 11)],
        {"gated": True},
        "ring 'prod' runs at 2027-01-23T01:00Z without ring 'dev', which has no execution in the cycle of 2027-01-12, "
        "so its gate is closed unless 'dev' has succeeded within max_age before; check the freezes, start_date, "
        "end_date and enabled of both [ack: patching-constructs:skippedRing]",
    ),
    "a gate after the next cycle": (
        [ring("dev", 0), ring("prod", 11)],
        {"schedule": ScheduleExpression.weekly(DayOfWeek.MONDAY, hour=2), "gated": True},
        "ring 'prod' starts after the next cycle of ring 'dev', so its gate checks the success of that cycle: 'dev' "
        "from 2026-01-12T02:00Z to 2026-01-12T06:00Z, 'prod' from 2026-01-16T02:00Z to 2026-01-16T06:00Z; reduce "
        "days_after, or use a schedule with longer intervals [ack: patching-constructs:ringAfterNextCycle]",
    ),
    "an order that is assumed": (
        [ring("dev", 12, bake_time=timedelta(hours=20)), ring("prod", 13)],
        {},
        "ring 'prod' must start after bake_time=20 h of ring 'dev', got 'dev' from 2028-03-26T01:00Z to "
        "2028-03-26T05:00Z, 'prod' from 2028-03-27T00:00Z to 2028-03-27T04:00Z; AWS does not document daylight saving "
        "changes, so this is assumed; use another hour [ack: patching-constructs:assumedRingOrder]",
    ),
    "two rings with the same targets": (
        [
            ring("dev", 1, targets=[PatchTarget.patch_group("a"), PatchTarget.patch_group("b")]),
            ring("staging", 4),
            ring("prod", 11, targets=[PatchTarget.patch_group("b"), PatchTarget.patch_group("a")]),
        ],
        {},
        "rings 'dev' and 'prod' have the same targets, so each cycle patches the same nodes twice; set other targets "
        "for one of them [ack: patching-constructs:ringsWithSameTargets]",
    ),
    "an installation that continues": (
        [ring("dev", 1, cutoff_behavior=CutoffBehavior.CONTINUE_TASK), ring("prod", 4)],
        {},
        "ring 'dev' has cutoff_behavior=CONTINUE_TASK: its installation can continue after its window, within the bake "
        "time and while the next ring is patched; leave cutoff_behavior out "
        "[ack: patching-constructs:installOutlastsBakeTime]",
    ),
}


@pytest.mark.parametrize(("rings", "properties", "message"), WARNINGS.values(), ids=WARNINGS.keys())
def test_a_rollout_warns(rings: list[PatchRing], properties: dict[str, Any], message: str) -> None:
    given, added = cdk.Stack(cdk.App(), "Stack"), cdk.Stack(cdk.App(), "Stack")
    rollout(given, *rings, **properties)
    made = rollout(added, **properties)
    for each in rings:
        made.add_ring(each)
    assert warnings(given) == warnings(added) == [message]


def test_a_gate_after_a_ring_that_is_not_enabled(stack: cdk.Stack) -> None:
    rollout(stack, ring("dev", 1, enabled=False), ring("prod", 11), gated=True)
    assert sorted(warnings(stack)) == [
        "ring 'prod' runs at 2026-01-24T01:00Z without ring 'dev', which is not enabled, so its gate is closed; check "
        "the freezes, start_date, end_date and enabled of both [ack: patching-constructs:skippedRing]",
        "the gate never opens, because Stack/Rollout/dev has enabled=False, so its window has no task; set "
        "enabled=True, or remove the gate [ack: patching-constructs:gateNeverOpens]",
    ]


IN_JANUARY = PatchFreeze(datetime(2027, 1, 15, tzinfo=UTC), datetime(2027, 1, 18, tzinfo=UTC), "move")
SKIPPED = (
    "ring 'prod' is patched at 2027-01-23T01:00Z without ring 'staging', which has no execution in the cycle of "
    "2027-01-12; check the freezes, start_date, end_date and enabled of both [ack: patching-constructs:skippedRing]"
)


def test_a_freeze_that_skips_a_ring(stack: cdk.Stack) -> None:
    rollout(stack, THREE[0], ring("staging", 4, freezes=[IN_JANUARY]), THREE[2])
    assert warnings(stack) == [SKIPPED]


def test_a_freeze_of_all_rings_that_skips_one_of_them(stack: cdk.Stack) -> None:
    rollout(stack, *THREE, freezes=[IN_JANUARY])
    assert warnings(stack) == [SKIPPED]


@pytest.mark.parametrize("is_added_later", [True, False])
def test_a_freeze_of_the_stack_that_skips_a_ring(stack: cdk.Stack, is_added_later: bool) -> None:  # noqa: FBT001
    if is_added_later:
        rollout(stack, *THREE)
    PatchFreezes.of(stack).add(IN_JANUARY)
    if not is_added_later:
        rollout(stack, *THREE)
    assert warnings(stack) == [SKIPPED]


def test_a_freeze_of_a_ring_that_is_added_later(stack: cdk.Stack) -> None:
    PatchFreezes.of(rollout(stack, *THREE).ring("staging")).add(IN_JANUARY)
    assert warnings(stack) == [SKIPPED]


def test_a_freeze_of_two_scopes_is_compared_once(stack: cdk.Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    made = rollout(stack, *THREE)
    compared: list[list[str]] = []

    def counted(rings: Sequence[RingTimes]) -> list[RolloutProblem]:
        compared.append([each.name for each in rings])
        return check_rings(rings)

    monkeypatch.setattr(sys.modules[PatchRollout.__module__], "check_rings", counted)
    PatchFreezes.of(stack).add(IN_JANUARY)
    assert compared == [["dev", "staging", "prod"]]
    PatchFreezes.of(made.ring("dev")).add(IN_JANUARY)
    assert len(compared) == 2


def test_a_freeze_that_a_schedule_cannot_have_leaves_a_rollout_as_it_is(stack: cdk.Stack) -> None:
    rollout(stack, *THREE)
    once = ScheduleExpression.at(datetime(2027, 1, 16, tzinfo=UTC))
    PatchSchedule(
        stack, "Once", schedule=once, operation=PatchOperation.INSTALL, targets=[PatchTarget.tag("Stage", "once")]
    )
    assert refused(lambda: PatchFreezes.of(stack).add(IN_JANUARY)) == (
        "schedule must have an execution outside of its freezes, got 'at(2027-01-16T00:00:00)' with a freeze from "
        "2027-01-15T00:00:00+00:00 to 2027-01-18T00:00:00+00:00 [Stack/Once]"
    )
    assert warnings(stack) == []
    assert len(windows(stack)) == 4
    # A freeze without that moment applies alone.
    PatchFreezes.of(stack).add(PatchFreeze(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 2, 2, tzinfo=UTC), "move"))
    assert warnings(stack) == []
    assert len(windows(stack)) == 4


SCANS: dict[str, tuple[dict[str, Any], int]] = {
    "a scan": ({}, 1),
    "scans": ({"before": [WindowTask.scan()], "after": [WindowTask.scan().with_options(id="Again")]}, 1),
    "a scan and a reboot": ({"after": [WindowTask.scan(), WindowTask.reboot()]}, 2),
}


@pytest.mark.parametrize(("tasks", "count"), SCANS.values(), ids=SCANS.keys())
def test_rings_that_only_scan_continue(stack: cdk.Stack, tasks: dict[str, Any], count: int) -> None:
    PatchFreezes.of(stack).add(IN_JANUARY)
    made = rollout(stack, ring("dev", 4), ring("prod", 11), operation=PatchOperation.SCAN, **tasks)
    assert [len(each.windows) for each in made.rings.values()] == [count, 1]
    assert any("skippedRing" in each for each in warnings(stack)) is (count == 2)


def test_a_ring_with_another_value_than_a_task(stack: cdk.Stack) -> None:
    message = refused(lambda: rollout(stack, ring("dev", 4), before=untyped(["x"])))
    assert message.startswith("before ")
    assert message.endswith("[Stack/Rollout/dev]")


def test_a_freeze_of_the_last_ring(stack: cdk.Stack) -> None:
    christmas = PatchFreeze(datetime(2026, 12, 18, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC), "Christmas")
    PatchFreezes.of(rollout(stack, *THREE)).add(christmas)
    # The rings before it have been patched on 9 and 12 December.
    assert warnings(stack) == []


def test_what_is_no_problem() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    on = {"cutoff_behavior": CutoffBehavior.CONTINUE_TASK}
    rollout(stack, ring("scan", 1, operation=PatchOperation.SCAN), ring("last", 4, **on))
    assert warnings(stack) == []


def test_a_rollout_of_which_nothing_is_enabled(stack: cdk.Stack) -> None:
    rollout(stack, *THREE, enabled=False, cutoff_behavior=CutoffBehavior.CONTINUE_TASK)
    assert warnings(stack) == []
