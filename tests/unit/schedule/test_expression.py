"""ScheduleExpression: its factories, its time zone and its offset."""

import importlib
import re
import struct
import zoneinfo
from calendar import TUESDAY, Calendar
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import DayOfWeek, PatchingError, ScheduleExpression
from patching_constructs.schedule import _time_zone
from patching_constructs.schedule._rule import Rate
from patching_constructs.schedule._time_zone import zone_warning
from patching_constructs.schedule.occurrences import first_start
from tests.refusals import refused, untyped

SUNDAYS = "cron(0 4 ? * SUN *)"
BERLIN = "Europe/Berlin"
JANUARY = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)

expression = ScheduleExpression.expression


# --- Factories ----------------------------------------------------------------------------------------

MINIMAL: dict[str, tuple[ScheduleExpression, str]] = {
    "expression": (expression(SUNDAYS), "cron(0 4 ? * SUN *)"),
    "cron": (ScheduleExpression.cron(minute=30, hour=2), "cron(30 2 * * ? *)"),
    "cron by a day of the month": (ScheduleExpression.cron(minute=0, hour=4, day="LW"), "cron(0 4 LW * ? *)"),
    "cron by a day of the week": (ScheduleExpression.cron(minute=0, hour=4, week_day="6L"), "cron(0 4 ? * 6L *)"),
    "daily": (ScheduleExpression.daily(hour=4), "cron(0 4 * * ? *)"),
    "weekly": (ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4), "cron(0 4 ? * SUN *)"),
    "monthly": (ScheduleExpression.monthly(day=1, hour=4), "cron(0 4 1 * ? *)"),
    "nth_weekday": (ScheduleExpression.nth_weekday(3, DayOfWeek.THURSDAY, hour=4), "cron(0 4 ? * THU#3 *)"),
    "last_weekday": (ScheduleExpression.last_weekday(DayOfWeek.FRIDAY, hour=4), "cron(0 4 ? * 6L *)"),
    "patch_tuesday": (ScheduleExpression.patch_tuesday(hour=4), "cron(0 4 ? * TUE#2 *)"),
    "rate of one": (ScheduleExpression.rate(days=1), "rate(1 day)"),
    "rate in days": (ScheduleExpression.rate(days=14), "rate(14 days)"),
    "rate in hours": (ScheduleExpression.rate(hours=12), "rate(12 hours)"),
    "rate in minutes": (ScheduleExpression.rate(minutes=5), "rate(5 minutes)"),
    "rate of one minute": (ScheduleExpression.rate(minutes=1), "rate(1 minute)"),
    "at": (ScheduleExpression.at(JANUARY), "at(2026-01-31T22:30:00)"),
}


@pytest.mark.parametrize(("schedule", "printed"), MINIMAL.values(), ids=MINIMAL.keys())
def test_minimal(schedule: ScheduleExpression, printed: str) -> None:
    assert str(schedule) == schedule.expression_string == printed
    assert schedule.time_zone is None
    assert schedule.schedule_offset is None


MAXIMAL: dict[str, tuple[ScheduleExpression, str, int | None]] = {
    "expression": (expression(SUNDAYS, time_zone=BERLIN, schedule_offset=6), "cron(0 4 ? * SUN *)", 6),
    "cron": (
        ScheduleExpression.cron(
            minute="0/15", hour=2, day="1-7", month="JAN,JUL", year="2026-2030", second=0,
            time_zone=BERLIN, schedule_offset=1,
        ),
        "cron(0 0/15 2 1-7 JAN,JUL ? 2026-2030)",
        1,
    ),
    "cron by a day of the week": (
        ScheduleExpression.cron(
            minute="0", hour="4", month=3, week_day=DayOfWeek.MONDAY, year=2026, second="30",
            time_zone=BERLIN, schedule_offset=2,
        ),
        "cron(30 0 4 ? 3 MON 2026)",
        2,
    ),
    "daily": (ScheduleExpression.daily(hour=4, minute=15, time_zone=BERLIN), "cron(15 4 * * ? *)", None),
    "weekly": (
        ScheduleExpression.weekly(DayOfWeek.TUESDAY, DayOfWeek.THURSDAY, hour=4, minute=15, time_zone=BERLIN),
        "cron(15 4 ? * TUE,THU *)",
        None,
    ),
    "monthly": (
        ScheduleExpression.monthly(day=28, hour=4, minute=15, time_zone=BERLIN, schedule_offset=3),
        "cron(15 4 28 * ? *)",
        3,
    ),
    "nth_weekday": (
        ScheduleExpression.nth_weekday(
            1, DayOfWeek.SATURDAY, hour=4, minute=15, time_zone=BERLIN, schedule_offset=4
        ),
        "cron(15 4 ? * SAT#1 *)",
        4,
    ),
    "last_weekday": (
        ScheduleExpression.last_weekday(DayOfWeek.SUNDAY, hour=4, minute=15, time_zone=BERLIN, schedule_offset=5),
        "cron(15 4 ? * 1L *)",
        5,
    ),
    "patch_tuesday": (
        ScheduleExpression.patch_tuesday(hour=4, days_after=12, minute=15, time_zone=BERLIN),
        "cron(15 4 ? * TUE#3 *)",
        5,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schedule", "printed", "offset"), MAXIMAL.values(), ids=MAXIMAL.keys())
def test_maximal(schedule: ScheduleExpression, printed: str, offset: int | None) -> None:
    assert str(schedule) == printed
    assert schedule.time_zone == BERLIN
    assert schedule.schedule_offset == offset


STRINGS = {
    "rate in any case, with any spaces": (" RATE( 2  Days ) ", "rate(2 days)"),
    "rate with leading zeros": ("rate(007 days)", "rate(7 days)"),
    "rate of one minute, which AWS does not mention": ("rate(1 minute)", "rate(1 minute)"),
    "rate of one hour": ("rate(1 hour)", "rate(1 hour)"),
    "at in any case, with any spaces": (" At( 2026-01-31t22:30:00 ) ", "at(2026-01-31T22:30:00)"),
    "a cron as long as can be": (f"{SUNDAYS:256}", SUNDAYS),
}


@pytest.mark.parametrize(("written", "printed"), STRINGS.values(), ids=STRINGS.keys())
def test_a_string_is_printed_in_one_way(written: str, printed: str) -> None:
    assert str(expression(written)) == printed


@pytest.mark.parametrize(("number", "week_day"), list(enumerate(DayOfWeek, start=1)))
def test_the_last_weekday_is_written_by_its_number(number: int, week_day: DayOfWeek) -> None:
    assert str(ScheduleExpression.last_weekday(week_day, hour=4)) == f"cron(0 4 ? * {number}L *)"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 31, 23, 30, tzinfo=zoneinfo.ZoneInfo(BERLIN)),
        datetime(2026, 1, 31, 17, 30, tzinfo=timezone(timedelta(hours=-5))),
    ],
    ids=["a named zone", "a fixed offset"],
)
def test_a_moment_in_any_time_zone_is_written_in_utc(moment: datetime) -> None:
    schedule = ScheduleExpression.at(moment)
    assert str(schedule) == "at(2026-01-31T22:30:00)"
    assert schedule.time_zone is None


# --- Patch Tuesday ------------------------------------------------------------------------------------


def tuesdays(year: int, month: int) -> list[datetime]:
    days = Calendar().itermonthdates(year, month)
    return [
        datetime(day.year, day.month, day.day, tzinfo=UTC)
        for day in days
        if day.month == month and day.weekday() == TUESDAY
    ]


@pytest.mark.parametrize("days_after", range(21))
def test_patch_tuesday_is_days_after_the_second_tuesday_of_every_month(days_after: int) -> None:
    schedule = ScheduleExpression.patch_tuesday(hour=4, days_after=days_after)
    printed = re.fullmatch(r"cron\(0 4 \? \* TUE#([2-4]) \*\)", str(schedule))
    assert printed
    for year in range(2024, 2052):
        for month in range(1, 13):
            every = tuesdays(year, month)
            opens = every[int(printed[1]) - 1] + timedelta(days=schedule.schedule_offset or 0)
            assert opens == every[1] + timedelta(days=days_after)


# --- Time zones ---------------------------------------------------------------------------------------


class OwnTimeZone:
    """An object with a time zone name, without the CDK."""

    timezone_name = BERLIN


@pytest.mark.parametrize(
    "time_zone",
    [BERLIN, zoneinfo.ZoneInfo(BERLIN), cdk.TimeZone.EUROPE_BERLIN, cdk.TimeZone.of(BERLIN), OwnTimeZone()],
    ids=["str", "ZoneInfo", "aws_cdk.TimeZone", "aws_cdk.TimeZone.of", "an object with a timezone_name"],
)
def test_a_time_zone_is_its_name_however_it_is_given(time_zone: Any) -> None:
    assert expression(SUNDAYS, time_zone=time_zone) == expression(SUNDAYS, time_zone=BERLIN)
    assert ScheduleExpression.daily(hour=4, time_zone=time_zone).time_zone == BERLIN


def test_the_case_of_a_time_zone_is_preserved_and_ignored() -> None:
    schedule = expression(SUNDAYS, time_zone="europe/berlin")
    assert schedule.time_zone == "europe/berlin"
    after = datetime(2027, 1, 1, tzinfo=UTC)
    assert first_start(schedule, after=after) == first_start(expression(SUNDAYS, time_zone=BERLIN), after=after)


CITY = "or another city"
ZONE_WARNINGS: dict[str, tuple[str, str] | None] = {
    "Europe/Berlin": None,
    "UTC": None,
    "Etc/GMT+1": None,
    "Japan": None,
    "Nowhere": None,
    "EST": (
        "is an abbreviation with a fixed offset and no daylight saving time",
        "write 'America/New_York', or 'America/Panama' for no daylight saving time",
    ),
    "hst": (
        "is an abbreviation with a fixed offset and no daylight saving time",
        f"write 'Pacific/Honolulu' {CITY}",
    ),
    "CET": ("is an abbreviation", f"write 'Europe/Brussels' {CITY}"),
    "EST5EDT": ("is an abbreviation", f"write 'America/New_York' {CITY}"),
    "GMT0": ("is an abbreviation", f"write 'UTC' {CITY}"),
    "etc/UTC": ("is spelled 'Etc/UTC' in the IANA time zone database", "write 'Etc/UTC'"),
}


@pytest.mark.parametrize(("name", "warning"), ZONE_WARNINGS.items(), ids=ZONE_WARNINGS.keys())
def test_warning_of_a_time_zone(name: str, warning: tuple[str, str] | None) -> None:
    assert zone_warning(name) == warning


@pytest.fixture
def no_zone_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # The names are cached, so the cache is cleared.
    monkeypatch.setattr(zoneinfo, "available_timezones", set[str])
    importlib.reload(_time_zone)
    yield
    monkeypatch.undo()
    importlib.reload(_time_zone)


@pytest.mark.usefixtures("no_zone_database")
def test_a_time_zone_is_an_error_without_a_time_zone_database() -> None:
    message = refused(lambda: expression(SUNDAYS, time_zone=BERLIN))
    assert message == (
        "time_zone cannot be checked, because this machine has no time zone database, got 'Europe/Berlin'; "
        "run: pip install tzdata"
    )


@pytest.mark.usefixtures("no_zone_database")
def test_utc_by_default_works_without_a_time_zone_database() -> None:
    assert expression(SUNDAYS).time_zone is None


# --- Values -------------------------------------------------------------------------------------------


def test_equal_schedules_are_one() -> None:
    by_name = expression("cron(0 4 ? * MON *)", time_zone=BERLIN, schedule_offset=1)
    by_number = expression("cron(00 04 ? * 2 *)", time_zone=zoneinfo.ZoneInfo(BERLIN), schedule_offset=1)
    assert by_name == by_number
    assert len({by_name, by_number}) == 1


@pytest.mark.parametrize(
    "other",
    [
        expression(SUNDAYS),
        expression(SUNDAYS, time_zone="UTC", schedule_offset=1),
        expression(SUNDAYS, time_zone=BERLIN, schedule_offset=2),
        expression("cron(0 4 ? * SAT *)", time_zone=BERLIN, schedule_offset=1),
    ],
    ids=["neither zone nor offset", "another zone", "another offset", "another rule"],
)
def test_schedules_that_differ_in_one_thing_differ(other: ScheduleExpression) -> None:
    assert expression(SUNDAYS, time_zone=BERLIN, schedule_offset=1) != other


def test_repr_is_the_call_that_creates_it() -> None:
    schedule = ScheduleExpression.patch_tuesday(hour=4, days_after=5, time_zone=BERLIN)
    written = "cron(0 4 ? * TUE#2 *)"
    assert repr(schedule) == f"ScheduleExpression.expression({written!r}, time_zone={BERLIN!r}, schedule_offset=5)"
    assert expression(written, time_zone=BERLIN, schedule_offset=5) == schedule


HOURS, MINUTES = st.integers(0, 23), st.integers(0, 59)
WEEK_DAYS = st.sampled_from(DayOfWeek)
ZONES = st.none() | st.sampled_from([BERLIN, "UTC", "America/New_York", zoneinfo.ZoneInfo("Asia/Kolkata")])
OFFSETS = st.none() | st.integers(1, 6)
TIMES: dict[str, st.SearchStrategy[Any]] = {"hour": HOURS, "minute": MINUTES, "time_zone": ZONES}
DATES: dict[str, st.SearchStrategy[Any]] = TIMES | {"schedule_offset": OFFSETS}

EMITTED: st.SearchStrategy[ScheduleExpression] = st.one_of(
    st.builds(
        ScheduleExpression.cron,
        day=st.none() | st.integers(1, 31) | st.sampled_from(["L", "LW", "15W", "*/2", "1-7"]),
        month=st.integers(1, 12) | st.sampled_from(["*", "JAN", "jan-mar", "1/3"]),
        year=st.integers(1970, 2199) | st.sampled_from(["*", "2026-2030"]),
        second=st.none() | st.integers(0, 59),
        **DATES,
    ),
    st.builds(
        ScheduleExpression.cron, week_day=WEEK_DAYS | st.sampled_from(["6L", "L", "fri#2", "MON-FRI", "*"]), **DATES
    ),
    st.builds(ScheduleExpression.daily, **TIMES),
    st.lists(WEEK_DAYS, min_size=1, unique=True).flatmap(
        lambda week_days: st.builds(ScheduleExpression.weekly, *map(st.just, week_days), **TIMES)
    ),
    st.builds(ScheduleExpression.monthly, day=st.integers(1, 28), **DATES),
    st.builds(ScheduleExpression.nth_weekday, st.integers(1, 4), WEEK_DAYS, **DATES),
    st.builds(ScheduleExpression.last_weekday, WEEK_DAYS, **DATES),
    st.builds(ScheduleExpression.patch_tuesday, days_after=st.integers(0, 20), **TIMES),
    st.sampled_from(["days", "hours", "minutes"]).flatmap(
        lambda unit: st.builds(ScheduleExpression.rate, **{unit: st.integers(5, 10**6)})
    ),
    st.builds(
        ScheduleExpression.at,
        st.datetimes(
            min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
            max_value=datetime(2199, 12, 31),  # noqa: DTZ001
            timezones=st.timezones(),
        ).map(lambda moment: moment.replace(microsecond=0)),
    ),
)


@given(EMITTED)
def test_every_expression_that_a_factory_emits_is_parsed_to_an_equal_one(schedule: ScheduleExpression) -> None:
    again = expression(str(schedule), time_zone=schedule.time_zone, schedule_offset=schedule.schedule_offset)
    assert again == schedule
    assert str(again) == str(schedule)


@given(st.sampled_from(["days", "hours", "minutes"]), st.integers() | st.floats() | st.booleans())
def test_every_accepted_rate_is_valid_for_the_service(unit: str, number: float) -> None:
    try:
        schedule = ScheduleExpression.rate(**{unit: untyped(number)})
    except PatchingError:
        return
    assert expression(str(schedule)) == schedule


# --- Tokens -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


TEXT = cdk.Token.as_string({"Ref": "Text"})
NUMBER = untyped(cdk.Token.as_number({"Ref": "Number"}))
TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")
REF, REF_NUMBER = {"Ref": "Text"}, {"Ref": "Number"}

WITH_TOKENS: dict[str, tuple[Callable[[], ScheduleExpression], list[Any]]] = {
    "expression": (lambda: expression(TEXT), [REF]),
    "expression in part": (lambda: expression(f"cron(0 4 ? * {TEXT} *)"), ["cron(0 4 ? * ", REF, " *)"]),
    "expression, however long": (lambda: expression(f"{TEXT}{' ' * 256}"), [REF, " " * 256]),
    "cron by text": (
        lambda: ScheduleExpression.cron(minute=TEXT, hour=TEXT, day=TEXT, month=TEXT, year=TEXT, second=TEXT),
        ["cron(", REF, " ", REF, " ", REF, " ", REF, " ", REF, " ? ", REF, ")"],
    ),
    "cron by numbers": (
        lambda: ScheduleExpression.cron(
            minute=NUMBER, hour=NUMBER, day=NUMBER, month=NUMBER, year=NUMBER, second=NUMBER
        ),
        ["cron(", *[REF_NUMBER, " "] * 5, "? ", REF_NUMBER, ")"],
    ),
    "cron by a day of the week": (
        lambda: ScheduleExpression.cron(minute=0, hour=4, week_day=TEXT),
        ["cron(0 4 ? * ", REF, " *)"],
    ),
    "daily": (lambda: ScheduleExpression.daily(hour=NUMBER, minute=5), ["cron(5 ", REF_NUMBER, " * * ? *)"]),
    "weekly": (
        lambda: ScheduleExpression.weekly(DayOfWeek.MONDAY, untyped(TEXT), hour=4),
        ["cron(0 4 ? * MON,", REF, " *)"],
    ),
    "monthly": (lambda: ScheduleExpression.monthly(day=NUMBER, hour=4), ["cron(0 4 ", REF_NUMBER, " * ? *)"]),
    "nth_weekday": (
        lambda: ScheduleExpression.nth_weekday(NUMBER, untyped(TEXT), hour=4),
        ["cron(0 4 ? * ", REF, "#", REF_NUMBER, " *)"],
    ),
    "last_weekday": (
        lambda: ScheduleExpression.last_weekday(untyped(TEXT), hour=4),
        ["cron(0 4 ? * ", REF, "L *)"],
    ),
    "patch_tuesday": (
        lambda: ScheduleExpression.patch_tuesday(hour=NUMBER, minute=NUMBER, days_after=3),
        ["cron(", REF_NUMBER, " ", REF_NUMBER, " ? * TUE#2 *)"],
    ),
    "rate": (lambda: ScheduleExpression.rate(hours=NUMBER), ["rate(", REF_NUMBER, " hours)"]),
}


@pytest.mark.parametrize(("make", "resolved"), WITH_TOKENS.values(), ids=WITH_TOKENS.keys())
def test_a_token_passes(stack: cdk.Stack, make: Callable[[], ScheduleExpression], resolved: list[Any]) -> None:
    joined = resolved[0] if len(resolved) == 1 else {"Fn::Join": ["", merged(resolved)]}
    assert stack.resolve(str(make())) == joined


def merged(parts: list[Any]) -> list[Any]:
    """Concatenate adjacent literals, as the CDK does."""
    result: list[Any] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        else:
            result.append(part)
    return result


def test_tokens_pass_as_time_zone_and_offset() -> None:
    schedule = expression(SUNDAYS, time_zone=TEXT, schedule_offset=NUMBER)
    assert (schedule.time_zone, schedule.schedule_offset) == (TEXT, NUMBER)


def test_known_fields_are_checked_if_others_are_tokens() -> None:
    assert refused(lambda: ScheduleExpression.cron(minute=60, hour=TEXT)) == "schedule minutes must be 0-59, got '60'"
    assert refused(lambda: expression(TEXT, schedule_offset=7)) == "schedule_offset must be 1-6 whole days, got 7"
    assert refused(lambda: expression(TEXT, time_zone="Nowhere")) == (
        "time_zone must be a name in the IANA time zone database, got 'Nowhere'; write a name such as 'Europe/Berlin'"
    )


# --- Invalid values -----------------------------------------------------------------------------------

BOTH_DAYS = "to use both, create one schedule with a day of the month and one with a day of the week"
EVERY_DAY_OF_WEEK = ", ".join(f"DayOfWeek.{day.name}" for day in DayOfWeek)
AWARE = "set tzinfo, for example to zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC"
AT_FORM = "schedule must be at(YYYY-MM-DDThh:mm:ss), in UTC"
AT_FIX = "use ScheduleExpression.at(datetime)"

REFUSALS_OF_A_STRING: dict[str, tuple[str, str]] = {
    "too long": (f"{SUNDAYS:257}", "schedule must have at most 256 characters, got 257"),
    "nothing": ("", "schedule must be cron(...), rate(...) or at(...), got ''"),
    "a word": ("daily", "schedule must be cron(...), rate(...) or at(...), got 'daily'"),
    "another function": ("every(1 day)", "schedule must be cron(...), rate(...) or at(...), got 'every(1 day)'; "
                         "wrap the fields in cron(...)"),
    "bare fields": ("0 4 * * ? *", "schedule must be cron(...), rate(...) or at(...), got '0 4 * * ? *'; "
                    "wrap the fields in cron(...)"),
    "rate without patches": ("rate()", "schedule must be rate(<number> minutes|hours|days), got 'rate()'"),
    "rate without a unit": ("rate(5)", "schedule must be rate(<number> minutes|hours|days), got 'rate(5)'"),
    "rate below zero": ("rate(-1 day)", "schedule must be rate(<number> minutes|hours|days), got 'rate(-1 day)'"),
    "rate of a fraction": (
        "rate(1.5 hours)", "schedule must be rate(<number> minutes|hours|days), got 'rate(1.5 hours)'"
    ),
    "rate in months": ("rate(1 month)", "schedule must be rate(<number> minutes|hours|days), got 'rate(1 month)'"),
    "rate in a letter that is only like an i": (
        "rate(5 m\u0131nutes)", "schedule must be rate(<number> minutes|hours|days), got 'rate(5 m\u0131nutes)'"
    ),
    "rate in weeks": (
        "rate(2 weeks)",
        "schedule must be in days, hours or minutes, got 'rate(2 weeks)'; write rate(14 days)",
    ),
    "rate of one in the plural": (
        "rate(1 days)",
        "schedule must have a singular unit after 1 and a plural unit after any other number, got 'rate(1 days)'; "
        "write rate(1 day)",
    ),
    "rate of two in the singular": (
        "rate(2 day)",
        "schedule must have a singular unit after 1 and a plural unit after any other number, got 'rate(2 day)'; "
        "write rate(2 days)",
    ),
    "rate of zero": ("rate(0 days)", "schedule rate must be at least 1 day, got 'rate(0 days)'"),
    "at nothing": ("at()", f"{AT_FORM}, got 'at()'; {AT_FIX}"),
    "at a date": ("at(2026-01-31)", f"{AT_FORM}, got 'at(2026-01-31)'; {AT_FIX}"),
    "at a day that there is not": (
        "at(2026-02-30T04:00:00)", f"{AT_FORM}, got 'at(2026-02-30T04:00:00)'; {AT_FIX}"
    ),
    "at a time with an offset": (
        "at(2026-01-31T04:00:00Z)", f"{AT_FORM}, got 'at(2026-01-31T04:00:00Z)'; {AT_FIX}"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSALS_OF_A_STRING.values(), ids=REFUSALS_OF_A_STRING.keys())
def test_refusal_of_a_string(text: str, message: str) -> None:
    assert refused(lambda: expression(text)) == message


@pytest.mark.parametrize("text", ["rate(0 day)", "rate(0 weeks)", "rate(2 minute)", "rate(1 minutes)"])
def test_every_suggested_fix_is_valid(text: str) -> None:
    _, _, advice = refused(lambda: expression(text)).partition("; write ")
    if advice:
        assert str(expression(advice)) == advice


REFUSALS_OF_A_FACTORY: dict[str, tuple[Callable[[], ScheduleExpression], str]] = {
    "cron: a field that is not a number": (
        lambda: ScheduleExpression.cron(minute="", hour=4),
        "schedule minutes must be 0-59, got ''",
    ),
    "cron: a field that is two": (
        lambda: ScheduleExpression.cron(minute=0, hour="4 5"),
        "schedule hours must be 0-23, got '4 5'",
    ),
    "cron: True is not a minute": (
        lambda: ScheduleExpression.cron(minute=True, hour=4),
        "schedule minute must be a whole number or a string, got True",
    ),
    "cron: a weekday by its number": (
        lambda: ScheduleExpression.cron(minute=0, hour=4, week_day=untyped(2)),
        "schedule week_day must be a string or a DayOfWeek, got 2; "
        "write a name such as MON, because 1 is Sunday here and Monday in Unix cron",
    ),
    "cron: a day and a weekday": (
        lambda: ScheduleExpression.cron(minute=0, hour=4, day=1, week_day="MON"),
        "schedule must have ? in exactly one of day-of-month and day-of-week, got 'cron(0 4 1 * MON *)'; " + BOTH_DAYS,
    ),
    "cron: too long": (
        lambda: ScheduleExpression.cron(minute=",".join(map(str, range(60))), hour=",".join(map(str, range(24))),
                                        day=",".join(map(str, range(1, 32)))),
        "schedule must have at most 256 characters, got 327",
    ),
    "daily: an invalid hour": (lambda: ScheduleExpression.daily(hour=24), "schedule hours must be 0-23, got '24'"),
    "daily: an hour below zero": (lambda: ScheduleExpression.daily(hour=-1), "schedule hours must be 0-23, got '-1'"),
    "daily: an invalid minute": (
        lambda: ScheduleExpression.daily(hour=4, minute=60),
        "schedule minutes must be 0-59, got '60'",
    ),
    "weekly: no day": (
        lambda: ScheduleExpression.weekly(hour=4),
        "schedule week_days must be one or more different days, got none",
    ),
    "weekly: a day twice": (
        lambda: ScheduleExpression.weekly(DayOfWeek.MONDAY, DayOfWeek.MONDAY, hour=4),
        "schedule week_days must be one or more different days, got MON, MON",
    ),
    "weekly: a number": (
        lambda: ScheduleExpression.weekly(untyped(2), hour=4),
        f"schedule week_days must be one of {EVERY_DAY_OF_WEEK}, got 2",
    ),
    "weekly: what does not come every week": (
        lambda: ScheduleExpression.weekly(untyped("MON#2"), hour=4),
        f"schedule week_days must be one of {EVERY_DAY_OF_WEEK}, got 'MON#2'",
    ),
    "monthly: the last day, which has no number": (
        lambda: ScheduleExpression.monthly(day=untyped("L"), hour=4),
        "schedule day must be a whole number, got 'L'; for the last day, use .cron(day='L', ...)",
    ),
    "daily: an hour as text": (
        lambda: ScheduleExpression.daily(hour=untyped("2-4")),
        "schedule hour must be a whole number, got '2-4'",
    ),
    "constructed directly, from a string": (
        lambda: ScheduleExpression(untyped(SUNDAYS)),
        "ScheduleExpression rule must be a CronExpression or a Rate or an At or an Unresolved, "
        f"got {SUNDAYS!r}; write ScheduleExpression.expression({SUNDAYS!r})",
    ),
    "constructed directly, from a rule that the service refuses": (
        lambda: ScheduleExpression(Rate(-1, "hour")),
        "schedule must be rate(<number> minutes|hours|days), got 'rate(-1 hours)'",
    ),
    "a name that is not a string": (
        lambda: ScheduleExpression.daily(hour=4, time_zone=untyped(SimpleNamespace(timezone_name=1))),
        "time_zone name must be a string, got 1",
    ),
    "monthly: day 0": (
        lambda: ScheduleExpression.monthly(day=0, hour=4),
        "schedule day must be 1-28, so that every month has it, got 0",
    ),
    "monthly: a day that most months have": (
        lambda: ScheduleExpression.monthly(day=29, hour=4),
        "schedule day must be 1-28, so that every month has it, got 29; for the last day, use .cron(day='L', ...); "
        "to skip shorter months, use .cron(day=29, ...)",
    ),
    "monthly: a day that no month has": (
        lambda: ScheduleExpression.monthly(day=32, hour=4),
        "schedule day must be 1-28, so that every month has it, got 32",
    ),
    "nth_weekday: the fifth": (
        lambda: ScheduleExpression.nth_weekday(5, DayOfWeek.MONDAY, hour=4),
        "schedule nth must be 1-4, so that every month has it, got 5; for the last one, use .last_weekday(...)",
    ),
    "nth_weekday: the one before the first": (
        lambda: ScheduleExpression.nth_weekday(0, DayOfWeek.MONDAY, hour=4),
        "schedule nth must be 1-4, so that every month has it, got 0; for the last one, use .last_weekday(...)",
    ),
    "nth_weekday: an invalid day": (
        lambda: ScheduleExpression.nth_weekday(2, untyped("monday"), hour=4),
        f"schedule week_day must be one of {EVERY_DAY_OF_WEEK}, got 'monday'; did you mean DayOfWeek.MONDAY?",
    ),
    "last_weekday: an invalid day": (
        lambda: ScheduleExpression.last_weekday(untyped("monday"), hour=4),
        f"schedule week_day must be one of {EVERY_DAY_OF_WEEK}, got 'monday'; did you mean DayOfWeek.MONDAY?",
    ),
    "patch_tuesday: a day before": (
        lambda: ScheduleExpression.patch_tuesday(hour=4, days_after=-1),
        "schedule days_after must be 0-20, got -1",
    ),
    "patch_tuesday: a day that can fall into the next month but one's": (
        lambda: ScheduleExpression.patch_tuesday(hour=4, days_after=21),
        "schedule days_after must be 0-20, got 21",
    ),
    "patch_tuesday: a token": (
        lambda: ScheduleExpression.patch_tuesday(hour=4, days_after=NUMBER),
        "schedule days_after must be known at synthesis, because it determines the expression, got a token",
    ),
    "rate: nothing": (
        ScheduleExpression.rate,
        "schedule rate must have exactly one of days, hours and minutes, got none",
    ),
    "rate: two units": (
        lambda: ScheduleExpression.rate(days=1, hours=12),
        "schedule rate must have exactly one of days, hours and minutes, got days=1, hours=12",
    ),
    "rate: zero": (
        lambda: ScheduleExpression.rate(days=0),
        "schedule rate must be at least 1 day, got 'rate(0 days)'",
    ),
    "rate: below zero": (
        lambda: ScheduleExpression.rate(hours=-1),
        "schedule rate must be at least 1 hour, got 'rate(-1 hours)'",
    ),
    "rate: a fraction": (
        lambda: ScheduleExpression.rate(hours=untyped(1.5)),
        "schedule hours must be a whole number, got 1.5",
    ),
    "rate: True is not a number": (
        lambda: ScheduleExpression.rate(days=True),
        "schedule days must be a whole number, got True",
    ),
    "at: a naive datetime": (
        lambda: ScheduleExpression.at(datetime(2026, 1, 31, 4)),  # noqa: DTZ001 - naive datetimes are invalid
        f"schedule at must be an aware datetime, got datetime.datetime(2026, 1, 31, 4, 0); {AWARE}",
    ),
    "at: text": (
        lambda: ScheduleExpression.at(untyped("2026-01-31T04:00:00Z")),
        "schedule at must be an aware datetime, got '2026-01-31T04:00:00Z'; write "
        "datetime.fromisoformat('2026-01-31T04:00:00Z')",
    ),
    "at: a fraction of a second": (
        lambda: ScheduleExpression.at(JANUARY.replace(microsecond=1)),
        "schedule at must be in whole seconds, got 2026-01-31T22:30:00.000001+00:00; use .replace(microsecond=0)",
    ),
    "at: a year that the service does not know": (
        lambda: ScheduleExpression.at(datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))),
        "schedule at must be in the years 1970-2199, got 0001-01-01T00:00:00+01:00",
    ),
    "rate: longer than the limit of an expression": (
        lambda: ScheduleExpression.rate(days=10**300),
        "schedule must have at most 256 characters, got 312",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "message"), REFUSALS_OF_A_FACTORY.values(), ids=REFUSALS_OF_A_FACTORY.keys())
def test_refusal_by_a_factory(make: Callable[[], ScheduleExpression], message: str) -> None:
    assert refused(make) == message


NO_ZONE = "time_zone must be a name in the IANA time zone database"

REFUSALS_OF_A_TIME_ZONE: dict[str, tuple[str, str, str]] = {
    "a name with a letter too few": (
        SUNDAYS, "europe/Berln", f"{NO_ZONE}, got 'europe/Berln'; did you mean {BERLIN!r}?"
    ),
    "a region that there is not": (
        SUNDAYS, "Europ/Berlin", f"{NO_ZONE}, got 'Europ/Berlin'; write a name such as 'Europe/Berlin'"
    ),
    "an abbreviation, which is like another one": (
        SUNDAYS, "CEST", f"{NO_ZONE}, got 'CEST'; write a name such as 'Europe/Berlin'"
    ),
    "an offset, which is like another one": (
        SUNDAYS, "Etc/GMT+15", f"{NO_ZONE}, got 'Etc/GMT+15'; write a name such as 'Europe/Berlin'"
    ),
    "a city, which is like one of another region": (
        SUNDAYS, "Asia/Berlin", f"{NO_ZONE}, got 'Asia/Berlin'; write a name such as 'Europe/Berlin'"
    ),
    "a letter that is not ASCII": (
        SUNDAYS, "Asia/\N{KELVIN SIGN}olkata", f"{NO_ZONE}, got 'Asia/\N{KELVIN SIGN}olkata'; "
        "did you mean 'Asia/Kolkata'?"
    ),
    "a name with a space": (
        SUNDAYS, "America/New York", f"{NO_ZONE}, got 'America/New York'; did you mean 'America/New_York'?"
    ),
    "a unique name": (SUNDAYS, "Nowhere", f"{NO_ZONE}, got 'Nowhere'; write a name such as 'Europe/Berlin'"),
    "an empty name": (SUNDAYS, "", f"{NO_ZONE}, got ''; write a name such as 'Europe/Berlin'"),
    "the machine's own zone": (
        SUNDAYS, "localtime", f"{NO_ZONE}, got 'localtime'; write a name such as 'Europe/Berlin'"
    ),
    "none, with a rate": ("rate(1 day)", "Nowhere", f"{NO_ZONE}, got 'Nowhere'; write a name such as 'Europe/Berlin'"),
    "with a moment": (
        "at(2026-01-31T04:00:00)",
        "UTC",
        "time_zone cannot be used with at(...), which AWS documents as UTC, got 'UTC'; "
        "leave it out: use ScheduleExpression.at(aware datetime), which is written in UTC",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "time_zone", "message"), REFUSALS_OF_A_TIME_ZONE.values(), ids=REFUSALS_OF_A_TIME_ZONE.keys()
)
def test_refusal_of_a_time_zone(text: str, time_zone: str, message: str) -> None:
    assert refused(lambda: expression(text, time_zone=time_zone)) == message


def test_a_time_zone_of_a_rate_is_written() -> None:
    for schedule in (
        expression("rate(7 days)", time_zone="Asia/Tokyo"),
        ScheduleExpression.rate(days=7, time_zone=TOKYO),
    ):
        assert (str(schedule), schedule.time_zone) == ("rate(7 days)", "Asia/Tokyo")
    token = ScheduleExpression.rate(days=NUMBER, time_zone=TOKYO)
    assert token.time_zone == "Asia/Tokyo"


def test_refusal_of_a_time_zone_without_a_name() -> None:
    utc = b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"
    nameless = zoneinfo.ZoneInfo.from_file(BytesIO(utc))
    message = refused(lambda: ScheduleExpression.daily(hour=4, time_zone=nameless))
    assert message == "time_zone must have a name, got a ZoneInfo without a key; write a name such as 'Europe/Berlin'"


def test_refusal_of_a_wrong_type_for_a_time_zone() -> None:
    assert refused(lambda: ScheduleExpression.daily(hour=4, time_zone=untyped(UTC))) == (
        "time_zone must be an IANA name, a ZoneInfo or an aws_cdk.TimeZone, got datetime.timezone.utc; "
        "write its name, such as 'UTC' or 'Europe/Berlin'"
    )


REFUSALS_OF_AN_OFFSET: dict[str, tuple[str, Any, str]] = {
    "no day": (SUNDAYS, 0, "schedule_offset must be 1-6 whole days, got 0"),
    "a week": (SUNDAYS, 7, "schedule_offset must be 1-6 whole days, got 7"),
    "a fraction": (SUNDAYS, 1.5, "schedule_offset must be 1-6 whole days, got 1.5"),
    "True is not a number": (SUNDAYS, True, "schedule_offset must be 1-6 whole days, got True"),
    "text": (SUNDAYS, "1", "schedule_offset must be 1-6 whole days, got '1'"),
    "with a rate": (
        "rate(1 day)", 1, "schedule_offset requires cron(...), got 1 for rate(1 day); leave it out"
    ),
    "with a moment": (
        "at(2026-01-31T04:00:00)",
        1,
        "schedule_offset requires cron(...), got 1 for at(2026-01-31T04:00:00); leave it out",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "offset", "message"), REFUSALS_OF_AN_OFFSET.values(), ids=REFUSALS_OF_AN_OFFSET.keys()
)
def test_refusal_of_an_offset(text: str, offset: Any, message: str) -> None:
    assert refused(lambda: expression(text, schedule_offset=offset)) == message
