"""Read the nodes of several accounts and Regions with their patch states, and the windows that patch them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from patching_constructs.cli.live.baselines import (
    Baselines,
    baseline_key,
    read_are_updates_required,
    read_baselines,
)
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.nodes import Tags, node_of, read_nodes, read_tags
from patching_constructs.cli.live.patches import (
    RELEASES_PER_REQUEST,
    STATES_PER_REQUEST,
    has_release_date,
    read_patch_states,
    read_patches,
    read_release_dates,
)
from patching_constructs.cli.live.reading import Job, Reading
from patching_constructs.reporting.nodes import Node
from patching_constructs.reporting.patches import Patch, PatchState

_Item = TypeVar("_Item")


class LiveFleet:
    """The nodes of some accounts and Regions."""

    def __init__(self, readers: Sequence[LiveReader], reading: Reading) -> None:
        """Take the accounts and Regions, and what reads many things at the same time."""
        self._readers = readers
        self._reading = reading

    def nodes(self, *, with_patches: bool) -> tuple[Node, ...]:
        """Return the nodes with their patch states.

        Args:
            with_patches: whether to read which patches the non-compliant nodes need.
        """
        found = [_Place(reader, nodes) for reader, nodes in self._listed()]
        self._read_states(found)
        self._read_baselines(found)
        self._read_required_updates(found)
        if with_patches:
            self._read_patches(found)
            self._read_release_dates(found)
        return tuple(node for place in found for node in place.nodes.values())

    def _listed(self) -> Iterator[tuple[LiveReader, list[Node]]]:
        listed = self._reading.each(
            "Reading nodes",
            [Job(read=partial(read_nodes, each), what="nodes", place=each.place) for each in self._readers],
        )
        read = [(reader, nodes) for reader, nodes in zip(self._readers, listed, strict=True) if nodes is not None]
        tags: list[Tags | None] = self._reading.each(
            "Reading tags",
            [Job(read=partial(read_tags, each), what="tags", place=each.place) for each, _ in read],
        )
        for (reader, nodes), own_tags in zip(read, tags, strict=True):
            yield reader, [node_of(each, reader.place, own_tags) for each in nodes]

    def _read_states(self, places: Sequence["_Place"]) -> None:
        batches = [(place, ids) for place in places for ids in _batches(place.nodes, STATES_PER_REQUEST)]
        found = self._reading.each(
            "Reading patch states",
            [
                Job(
                    read=partial(read_patch_states, place.reader, ids),
                    what="patch states",
                    place=place.reader.place,
                    number=len(ids),
                )
                for place, ids in batches
            ],
        )
        for (place, ids), states in zip(batches, found, strict=True):
            place.take_states(ids, states)

    def _read_baselines(self, places: Sequence["_Place"]) -> None:
        compared = [place for place in places if place.has_states]
        listed = self._reading.each(
            "Listing patch baselines",
            [
                Job(read=partial(read_baselines, place.reader), what="patch baselines", place=place.reader.place)
                for place in compared
            ],
        )
        for place, baselines in zip(compared, listed, strict=True):
            place.take_baselines(baselines or {})

    def _read_required_updates(self, places: Sequence["_Place"]) -> None:
        """Read whether available security updates are required, where a node has some."""
        wanted = [(place, baseline) for place in places for baseline in place.baselines_of_available_updates()]
        found = self._reading.each(
            "Reading patch baselines",
            [
                Job(
                    read=partial(read_are_updates_required, place.reader, place.called(baseline)),
                    what="patch baselines",
                    place=place.reader.place,
                )
                for place, baseline in wanted
            ],
        )
        for (place, baseline), is_required in zip(wanted, found, strict=True):
            if is_required:
                place.require_updates(baseline)

    def _read_patches(self, places: Sequence["_Place"]) -> None:
        wanted = [(place, node) for place in places for node in place.non_compliant()]
        found = self._reading.each(
            "Reading patches",
            [
                Job(read=partial(read_patches, place.reader, node), what="patches of nodes", place=place.reader.place)
                for place, node in wanted
            ],
        )
        for place in places:
            place.take_compliant()
        for (place, node), patches in zip(wanted, found, strict=True):
            place.nodes[node] = replace(place.nodes[node], patches=patches)

    def _read_release_dates(self, places: Sequence["_Place"]) -> None:
        """Read when patches were released, which is the same in all Regions."""
        ids = sorted({patch.id for place in places for patch in place.patches() if has_release_date(patch)})
        if not ids:
            return
        first = next(place.reader for place in places if any(map(has_release_date, place.patches())))
        found = self._reading.each(
            "Reading release dates",
            [
                Job(
                    read=partial(read_release_dates, first, batch),
                    what="release dates of patches",
                    place=first.place,
                    number=len(batch),
                )
                for batch in _batches(ids, RELEASES_PER_REQUEST)
            ],
        )
        released = {patch: date for dates in found for patch, date in (dates or {}).items()}
        for place in places:
            place.take_release_dates(released)


class _Place:
    """The nodes of one account and Region while they are read."""

    def __init__(self, reader: LiveReader, nodes: Iterable[Node]) -> None:
        self.reader = reader
        self.nodes = {node.id: node for node in nodes}
        self._baselines: Baselines = {}

    def take_states(self, ids: Sequence[str], states: Mapping[str, PatchState] | None) -> None:
        """Take the patch states of some nodes; None if they could not be read."""
        for each in ids:
            self.nodes[each] = replace(
                self.nodes[each], state=(states or {}).get(each), is_state_read=states is not None
            )

    @property
    def has_states(self) -> bool:
        """Whether a node was compared with a patch baseline."""
        return any(node.state and node.state.baseline_id for node in self.nodes.values())

    def take_baselines(self, baselines: Baselines) -> None:
        """Take the patch baselines of the account and Region, as far as they could be read."""
        self._baselines = baselines
        for name, node in self.nodes.items():
            baseline = node.state and baselines.get(baseline_key(node.state.baseline_id or ""))
            if node.state and baseline:
                self.nodes[name] = replace(node, state=replace(node.state, baseline_name=baseline.name))

    def baselines_of_available_updates(self) -> list[str]:
        """Return the patch baselines of the nodes with available security updates."""
        states = [node.state for node in self.nodes.values() if node.state and node.state.available_security_updates]
        return sorted({state.baseline_id for state in states if state.baseline_id})

    def called(self, baseline: str) -> str:
        """Return what the service calls a patch baseline, by its id or ARN."""
        listed = self._baselines.get(baseline_key(baseline))
        return listed.id if listed else baseline

    def require_updates(self, baseline: str) -> None:
        """Take that available security updates are required by a patch baseline."""
        for name, node in self.nodes.items():
            if node.state and node.state.baseline_id == baseline:
                state = replace(node.state, are_available_updates_required=True)
                self.nodes[name] = replace(node, state=state)

    def non_compliant(self) -> list[str]:
        """Return the nodes that need patches, by their patch states."""
        return [name for name, node in self.nodes.items() if node.state and not node.state.is_compliant]

    def take_compliant(self) -> None:
        """Take that compliant nodes need no patches."""
        for name, node in self.nodes.items():
            if node.state and node.state.is_compliant:
                self.nodes[name] = replace(node, patches=())

    def patches(self) -> Iterator[Patch]:
        """Return the patches that were read, of all nodes."""
        return (patch for node in self.nodes.values() for patch in node.patches or ())

    def take_release_dates(self, released: Mapping[str, datetime]) -> None:
        """Take the release dates of patches by their ids."""
        for name, node in self.nodes.items():
            if node.patches:
                patches = tuple(replace(each, released=released.get(each.id)) for each in node.patches)
                self.nodes[name] = replace(node, patches=patches)


def _batches(items: Iterable[_Item], size: int) -> list[tuple[_Item, ...]]:
    listed = tuple(items)
    return [listed[first : first + size] for first in range(0, len(listed), size)]
