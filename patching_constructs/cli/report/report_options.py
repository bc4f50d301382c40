"""What a report is read from, and what is left out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from patching_constructs.reporting.grouping import Grouping
from patching_constructs.reporting.nodes import Node
from patching_constructs.reporting.report import ComplianceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFilter:
    """Which nodes a report has."""

    groups: Collection[str] = ()
    accounts: Collection[str] = ()
    regions: Collection[str] = ()
    """Of files; the APIs are asked in these Regions only."""

    def kept(self, report: ComplianceReport) -> Iterator[Node]:
        """Return the nodes of a report that match."""
        for node in report.nodes:
            if self.groups and report.grouping.name_of(node) not in self.groups:
                continue
            if self.accounts and node.place.account not in self.accounts:
                continue
            if not self.regions or node.place.region in self.regions:
                yield node

    def unmatched(self, report: ComplianceReport) -> list[str]:
        """Return the options that no node of a report matches."""
        places = [node.place for node in report.nodes]
        groups = {report.grouping.name_of(node) for node in report.nodes}
        found = set(_options(groups, {each.account for each in places}, {each.region for each in places}))
        return [each for each in self if each not in found]

    def __iter__(self) -> Iterator[str]:
        """Return the options."""
        return _options(self.groups, self.accounts, self.regions)


def _options(groups: Collection[str | None], accounts: Collection[str], regions: Collection[str]) -> Iterator[str]:
    named = (("--group", groups), ("--account", accounts), ("--region", regions))
    for option, values in named:
        yield from (f"{option} {value}" for value in sorted(filter(None, values)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """What the user asks for."""

    now: datetime
    sources: Sequence[str] = ()
    """Buckets, folders and files; none for the APIs."""
    profiles: Sequence[str] = ()
    filter: NodeFilter = field(default_factory=NodeFilter)
    grouping: Grouping | None = None
    """None for the default, or that of an earlier report that is the source."""
    evidence_limit: timedelta | None = None
    """None for the default, or that of an earlier report that is the source."""
    with_patches: bool = True
    history: Sequence[Path] = ()
    resume: Path | None = None
