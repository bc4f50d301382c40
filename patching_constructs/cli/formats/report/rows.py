"""Rows as a table, or below each other where the terminal is narrower than the table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_ANY_WIDTH: Final = 10_000
_WIDEST_CELL: Final = 24


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows with headings; the first cell names the row."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Text]]
    right: Collection[str] = field(default=())
    """The headings of the columns with numbers."""
    wrapped: Collection[str] = field(default=())
    """The headings of the columns whose longer texts are wrapped."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Return the table, or the list."""
        table = self._table()
        needed = Measurement.get(console, options.update(max_width=_ANY_WIDTH), table).maximum
        yield table if needed <= options.max_width else self._listed()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for heading in self.headings:
            justify: JustifyMethod = "right" if heading in self.right else "left"
            widest = _WIDEST_CELL if heading in self.wrapped else None
            table.add_column(heading, justify=justify, overflow="fold", max_width=widest)
        for row in self.rows:
            table.add_row(*row)
        return table

    def _listed(self) -> Group:
        parts: list[RenderableType] = []
        for name, *cells in self.rows:
            grid = Table.grid(padding=(0, 2))
            for heading, cell in zip(self.headings[1:], cells, strict=True):
                if cell.plain != "-":
                    grid.add_row(Text(heading, style="dim"), cell)
            parts += [name, Padding(grid, (0, 0, 0, 2), expand=False)]
        return Group(*parts)
