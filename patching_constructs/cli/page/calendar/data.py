"""The data of the page's script, in compact form."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from patching_constructs.cli.labels import EFFECTS
from patching_constructs.cli.page.calendar.model import CalendarPage, PageExecution, PageNote
from patching_constructs.cli.page.calendar.schedules import PageSchedule
from patching_constructs.planning.executions import NoteKind
from patching_constructs.planning.recorded_executions import ExecutionResult

_NOTES_OF_A_KIND: Final = 12
# The colors of results on a terminal, as the style sheet calls them.
_TONES: Final = {"green": "good", "red": "bad", "cyan": "running"}


def script_data(page: CalendarPage) -> dict[str, Any]:
    """Write an execution as ``[schedule, start, note, ...]``; everything else is written once and referred to."""
    calendar = page.calendar
    positions = {id(schedule): position for position, schedule in enumerate(page.schedules)}
    notes: dict[PageNote, int] = {}
    executions = [
        [positions[id(each.schedule)], _seconds(each.start)]
        + [notes.setdefault(note, len(notes)) for note in _shortened(each.notes)]
        for each in page.executions
    ]
    reasons: dict[str, int] = {}
    outcomes = [
        _outcome(place, each.result, reasons) for place, each in enumerate(page.executions) if each.result is not None
    ]
    resources = {id(schedule.resource): position for position, schedule in enumerate(page.schedules)}
    return {
        "made": _seconds(calendar.made_at),
        "after": _seconds(calendar.after),
        "until": _seconds(calendar.end),
        "complete": _seconds(calendar.complete_until),
        "unknown": len(page.unknown),
        "withoutResults": len(page.without_results),
        "zones": _zones(page.executions),
        "zone": None if calendar.zone is None else str(calendar.zone),
        "effects": {
            effect: {"title": words.title, "explanation": words.explanation} for effect, words in EFFECTS.items()
        },
        "kinds": {kind: {"title": words.title, "explanation": words.explanation} for kind, words in page.kinds},
        # An overlap also has the other schedule, unless that has no execution in the range.
        "notes": [[note.kind, note.text, resources.get(id(note.other)), note.is_rest] for note in notes],
        "schedules": [_schedule(each) for each in page.schedules],
        "executions": executions,
        "results": {
            result: {
                "title": words.title,
                "explanation": words.explanation,
                "tone": _TONES.get(words.color, "doubtful"),
            }
            for result, words in page.results
        },
        "outcomes": outcomes,
        "reasons": list(reasons),
    }


def _outcome(place: int, result: ExecutionResult, reasons: dict[str, int]) -> list[Any]:
    """Write the place of an execution, its result and reason, whether it was scheduled, and when it ran."""
    recorded = result.recorded
    reason = reasons.setdefault(result.reason, len(reasons))
    ran = (
        [None, None] if recorded is None else [_seconds(recorded.started), recorded.ended and _seconds(recorded.ended)]
    )
    return [place, result.result, reason, result.is_scheduled, *ran]


def _zones(executions: Iterable[PageExecution]) -> dict[str, list[list[int]]]:
    """Return the offset from UTC in each time zone at its first and last execution, to compare with the browser's."""
    starts: dict[str, list[datetime]] = {}
    for execution in executions:
        zone = execution.schedule.zone
        starts.setdefault(str(zone), []).append(execution.start.astimezone(zone))
    return {
        name: [[_seconds(each), _length(each.utcoffset() or timedelta(0))] for each in (found[0], found[-1])]
        for name, found in starts.items()
    }


def _schedule(schedule: PageSchedule) -> dict[str, Any]:
    return {
        "name": schedule.name,
        "label": schedule.label,
        "stack": schedule.resource.stack,
        "place": schedule.place,
        "target": schedule.target,
        "operation": schedule.operation,
        "effect": schedule.effect,
        "isEffectUnknown": schedule.is_effect_unknown,
        "words": schedule.words,
        "zone": str(schedule.zone),
        "duration": None if schedule.duration is None else _length(schedule.duration),
        "cutoff": _length(schedule.cutoff),
        "freezes": [[_seconds(each.start), _seconds(each.end), each.reason] for each in schedule.freezes],
        "facts": schedule.facts,
    } | _ring(schedule)


def _ring(schedule: PageSchedule) -> dict[str, Any]:
    ring = schedule.ring
    return {} if ring is None else {"ring": {"rollout": ring.rollout, "name": ring.name, "days": ring.days_after}}


def _seconds(instant: datetime) -> int:
    """Return an instant as the script reads it: seconds since 1970."""
    return int(instant.timestamp())


def _length(duration: timedelta) -> int:
    return duration // timedelta(seconds=1)


def _shortened(notes: Iterable[PageNote]) -> Iterator[PageNote]:
    """Return each note once, and the first of many: a fleet with one target for all windows has thousands."""
    ordered = sorted(dict.fromkeys(notes), key=lambda note: list(NoteKind).index(note.kind))
    for kind, group in groupby(ordered, key=lambda note: note.kind):
        same = list(group)
        more = len(same) - _NOTES_OF_A_KIND
        yield from same[:_NOTES_OF_A_KIND]
        if more > 0:
            yield PageNote(kind, f"and {more} more", is_rest=True)
