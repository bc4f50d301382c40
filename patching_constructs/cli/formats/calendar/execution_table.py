"""The table of executions: columns are shortened and left out where the terminal is narrow."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from patching_constructs.cli import descriptions
from patching_constructs.cli.formats.calendar.result_lines import result_text
from patching_constructs.cli.notes import NOTES
from patching_constructs.cli.operation_styles import styled_operations
from patching_constructs.cli.schedule_labels import label_of
from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.template import MaintenanceWindow

_START, _SHORT, _UTC, _OPERATION, _WINDOW, _NOTES = "start", "begin", "UTC", "operation", "window", "notes"
_RESULT = "result"
# From the widest to the narrowest.
_LAYOUTS: Final = (
    (_START, _UTC, _RESULT, _OPERATION, _WINDOW, _NOTES),
    (_START, _RESULT, _OPERATION, _WINDOW, _NOTES),
    (_SHORT, _RESULT, _OPERATION, _WINDOW, _NOTES),
    (_SHORT, _RESULT, _OPERATION, _WINDOW),
)
# Longer texts are wrapped before a column is left out.
_LONGEST_NAME: Final = 30
_LONGEST_OPERATION: Final = 24
_WIDEST: Final = 10_000
WindowExecution = Execution[MaintenanceWindow]


@dataclass(frozen=True, slots=True)
class ExecutionTable:
    """Executions as a table that takes the widest layout that fits."""

    executions: Sequence[WindowExecution]
    zone: tzinfo | None
    """The time zone of all times. None where each schedule has its own."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """Return the table for the width of a console."""
        wrapped = self._beyond(_WINDOW, _LONGEST_NAME) + self._beyond(_OPERATION, _LONGEST_OPERATION)
        layouts = [self._table(columns) for columns in self._layouts()]
        # A measurement is at most as wide as its console.
        wide = options.update_width(_WIDEST)
        widths = [Measurement.get(console, wide, table).maximum - wrapped for table in layouts]
        fitting = [table for table, width in zip(layouts, widths, strict=True) if width <= options.max_width]
        yield (fitting or layouts[-1:])[0]

    def _beyond(self, column: str, longest: int) -> int:
        """Return by how much the longest text of a column exceeds a length."""
        return max(0, max(_CELLS[column](each, self.zone).cell_len for each in self.executions) - longest)

    def _layouts(self) -> Iterator[tuple[str, ...]]:
        """Return the layouts without columns that are empty: notes and results if there are none, UTC beside UTC."""
        empty = set() if any(execution.notes for execution in self.executions) else {_NOTES}
        if not any(execution.result for execution in self.executions):
            empty.add(_RESULT)
        if not any(_local(each.occurrence.start, each, self.zone).utcoffset() for each in self.executions):
            empty.add(_UTC)
        for layout in _LAYOUTS:
            yield tuple(column for column in layout if column not in empty)

    def _table(self, columns: Sequence[str]) -> Table:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for column in columns:
            is_time, heading = column in (_START, _SHORT, _UTC), _HEADINGS.get(column, column)
            table.add_column(heading, no_wrap=is_time, overflow="fold", min_width=len(heading))
        for execution in self.executions:
            table.add_row(*(_CELLS[column](execution, self.zone) for column in columns))
        return table


def title_of(kind: NoteKind) -> Text:
    """Return the title of a kind of notes, in its color."""
    return Text(NOTES[kind].title.lower(), style=NOTES[kind].color)


def _local(moment: datetime, execution: WindowExecution, zone: tzinfo | None) -> datetime:
    return moment.astimezone(zone or execution.occurrence.zone)


def _start(execution: WindowExecution, zone: tzinfo | None) -> Text:
    occurrence = execution.occurrence
    start, end = (_local(each, execution, zone) for each in (occurrence.start, occurrence.end))
    return Text(f"{start:%a %Y-%m-%d %H:%M}-{end:%H:%M %Z}")


def _short(execution: WindowExecution, zone: tzinfo | None) -> Text:
    return Text(f"{_local(execution.occurrence.start, execution, zone):%a %m-%d %H:%M %Z}")


def _utc(execution: WindowExecution, _: tzinfo | None) -> Text:
    return Text(f"{execution.occurrence.start.astimezone(UTC):%m-%d %H:%M}", style="dim")


def _operation(execution: WindowExecution, _: tzinfo | None) -> Text:
    window = execution.owner
    return styled_operations("frozen" if window.is_frozen else descriptions.operations_in_words(window))


def _window(execution: WindowExecution, _: tzinfo | None) -> Text:
    window = execution.owner
    condition = descriptions.condition_in_words(window)
    label = label_of(window)
    return Text(label if condition is None else f"{label} (if {condition})")


def _result(execution: WindowExecution, _: tzinfo | None) -> Text:
    return result_text(execution.result)


def _notes(execution: WindowExecution, _: tzinfo | None) -> Text:
    return Text(", ").join(map(title_of, dict.fromkeys(note.kind for note in execution.notes)))


_HEADINGS: Final = {_SHORT: _START}
_CELLS: Final[dict[str, Callable[[WindowExecution, tzinfo | None], Text]]] = {
    _START: _start,
    _SHORT: _short,
    _UTC: _utc,
    _RESULT: _result,
    _OPERATION: _operation,
    _WINDOW: _window,
    _NOTES: _notes,
}
