"""The longest time between two executions of a schedule that freezes divide into several windows."""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from patching_constructs.planning.freezes import FreezePart
from patching_constructs.planning.longest_gap import longest_gap
from patching_constructs.planning.windows import WindowTimes

# An end date can limit the date of the cron expression, with an offset of up to six days, instead of that of the start.
_LONGEST_OFFSET: Final = timedelta(days=6)
_FIRST_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)


def longest_gap_with_freezes(times: WindowTimes, parts: Sequence[FreezePart]) -> timedelta | None:
    """Return the longest time between the starts of two executions, some of which freezes leave out.

    Args:
        times: when the window would be open without the freezes.
        parts: the windows that the freezes divide it into; empty without freezes.

    Returns:
        The time; None if there is only one execution, or if it is unknown until deployment.
    """
    gap = longest_gap(times)
    if gap is None:
        return None
    return max([gap, *(_gap(before.times, after.times, gap) for before, after in pairwise(parts))])


def _gap(before: WindowTimes, after: WindowTimes, gap: timedelta) -> timedelta:
    """Return the time between the last execution of a window and the first one of the window after the freeze."""
    end = before.end_date or _FIRST_MOMENT
    begin = max(before.start_date or _FIRST_MOMENT, end - gap - _LONGEST_OFFSET)
    last = deque(before.occurrences(after=begin), maxlen=1)[0]
    first = next(after.occurrences(after=after.start_date or _FIRST_MOMENT))
    return first.start - last.start
