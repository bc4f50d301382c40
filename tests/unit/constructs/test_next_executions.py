"""The upcoming executions of a schedule, asked in Python."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import aws_cdk as cdk
import pytest

from patching_constructs import DayOfWeek, Occurrence, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression
from tests.refusals import refused

AFTER = datetime(2027, 1, 1, tzinfo=UTC)
PATCH_TUESDAY = ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def schedule(scope: cdk.Stack, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": PATCH_TUESDAY, "operation": PatchOperation.INSTALL}
    return PatchSchedule(scope, "Install", targets=[PatchTarget.patch_group("web")], **minimal | properties)


def starts(found: tuple[Occurrence, ...]) -> list[str]:
    return [f"{each.start:%m-%d %H:%M}" for each in found]


def test_the_next_executions_of_a_schedule(stack: cdk.Stack) -> None:
    install = schedule(stack, duration=timedelta(hours=6), cutoff=cdk.Duration.hours(2))
    first, second = install.next_executions(after=AFTER, count=2)
    assert second.start.date() == date(2027, 2, 14)
    assert first.local_start.isoformat() == "2027-01-17T04:00:00+01:00"
    assert (first.cutoff - first.start, first.end - first.start) == (timedelta(hours=4), timedelta(hours=6))
    assert len(install.next_executions(after=AFTER)) == 5


def test_they_keep_to_the_dates_of_the_window(stack: cdk.Stack) -> None:
    dates = {"start_date": datetime(2027, 2, 1, tzinfo=UTC), "end_date": datetime(2027, 4, 1, tzinfo=UTC)}
    assert starts(schedule(stack, **dates).next_executions(after=AFTER)) == ["02-14 03:00", "03-14 03:00"]


def test_a_rate_counts_from_its_start_date_or_from_the_first_instant(stack: cdk.Stack) -> None:
    weekly = ScheduleExpression.rate(days=7)
    found = schedule(stack, schedule=weekly, start_date=datetime(2027, 1, 5, 3, tzinfo=UTC))
    assert starts(found.next_executions(after=AFTER, count=2)) == ["01-05 03:00", "01-12 03:00"]
    other = schedule(cdk.Stack(), schedule=weekly)
    assert starts(other.next_executions(after=AFTER, count=2)) == ["01-01 00:00", "01-08 00:00"]


def test_a_frozen_schedule_opens_too(stack: cdk.Stack) -> None:
    assert starts(schedule(stack, enabled=False).next_executions(after=AFTER, count=1)) == ["01-17 03:00"]


@pytest.mark.parametrize("after", [datetime.max.replace(tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)])
def test_at_the_end_of_time_there_are_none(stack: cdk.Stack, after: datetime) -> None:
    assert schedule(stack).next_executions(after=after) == ()


TOKENS: dict[str, Any] = {
    "schedule": lambda parameter: ScheduleExpression.expression(parameter.value_as_string),
    "duration": lambda parameter: cdk.Duration.hours(parameter.value_as_number),
    "cutoff": lambda parameter: cdk.Duration.hours(parameter.value_as_number),
    "start_date": lambda parameter: parameter.value_as_string,
    "end_date": lambda parameter: parameter.value_as_string,
}


@pytest.mark.parametrize("name", TOKENS)
def test_refusal_of_what_is_known_only_at_deployment(stack: cdk.Stack, name: str) -> None:
    kind = "Number" if name in {"duration", "cutoff"} else "String"
    install = schedule(stack, **{name: TOKENS[name](cdk.CfnParameter(stack, "Parameter", type=kind))})
    message = (
        f"{name} must be known to compute executions, got a token; "
        "after deployment, call DescribeMaintenanceWindowSchedule [Stack/Install]"
    )
    assert refused(lambda: install.next_executions(after=AFTER)) == message


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "5", None])
def test_refusal_of_a_count(stack: cdk.Stack, count: Any) -> None:
    install = schedule(stack)
    assert (
        refused(lambda: install.next_executions(after=AFTER, count=count))
        == f"count must be a whole number of at least 1, got {count!r} [Stack/Install]"
    )


def test_refusal_of_a_naive_moment(stack: cdk.Stack) -> None:
    install = schedule(stack)
    message = (
        "after must be an aware datetime, got datetime.datetime(2027, 1, 1, 0, 0); "
        "set tzinfo, for example to zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC [Stack/Install]"
    )
    assert refused(lambda: install.next_executions(after=datetime(2027, 1, 1))) == message  # noqa: DTZ001


# --- Of a schedule by itself --------------------------------------------------------------------------


def test_the_executions_of_a_schedule_expression() -> None:
    sundays = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4).occurrences(after=AFTER)
    first, second = islice(sundays, 2)
    assert (first.start, first.cutoff, first.end) == tuple(datetime(2027, 1, 3, hour, tzinfo=UTC) for hour in (4, 7, 8))
    assert second.start == first.start + timedelta(days=7)
    assert next(sundays).start == first.start + timedelta(days=14)


def test_the_executions_of_an_expression_end() -> None:
    once = ScheduleExpression.at(datetime(2027, 5, 1, 2, tzinfo=UTC))
    assert [
        each.end.hour for each in once.occurrences(after=AFTER, duration=timedelta(hours=1), cutoff=timedelta(0))
    ] == [3]
    assert list(once.occurrences(after=AFTER, end_date=AFTER + timedelta(days=1))) == []
    assert list(once.occurrences(after=AFTER, start_date=datetime(2028, 1, 1, tzinfo=UTC))) == []


LENGTHS: dict[str, tuple[dict[str, Any], str]] = {
    "too long": ({"duration": timedelta(days=2)}, "duration must be 1-24 whole hours, got 48 hours"),
    "half an hour": ({"duration": timedelta(minutes=90)}, "duration must be 1-24 whole hours, got 1.5 hours"),
    "a number": ({"duration": 4}, "duration must be a datetime.timedelta, got 4"),
    "a negative cutoff": ({"cutoff": timedelta(hours=-1)}, "cutoff must be 0-23 whole hours, got -1 hours"),
    "all of it": (
        {"duration": timedelta(hours=1)},
        "cutoff must be shorter than duration, got cutoff=1 h, duration=1 h",
    ),
}


@pytest.mark.parametrize(("lengths", "message"), LENGTHS.values(), ids=LENGTHS.keys())
def test_refusal_of_a_length(lengths: dict[str, Any], message: str) -> None:
    assert refused(lambda: PATCH_TUESDAY.occurrences(after=AFTER, **lengths)) == message


def test_refusal_of_an_expression_that_is_known_only_at_deployment(stack: cdk.Stack) -> None:
    expression = ScheduleExpression.expression(cdk.CfnParameter(stack, "Parameter").value_as_string)
    message = f"schedule must be known to compute executions, got a token in {expression!r}"
    assert refused(lambda: expression.occurrences(after=AFTER)) == message
