"""How often a schedule opens its window: a cron that is faster than supported is an error, a rate is accepted."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import ScheduleExpression
from patching_constructs.schedule.occurrences import occurrences
from tests.refusals import refused
from tests.unit.schedule.dialect import parse

TOO_OFTEN = "schedule must not run more often than every 5 minutes, got"

SUPPORTED = {
    "every five minutes": "cron(0/5 * * * ? *)",
    "every five minutes, by a step from *": "cron(*/5 * * * ? *)",
    "twice an hour": "cron(0,30 * * * ? *)",
    "five minutes across the hour": "cron(0,55 * * * ? *)",
    "close to the hour's end, in hours that do not follow": "cron(0,58 0/2 * * ? *)",
    "close to both ends of a day, on days that do not follow": "cron(0,58 0,23 ? * MON *)",
    "close to both ends of the last day of a month": "cron(0,58 0,23 L * ? *)",
    "close to both ends of every second day, in months of 30 days": "cron(0,58 0,23 1/2 4,6,9,11 ? *)",
    "on the last day of a year alone": "cron(0,58 0,23 31 12 ? *)",
    "on the first and last day, in years that do not follow": "cron(0,58 0,23 1,31 1,12 ? 2027,2029)",
    "on one weekday of a month": "cron(0,58 0,23 ? 2 TUE#4 *)",
    "on the first and the 29th of February": "cron(0,58 0,23 1,29 2 ? *)",
    "on 29 February and 1 March, in years without a leap day": "cron(0,58 0,23 1,29 2-3 ? 2027)",
    "one second": "cron(30 0/5 * * * ? *)",
    "once": "cron(0 4 ? * SUN#1 2027)",
}
TOO_FAST = {
    "AWS's example": "cron(* */2 * * ? *)",
    "every second": "cron(* * * * * ? *)",
    "every minute of one hour": "cron(* 4 ? * SUN *)",
    "every four minutes": "cron(0/4 * * * ? *)",
    "a step that does not fit into the hour": "cron(*/7 * * * ? *)",
    "two minutes that are near": "cron(10,14 4 * * ? *)",
    "a range": "cron(0-1 4 * * ? *)",
    "two seconds": "cron(0,59 0 4 * * ? *)",
    "one second, in minutes that are near": "cron(0 0,4 4 * * ? *)",
    "across the hour": "cron(0,58 * * * ? *)",
    "across one hour": "cron(0,58 4-5 ? * SUN *)",
    "across midnight, every day": "cron(0,58 0,23 * * ? *)",
    "across midnight, by names": "cron(0,58 0,23 ? * MON-TUE *)",
    "across midnight, between two months": "cron(0,58 0,23 1,31 1-2 ? *)",
    "across midnight, after a leap day": "cron(0,58 0,23 1,29 2-3 ? *)",
    "across midnight, between two years": "cron(0,58 0,23 1,31 1,12 ? 2027-2028)",
    "across midnight, in a leap year alone": "cron(0,58 0,23 1,29 2,3 ? 2028)",
}


@pytest.mark.parametrize("text", SUPPORTED.values(), ids=SUPPORTED.keys())
def test_a_cron_that_is_supported(text: str) -> None:
    assert not ScheduleExpression.expression(text).is_faster_than_supported


@pytest.mark.parametrize("text", TOO_FAST.values(), ids=TOO_FAST.keys())
def test_a_cron_that_is_too_fast(text: str) -> None:
    assert refused(lambda: ScheduleExpression.expression(text)).startswith(f"{TOO_OFTEN} {text!r}")
    assert parse(text).is_faster_than_supported


def test_the_fields_of_a_cron_that_is_too_fast() -> None:
    assert refused(lambda: ScheduleExpression.cron(minute="*", hour="*/2")) == (
        f"{TOO_OFTEN} 'cron(* */2 * * ? *)'; to run once an hour, write 0 in minutes"
    )
    assert refused(lambda: ScheduleExpression.cron(minute="10,12", hour=4)) == f"{TOO_OFTEN} 'cron(10,12 4 * * ? *)'"


@pytest.mark.parametrize(("minutes", "faster"), [(1, True), (4, True), (5, False), (60, False)])
def test_a_rate_of_any_frequency_is_accepted(minutes: int, *, faster: bool) -> None:
    assert ScheduleExpression.rate(minutes=minutes).is_faster_than_supported is faster
    assert str(ScheduleExpression.rate(minutes=minutes)) == f"rate({minutes} minute{'s' * (minutes > 1)})"


@pytest.mark.parametrize("text", ["rate(1 hour)", "rate(1 day)", "at(2027-01-01T00:00:00)", "cron(${Token[A.1]})"])
def test_other_expressions_are_not_too_fast(text: str) -> None:
    assert not ScheduleExpression.expression(text).is_faster_than_supported


# --- Against the occurrences --------------------------------------------------------------------------

FIELDS = st.tuples(
    st.sampled_from(["0", "58", "0,58", "57", "3,59", "0/5", "0,4", "10-20/6", "2,57"]),
    st.sampled_from(["0", "23", "0,23", "0,12,23", "4,6", "4-5", "1/11"]),
    st.sampled_from(
        ["* {} ?", "1 {} ?", "31 {} ?", "1,31 {} ?", "29,1 {} ?", "L {} ?", "LW {} ?", "1W {} ?", "31W {} ?"]
    )
    | st.sampled_from(["? {} MON", "? {} SUN,SAT", "? {} TUE#1", "? {} 6L", "? {} L", "? {} MON,WED", "? {} MON-TUE"]),
    st.sampled_from(["*", "1", "2", "2-3", "12,1", "1/2", "3/3"]),
    st.sampled_from(["2027", "2028", "2027-2028", "2027,2029", "2028-2029", "2031-2034"]),
)


@given(FIELDS)
@settings(max_examples=300, deadline=None)
def test_it_agrees_with_the_occurrences(fields: tuple[str, str, str, str, str]) -> None:
    minutes, hours, days, months, years = fields
    schedule = parse(f"cron({minutes} {hours} {days.format(months)} {years})")
    starts = (
        each.start
        for each in occurrences(
            schedule, after=datetime(2027, 1, 1, tzinfo=UTC), duration=timedelta(0), cutoff=timedelta(0)
        )
    )
    expected = any(later - earlier < timedelta(minutes=5) for earlier, later in pairwise(starts))
    assert schedule.is_faster_than_supported is expected
