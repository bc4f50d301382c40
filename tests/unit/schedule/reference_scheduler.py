"""A simple reference scheduler, which checks every day against each field of the text.

It shares no code and no algorithm with the library: it parses with ``split``, finds a day by checking all days of its
month, and handles a daylight saving change with the UTC offset before it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

DAY = timedelta(days=1)
A_SUNDAY = date(2023, 1, 1)
NAMES = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
NAMES |= {"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6}
NAMES |= {"JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12}


# --- Does the cron match? -----------------------------------------------------------------------------


@cache
def fields_of(text: str) -> list[str]:
    """Return seconds, minutes, hours, day of month, month, day of week and year."""
    fields = text.upper().removeprefix("CRON(").removesuffix(")").split()
    return fields if len(fields) == 7 else ["0", *fields]


@cache
def number(text: str) -> int:
    return NAMES[text] if text in NAMES else int(text)


@cache
def matches(text: str, value: int, lowest: int, highest: int) -> bool:
    """Return whether a field matches a value."""
    for atom in text.split(","):
        start, _, step = atom.partition("/")
        first, dash, last = start.partition("-")
        if first == "*":
            low, high = lowest, highest
        else:
            low = number(first)
            high = number(last) if dash else (highest if step else low)
        if low <= value <= high and (value - low) % int(step or 1) == 0:
            return True
    return False


def month_of(day: date) -> list[date]:
    return month_from(day.replace(day=1))


@cache
def month_from(first: date) -> list[date]:
    return [each for each in (first + n * DAY for n in range(31)) if each.month == first.month]


def weekday_of(day: date) -> int:
    """Count from 1 = Sunday."""
    return (day - A_SUNDAY).days % 7 + 1


def day_matches(text: str, day: date) -> bool:
    if not text.endswith(("L", "W")):
        return matches(text, day.day, 1, 31)
    month = month_of(day)
    workdays = [each for each in month if weekday_of(each) not in (1, 7)]
    if text == "L":
        return day == month[-1]
    if text == "LW":
        return day == workdays[-1]
    meant = int(text.removesuffix("W"))
    return meant <= len(month) and day == min(workdays, key=lambda each: abs(each.day - meant))


def weekday_matches(text: str, day: date) -> bool:
    if text == "L":
        return weekday_of(day) == 7
    if not text.endswith("L") and "#" not in text:
        return matches(text, weekday_of(day), 1, 7)
    weekday, _, nth = text.partition("#")
    if weekday_of(day) != number(weekday.removesuffix("L")):
        return False
    alike = [each for each in month_of(day) if weekday_of(each) == weekday_of(day)]
    place = int(nth) - 1 if nth else len(alike) - 1
    return alike[place : place + 1] == [day]


def names_day(text: str, day: date) -> bool:
    """Return whether a cron matches a day."""
    _, _, _, day_of_month, month, day_of_week, year = fields_of(text)
    if not (matches(year, day.year, 1970, 2199) and matches(month, day.month, 1, 12)):
        return False
    return weekday_matches(day_of_week, day) if day_of_month == "?" else day_matches(day_of_month, day)


def names(text: str, wall_time: datetime) -> bool:
    """Return whether a cron matches a local time."""
    second, minute, hour, *_ = fields_of(text)
    return (
        matches(second, wall_time.second, 0, 59)
        and matches(minute, wall_time.minute, 0, 59)
        and matches(hour, wall_time.hour, 0, 23)
        and names_day(text, wall_time.date())
    )


@cache
def times_of_day(text: str) -> list[timedelta]:
    second, minute, hour, *_ = fields_of(text)
    hours = [each for each in range(24) if matches(hour, each, 0, 23)]
    minutes = [each for each in range(60) if matches(minute, each, 0, 59)]
    seconds = [each for each in range(60) if matches(second, each, 0, 59)]
    return [timedelta(hours=h, minutes=m, seconds=s) for h in hours for m in minutes for s in seconds]


# --- Instants -----------------------------------------------------------------------------------------


def wall_at(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def instants_around(wall_time: datetime, step: timedelta) -> list[datetime]:
    """Return instants so far apart, from two days before a wall time to two days after it, in any zone."""
    as_utc = wall_time.replace(tzinfo=UTC)
    return [as_utc + n * step for n in range(-2 * DAY // step, 2 * DAY // step + 1)]


@cache
def offsets_around(midnight: datetime, zone: tzinfo) -> set[timedelta]:
    return {wall_at(each, zone) - each.replace(tzinfo=None) for each in instants_around(midnight, DAY / 4)}


def instant_of(wall_time: datetime, zone: tzinfo) -> datetime:
    """Find the first instant with a local time.

    It never does where a switch has skipped the time: then the offset shortly before the switch gives the instant.
    """
    offsets = offsets_around(wall_time.replace(hour=0, minute=0, second=0), zone)
    candidates = [wall_time.replace(tzinfo=UTC) - offset for offset in offsets]
    shown = [each for each in candidates if wall_at(each, zone) == wall_time]
    if shown:
        return min(shown)
    before = max(each for each in instants_around(wall_time, DAY / 96) if wall_at(each, zone) < wall_time)
    return before + (wall_time - wall_at(before, zone))


def wall_times(text: str, first: date, last: date) -> Iterator[datetime]:
    """Return every day from the first to the last."""
    for n in range((last - first).days + 1):
        if names_day(text, first + n * DAY):
            midnight = datetime.combine(first + n * DAY, datetime.min.time())
            yield from (midnight + time for time in times_of_day(text))


def firings(text: str, zone: tzinfo, offset: int, begin: datetime, end: datetime) -> list[datetime]:
    """Return every instant from ``begin`` to ``end`` at which a window opens, in order."""
    margin = timedelta(days=offset + 2)
    named = wall_times(text, (begin - margin).date(), (end + margin).date())
    instants = {instant_of(wall_time + offset * DAY, zone) for wall_time in named}
    return sorted(instant for instant in instants if begin <= instant <= end)
