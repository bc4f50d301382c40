"""The compliance report: what `report` shows, whatever it was read from and however it is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from patching_constructs.planning.recorded_executions import RecordedExecution
from patching_constructs.reporting.counts import Counts
from patching_constructs.reporting.grouping import Grouping
from patching_constructs.reporting.nodes import MissingEvidence, Node, NodeStatus, Place
from patching_constructs.reporting.selecting import SelectingWindows, WindowSelectors
from patching_constructs.reporting.windows import ReportWindow

EVIDENCE_LIMIT: Final = timedelta(days=7)
"""For how long a patch state is evidence, unless the user says otherwise."""


class SourceKind(StrEnum):
    """What a report is read from."""

    LIVE = "live"
    """The APIs of Systems Manager."""
    SYNC = "sync"
    """The files of a resource data sync."""
    REPORT = "report"
    """An earlier report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSource:
    """What nodes were read from."""

    kind: SourceKind
    name: str
    """The bucket or the path, or the Region and the account of an API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFailure:
    """Something that could not be read and is missing in the report."""

    what: str
    """What is missing, with the number if it is more than one: ``patch states (50)``."""
    reason: str
    """The error, with the fix where one is known."""
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPoint:
    """The compliance in an earlier report."""

    made_at: datetime
    counts: Counts
    groups: Mapping[str | None, Counts]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportGroup:
    """Nodes with something in common."""

    name: str | None
    """None for the nodes that are in no group, or whose group is unknown."""
    nodes: tuple[Node, ...]
    counts: Counts
    windows: tuple[ReportWindow, ...]
    """The windows that select at least one of the nodes."""
    are_all_windows_known: bool
    """Whether no other window may select any of them."""
    without_window: int
    """The number of nodes that certainly no window selects."""
    oldest_patch: datetime | None
    """Since when the nodes have needed a patch, of the patches of which that is known."""

    @property
    def last_execution(self) -> tuple[ReportWindow, RecordedExecution] | None:
        """The newest execution of its windows, with the window."""
        ran = [(window, last) for window in self.windows if (last := window.last_execution)]
        return max(ran, key=lambda each: each[1].started, default=None)

    @property
    def next_execution(self) -> tuple[ReportWindow, datetime] | None:
        """The next execution of its windows, with the window."""
        upcoming = [(window, start) for window in self.windows if (start := window.next_execution)]
        return min(upcoming, key=lambda each: each[1], default=None)


@dataclass(frozen=True, kw_only=True)
class ComplianceReport:
    """The nodes of a fleet with their compliance, and the windows that patch them."""

    made_at: datetime
    """The time by which the age of everything is counted."""
    sources: tuple[ReportSource, ...]
    nodes: tuple[Node, ...]
    windows: tuple[ReportWindow, ...] | None = None
    """None where the source has no windows: a resource data sync."""
    failures: tuple[ReadFailure, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    """Earlier reports, oldest first. No source has a history of compliance itself."""
    evidence_limit: timedelta = EVIDENCE_LIMIT
    grouping: Grouping = field(default_factory=Grouping)
    filters: tuple[str, ...] = ()
    """The options that left nodes out: ``--group web``. Reports with different filters are not comparable."""

    @property
    def is_complete(self) -> bool:
        """Whether everything was read."""
        return not self.failures

    @cached_property
    def statuses(self) -> tuple[NodeStatus, ...]:
        """The status of each node, in the order of the nodes."""
        return tuple(node.status(self.made_at, self.evidence_limit) for node in self.nodes)

    def status_of(self, node: Node) -> NodeStatus:
        """Return the status of a node."""
        return node.status(self.made_at, self.evidence_limit)

    def missing_evidence_of(self, node: Node) -> MissingEvidence | None:
        """Return why there is no evidence of a node's compliance, None where there is evidence."""
        return node.missing_evidence(self.made_at, self.evidence_limit)

    def windows_of(self, node: Node) -> SelectingWindows:
        """Return the windows that select a node."""
        if self.windows is None:
            return SelectingWindows(are_all_known=False)
        return self._selectors.selecting(node)

    @cached_property
    def _selectors(self) -> WindowSelectors:
        return WindowSelectors(self.windows or ())

    @cached_property
    def counts(self) -> Counts:
        """The numbers of the whole fleet."""
        return Counts.of(zip(self.nodes, self.statuses, strict=True))

    @cached_property
    def groups(self) -> tuple[ReportGroup, ...]:
        """The groups by name; the nodes without a group come last."""
        found: dict[str | None, list[tuple[Node, NodeStatus]]] = {}
        for node, status in zip(self.nodes, self.statuses, strict=True):
            found.setdefault(self.grouping.name_of(node), []).append((node, status))
        ordered = sorted(found, key=lambda name: (name is None, name or ""))
        return tuple(self._group(name, found[name]) for name in ordered)

    def _group(self, name: str | None, listed: list[tuple[Node, NodeStatus]]) -> ReportGroup:
        nodes = tuple(node for node, _ in listed)
        selecting = [self.windows_of(node) for node in nodes]
        windows = {window.id: window for each in selecting for window in each.windows}
        oldest = [patch.since for node in nodes if (patch := node.oldest_patch) and patch.since]
        return ReportGroup(
            name=name,
            nodes=nodes,
            counts=Counts.of(listed),
            windows=tuple(windows.values()),
            are_all_windows_known=all(each.are_all_known for each in selecting),
            without_window=sum(not each.windows and each.are_all_known for each in selecting),
            oldest_patch=min(oldest, default=None),
        )

    def keeping(self, nodes: Iterable[Node]) -> "ComplianceReport":
        """Return the report of some of the nodes."""
        return replace(self, nodes=tuple(nodes))

    @property
    def point(self) -> HistoryPoint:
        """This report as a point of the history of later ones."""
        groups = {group.name: group.counts for group in self.groups}
        return HistoryPoint(made_at=self.made_at, counts=self.counts, groups=groups)
