"""The calendar as one HTML page that needs no network: a month view and a timeline.

Python writes what stands still, with every name escaped; the openings travel as JSON, and the page's own script draws
them. The content security policy lets nothing else run and nothing load.
"""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from importlib.resources import files
from itertools import chain, groupby, islice
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from patching_constructs.cli import _words
from patching_constructs.planning.executions import Execution, Note, NoteKind
from patching_constructs.properties.command import PatchOperation
from patching_constructs.template import Deferred, WindowRecord
from patching_constructs.template.upcoming import Unknown, Upcoming

_ROWS_WITHOUT_SCRIPT: Final = 500
_NOTES_OF_A_MARK: Final = 12
_SEARCH_FROM: Final = 8
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A month view starts before the range, and a window ends after it.
_MARGIN: Final = timedelta(days=45)

_MARKS: Final = {
    NoteKind.OVERLAP: (
        "Shared target",
        "Another window that shares a target is open at the same time: one may reboot a node under the other.",
    ),
    NoteKind.CONCURRENCY: (
        "Too many at once",
        "More windows are open than the service runs in one account and Region.",
    ),
    NoteKind.CLOCK_CHANGE: (
        "Clock change",
        "Daylight saving begins or ends: the window opens at another wall time than usual, or closes at one.",
    ),
    NoteKind.START_ASSUMED: ("Start assumed", "When it begins depends on what is not known here, or not documented."),
    NoteKind.OPEN_ALREADY: (
        "Still open",
        "The window is still open from an earlier execution: this one may be skipped.",
    ),
}


def as_html(upcoming: Upcoming, *, after: datetime, until: datetime, zone: tzinfo | None) -> str:
    """Write the openings as a page to read in a browser: the same input gives the same bytes.

    Args:
        upcoming: the executions.
        after: the aware datetime that the range begins with.
        until: the aware datetime that the range ends with.
        zone: the time zone of all times. Default: every schedule's own.
    """
    page = _Page(upcoming, after, until, zone)
    script, style = _asset("page.js"), _asset("page.css")
    template = _environment().get_template("page.html.jinja")
    text = template.render(page=page, script=script, style=style, policy=_policy(script, style))
    # A template may hold half a surrogate pair, which no file can.
    return text.encode("utf-8", "replace").decode("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("patching_constructs.cli", "formats"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _asset(name: str) -> Markup:
    """Read a file that stands in the page as it is."""
    return Markup(files("patching_constructs.cli.formats").joinpath(name).read_text(encoding="utf-8"))  # noqa: S704


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


# --- The page -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Schedule:
    """A schedule of the page: a window that opens in the range, told by the first time that it does."""

    first: Execution[WindowRecord]
    zone: tzinfo

    @property
    def name(self) -> str:
        return self.first.owner.label

    @property
    def short(self) -> str:
        """The name where there is little room: a generated one begins with its stack and ends with a hash."""
        return re.sub(r"(?<=.)-[0-9A-F]{8}$", "", self.name.removeprefix(f"{self.first.owner.stack}-")) or self.name

    @property
    def initials(self) -> str:
        """A sign beside the colour: ``web-prod-install`` is ``WPI``, ``web-prod-12`` is ``W12``."""
        words: list[str] = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+", self.short) or ["?"]
        last = words[-1]
        letters = words[0][0] + last[-3:] if last.isdigit() else "".join(word[0] for word in words[:3])
        return letters.upper()

    @property
    def words(self) -> str:
        return _words.schedule_in_words(self.first.owner)

    @property
    def operation(self) -> str:
        return _words.operations_in_words(self.first.owner)

    @property
    def is_harmless(self) -> bool:
        """Whether nothing is installed."""
        return all(task.parameter("Operation") == PatchOperation.SCAN for task in self.first.owner.tasks)

    @property
    def facts(self) -> list[tuple[str, str]]:
        window = self.first.owner
        return [
            ("Stack", window.stack),
            ("Schedule", _expression(window)),
            ("Time zone", _words.text(window.time_zone or "UTC")),
            ("Length", _words.length_in_words(window)),
            ("At the cutoff", _words.cutoff_in_words(window)),
            ("Operation", self.operation),
            ("Reboot", _words.reboots_in_words(window)),
            ("Targets", _words.targets_in_words(window)),
        ]


def _expression(window: WindowRecord) -> str:
    """Return a schedule as the template has it."""
    schedule = window.schedule
    return schedule.intrinsic if isinstance(schedule, Deferred) else _words.text(schedule)


@dataclass(frozen=True)
class _Row:
    """An execution for a reader without JavaScript."""

    opens: str
    closes: str
    zone: str
    name: str
    operation: str
    marks: str


@dataclass(frozen=True)
class _Page:
    """What the template writes."""

    upcoming: Upcoming
    after: datetime
    until: datetime
    zone: tzinfo | None

    @cached_property
    def schedules(self) -> list[_Schedule]:
        first: dict[int, Execution[WindowRecord]] = {}
        for execution in self.upcoming.executions:
            first.setdefault(id(execution.owner), execution)
        # A place is a colour: it must not change with who opens first in the range.
        ordered = sorted(first.values(), key=lambda each: (each.owner.stack, each.owner.logical_id))
        return [_Schedule(each, self.zone or each.occurrence.zone) for each in ordered]

    @property
    def unknown(self) -> list[tuple[Unknown, str]]:
        return [(each, _expression(each.window)) for each in self.upcoming.unknown]

    @property
    def computed_until(self) -> str | None:
        moment = self.upcoming.computed_until
        return None if moment is None else _moment(moment, self.axis)

    @property
    def opening_count(self) -> int:
        return len(self.upcoming.executions)

    @property
    def marked_count(self) -> int:
        return sum(bool(execution.notes) for execution in self.upcoming.executions)

    @cached_property
    def marks(self) -> list[tuple[NoteKind, str, str, int]]:
        """Every mark that occurs, with its title, its explanation and the number of openings that have it."""
        counted = Counter(mark for each in self.upcoming.executions for mark in {note.kind for note in each.notes})
        return [(mark, *_MARKS[mark], counted[mark]) for mark in NoteKind if counted[mark]]

    @property
    def is_searchable(self) -> bool:
        return len(self.schedules) >= _SEARCH_FROM

    @cached_property
    def zones(self) -> dict[str, tzinfo]:
        """The time zones that times are shown in, by name; the timeline's own among them."""
        shown = {str(schedule.zone): schedule.zone for schedule in self.schedules}
        return shown | {str(self.axis): self.axis}

    @cached_property
    def axis(self) -> tzinfo:
        """The one time zone of all schedules; a timeline of several zones is in UTC."""
        if self.zone is not None:
            return self.zone
        own = {str(schedule.zone): schedule.zone for schedule in self.schedules}
        return next(iter(own.values())) if len(own) == 1 else UTC

    @property
    def clock(self) -> str:
        if len(self.zones) == 1:
            return f"All times in {self.axis}"
        return "Times in each schedule\N{RIGHT SINGLE QUOTATION MARK}s own time zone, the timeline in UTC"

    @property
    def begin(self) -> str:
        return _moment(self.after, self.axis)

    @property
    def end(self) -> str:
        return _moment(self.until, self.axis)

    @property
    def rows(self) -> list[_Row]:
        return [_row(execution, self.zone) for execution in islice(self.upcoming.executions, _ROWS_WITHOUT_SCRIPT)]

    @property
    def json(self) -> Markup:
        # No "<" is left that could end the script element, or start another.
        return Markup(json.dumps(_data(self), separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704


def _moment(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def _row(execution: Execution[WindowRecord], zone: tzinfo | None) -> _Row:
    occurrence, window = execution.occurrence, execution.owner
    shown = zone or occurrence.zone
    return _Row(
        opens=_moment(occurrence.start, shown),
        closes=_moment(occurrence.end, shown),
        zone=str(shown),
        name=window.label,
        operation=_words.operations_in_words(window),
        marks=", ".join(dict.fromkeys(_MARKS[note.kind][0] for note in execution.notes)),
    )


# --- What the script reads ----------------------------------------------------------------------------


def _data(page: _Page) -> dict[str, Any]:
    """Write an execution as ``[schedule, start, note, ...]``; all else that it needs stands once for many."""
    places = {id(schedule.first.owner): place for place, schedule in enumerate(page.schedules)}
    zones = list(page.zones)
    shorts = Counter(schedule.short for schedule in page.schedules)
    notes: dict[tuple[NoteKind, str], int] = {}
    openings = [
        [places[id(each.owner)], _seconds(each.occurrence.start)]
        + [notes.setdefault(note, len(notes)) for note in _shortened(each.notes)]
        for each in page.upcoming.executions
    ]
    return {
        "after": _seconds(page.after),
        "until": _seconds(page.until),
        "axis": zones.index(str(page.axis)),
        "zones": [{"name": name, "offsets": list(_offsets(zone, page))} for name, zone in page.zones.items()],
        "marks": {mark: {"title": title, "explanation": text} for mark, title, text, _ in page.marks},
        "notes": list(notes),
        "schedules": [_schedule(each, shorts, zones) for each in page.schedules],
        "openings": openings,
    }


def _schedule(schedule: _Schedule, shorts: Mapping[str, int], zones: Sequence[str]) -> dict[str, Any]:
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


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _offsets(zone: tzinfo, page: _Page) -> Iterator[tuple[int, int]]:
    """Tell each change of a zone's offset from UTC: the instant and the new offset, in seconds."""
    ends = (execution.occurrence.end for execution in page.upcoming.executions)
    first = _seconds(page.after - _MARGIN)
    last = _seconds(max(chain(ends, (page.until,))) + _MARGIN)
    yield first, _offset(zone, first)
    day = 24 * 60 * 60
    for start in range(first, last, day):
        if _offset(zone, start) != _offset(zone, start + day):
            switch = _switch(zone, start, start + day)
            yield switch, _offset(zone, switch)


def _switch(zone: tzinfo, before: int, after: int) -> int:
    """Find the first second with the new offset."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == _offset(zone, before) else (before, middle)
    return after


def _offset(zone: tzinfo, seconds: int) -> int:
    offset = datetime.fromtimestamp(seconds, zone).utcoffset() or timedelta(0)
    return offset // timedelta(seconds=1)
