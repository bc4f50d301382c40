"""What opens when: the windows of a template laid beside one another, and what is worth a second look.

Pure: the instant to look from is an argument. What only the deployment knows is named, never guessed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from heapq import merge
from itertools import islice, takewhile
from typing import Final

from patching_constructs import _limits
from patching_constructs._errors import PatchingError
from patching_constructs.assembly import Deferred, TargetRecord, Text, WindowRecord
from patching_constructs.assembly.selection import Selection, share_nodes
from patching_constructs.schedule._rule import Rate, parse_rule
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import Occurrence, WallClock, occurrences

_LONGEST_WINDOW: Final = timedelta(hours=_limits.DURATION_HOURS[1])


class Mark(StrEnum):
    """Why an opening is worth a second look."""

    OVERLAP = "overlap"
    """Another window that shares a target is open at the same time."""
    CROWD = "crowd"
    """More windows are open at once than the service runs in one account and Region."""
    CLOCK = "clock"
    """A daylight saving switch moves the opening, or happens inside it."""
    ANCHOR = "anchor"
    """A rate counts from a moment that is not known here."""


@dataclass(frozen=True, slots=True)
class Note:
    """A mark with its explanation."""

    mark: Mark
    text: str


@dataclass(slots=True)
class Opening:
    """One opening of one window, with what is worth a second look."""

    window: WindowRecord
    occurrence: Occurrence
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A window whose openings cannot be told, and why."""

    window: WindowRecord
    reason: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """The openings of all windows in order, and the windows that have none that can be told."""

    openings: tuple[Opening, ...]
    unknown: tuple[Unknown, ...]


def forecast(
    windows: Sequence[WindowRecord],
    *,
    after: datetime,
    until: datetime | None = None,
    count: int | None = None,
) -> Forecast:
    """Tell when windows open, and mark what is worth a second look.

    Args:
        windows: the windows, such as `patching_constructs.assembly.read_windows` returns them.
        after: an aware datetime; no opening before it is told.
        until: an aware datetime; no opening from it on is told. Default: no end, and then ``count`` is needed.
        count: so many openings of every window at most. Default: all of them.
    """
    known: list[_Known] = []
    unknown: list[Unknown] = []
    for window in windows:
        try:
            known.append(_known(window))
        except PatchingError as error:
            unknown.append(Unknown(window, str(error)))
    told = [opening for each in known for opening in _told(each, after, until, count)]
    told.sort(key=lambda opening: (opening.occurrence.start, opening.window.stack, opening.window.logical_id))
    _mark_company(told, known, after)
    return Forecast(tuple(told), tuple(unknown))


# --- What a record says of time -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """A window whose schedule and length are known."""

    window: WindowRecord
    schedule: ScheduleExpression
    duration: timedelta
    cutoff: timedelta
    start_date: datetime | None
    end_date: datetime | None

    def occurrences(self, after: datetime, anchor: datetime) -> Iterator[Occurrence]:
        return occurrences(
            self.schedule,
            after=after,
            anchor=self.start_date or anchor,
            duration=self.duration,
            cutoff=self.cutoff,
            start_date=self.start_date,
            end_date=self.end_date,
        )


def _known(window: WindowRecord) -> _Known:
    offset = _given("schedule offset", window.schedule_offset)
    return _Known(
        window=window,
        # Not a factory: those refuse what AWS does not support, and a template may have it all the same.
        schedule=ScheduleExpression(
            parse_rule(_needed("schedule", window.schedule)),
            _given("time zone", window.time_zone),
            None if offset is None else _number("schedule offset", offset),
        ),
        duration=timedelta(hours=_number("duration", _needed("duration", window.duration))),
        cutoff=timedelta(hours=_number("cutoff", _needed("cutoff", window.cutoff))),
        start_date=_moment("start date", window.start_date),
        end_date=_moment("end date", window.end_date),
    )


def _given(what: str, value: Text) -> str | None:
    if isinstance(value, Deferred):
        raise PatchingError(f"its {what} is not known before deployment")
    return value


def _needed(what: str, value: Text) -> str:
    given = _given(what, value)
    if given is None:
        raise PatchingError(f"it has no {what}")
    return given


def _number(what: str, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}(\.0+)?", text):
        raise PatchingError(f"its {what} is no whole number: {text!r}")
    return int(float(text))


def _moment(what: str, value: Text) -> datetime | None:
    text = _given(what, value)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PatchingError(f"its {what} is no ISO-8601 date: {text!r}") from None
    if moment.utcoffset() is None:
        raise PatchingError(f"its {what} has no offset from UTC: {text!r}")
    return moment


# --- Openings -----------------------------------------------------------------------------------------


def _told(known: _Known, after: datetime, until: datetime | None, count: int | None) -> Iterator[Opening]:
    due = takewhile(lambda occurrence: until is None or occurrence.start < until, known.occurrences(after, after))
    for occurrence in islice(due, count):
        yield Opening(known.window, occurrence, [*_anchor_notes(known), *_clock_notes(occurrence)])


def _anchor_notes(known: _Known) -> Iterator[Note]:
    if isinstance(known.schedule.rule, Rate) and known.start_date is None:
        yield Note(
            Mark.ANCHOR,
            "a rate counts from the window's creation, which is not known here; told as if it were created now",
        )


def _clock_notes(occurrence: Occurrence) -> Iterator[Note]:
    wall_time = f"{occurrence.wall_time:%H:%M}"
    if occurrence.wall_clock is WallClock.SKIPPED:
        shown = f"{occurrence.local_start:%H:%M}"
        yield Note(Mark.CLOCK, f"the clock skips {wall_time} that day; assumed to open at {shown}")
    elif occurrence.wall_clock is WallClock.REPEATED:
        yield Note(Mark.CLOCK, f"the clock shows {wall_time} twice that day; assumed to open the first time")
    jump = occurrence.clock_jump
    if jump:
        way = "forwards" if jump > timedelta(0) else "back"
        minutes = abs(jump) // timedelta(minutes=1)
        yield Note(Mark.CLOCK, f"the clock goes {way} {minutes} minutes while the window is open")


# --- Company ------------------------------------------------------------------------------------------


def _mark_company(told: Sequence[Opening], known: Sequence[_Known], after: datetime) -> None:
    """Mark openings that share time with others, be those told themselves or not."""
    if not told:
        return
    last = max(opening.occurrence.end for opening in told)
    told_at = {(id(opening.window), opening.occurrence.start): opening for opening in told}
    company = (
        _with_window(each.window, takewhile(lambda o: o.start < last, each.occurrences(after - _LONGEST_WINDOW, after)))
        for each in known
    )
    open_now: list[tuple[WindowRecord, Occurrence]] = []
    for window, occurrence in merge(*company, key=lambda pair: pair[1].start):
        open_now = [pair for pair in open_now if pair[1].end > occurrence.start]
        beside = [pair for pair in open_now if pair[0].environment == window.environment]
        opening = told_at.get((id(window), occurrence.start))
        for other, other_occurrence in beside:
            if _share_nodes(window.targets, other.targets):
                _note_overlap(opening, other)
                _note_overlap(told_at.get((id(other), other_occurrence.start)), window)
        if opening and len(beside) >= _limits.CONCURRENT_EXECUTIONS:
            opening.notes.append(Note(Mark.CROWD, _crowd_text(len(beside) + 1)))
        open_now.append((window, occurrence))


def _with_window(window: WindowRecord, found: Iterator[Occurrence]) -> Iterator[tuple[WindowRecord, Occurrence]]:
    return ((window, occurrence) for occurrence in found)


def _note_overlap(opening: Opening | None, other: WindowRecord) -> None:
    if opening is not None:
        opening.notes.append(Note(Mark.OVERLAP, f"{other.label} is open at the same time and shares a target"))


def _crowd_text(count: int) -> str:
    return f"{count} windows are open at once; the service runs at most {_limits.CONCURRENT_EXECUTIONS}"


@cache
def _share_nodes(one: tuple[TargetRecord, ...], other: tuple[TargetRecord, ...]) -> bool:
    return share_nodes(map(_selection, one), map(_selection, other))


def _selection(target: TargetRecord) -> Selection:
    return {str(key): frozenset(value for value in values if value is not None) for key, values in target.filters}
