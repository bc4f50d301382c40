"""A time zone's offsets from UTC in the range of the page: the browser's time zone database may be outdated."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

# A month view starts before the range, and a window ends after it.
_MARGIN: Final = timedelta(days=45)


def seconds(instant: datetime) -> int:
    """Return an instant as the script reads it: seconds since 1970."""
    return int(instant.timestamp())


def offsets(zone: tzinfo, *, after: datetime, last: datetime) -> Iterator[tuple[int, int]]:
    """Return each change of a zone's offset from UTC: the instant and the new offset, in seconds.

    Args:
        zone: the time zone.
        after: the aware datetime that the range begins with.
        last: the aware datetime at which the last execution ends.
    """
    first, end = seconds(after - _MARGIN), seconds(last + _MARGIN)
    yield first, _offset(zone, first)
    day = 24 * 60 * 60
    for start in range(first, end, day):
        if _offset(zone, start) != _offset(zone, start + day):
            switch = _switch(zone, start, start + day)
            yield switch, _offset(zone, switch)


def _switch(zone: tzinfo, before: int, after: int) -> int:
    """Find the first second with the new offset."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == _offset(zone, before) else (before, middle)
    return after


def _offset(zone: tzinfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset() or timedelta(0)
    return offset // timedelta(seconds=1)
