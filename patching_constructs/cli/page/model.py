"""What the page shows: schedules, legend, counts, and times in their time zones."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from itertools import islice
from typing import Final

from patching_constructs.cli import descriptions, value_words
from patching_constructs.cli.notes import NOTES, NoteWords
from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.properties.command import OPERATION, PatchOperation
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import UnplannedWindow, Upcoming

_ROWS_WITHOUT_SCRIPT: Final = 500
_SEARCH_FROM: Final = 8
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class PageSchedule:
    """A schedule of the page: a window with an execution in the range."""

    first: Execution[MaintenanceWindow]
    zone: tzinfo

    @property
    def name(self) -> str:
        """The name of the window."""
        return self.first.owner.label

    @property
    def short(self) -> str:
        """The name for small spaces: without the stack and the hash of a generated name."""
        return re.sub(r"(?<=.)-[0-9A-F]{8}$", "", self.name.removeprefix(f"{self.first.owner.stack}-")) or self.name

    @property
    def initials(self) -> str:
        """An abbreviation in addition to the color: ``web-prod-install`` is ``WPI``, ``web-prod-12`` is ``W12``."""
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
    def installs(self) -> bool:
        """Whether it installs patches."""
        return any(
            value_words.text(task.parameter(OPERATION)) != PatchOperation.SCAN for task in self.first.owner.tasks
        )

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The rows of its details: a term and its description."""
        window = self.first.owner
        return [
            ("Stack", window.stack),
            ("Schedule", _expression(window)),
            ("Time zone", descriptions.time_zone_in_words(window)),
            ("Duration", descriptions.duration_in_words(window)),
            ("Cutoff", descriptions.cutoff_in_words(window)),
            ("Operation", self.operation),
            ("Reboot", descriptions.reboots_in_words(window)),
            ("Targets", descriptions.targets_in_words(window)),
        ]


def _expression(window: MaintenanceWindow) -> str:
    """Return the schedule expression as in the template."""
    return window.schedule.function or value_words.text(window.schedule)


@dataclass(frozen=True)
class _Row:
    """An execution in the table that is shown without JavaScript."""

    start: str
    end: str
    zone: str
    name: str
    operation: str
    notes: str


@dataclass(frozen=True)
class CalendarPage:
    """The values of the page template."""

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
        # The position is a color: it must not depend on which window runs first in the range.
        ordered = sorted(first.values(), key=lambda each: (each.owner.stack, each.owner.logical_id))
        return [PageSchedule(each, self.zone or each.occurrence.zone) for each in ordered]

    @property
    def unknown(self) -> list[tuple[UnplannedWindow, str]]:
        """The windows whose executions are unknown, with their schedules as in the template."""
        return [(each, _expression(each.window)) for each in self.upcoming.unknown]

    @property
    def computed_until(self) -> str | None:
        """Until when overlaps were computed; None where they were for all executions."""
        moment = self.upcoming.computed_until
        return None if moment is None else _moment(moment, self.axis)

    @property
    def execution_count(self) -> int:
        """How many executions there are."""
        return len(self.upcoming.executions)

    @property
    def noted_count(self) -> int:
        """How many executions need attention."""
        return sum(bool(execution.notes) for execution in self.upcoming.executions)

    @cached_property
    def legend(self) -> list[tuple[NoteKind, NoteWords, int]]:
        """Every kind of notes that occurs, in words, and the number of executions that have it."""
        counted = Counter(kind for each in self.upcoming.executions for kind in {note.kind for note in each.notes})
        return [(kind, words, counted[kind]) for kind, words in NOTES.items() if counted[kind]]

    @property
    def is_searchable(self) -> bool:
        """Whether there are so many schedules that a search helps."""
        return len(self.schedules) >= _SEARCH_FROM

    @cached_property
    def zones(self) -> dict[str, tzinfo]:
        """The time zones of the page by name, including that of the timeline."""
        shown = {str(schedule.zone): schedule.zone for schedule in self.schedules}
        return shown | {str(self.axis): self.axis}

    @cached_property
    def axis(self) -> tzinfo:
        """The time zone of the timeline: that of all schedules, or UTC where they have several."""
        if self.zone is not None:
            return self.zone
        own = {str(schedule.zone): schedule.zone for schedule in self.schedules}
        return next(iter(own.values())) if len(own) == 1 else UTC

    @property
    def clock(self) -> str:
        """The sentence that names the time zones."""
        if len(self.zones) == 1:
            return f"All times in {self.axis}"
        return "Times in the time zone of each schedule, timeline in UTC"

    @property
    def begin(self) -> str:
        """The start of the range."""
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
        start=_moment(occurrence.start, shown),
        end=_moment(occurrence.end, shown),
        zone=str(shown),
        name=window.label,
        operation=descriptions.operations_in_words(window),
        notes=", ".join(dict.fromkeys(NOTES[note.kind].title for note in execution.notes)),
    )
