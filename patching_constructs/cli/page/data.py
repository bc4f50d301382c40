"""What the page's script reads: the executions in as few bytes as they need."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any, Final

from patching_constructs.cli.page.model import CalendarPage, PageSchedule
from patching_constructs.cli.page.offsets import offsets, seconds
from patching_constructs.planning.executions import Note, NoteKind

_NOTES_OF_A_MARK: Final = 12


def script_data(page: CalendarPage) -> dict[str, Any]:
    """Write an execution as ``[schedule, start, note, ...]``; all else that it needs stands once for many."""
    places = {id(schedule.first.owner): place for place, schedule in enumerate(page.schedules)}
    zones, last = list(page.zones), _last_end(page)
    shorts = Counter(schedule.short for schedule in page.schedules)
    notes: dict[tuple[NoteKind, str], int] = {}
    openings = [
        [places[id(each.owner)], seconds(each.occurrence.start)]
        + [notes.setdefault(note, len(notes)) for note in _shortened(each.notes)]
        for each in page.upcoming.executions
    ]
    return {
        "after": seconds(page.after),
        "until": seconds(page.until),
        "axis": zones.index(str(page.axis)),
        "zones": [
            {"name": name, "offsets": list(offsets(zone, after=page.after, last=last))}
            for name, zone in page.zones.items()
        ],
        "marks": {mark: {"title": title, "explanation": text} for mark, title, text, _ in page.marks},
        "notes": list(notes),
        "schedules": [_schedule(each, shorts, zones) for each in page.schedules],
        "openings": openings,
    }


def _schedule(schedule: PageSchedule, shorts: Mapping[str, int], zones: Sequence[str]) -> dict[str, Any]:
    occurrence = schedule.first.occurrence
    return {
        "name": schedule.name,
        "short": schedule.short if shorts[schedule.short] == 1 else schedule.name,
        "initials": schedule.initials,
        "operation": schedule.operation,
        "harmless": schedule.is_harmless,
        "zone": zones.index(str(schedule.zone)),
        "duration": (occurrence.end - occurrence.start) // timedelta(seconds=1),
        # One that is known only at deployment is not drawn.
        "cutoff": (occurrence.end - (schedule.first.cutoff or occurrence.end)) // timedelta(seconds=1),
    }


def _shortened(notes: Iterable[Note]) -> Iterator[tuple[NoteKind, str]]:
    """Say a thing once, and of many things the first: a fleet with one target for all has notes without end."""
    ordered = sorted(dict.fromkeys(notes), key=lambda note: list(NoteKind).index(note.kind))
    for mark, group in groupby(ordered, key=lambda note: note.kind):
        texts = [note.text for note in group]
        more = len(texts) - _NOTES_OF_A_MARK
        yield from ((mark, text) for text in texts[:_NOTES_OF_A_MARK])
        if more > 0:
            yield mark, f"and {more} more"


def _last_end(page: CalendarPage) -> datetime:
    return max(chain((execution.occurrence.end for execution in page.upcoming.executions), (page.until,)))
