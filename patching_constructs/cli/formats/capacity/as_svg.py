"""Forecasts as a chart, for a browser or a document: how many nodes have started and finished at which time.

The file is complete in itself: it loads nothing and runs no script.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from textwrap import wrap
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from patching_constructs._errors import PatchingError
from patching_constructs._printable import printable
from patching_constructs.cli.formats.capacity.capacity_report import CapacityReport
from patching_constructs.planning.capacity import Forecast
from patching_constructs.planning.capacity_words import forecast_in_words

_LEFT, _RIGHT = 64, 736
_TOP, _BOTTOM = 92, 232
_PANEL_HEIGHT: Final = 276
_LEGEND_HEIGHT: Final = 40
_STEPS: Final = 240
_CHARACTERS: Final = 100
_NODE_TICKS: Final = 4
_TIME_TICKS: Final = 12
_HOUR: Final = timedelta(hours=1)
_SECOND: Final = timedelta(seconds=1)
# A task that continues can take days.
_LONGEST: Final = timedelta(hours=48)
_GEOMETRY: Final = {
    "left": _LEFT,
    "right": _RIGHT,
    "top": _TOP,
    "bottom": _BOTTOM,
    "width": 760,
    "panel_height": _PANEL_HEIGHT,
    "legend_height": _LEGEND_HEIGHT,
}


def render(report: CapacityReport) -> str:
    """Draw the forecasts, one below the other.

    Raises:
        PatchingError: there is none to draw.
    """
    if not report.known:
        reasons = "; ".join(printable(f"{each.label}: {each.reason}") for each in report.windows)
        raise PatchingError("--format svg requires a window with a forecast", reasons)
    environment = Environment(
        loader=PackageLoader("patching_constructs.cli.formats.capacity", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    panels = [_Panel(printable(each.label), forecast) for each, forecast in report.known]
    return environment.get_template("chart.svg.jinja").render(panels=panels, **_GEOMETRY)


@dataclass(frozen=True, slots=True)
class _Tick:
    """A line with a label."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """The cutoff or the end of the window."""

    kind: str
    place: float
    anchor: str


@dataclass(frozen=True, slots=True)
class _Panel:
    """The chart of one window."""

    heading: str
    forecast: Forecast

    @property
    def words(self) -> str:
        """The forecast in words."""
        return forecast_in_words(self.forecast)

    @property
    def lines(self) -> list[str]:
        """The same in lines that are not wider than the chart."""
        return wrap(self.words, _CHARACTERS)

    @property
    def started(self) -> str:
        """The area below the number of nodes that have started."""
        runs = self.forecast.estimate.decisive
        return self._area(lambda at: self._nodes - runs.not_started(at))

    @property
    def finished(self) -> str:
        """The area below the number of nodes that have finished."""
        runs = self.forecast.estimate.decisive
        return self._area(lambda at: self._nodes - runs.not_ended(at))

    @property
    def node_ticks(self) -> Iterator[_Tick]:
        """The lines of the numbers of nodes."""
        for number in sorted({self._nodes * part // _NODE_TICKS for part in range(_NODE_TICKS + 1)}):
            yield _Tick(self._y(number), str(number))

    @property
    def time_ticks(self) -> Iterator[_Tick]:
        """The lines of the hours."""
        hours = self._length // _HOUR
        for hour in range(0, hours + 1, hours // _TIME_TICKS + 1):
            yield _Tick(self._x(hour * _HOUR), str(hour))

    @property
    def marks(self) -> Sequence[_Mark]:
        """The cutoff and the end of the window."""
        window = self.forecast.window
        end = _Mark("end", self._x(window.duration), "start" if window.duration < self._length else "end")
        return [_Mark("cutoff", self._x(window.cutoff_at), "end"), end] if window.cutoff else [end]

    @property
    def _nodes(self) -> int:
        return int(self.forecast.capacity.nodes)

    @property
    def _length(self) -> timedelta:
        """The time that is shown: that of the window, and what a task takes that continues after it."""
        window = self.forecast.window
        if window.is_canceled:
            return window.duration
        return min(_LONGEST, max(window.duration, -(-self.forecast.time_needed // _HOUR) * _HOUR))

    def _area(self, number_at: Callable[[int], int]) -> str:
        window, step = self.forecast.window, self._length / _STEPS
        points = [f"M{_LEFT} {_BOTTOM}"]
        for place in range(_STEPS + 1):
            at = place * step
            # Nothing changes after what ends the patching.
            number = number_at(min(at, window.deadline if window.is_canceled else at) // _SECOND)
            points.append(f"H{self._x(at)} V{self._y(number)}")
        return " ".join([*points, f"V{_BOTTOM} Z"])

    def _x(self, at: timedelta) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * (at / self._length), 1)

    def _y(self, number: int) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * number / self._nodes, 1)
