"""Which windows select a node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from patching_constructs.planning.node_tags import Selectors
from patching_constructs.reporting.nodes import Node, Place
from patching_constructs.reporting.windows import ReportWindow


@dataclass(frozen=True, slots=True)
class SelectingWindows:
    """The windows that select a node."""

    windows: tuple[ReportWindow, ...] = ()
    are_all_known: bool = True
    """Whether no other window may select it: one with a resource group, or whose targets were not read."""


class WindowSelectors:
    """The windows of all accounts and Regions, to be found by the nodes that they select."""

    def __init__(self, windows: Iterable[ReportWindow]) -> None:
        """Take the windows."""
        by_place: dict[Place, list[ReportWindow]] = {}
        for window in windows:
            by_place.setdefault(window.place, []).append(window)
        self._places = {place: _PlaceSelectors(each) for place, each in by_place.items()}

    def selecting(self, node: Node) -> SelectingWindows:
        """Return the windows that select a node."""
        place = self._places.get(node.place)
        return SelectingWindows() if place is None else place.selecting(node)


class _PlaceSelectors:
    def __init__(self, windows: Sequence[ReportWindow]) -> None:
        self._order = {window.id: number for number, window in enumerate(windows)}
        self._are_targets_read = all(window.targets is not None for window in windows)
        self._selectors = Selectors((choice, window) for window in windows for choice in window.targets or ())
        # Most nodes of a fleet have the same tags, as far as targets name them.
        self._found: dict[object, SelectingWindows] = {}

    def selecting(self, node: Node) -> SelectingWindows:
        tags = self._selectors.relevant(node.known_tags)
        found = self._found.get(tags.identity)
        if found is None:
            windows = {
                window.id: window
                for choice in self._selectors.reaching(tags)
                for window in self._selectors.items(choice)
            }
            ordered = tuple(sorted(windows.values(), key=lambda window: self._order[window.id]))
            are_all_known = self._are_targets_read and not self._selectors.may_reach(tags)
            found = self._found[tags.identity] = SelectingWindows(ordered, are_all_known)
        return found
