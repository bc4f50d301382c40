"""Whether the nodes of windows fit, with numbers from the template or from the command line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs.cli.refusals import named
from patching_constructs.cli.schedule_labels import label_of
from patching_constructs.planning.capacity import Forecast
from patching_constructs.planning.capacity_words import forecast_in_words
from patching_constructs.properties.capacity import PatchCapacity
from patching_constructs.template import MaintenanceWindow, UnknownError
from patching_constructs.template.capacity import capacity_metadata, capacity_of, forecast_of, patch_run_of

FLAGS: Final = {
    "nodes": "--nodes",
    "minutes_per_node": "--minutes-per-node",
    "minutes_per_node_p95": "--minutes-per-node-p95",
}
_NO_PATCH_TASK: Final = "no task of the window runs a patch document on nodes"


class CapacityStatus(StrEnum):
    """Whether the nodes of a window fit."""

    FITS = "fits"
    EXCEEDS = "exceeds"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCapacity:
    """The numbers of the command line, which replace those of the template."""

    nodes: int | None = None
    minutes_per_node: float | None = None
    minutes_per_node_p95: float | None = None

    @property
    def missing(self) -> list[str]:
        """The options that are required if the template has no capacity."""
        required = ("nodes", "minutes_per_node")
        return [FLAGS[name] for name in required if getattr(self, name) is None]

    @property
    def numbers(self) -> dict[str, float | None]:
        """The given numbers by their names. Minutes without a spread replace those with one."""
        found: dict[str, float | None] = {} if self.nodes is None else {"nodes": self.nodes}
        if self.minutes_per_node is not None:
            found |= {"minutes_per_node": self.minutes_per_node, "minutes_per_node_p95": self.minutes_per_node_p95}
        return found

    def alone(self) -> PatchCapacity:
        """Return the capacity without a template.

        Raises:
            PatchingError: a number is missing.
        """
        if self.missing:
            missing = " and ".join(self.missing)
            raise PatchingError(f"--duration requires {missing}", f"add {missing}, or leave --duration out")
        return PatchCapacity(**self.numbers)  # type: ignore[arg-type] # none is missing

    def check(self) -> None:
        """Check that the numbers go together.

        Raises:
            PatchingError: they do not.
        """
        with named(FLAGS):
            PatchCapacity(**{"nodes": 1, "minutes_per_node": 1, **self.numbers})  # type: ignore[arg-type] # as above


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowForecast:
    """The forecast of a window, or why there is none."""

    window: MaintenanceWindow | None
    """None for a window that is in no template."""
    forecast: Forecast | None = None
    status: CapacityStatus
    reason: str = ""
    """Why there is no forecast."""

    @property
    def label(self) -> str:
        """The name of the window."""
        return "window" if self.window is None else label_of(self.window)


def forecasts_of(windows: Iterable[MaintenanceWindow], given: GivenCapacity) -> Iterator[WindowForecast]:
    """Return the forecasts of the windows that patch, or that have a capacity."""
    for window in windows:
        found = window_forecast(window, given)
        if found is not None:
            yield found


def window_forecast(window: MaintenanceWindow, given: GivenCapacity) -> WindowForecast | None:
    """Return the forecast of a window; None if it neither patches nor has a capacity."""
    try:
        return _forecast(window, given)
    except UnknownError as error:
        return WindowForecast(window=window, status=CapacityStatus.UNKNOWN, reason=error.reason)
    except PatchingError as error:
        return WindowForecast(window=window, status=CapacityStatus.INVALID, reason=str(error))


def _forecast(window: MaintenanceWindow, given: GivenCapacity) -> WindowForecast | None:
    run = patch_run_of(window)
    if run is None:
        reason = "the schedule is frozen" if window.is_frozen else _NO_PATCH_TASK
        is_shown = capacity_metadata(window).exists
        return WindowForecast(window=window, status=CapacityStatus.IDLE, reason=reason) if is_shown else None
    capacity = capacity_of(window, given.numbers)
    if capacity is None:
        reason = f"the template has no capacity; give {' and '.join(given.missing)}"
        return WindowForecast(window=window, status=CapacityStatus.UNKNOWN, reason=reason)
    return known_forecast(forecast_of(window, run, capacity), window)


def known_forecast(forecast: Forecast, window: MaintenanceWindow | None = None) -> WindowForecast:
    """Return a forecast with its status."""
    status = CapacityStatus.FITS if forecast.fits else CapacityStatus.EXCEEDS
    return WindowForecast(window=window, forecast=forecast, status=status)


def capacity_in_words(window: MaintenanceWindow) -> str | None:
    """Describe whether the nodes of a window fit; None if its template has no capacity, or if nothing patches."""
    if not _may_have_capacity(window):
        return None
    found = window_forecast(window, GivenCapacity())
    if found is None or found.status is CapacityStatus.IDLE:
        return None
    return f"{found.status}: {found.reason}" if found.forecast is None else forecast_in_words(found.forecast)


def _may_have_capacity(window: MaintenanceWindow) -> bool:
    try:
        return capacity_metadata(window).exists
    except UnknownError:
        return True
