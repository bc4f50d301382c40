"""The values of the page's template: what is written without the script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby, islice
from typing import Final

from patching_constructs.cli.compliance_words import EVIDENCE, STATUSES, grouping_in_words, needs_in_words
from patching_constructs.reporting.nodes import Node, NodeStatus
from patching_constructs.reporting.report import ComplianceReport, ReadFailure, SourceKind

_ROWS_WITHOUT_SCRIPT: Final = 500
_FAILURES: Final = 50
_ORDER: Final = list(STATUSES)


@dataclass(frozen=True, slots=True)
class Row:
    """A node in the table that is shown without JavaScript."""

    node: str
    status: str
    reason: str
    last: str
    group: str
    place: str


@dataclass(frozen=True, slots=True)
class Failures:
    """What could not be read for one reason."""

    reason: str
    what: Sequence[str]
    more: int
    """How many others are not named."""


@dataclass(frozen=True)
class ReportPage:
    """The values of the page template."""

    report: ComplianceReport

    @property
    def grouping(self) -> str:
        """What the nodes of a group have in common."""
        return grouping_in_words(self.report.grouping)

    @property
    def sources(self) -> str:
        """What the report was read from, in words."""
        first, *others = self.report.sources
        text = f"Live: {first.name}" if first.kind is SourceKind.LIVE else first.name
        return f"{text} and {len(others)} more" if others else text

    @property
    def summary(self) -> str:
        """How many nodes have which status, in words."""
        counts = self.report.counts
        numbers = zip(_ORDER, (counts.non_compliant, counts.no_evidence, counts.compliant), strict=True)
        texts = [f"{number:,} {STATUSES[status].title.lower()}" for status, number in numbers]
        return f"{counts.nodes:,} {'node' if counts.nodes == 1 else 'nodes'}: {', '.join(texts)}"

    @cached_property
    def failures(self) -> list[Failures]:
        """What could not be read, by reason."""
        ordered = sorted(self.report.failures, key=lambda each: each.reason)
        return [_failures(reason, list(same)) for reason, same in groupby(ordered, key=lambda each: each.reason)]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the table that is shown without JavaScript, those that need attention first."""
        listed = sorted(
            zip(self.report.nodes, self.report.statuses, strict=True), key=lambda each: _ORDER.index(each[1])
        )
        return [self._row(node, status) for node, status in islice(listed, _ROWS_WITHOUT_SCRIPT)]

    def _row(self, node: Node, status: NodeStatus) -> Row:
        reason = self.report.missing_evidence_of(node)
        needs = needs_in_words(node.state) if node.state else ""
        return Row(
            node=f"{node.name} ({node.id})" if node.name else node.id,
            status=STATUSES[status].title,
            reason=EVIDENCE[reason].title if reason else needs,
            last=self.utc(node.state.ended) if node.state else "never",
            group=self.report.grouping.name_of(node) or "none",
            place=str(node.place),
        )

    def utc(self, instant: datetime) -> str:
        """Return an instant as text, for those who read the page without JavaScript."""
        return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _failures(reason: str, same: Iterable[ReadFailure]) -> Failures:
    texts = [each.what if each.place is None else f"{each.what} in {each.place}" for each in same]
    return Failures(reason, texts[:_FAILURES], max(0, len(texts) - _FAILURES))
