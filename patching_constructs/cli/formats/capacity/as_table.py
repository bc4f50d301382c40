"""Forecasts as a table for people; then what would make the nodes fit, what is unknown, and what is assumed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.cli.forecasts import CapacityStatus, WindowForecast
from patching_constructs.cli.formats.capacity.capacity_report import CapacityReport
from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.formats.unread import UNREAD_HEADING, unread_lines
from patching_constructs.planning.capacity import DECISIVE, PERCENTILES, Forecast, WindowLimits
from patching_constructs.planning.capacity_remedies import remedy_of_template
from patching_constructs.planning.capacity_words import (
    assumptions_of,
    at_once_in_words,
    length_in_words,
    overrun_in_words,
)

_HEADINGS: Final = ("nodes", "min each", "at once", "waves", "last start", "last end", "limit", "left", "fits")
_RIGHT: Final = frozenset({"nodes", "min each", "at once", "waves", "left"})
_ANY_WIDTH: Final = 10_000
_Known = tuple[WindowForecast, Forecast]


def render(report: CapacityReport) -> str:
    """Write the table."""
    parts: list[RenderableType] = []
    if report.known:
        parts.append(_Rows(report.known))
    elif not report.windows:
        parts.append(Text(f"{report.path}: no maintenance window patches nodes"))
    parts += _section("to make all nodes fit", _remedies(report.known))
    parts += _section("simulated executions", _simulated(report.known))
    parts += _section("without a forecast", _without(report.windows))
    parts += _section("assumptions", _assumptions(report.known))
    parts += _section(UNREAD_HEADING, unread_lines(report.unread))
    return console_text(Group(*parts), to_file=report.to_file).lstrip("\n")


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows as a table, or below each other where the terminal is narrower than the table."""

    rows: Sequence[_Known]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = _table(self.rows)
        needed = Measurement.get(console, options.update(max_width=_ANY_WIDTH), table).maximum
        yield table if needed <= options.max_width else _listed(self.rows)


def _table(rows: Sequence[_Known]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("window", *_HEADINGS):
        table.add_column(heading, justify="right" if heading in _RIGHT else "left")
    for found, forecast in rows:
        table.add_row(Text(found.label, style="bold"), *_cells(forecast))
    return table


def _listed(rows: Sequence[_Known]) -> Group:
    parts: list[RenderableType] = []
    for found, forecast in rows:
        grid = Table.grid(padding=(0, 2))
        for heading, cell in zip(_HEADINGS, _cells(forecast), strict=True):
            grid.add_row(Text(heading, style="dim"), cell)
        parts += [Text(found.label, style="bold"), Padding(grid, (0, 0, 0, 2), expand=False)]
    return Group(*parts)


def _cells(forecast: Forecast) -> Iterator[Text]:
    capacity, estimate, window = forecast.capacity, forecast.estimate, forecast.window
    yield Text(str(capacity.nodes))
    p95 = capacity.minutes_per_node_p95
    yield Text(f"{capacity.minutes_per_node}" + ("" if p95 is None else f" (p95 {p95})"))
    yield Text(f"{at_once_in_words(estimate)} ({forecast.max_concurrency})")
    yield Text(str(estimate.waves))
    yield Text(length_in_words(estimate.last_start(DECISIVE)))
    yield Text(length_in_words(forecast.time_needed))
    yield Text(f"{length_in_words(window.deadline)} ({_limit(window)})")
    yield Text(str(forecast.not_ended or "-"))
    yield Text("yes", style="green") if forecast.fits else Text("no", style="bold red")


def _limit(window: WindowLimits) -> str:
    if window.longest_run is not None:
        return "gate"
    return "cutoff" if window.is_canceled else "end"


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


def _remedies(rows: Sequence[_Known]) -> Iterator[Text]:
    for found, forecast in rows:
        if found.status is CapacityStatus.EXCEEDS:
            words = f"{overrun_in_words(forecast)}; {remedy_of_template(forecast)}"
            yield Text.assemble((found.label, "bold"), f": {words}")


def _simulated(rows: Sequence[_Known]) -> Iterator[Text]:
    for found, forecast in rows:
        estimate = forecast.estimate
        if estimate.is_simulated:
            ends = ", ".join(f"p{each} {length_in_words(estimate.last_end(each))}" for each in PERCENTILES)
            number = len(estimate.executions)
            yield Text.assemble((found.label, "bold"), f": last end in {number} executions: {ends}")


def _without(windows: Sequence[WindowForecast]) -> Iterator[Text]:
    for found in windows:
        if found.forecast is None:
            yield Text.assemble((found.label, "bold"), f" ({found.status}): {found.reason}")


def _assumptions(rows: Sequence[_Known]) -> Iterator[Text]:
    """Return each assumption once, however many windows it applies to."""
    for words in dict.fromkeys(words for _, forecast in rows for words in assumptions_of(forecast)):
        yield Text(words)
