"""What the page shows: its schedules, its legend, its counts, and the times in their zones."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from itertools import islice
from typing import Final

from patching_constructs.cli import descriptions
from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.properties.command import OPERATION, PatchOperation
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import UnplannedWindow, Upcoming

_ROWS_WITHOUT_SCRIPT: Final = 500
_SEARCH_FROM: Final = 8
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

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


@dataclass(frozen=True)
class PageSchedule:
    """A schedule of the page: a window that opens in the range, told by the first time that it does."""

    first: Execution[MaintenanceWindow]
    zone: tzinfo

    @property
    def name(self) -> str:
        """The name of the window."""
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
        """When it runs, in words."""
        return descriptions.schedule_in_words(self.first.owner)

    @property
    def operation(self) -> str:
        """What its tasks do, in a word or two."""
        return descriptions.operations_in_words(self.first.owner)

    @property
    def is_harmless(self) -> bool:
        """Whether nothing is installed."""
        return all(
            descriptions.text(task.parameter(OPERATION)) == PatchOperation.SCAN for task in self.first.owner.tasks
        )

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The rows of its details: a term and its description."""
        window = self.first.owner
        return [
            ("Stack", window.stack),
            ("Schedule", _expression(window)),
            ("Time zone", descriptions.time_zone(window)),
            ("Length", descriptions.length_in_words(window)),
            ("At the cutoff", descriptions.cutoff_in_words(window)),
            ("Operation", self.operation),
            ("Reboot", descriptions.reboots_in_words(window)),
            ("Targets", descriptions.targets_in_words(window)),
        ]


def _expression(window: MaintenanceWindow) -> str:
    """Return a schedule as the template has it."""
    return window.schedule.function or descriptions.text(window.schedule)


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
class CalendarPage:
    """What the template writes."""

    upcoming: Upcoming
    after: datetime
    until: datetime
    zone: tzinfo | None

    @cached_property
    def schedules(self) -> list[PageSchedule]:
        """The schedules that run in the range, in the order of their stacks and logical ids."""
        first: dict[int, Execution[MaintenanceWindow]] = {}
        for execution in self.upcoming.executions:
            first.setdefault(id(execution.owner), execution)
        # A place is a colour: it must not change with who opens first in the range.
        ordered = sorted(first.values(), key=lambda each: (each.owner.stack, each.owner.logical_id))
        return [PageSchedule(each, self.zone or each.occurrence.zone) for each in ordered]

    @property
    def unknown(self) -> list[tuple[UnplannedWindow, str]]:
        """The windows whose executions are unknown, with their schedules as the template has them."""
        return [(each, _expression(each.window)) for each in self.upcoming.unknown]

    @property
    def computed_until(self) -> str | None:
        """Until when overlaps were computed; None where they were for all executions."""
        moment = self.upcoming.computed_until
        return None if moment is None else _moment(moment, self.axis)

    @property
    def opening_count(self) -> int:
        """How many executions there are."""
        return len(self.upcoming.executions)

    @property
    def marked_count(self) -> int:
        """How many executions need attention."""
        return sum(bool(execution.notes) for execution in self.upcoming.executions)

    @cached_property
    def marks(self) -> list[tuple[NoteKind, str, str, int]]:
        """Every mark that occurs, with its title, its explanation and the number of openings that have it."""
        counted = Counter(mark for each in self.upcoming.executions for mark in {note.kind for note in each.notes})
        return [(mark, *_MARKS[mark], counted[mark]) for mark in NoteKind if counted[mark]]

    @property
    def is_searchable(self) -> bool:
        """Whether there are so many schedules that a search helps."""
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
        """The sentence that names the time zones."""
        if len(self.zones) == 1:
            return f"All times in {self.axis}"
        return "Times in each schedule\N{RIGHT SINGLE QUOTATION MARK}s own time zone, the timeline in UTC"

    @property
    def begin(self) -> str:
        """The begin of the range."""
        return _moment(self.after, self.axis)

    @property
    def end(self) -> str:
        """The end of the range."""
        return _moment(self.until, self.axis)

    @property
    def rows(self) -> list[_Row]:
        """The rows of the table that is shown without JavaScript."""
        return [_row(execution, self.zone) for execution in islice(self.upcoming.executions, _ROWS_WITHOUT_SCRIPT)]


def _moment(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def _row(execution: Execution[MaintenanceWindow], zone: tzinfo | None) -> _Row:
    occurrence, window = execution.occurrence, execution.owner
    shown = zone or occurrence.zone
    return _Row(
        opens=_moment(occurrence.start, shown),
        closes=_moment(occurrence.end, shown),
        zone=str(shown),
        name=window.label,
        operation=descriptions.operations_in_words(window),
        marks=", ".join(dict.fromkeys(_MARKS[note.kind][0] for note in execution.notes)),
    )
