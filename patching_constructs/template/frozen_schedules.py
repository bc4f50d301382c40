"""The windows of a schedule with freezes: its first window, and one after each freeze, which the metadata names."""

from collections.abc import Iterable, Mapping
from typing import Final

from patching_constructs._template_metadata import PART_OF
from patching_constructs.template.content import mapping
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.value import Referent

_OF_ONE_WINDOW: Final = ("Name", "StartDate", "EndDate")


def first_windows(windows: Iterable[MaintenanceWindow]) -> list[MaintenanceWindow]:
    """Return the first window of each schedule, without those after its freezes."""
    return [window for window in windows if window.first is None]


def link_parts(windows: Mapping[Referent, MaintenanceWindow]) -> None:
    """Add each window after a freeze to the first window of its schedule."""
    for (scope, _), window in windows.items():
        named = window.metadata.get(PART_OF)
        first = windows.get((scope, str(named)))
        if first is not None and first is not window and _is_part(window, first):
            first.add_later(window)


def _is_part(window: MaintenanceWindow, first: MaintenanceWindow) -> bool:
    """Return whether a window is the same as the first one, at another time; what differs is described by itself."""
    if window.is_left_out or PART_OF in first.metadata:
        return False
    same = len(window.targets) == len(first.targets) and len(window.tasks) == len(first.tasks)
    return same and _without_dates(window) == _without_dates(first)


def _without_dates(window: MaintenanceWindow) -> dict[str, object]:
    properties = mapping(window.properties.content)
    return {name: each for name, each in properties.items() if name not in _OF_ONE_WINDOW}
