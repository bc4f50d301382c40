"""What the page shows: schedules, their executions, and what needs attention."""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from itertools import islice
from typing import Final

from patching_constructs.cli import value_words
from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.notes import NOTES, NoteWords
from patching_constructs.cli.page.calendar.schedules import Frozen, PageSchedule, schedule_of_run, schedule_of_window
from patching_constructs.cli.result_words import RESULTS, ResultWords
from patching_constructs.cli.schedule_labels import path_or_label_of
from patching_constructs.planning.executions import NoteKind
from patching_constructs.planning.recorded_executions import ExecutionResult, Result
from patching_constructs.planning.windows import PlannedWindow
from patching_constructs.template import MaintenanceWindow, Value
from patching_constructs.template.resource import Resource
from patching_constructs.template.upcoming import upcoming_executions

_ROWS_WITHOUT_SCRIPT: Final = 500
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class PageNote:
    """A note of an execution."""

    kind: NoteKind
    text: str
    other: Resource | None = None
    """The other window of an overlap."""
    is_rest: bool = False
    """Whether it stands for notes that are left out, which is no note of its own."""


@dataclass(frozen=True, slots=True)
class PageExecution:
    """An execution of a schedule."""

    schedule: PageSchedule
    start: datetime
    end: datetime | None
    notes: tuple[PageNote, ...]
    result: ExecutionResult | None = None
    """What became of it; None for an upcoming execution."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A schedule whose executions are unknown, and why."""

    name: str
    reason: str
    schedule: str
    """As the template has it."""
    stack: str


@dataclass(frozen=True, slots=True)
class _Row:
    """An execution in the table that is shown without JavaScript."""

    start: str
    end: str
    zone: str
    label: str
    target: str
    operation: str
    result: str
    notes: str


@dataclass(frozen=True)
class CalendarPage:
    """The values of the page template."""

    calendar: Calendar

    @cached_property
    def executions(self) -> list[PageExecution]:
        """All executions in the order of their starts."""
        return sorted([*self._of_windows(), *self._of_runs()], key=lambda each: each.start)

    def _of_windows(self) -> Iterator[PageExecution]:
        schedules: dict[int, PageSchedule] = {}
        covered = self._covered
        for execution in self.calendar.upcoming.executions:
            owner, occurrence = id(execution.owner), execution.occurrence
            if owner not in schedules:
                schedules[owner] = schedule_of_window(execution, covered)
            # The overlap notes are in the order of the overlaps; a last one says that there are more.
            others = iter(execution.overlaps)
            notes = tuple(
                PageNote(note.kind, note.text, _owner(next(others, None)) if note.kind is NoteKind.OVERLAP else None)
                for note in execution.notes
            )
            yield PageExecution(schedules[owner], occurrence.start, occurrence.end, notes, execution.result)

    @property
    def _covered(self) -> Frozen:
        return Frozen(self.calendar.after, self.calendar.end)

    def _of_runs(self) -> Iterator[PageExecution]:
        schedules: dict[int, PageSchedule] = {}
        for execution in self.calendar.runs.executions:
            owner = id(execution.run)
            if owner not in schedules:
                schedules[owner] = schedule_of_run(execution)
            notes = tuple(PageNote(NoteKind.START_ASSUMED, text) for text in execution.notes)
            yield PageExecution(schedules[owner], execution.occurrence.start, None, notes)

    @cached_property
    def schedules(self) -> list[PageSchedule]:
        """The schedules that run or are frozen in the range, in the order of their stacks and logical ids."""
        found = {id(each.schedule): each.schedule for each in self.executions}
        every = [*found.values(), *self._frozen({id(each.resource) for each in found.values()})]
        return sorted(every, key=lambda each: (each.resource.stack, each.resource.logical_id))

    def _frozen(self, others: Container[int]) -> Iterator[PageSchedule]:
        """Return the schedules that do not run in the range, because of a freeze or beside one."""
        frozen = {id(window): window for each in self.calendar.freezes for window in each.windows}
        later = [window for window in frozen.values() if id(window) not in others]
        for execution in upcoming_executions(later, after=self.calendar.after, count=1).executions:
            yield schedule_of_window(execution, self._covered)

    @property
    def has_rollouts(self) -> bool:
        """Whether a schedule is a ring of a rollout."""
        return any(each.ring is not None for each in self.schedules)

    @property
    def unknown(self) -> list[Unknown]:
        """The schedules whose executions are unknown."""
        windows = [
            Unknown(
                path_or_label_of(each.window),
                each.reason,
                _as_written(each.window.schedule),
                each.window.stack,
            )
            for each in self.calendar.upcoming.unknown
        ]
        runs = [
            Unknown(each.run.label, each.reason, _as_written(each.run.schedule), each.run.resource.stack)
            for each in self.calendar.runs.unknown
        ]
        return windows + runs

    @property
    def computed_until(self) -> str | None:
        """Until when overlaps were computed; None where they were for all executions."""
        return (
            None if self.calendar.upcoming.computed_until is None else self.utc(self.calendar.upcoming.computed_until)
        )

    @cached_property
    def kinds(self) -> list[tuple[NoteKind, NoteWords]]:
        """Every kind of notes that occurs, in words."""
        found = Counter(note.kind for each in self.executions for note in each.notes)
        return [(kind, words) for kind, words in NOTES.items() if found[kind]]

    # --- Results --------------------------------------------------------------------------------------

    @cached_property
    def results(self) -> list[tuple[Result, ResultWords]]:
        """Every result that occurs, in words."""
        found = {each.result.result for each in self.executions if each.result is not None}
        return [(result, words) for result, words in RESULTS.items() if result in found]

    @property
    def without_results(self) -> list[Unknown]:
        """The schedules whose past executions are unknown."""
        past = self.calendar.past
        return [
            Unknown(path_or_label_of(window), reason, _as_written(window.schedule), window.stack)
            for window, reason in (() if past is None else past.without_history)
        ]

    @property
    def results_read_at(self) -> datetime:
        """When the results were read; of several accounts and Regions, the first of them."""
        places = self.calendar.past.places if self.calendar.past else ()
        return min((place.read_at for place in places), default=self.calendar.made_at)

    # --- The table without JavaScript -----------------------------------------------------------------

    @property
    def rows(self) -> list[_Row]:
        """The rows of the table that is shown without JavaScript."""
        return [self._row(each) for each in islice(self.executions, _ROWS_WITHOUT_SCRIPT)]

    def _row(self, execution: PageExecution) -> _Row:
        zone = self.calendar.zone or execution.schedule.zone
        return _Row(
            start=_moment(execution.start, zone),
            end="unknown" if execution.end is None else _moment(execution.end, zone),
            zone=str(zone),
            label=execution.schedule.label,
            target=execution.schedule.target,
            operation=execution.schedule.operation,
            result="" if execution.result is None else RESULTS[execution.result.result].title,
            notes=", ".join(dict.fromkeys(NOTES[note.kind].title for note in execution.notes)),
        )

    def utc(self, instant: datetime) -> str:
        """Return an instant as text, for those who read the page without JavaScript."""
        return f"{_moment(instant, UTC)} UTC"


def _as_written(schedule: Value) -> str:
    return schedule.function or value_words.text(schedule)


def _owner(window: PlannedWindow[MaintenanceWindow] | None) -> Resource | None:
    return None if window is None else window.owner


def _moment(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
