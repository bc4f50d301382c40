"""The data of the page's script, in compact form."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any, Final

from patching_constructs.cli.page.model import CalendarPage, PageSchedule
from patching_constructs.cli.page.offsets import offsets, seconds
from patching_constructs.planning.executions import Note, NoteKind

_NOTES_OF_A_KIND: Final = 12


def script_data(page: CalendarPage) -> dict[str, Any]:
    """Write an execution as ``[schedule, start, note, ...]``; everything else is written once and referred to."""
    positions = {id(schedule.first.owner): position for position, schedule in enumerate(page.schedules)}
    zones, last = list(page.zones), _last_end(page)
    shorts = Counter(schedule.short for schedule in page.schedules)
    notes: dict[tuple[NoteKind, str], int] = {}
    executions = [
        [positions[id(each.owner)], seconds(each.occurrence.start)]
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
        "kinds": {kind: {"title": words.title, "explanation": words.explanation} for kind, words, _ in page.legend},
        "notes": list(notes),
        "schedules": [_schedule(each, shorts, zones) for each in page.schedules],
        "executions": executions,
    }


def _schedule(schedule: PageSchedule, shorts: Mapping[str, int], zones: Sequence[str]) -> dict[str, Any]:
    occurrence = schedule.first.occurrence
    return {
        "name": schedule.name,
        "short": schedule.short if shorts[schedule.short] == 1 else schedule.name,
        "initials": schedule.initials,
        "operation": schedule.operation,
        "installs": schedule.installs,
        "zone": zones.index(str(schedule.zone)),
        "duration": (occurrence.end - occurrence.start) // timedelta(seconds=1),
        # A cutoff that is unknown until deployment is not drawn.
        "cutoff": (occurrence.end - (schedule.first.cutoff or occurrence.end)) // timedelta(seconds=1),
    }


def _shortened(notes: Iterable[Note]) -> Iterator[tuple[NoteKind, str]]:
    """Return each note once, and the first of many: a fleet with one target for all windows has thousands."""
    ordered = sorted(dict.fromkeys(notes), key=lambda note: list(NoteKind).index(note.kind))
    for kind, group in groupby(ordered, key=lambda note: note.kind):
        texts = [note.text for note in group]
        more = len(texts) - _NOTES_OF_A_KIND
        yield from ((kind, text) for text in texts[:_NOTES_OF_A_KIND])
        if more > 0:
            yield kind, f"and {more} more"


def _last_end(page: CalendarPage) -> datetime:
    return max(chain((execution.occurrence.end for execution in page.upcoming.executions), (page.until,)))
