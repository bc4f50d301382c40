"""The table of executions: columns are shortened and left out where the terminal is narrow."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final, Self

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
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
_TIMES: Final = (_START, _SHORT, _UTC)
_OF_WINDOW: Final = (_OPERATION, _WINDOW)
"""The columns with what all executions of a window have."""
# Longer texts are wrapped before a column is left out.
_LONGEST: Final = {_WINDOW: 30, _OPERATION: 24}
_BETWEEN: Final = 2
"""The spaces between two columns."""
WindowExecution = Execution[MaintenanceWindow]


class ExecutionTable:
    """Executions as a table that takes the widest layout that fits."""

    def __init__(self, executions: Sequence[WindowExecution], zone: tzinfo | None) -> None:
        """Take the executions, at least one.

        Args:
            executions: the executions.
            zone: the time zone of all times. None where each schedule has its own.
        """
        self._executions = executions
        self._zone = zone
        self._known: dict[str, _Column] = {}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """Return the table for the width of a console."""
        layouts = list(self._layouts())
        fitting = [columns for columns in layouts if self._width_if_wrapped(columns) <= options.max_width]
        yield self._table((fitting or layouts[-1:])[0], options.max_width)

    def _width(self, columns: Sequence[str]) -> int:
        """Return the width of a table in which nothing is wrapped."""
        return sum(self._column(each).width for each in columns) + _BETWEEN * (len(columns) - 1)

    def _width_if_wrapped(self, columns: Sequence[str]) -> int:
        """Return the width of a table in which long texts are wrapped."""
        return self._width(columns) - sum(
            max(0, self._column(each).longest - _LONGEST[each]) for each in columns if each in _LONGEST
        )

    def _column(self, name: str) -> "_Column":
        # Many executions take long to be written and measured, so that this is done once for all layouts.
        if name not in self._known:
            self._known[name] = _Column.of(name, self._executions, self._zone)
        return self._known[name]

    def _layouts(self) -> Iterator[tuple[str, ...]]:
        """Return the layouts without columns that are empty: notes and results if there are none, UTC beside UTC."""
        empty = set() if any(execution.notes for execution in self._executions) else {_NOTES}
        if not any(execution.result for execution in self._executions):
            empty.add(_RESULT)
        if not any(_local(each.occurrence.start, each, self._zone).utcoffset() for each in self._executions):
            empty.add(_UTC)
        for layout in _LAYOUTS:
            yield tuple(column for column in layout if column not in empty)

    def _table(self, columns: Sequence[str], width: int) -> Table:
        table = Table(box=None, pad_edge=False, header_style="dim")
        is_wrapped = self._width(columns) > width
        for name in columns:
            column = self._column(name)
            # A column with a width is not measured again.
            fixed = column.width if not is_wrapped or name in _TIMES else None
            table.add_column(
                column.heading,
                no_wrap=name in _TIMES,
                overflow="fold",
                min_width=len(column.heading),
                width=fixed,
            )
        for cells in zip(*(self._column(name).cells for name in columns), strict=True):
            table.add_row(*cells)
        return table


@dataclass(frozen=True, slots=True)
class _Column:
    """The cells of a column."""

    heading: str
    cells: Sequence[Text]
    longest: int
    """The width of the widest cell."""

    @classmethod
    def of(cls, name: str, executions: Iterable[WindowExecution], zone: tzinfo | None) -> Self:
        """Write a column of executions; what is the same for all executions of a window is written once."""
        of_window = name in _OF_WINDOW
        known: dict[int, Text] = {}
        cells = []
        for each in executions:
            key = id(each.owner if of_window else each)
            if key not in known:
                known[key] = _CELLS[name](each, zone)
            cells.append(known[key])
        return cls(_HEADINGS.get(name, name), cells, max(map(_width_of, known.values())))

    @property
    def width(self) -> int:
        """The width that it has without wrapping."""
        return max(len(self.heading), self.longest)


def _width_of(text: Text) -> int:
    return max(map(cell_len, text.plain.splitlines()), default=0)


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
