"""Read the nodes of several accounts and Regions with their patch states, and the windows that patch them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.nodes import Tags, node_of, read_nodes, read_tags
from patching_constructs.cli.live.patches import (
    RELEASES_PER_REQUEST,
    STATES_PER_REQUEST,
    Baseline,
    has_release_date,
    read_baseline,
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
        if with_patches:
            self._read_patches(found)
            self._read_release_dates(found)
        return tuple(node for place in found for node in place.nodes.values())

    def _listed(self) -> Iterator[tuple[LiveReader, list[Node]]]:
        listed = self._reading.each(
            "Reading nodes",
            [Job(read=partial(read_nodes, each), what="nodes", place=each.place) for each in self._readers],
        )
        tags: list[Tags | None] = self._reading.each(
            "Reading tags",
            [Job(read=partial(read_tags, each), what="tags", place=each.place) for each in self._readers],
        )
        for reader, nodes, own_tags in zip(self._readers, listed, tags, strict=True):
            yield reader, [node_of(each, reader.place, own_tags) for each in nodes or ()]

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
        wanted = [(place, baseline) for place in places for baseline in place.baselines()]
        found = self._reading.each(
            "Reading patch baselines",
            [
                Job(
                    read=partial(read_baseline, place.reader, baseline),
                    what="patch baselines",
                    place=place.reader.place,
                )
                for place, baseline in wanted
            ],
        )
        read = dict(zip(wanted, found, strict=True))
        for place in places:
            place.take_baselines({name: each for (of, name), each in read.items() if of is place and each})

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

    def take_states(self, ids: Sequence[str], states: Mapping[str, PatchState] | None) -> None:
        """Take the patch states of some nodes; None if they could not be read."""
        for each in ids:
            self.nodes[each] = replace(
                self.nodes[each], state=(states or {}).get(each), is_state_read=states is not None
            )

    def baselines(self) -> list[str]:
        """Return the patch baselines that the nodes were compared with."""
        return sorted({node.state.baseline_id for node in self.nodes.values() if node.state and node.state.baseline_id})

    def take_baselines(self, baselines: Mapping[str, Baseline]) -> None:
        """Take the patch baselines that could be read."""
        for name, node in self.nodes.items():
            baseline = node.state and baselines.get(node.state.baseline_id or "")
            if node.state and baseline:
                self.nodes[name] = replace(node, state=baseline.applied_to(node.state))

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
