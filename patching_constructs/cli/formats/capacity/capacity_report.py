"""What `capacity` writes, in whatever format."""

from collections.abc import Sequence
from dataclasses import dataclass

from patching_constructs.cli.forecasts import CapacityStatus, WindowForecast
from patching_constructs.planning.capacity import Forecast
from patching_constructs.template.unread import UnreadTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReport:
    """The forecasts of windows."""

    path: str
    windows: Sequence[WindowForecast]
    unread: Sequence[UnreadTemplate] = ()
    """The templates that were not read, so that their windows are missing."""
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    @property
    def known(self) -> list[tuple[WindowForecast, Forecast]]:
        """The windows with a forecast."""
        return [(each, each.forecast) for each in self.windows if each.forecast is not None]

    @property
    def exceeds(self) -> bool:
        """Whether the nodes of a window do not fit."""
        return any(each.status is CapacityStatus.EXCEEDS for each in self.windows)
