"""When a window is overdue: it was due, and no execution has really succeeded since.

A fixed number of hours since the last success cannot show this: it would have to be longer than the longest gap of the
schedule, and so would find a missed Tuesday of a window that opens from Monday to Friday after the next success, if at
all. So the service itself is asked when the window opens next, and the answer is kept until that time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

_AN_HOUR: Final = timedelta(hours=1)
_LONGEST_WAIT_IF_DISABLED: Final = timedelta(days=35)
"""That of a monthly window, for a disabled window whose own is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """An execution that has really succeeded."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window as the service describes it now."""

    duration: timedelta
    is_enabled: bool
    next_execution: datetime | None
    """None if it is disabled, or has ended."""
    modified: datetime | None
    """When it was created or changed."""
    start_date: datetime | None = None
    end_date: datetime | None = None
    longest_wait: timedelta | None = None
    """The longest time until an execution, with the days of a schedule offset; None if it is unknown."""
    recurs: bool = True
    """Whether its schedule has more than one execution."""
    definition: str | None = None
    """What decides when it opens; None if any change of the window can move its next execution."""

    @property
    def has_ended(self) -> bool:
        """Whether it never opens again."""
        return self.is_enabled and self.next_execution is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is known of a window from one run of the function to the next."""

    seen: datetime | None = None
    """When the function last ran."""
    next_execution: datetime | None = None
    """The next execution, as it was then."""
    definition: str | None = None
    """What decided when the window opens, as it was then."""
    due: tuple[datetime, ...] = ()
    """The first and the last execution that were due and are not followed by a success."""
    success: Success | None = None
    """The last one that is known, of any window of the schedule."""
    read_from: datetime | None = None
    """From when executions have to be read, because all earlier ones have ended and were examined."""
    resumed: datetime | None = None
    """Until when the window was paused."""


def observed(watched: Watched, window: Window, now: datetime) -> Watched:
    """Return what is known after the window was read: an execution may have been due since the last time."""
    due = watched.due
    if watched.next_execution is not None and watched.next_execution <= now and not _has_moved(watched, window):
        due = (*due, watched.next_execution)
    return replace(watched, seen=now, next_execution=window.next_execution, definition=window.definition, due=due)


def _has_moved(watched: Watched, window: Window) -> bool:
    """Return whether the window was changed before the execution was due, so that it may not have been due at all."""
    if window.definition is not None and window.definition == watched.definition:
        return False
    seen, modified, due = watched.seen, window.modified, watched.next_execution
    return seen is not None and modified is not None and due is not None and seen < modified <= due


def paused(watched: Watched, now: datetime) -> Watched:
    """Return what is known while nothing is expected to succeed in the window."""
    return replace(watched, seen=now, next_execution=None, due=(), resumed=now)


def settled(watched: Watched, success: Success | None) -> Watched:
    """Return what is known with the last success of the schedule, which can be that of another one of its windows.

    An execution that still runs when the next one is due counts for both: the service skips the second one.
    """
    due = [each for each in watched.due if success is None or success.end < each]
    return replace(watched, success=success, due=tuple(sorted({min(due), max(due)})) if due else ())


def last_of(successes: Iterable[Success | None]) -> Success | None:
    """Return the success that ended last."""
    return max((each for each in successes if each is not None), key=lambda each: each.end, default=None)


def hours_overdue(watched: Watched, window: Window, now: datetime) -> float:
    """Return the hours since the end of the first execution that was due and is not followed by a success, or 0."""
    assumed = _assumed_due(watched, window)
    due = min([*watched.due, *([] if assumed is None else [assumed])], default=None)
    return 0.0 if due is None else max((now - (due + window.duration)) / _AN_HOUR, 0.0)


def _assumed_due(watched: Watched, window: Window) -> datetime | None:
    """Return when an execution was due at the latest, even if nothing was observed, such as in the first run.

    A disabled window is overdue in the same way, unless it would have ended by then.
    """
    wait = _assumed_wait(window)
    if wait is None or window.modified is None or window.has_ended:
        return None
    ended = None if watched.success is None else watched.success.end
    known = (window.modified, window.start_date, watched.resumed, ended)
    due = max(each for each in known if each is not None) + wait
    return None if window.end_date is not None and window.end_date < due else due


def _assumed_wait(window: Window) -> timedelta | None:
    is_off = window.recurs and not window.is_enabled
    return _LONGEST_WAIT_IF_DISABLED if window.longest_wait is None and is_off else window.longest_wait


def hours_since(success: Success | None, now: datetime) -> float | None:
    """Return the hours since the end of the last success, None if no success is known."""
    return None if success is None else max((now - success.end) / _AN_HOUR, 0.0)
