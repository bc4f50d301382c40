"""The cron dialect of a maintenance window, through the strings that go in and the strings that come out."""

import re
from itertools import product

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from patching_constructs import PatchingError
from tests.refusals import refused
from tests.unit.schedule.dialect import parse

WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


# --- Valid expressions --------------------------------------------------------------------------------

PRINTED_AS_WRITTEN = {
    "every day, by ? in day-of-week": "cron(0 4 * * ? *)",
    "every day, by ? in day-of-month": "cron(15 10 ? * * *)",
    "seven fields, with seconds in front": "cron(30 0 4 * * ? *)",
    "seconds of 0 are kept": "cron(0 0 4 ? * SUN *)",
    "the least of every field": "cron(0 0 0 1 1 ? 1970)",
    "the most of every field": "cron(59 59 23 31 12 ? 2199)",
    "the least and the most weekday": "cron(0 4 ? * 1,7 *)",
    "names": "cron(0 4 ? JAN,DEC SUN,SAT *)",
    "ranges": "cron(0-30 8-18 1-7 JAN-MAR ? 2026-2030)",
    "a range of one": "cron(5-5 4 ? * MON-MON *)",
    "a range from a name to a number": "cron(0 4 ? * MON-6 *)",
    "steps from *": "cron(*/5 */6 */2 */3 ? */2)",
    "steps from a value": "cron(0/15 2/6 1/10 1/1 ? 2026/2)",
    "steps within a range": "cron(0-30/10 8-18/2 ? * MON-FRI/2 *)",
    "the longest steps": "cron(*/59 */59 */23 */31 */12 ? */2199)",
    "lists": "cron(5,35 4,16 1,15 3,JUN,9 ? 2026,2028)",
    "a list of values, ranges and steps": "cron(0,10-20,30/10 4 ? * MON,WED-THU,6 *)",
    "the last day of the month": "cron(0 4 L * ? *)",
    "the last workday of the month": "cron(0 4 LW * ? *)",
    "the workday nearest to a day": "cron(0 4 15W * ? *)",
    "the workday nearest to the first and the last possible day": "cron(0 4 1W * ? *)",
    "the last day of the week": "cron(0 4 ? * L *)",
    "the last such weekday of the month, by number": "cron(0 4 ? * 6L *)",
    "the last such weekday of the month, by name": "cron(0 4 ? * FRIL *)",
    "the third such weekday of the month, by name": "cron(0 4 ? * THU#3 *)",
    "the fifth such weekday of the month, by number": "cron(0 4 ? * 5#5 *)",
}


@pytest.mark.parametrize("expression", PRINTED_AS_WRITTEN.values(), ids=PRINTED_AS_WRITTEN.keys())
def test_is_printed_as_it_was_written(expression: str) -> None:
    assert str(parse(expression)) == expression


NORMALISED = {
    "case of names": ("cron(0 4 ? jan Mon-fri *)", "cron(0 4 ? JAN MON-FRI *)"),
    "case of letters": ("cron(0 4 lw * ? *)", "cron(0 4 LW * ? *)"),
    "case of cron": ("CRON(0 4 * * ? *)", "cron(0 4 * * ? *)"),
    "spaces": (" cron( 0  4\t* *\n? * ) ", "cron(0 4 * * ? *)"),
    "leading zeros of values": ("cron(00 04 01,015 0003 ? *)", "cron(0 4 1,15 3 ? *)"),
    "leading zeros of ranges and steps": ("cron(05-09/02 4 ? * 02-06 *)", "cron(5-9/2 4 ? * 2-6 *)"),
    "leading zeros of W, L and #": ("cron(0 4 05W * ? *)", "cron(0 4 5W * ? *)"),
    "leading zeros before L": ("cron(0 4 ? * 06L *)", "cron(0 4 ? * 6L *)"),
    "leading zeros before #": ("cron(0 4 ? * 03#2 *)", "cron(0 4 ? * 3#2 *)"),
}


@pytest.mark.parametrize(("written", "printed"), NORMALISED.values(), ids=NORMALISED.keys())
def test_is_printed_in_one_way(written: str, printed: str) -> None:
    assert str(parse(written)) == printed


@pytest.mark.parametrize(("number", "name"), list(enumerate(WEEKDAYS, start=1)))
def test_weekdays_count_from_sunday_as_1(number: int, name: str) -> None:
    assert parse(f"cron(0 4 ? * {number} *)") == parse(f"cron(0 4 ? * {name} *)")


@pytest.mark.parametrize(("number", "name"), list(enumerate(MONTHS, start=1)))
def test_months_count_from_january_as_1(number: int, name: str) -> None:
    assert parse(f"cron(0 4 1 {number} ? *)") == parse(f"cron(0 4 1 {name} ? *)")


def test_six_fields_differ_from_seven() -> None:
    # They can mean the same moments, but the service gets different strings.
    assert parse("cron(0 4 * * ? *)") != parse("cron(0 0 4 * * ? *)")


# --- Invalid values -----------------------------------------------------------------------------------

COUNT = "schedule must have six fields (minutes hours day-of-month month day-of-week year), or seven with seconds first"
DAYS = "schedule must have ? in exactly one of day-of-month and day-of-week"

REFUSALS_OF_A_VALUE = {
    "seconds": ("cron(60 0 4 * * ? *)", "schedule seconds must be 0-59, got '60'"),
    "minutes": ("cron(60 4 * * ? *)", "schedule minutes must be 0-59, got '60'"),
    "hours": ("cron(0 24 * * ? *)", "schedule hours must be 0-23, got '24'"),
    "day-of-month, too small": ("cron(0 4 0 * ? *)", "schedule day-of-month must be 1-31, got '0'"),
    "day-of-month, too large": ("cron(0 4 32 * ? *)", "schedule day-of-month must be 1-31, got '32'"),
    "month, too small": ("cron(0 4 1 0 ? *)", "schedule month must be 1-12 or JAN-DEC, got '0'"),
    "month, too large": ("cron(0 4 1 13 ? *)", "schedule month must be 1-12 or JAN-DEC, got '13'"),
    "day-of-week": ("cron(0 4 ? * 8 *)", "schedule day-of-week must be 1-7 or SUN-SAT, got '8'"),
    "year, too small": ("cron(0 4 1 * ? 1969)", "schedule year must be 1970-2199, got '1969'"),
    "year, too large": ("cron(0 4 1 * ? 2200)", "schedule year must be 1970-2199, got '2200'"),
    "an endless number": ("cron(00000 4 * * ? *)", "schedule minutes must be 0-59, got '00000'"),
    "a fraction": ("cron(1.5 4 * * ? *)", "schedule minutes must be 0-59, got '1.5'"),
    "a digit of another script": ("cron(٣ 4 * * ? *)", "schedule minutes must be 0-59, got '٣'"),
    "a minus": ("cron(-5 4 * * ? *)", "schedule minutes must be 0-59, got '-5'"),
    "nothing after a comma": ("cron(5, 4 * * ? *)", "schedule minutes must be 0-59, got ''"),
    "nothing between commas": ("cron(5,,6 4 * * ? *)", "schedule minutes must be 0-59, got ''"),
    "one bad value in a list": ("cron(5,61 4 * * ? *)", "schedule minutes must be 0-59, got '61'"),
    "a second *": ("cron(** 4 * * ? *)", "schedule minutes must be 0-59, got '**'"),
    "a name in a field without names": ("cron(0 MON * * ? *)", "schedule hours must be 0-23, got 'MON'"),
    "a weekday as a month": ("cron(0 4 ? MON * *)", "schedule month must be 1-12 or JAN-DEC, got 'MON'"),
    "a parenthesis too many": ("cron(0 4 * * ? *))", "schedule year must be 1970-2199, got '*)'"),
    "a month's full name": (
        "cron(0 4 ? JANUARY MON *)",
        "schedule month must be 1-12 or JAN-DEC, got 'JANUARY'; write JAN",
    ),
    "a weekday's full name": (
        "cron(0 4 ? * MONDAY *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got 'MONDAY'; write MON",
    ),
    "a name with a number after it": (
        "cron(0 4 ? * MON2 *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got 'MON2'",
    ),
    "Unix cron's Sunday": (
        "cron(0 4 ? * 0 *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got '0'; Sunday is 0 in Unix cron and 1 here; write SUN",
    ),
    "Unix cron's Sunday in a range": (
        "cron(0 4 ? * 0-6 *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got '0-6'; Sunday is 0 in Unix cron and 1 here; write SUN",
    ),
    "Unix cron's Sunday before #": (
        "cron(0 4 ? * 0#2 *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got '0#2'; Sunday is 0 in Unix cron and 1 here; write SUN",
    ),
    "? in minutes": (
        "cron(? 4 * * ? *)",
        "schedule minutes must be 0-59, got '?'; ? is supported only in day-of-month and day-of-week; write *",
    ),
    "? in month": (
        "cron(0 4 ? ? MON *)",
        "schedule month must be 1-12 or JAN-DEC, got '?'; ? is supported only in day-of-month and day-of-week; write *",
    ),
    "? in year": (
        "cron(0 4 1 * ? ?)",
        "schedule year must be 1970-2199, got '?'; ? is supported only in day-of-month and day-of-week; write *",
    ),
    "? as the start of a range in day-of-month": (
        "cron(0 4 ?-5 * ? *)",
        "schedule day-of-month must be 1-31, got '?-5'",
    ),
    "? as the end of a range in day-of-week": (
        "cron(0 4 ? * MON-? *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got 'MON-?'",
    ),
}

REFUSALS_OF_A_RANGE_OR_STEP = {
    "a range without an end": ("cron(5- 4 * * ? *)", "schedule minutes must be 0-59, got '5-'"),
    "a range of three": ("cron(1-2-3 4 * * ? *)", "schedule minutes must be 0-59, got '1-2-3'"),
    "a range with one bad end": ("cron(0-60 4 * * ? *)", "schedule minutes must be 0-59, got '0-60'"),
    "a range over the end of the hour": (
        "cron(50-10 4 * * ? *)",
        "schedule minutes must have a range in ascending order, got '50-10'; write 50-59,0-10",
    ),
    "a range over midnight": (
        "cron(0 22-4 * * ? *)",
        "schedule hours must have a range in ascending order, got '22-4'; write 22-23,0-4",
    ),
    "a range over midnight, just so": (
        "cron(0 23-0 * * ? *)",
        "schedule hours must have a range in ascending order, got '23-0'; write 23,0",
    ),
    "a range over the end of the month": (
        "cron(0 4 28-3 * ? *)",
        "schedule day-of-month must have a range in ascending order, got '28-3'; write 28-31,1-3",
    ),
    "a range over the end of the year": (
        "cron(0 4 1 NOV-FEB ? *)",
        "schedule month must have a range in ascending order, got 'NOV-FEB'; write NOV-DEC,JAN-FEB",
    ),
    "a range over the end of the week": (
        "cron(0 4 ? * FRI-MON *)",
        "schedule day-of-week must have a range in ascending order, got 'FRI-MON'; write FRI-SAT,SUN-MON",
    ),
    "a weekend": (
        "cron(0 4 ? * SAT-SUN *)",
        "schedule day-of-week must have a range in ascending order, got 'SAT-SUN'; write SAT,SUN",
    ),
    "a range back in time": (
        "cron(0 4 1 * ? 2030-2025)",
        "schedule year must have a range in ascending order, got '2030-2025'; write 2025-2030",
    ),
    "a step from nothing": (
        "cron(/5 4 * * ? *)",
        "schedule minutes must have *, a value or a range before /, got '/5'",
    ),
    "a step from ? in day-of-month": (
        "cron(0 4 ?/2 * ? *)",
        "schedule day-of-month must have *, a value or a range before /, got '?/2'",
    ),
    "a step from ? in day-of-week": (
        "cron(0 4 ? * ?/2 *)",
        "schedule day-of-week must have *, a value or a range before /, got '?/2'",
    ),
    "a step from the last day of the month": (
        "cron(0 4 L/2 * ? *)",
        "schedule day-of-month must have *, a value or a range before /, got 'L/2'",
    ),
    "a step from a workday": (
        "cron(0 4 15W/2 * ? *)",
        "schedule day-of-month must have *, a value or a range before /, got '15W/2'",
    ),
    "a step from the last day of the week": (
        "cron(0 4 ? * L/2 *)",
        "schedule day-of-week must have *, a value or a range before /, got 'L/2'",
    ),
    "a step from a last weekday": (
        "cron(0 4 ? * 6L/2 *)",
        "schedule day-of-week must have *, a value or a range before /, got '6L/2'",
    ),
    "a step from a third weekday": (
        "cron(0 4 ? * THU#3/2 *)",
        "schedule day-of-week must have *, a value or a range before /, got 'THU#3/2'",
    ),
    "a step from a bad value": ("cron(60/5 4 * * ? *)", "schedule minutes must be 0-59, got '60'"),
    "no step after /": ("cron(0/ 4 * * ? *)", "schedule minutes must have a step of 1-59 after /, got '0/'"),
    "two steps": ("cron(0/5/5 4 * * ? *)", "schedule minutes must have a step of 1-59 after /, got '0/5/5'"),
    "a step by name": ("cron(0 4 1 1/FEB ? *)", "schedule month must have a step of 1-12 after /, got '1/FEB'"),
    "a step of 0": ("cron(0/0 4 * * ? *)", "schedule minutes must have a step of 1-59 after /, got '0/0'"),
    "a step over seconds": (
        "cron(0/60 0 4 * * ? *)",
        "schedule seconds must have a step of 1-59 after /, got '0/60'",
    ),
    "a step over minutes": ("cron(0/60 4 * * ? *)", "schedule minutes must have a step of 1-59 after /, got '0/60'"),
    "a step over hours": ("cron(0 */24 * * ? *)", "schedule hours must have a step of 1-23 after /, got '*/24'"),
    "a step over days": ("cron(0 4 */32 * ? *)", "schedule day-of-month must have a step of 1-31 after /, got '*/32'"),
    "a step over months": ("cron(0 4 1 */13 ? *)", "schedule month must have a step of 1-12 after /, got '*/13'"),
    "a step over weekdays": ("cron(0 4 ? * */8 *)", "schedule day-of-week must have a step of 1-7 after /, got '*/8'"),
    "a step over years": ("cron(0 4 1 * ? */2200)", "schedule year must have a step of 1-2199 after /, got '*/2200'"),
}

REFUSALS_OF_A_DAY = {
    "a sixth weekday": (
        "cron(0 4 ? * SUN#6 *)",
        "schedule day-of-week must have a number of 1-5 after #, got 'SUN#6'",
    ),
    "a weekday number 0": (
        "cron(0 4 ? * SUN#0 *)",
        "schedule day-of-week must have a number of 1-5 after #, got 'SUN#0'",
    ),
    "nothing after #": (
        "cron(0 4 ? * SUN# *)",
        "schedule day-of-week must have a number of 1-5 after #, got 'SUN#'",
    ),
    "nothing before #": ("cron(0 4 ? * #2 *)", "schedule day-of-week must be 1-7 or SUN-SAT, got '#2'"),
    "a range before #": (
        "cron(0 4 ? * MON-FRI#2 *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got 'MON-FRI#2'",
    ),
    "# in day-of-month": ("cron(0 4 3#2 * ? *)", "schedule day-of-month must be 1-31, got '3#2'"),
    "a range before L": ("cron(0 4 ? * 2-6L *)", "schedule day-of-week must be 1-7 or SUN-SAT, got '2-6L'"),
    "a weekday that does not exist, before L": (
        "cron(0 4 ? * 8L *)",
        "schedule day-of-week must be 1-7 or SUN-SAT, got '8L'",
    ),
    "a day before L in day-of-month": ("cron(0 4 6L * ? *)", "schedule day-of-month must be 1-31, got '6L'"),
    "L in hours": ("cron(0 L * * ? *)", "schedule hours must be 0-23, got 'L'"),
    "LW in day-of-week": ("cron(0 4 ? * LW *)", "schedule day-of-week must be 1-7 or SUN-SAT, got 'LW'"),
    "W without a day": ("cron(0 4 W * ? *)", "schedule day-of-month must be 1-31, got 'W'"),
    "W on a range": ("cron(0 4 1-15W * ? *)", "schedule day-of-month must be 1-31, got '1-15W'"),
    "W on a day that there is not": ("cron(0 4 32W * ? *)", "schedule day-of-month must be 1-31, got '32W'"),
    "W in day-of-week": ("cron(0 4 ? * 3W *)", "schedule day-of-week must be 1-7 or SUN-SAT, got '3W'"),
    "days before the last": (
        "cron(0 4 L-3 * ? *)",
        "schedule day-of-month must not count back from the last day, because AWS documents only L and LW, got 'L-3'; "
        "use L or the number of a day",
    ),
    "* in a list": ("cron(*,5 4 * * ? *)", "schedule minutes must not combine * with other values, got '*,5'"),
    "? in a list": ("cron(0 4 ?,5 * ? *)", "schedule day-of-month must not combine ? with other values, got '?,5'"),
    "L in a list of days": (
        "cron(0 4 1,L * ? *)",
        "schedule day-of-month must not combine L with other values, got '1,L'",
    ),
    "LW in a list": ("cron(0 4 LW,1 * ? *)", "schedule day-of-month must not combine LW with other values, got 'LW,1'"),
    "W in a list": (
        "cron(0 4 1W,15W * ? *)",
        "schedule day-of-month must not combine 1W with other values, got '1W,15W'",
    ),
    "L in a list of weekdays": (
        "cron(0 4 ? * MON,L *)",
        "schedule day-of-week must not combine L with other values, got 'MON,L'",
    ),
    "a last weekday in a list": (
        "cron(0 4 ? * MON,6L *)",
        "schedule day-of-week must not combine 6L with other values, got 'MON,6L'",
    ),
    "a third weekday in a list": (
        "cron(0 4 ? * MON,THU#3 *)",
        "schedule day-of-week must not combine THU#3 with other values, got 'MON,THU#3'",
    ),
    "* in both day fields": ("cron(0 4 * * * *)", f"{DAYS}, got 'cron(0 4 * * * *)'; write ? in day-of-week"),
    "? in both day fields": (
        "cron(0 4 ? * ? *)",
        f"{DAYS}, got 'cron(0 4 ? * ? *)'; for every day, write * in day-of-month",
    ),
    "a day, and * in day-of-week": ("cron(0 4 1 * * *)", f"{DAYS}, got 'cron(0 4 1 * * *)'; write ? in day-of-week"),
    "a weekday, and * in day-of-month": (
        "cron(0 4 * * MON *)",
        f"{DAYS}, got 'cron(0 4 * * MON *)'; write ? in day-of-month",
    ),
    "a day and a weekday": (
        "cron(0 4 1 * MON *)",
        f"{DAYS}, got 'cron(0 4 1 * MON *)'; "
        "to use both, create one schedule with a day of the month and one with a day of the week",
    ),
    "* in both day fields behind seconds": (
        "cron(0 0 4 * * * *)",
        f"{DAYS}, got 'cron(0 0 4 * * * *)'; write ? in day-of-week",
    ),
}

REFUSALS_OF_A_COUNT = {
    "no field": ("cron()", f"{COUNT}, got 0 in 'cron()'"),
    "two fields": ("cron(0 4)", f"{COUNT}, got 2 in 'cron(0 4)'"),
    "eight fields": ("cron(0 0 0 4 * * ? *)", f"{COUNT}, got 8 in 'cron(0 0 0 4 * * ? *)'"),
    "Unix cron, every day": (
        "cron(0 4 * * *)",
        f"{COUNT}, got 5 in 'cron(0 4 * * *)'; this looks like a Unix cron expression; write cron(0 4 * * ? *)",
    ),
    "Unix cron, a weekday": (
        "cron(0 4 * * 1)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 1)'; this looks like a Unix cron expression; write cron(0 4 ? * MON *)",
    ),
    "Unix cron, Sunday as 0": (
        "cron(0 4 * * 0)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 0)'; this looks like a Unix cron expression; write cron(0 4 ? * SUN *)",
    ),
    "Unix cron, Sunday as 7": (
        "cron(0 4 * * 7)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 7)'; this looks like a Unix cron expression; write cron(0 4 ? * SUN *)",
    ),
    "Unix cron, a range of weekdays": (
        "cron(0 4 * * 1-5)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 1-5)'; this looks like a Unix cron expression; write cron(0 4 ? * MON-FRI *)",
    ),
    "Unix cron, a list of weekdays": (
        "cron(0 4 * * 1,3,fri)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 1,3,fri)'; this looks like a Unix cron expression; write cron(0 4 ? * "
        "MON,WED,FRI *)",
    ),
    "Unix cron, every other weekday": (
        "cron(0 4 * * 1-5/2)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 1-5/2)'; this looks like a Unix cron expression; write cron(0 4 ? * "
        "MON-FRI/2 *)",
    ),
    "Unix cron, the second Tuesday": (
        "cron(0 4 * * 2#2)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 2#2)'; this looks like a Unix cron expression; write cron(0 4 ? * TUE#2 *)",
    ),
    "Unix cron, a day": (
        "cron(0 4 15 * *)",
        f"{COUNT}, got 5 in 'cron(0 4 15 * *)'; this looks like a Unix cron expression; write cron(0 4 15 * ? *)",
    ),
    "Unix cron, a weekday with ?": (
        "cron(0 4 ? * 1)",
        f"{COUNT}, got 5 in 'cron(0 4 ? * 1)'; this looks like a Unix cron expression; write cron(0 4 ? * MON *)",
    ),
    "Unix cron, a day or a weekday: two schedules": (
        "cron(0 4 1 * 1)",
        f"{COUNT}, got 5 in 'cron(0 4 1 * 1)'; this looks like a Unix cron expression",
    ),
    "Unix cron, a range over Sunday": (
        "cron(0 4 * * 5-7)",
        f"{COUNT}, got 5 in 'cron(0 4 * * 5-7)'; this looks like a Unix cron expression",
    ),
    "Unix cron, a bad value": (
        "cron(60 4 * * *)",
        f"{COUNT}, got 5 in 'cron(60 4 * * *)'; this looks like a Unix cron expression",
    ),
    "seconds without a year, by the day of the week": (
        "cron(0 0 4 ? * SUN)",
        "schedule must have a year if it has seconds, got 'cron(0 0 4 ? * SUN)'; write cron(0 0 4 ? * SUN *)",
    ),
    "seconds without a year, by the day of the month": (
        "cron(30 0 4 1 * ?)",
        "schedule must have a year if it has seconds, got 'cron(30 0 4 1 * ?)'; write cron(30 0 4 1 * ? *)",
    ),
}

REFUSALS = REFUSALS_OF_A_VALUE | REFUSALS_OF_A_RANGE_OR_STEP | REFUSALS_OF_A_DAY | REFUSALS_OF_A_COUNT


@pytest.mark.parametrize(("expression", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(expression: str, message: str) -> None:
    assert refused(lambda: parse(expression)) == message


# --- The whole dialect --------------------------------------------------------------------------------

LONGEST = 256
SPACE = st.sampled_from([" ", "  ", "\t", "\n "])


@st.composite
def values(draw: st.DrawFn, number: int, names: tuple[str, ...] = ()) -> str:
    """Write one value: with leading zeros or without, by its name in any case where it has one."""
    digits = [f"{number:0{width}}" for width in (1, 2, 3, 4)]
    name = names[number - 1] if names else None
    return draw(st.sampled_from([*digits, *([name, name.lower(), name.title()] if name else [])]))


@st.composite
def parts(draw: st.DrawFn, first: int, last: int, names: tuple[str, ...] = ()) -> str:
    """Write a value, a range, or a step from either or from ``*``."""
    low, high = sorted(draw(st.tuples(st.integers(first, last), st.integers(first, last))))
    value = draw(values(low, names))
    span = f"{value}-{draw(values(high, names))}"
    step = draw(values(draw(st.integers(1, last))))
    return draw(st.sampled_from([value, span, f"*/{step}", f"{value}/{step}", f"{span}/{step}"]))


def lists(first: int, last: int, names: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    return st.just("*") | st.lists(parts(first, last, names), min_size=1, max_size=3).map(",".join)


@st.composite
def days(draw: st.DrawFn) -> tuple[str, str]:
    """Write the two day fields, of which one is ``?``."""
    day, weekday = draw(values(draw(st.integers(1, 31)))), draw(values(draw(st.integers(1, 7)), WEEKDAYS))
    last = draw(st.sampled_from("Ll"))
    by_month = st.sampled_from([last, f"{last}W", f"{last}w", f"{day}W", f"{day}w"]) | lists(1, 31)
    nth = draw(st.integers(1, 5))
    by_week = st.sampled_from([last, f"{weekday}{last}", f"{weekday}#{nth}"]) | lists(1, 7, WEEKDAYS)
    return draw(st.tuples(by_month, st.just("?")) | st.tuples(st.just("?"), by_week))


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Write any expression of the dialect: six or seven fields, in any case, with any spaces."""
    seconds = draw(st.just([]) | st.lists(lists(0, 59), min_size=1, max_size=1))
    day, weekday = draw(days())
    fields = [*seconds, draw(lists(0, 59)), draw(lists(0, 23)), day, draw(lists(1, 12, MONTHS)), weekday]
    spaced = "".join(field + draw(SPACE) for field in fields) + draw(lists(1970, 2199))
    text = draw(st.sampled_from(["cron({})", "CRON({})", " Cron( {} ) "])).format(spaced)
    assume(len(text) <= LONGEST)
    return text


def normalised(expression: str) -> str:
    """Normalize an expression: uppercase, single spaces, no leading zeros."""
    fields = expression.strip()[len("cron(") : -len(")")].upper().split()
    return f"cron({' '.join(re.sub(r'(?<![0-9])0+(?=[0-9])', '', field) for field in fields)})"


@given(expressions())
def test_every_expression_prints_back_to_an_equal_one(written: str) -> None:
    expression = parse(written)
    assert parse(str(expression)) == expression
    assert str(parse(str(expression))) == str(expression)


@given(expressions())
def test_printing_changes_only_case_spaces_and_leading_zeros(written: str) -> None:
    assert str(parse(written)) == normalised(written)


# --- Everything else ----------------------------------------------------------------------------------

ALPHABET = "0123456789*?/,-#LW ()\tSUNMODAYTEHRFIJPBVCGsunmoday\u0131\u0130\u017f٣"


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Write an expression, then put a few characters in the place of a few others."""
    text = draw(expressions())
    place, cut = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
    return text[:place] + draw(st.text(ALPHABET, max_size=3)) + text[place + cut :]


def parses_or_is_refused(text: str) -> None:
    try:
        expression = parse(text)
    except PatchingError:
        return
    assert parse(str(expression)) == expression


@given(st.text(ALPHABET, max_size=40).map("cron({})".format) | st.text(max_size=300))
def test_any_text_is_parsed_or_raises_an_error(text: str) -> None:
    parses_or_is_refused(text)


@given(damaged())
def test_a_damaged_expression_is_parsed_or_raises_an_error(text: str) -> None:
    parses_or_is_refused(text)


@given(st.lists(st.text("0123456789*?/,-#LW", min_size=1, max_size=4), min_size=5, max_size=7))
@example(["0", "4", "*", "*", "0-3"])
@example(["0", "0", "4", "?", "*", "SUN"])
def test_a_suggested_fix_is_valid(fields: list[str]) -> None:
    try:
        parse(f"cron({' '.join(fields)})")
    except PatchingError as refusal:
        advice = re.search(r"write (cron\(.*\))$", str(refusal))
        if advice:
            assert str(parse(advice[1])) == advice[1]


@pytest.mark.parametrize(
    ("day", "weekday"), [*product(["*", "?", "L", "15", "1,2"], ["*", "?", "L", "MON", "MON,TUE"])]
)
def test_exactly_one_of_the_day_fields_decides(day: str, weekday: str) -> None:
    text = f"cron(0 4 {day} * {weekday} *)"
    if (day == "?") is not (weekday == "?"):
        assert str(parse(text)) == text
    else:
        assert refused(lambda: parse(text)).startswith(f"{DAYS}, got {text!r}; ")
