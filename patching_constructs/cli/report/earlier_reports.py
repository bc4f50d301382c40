"""The earlier reports that a report is compared with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.report.report_options import NodeFilter
from patching_constructs.cli.report.saved_report import read_saved_report
from patching_constructs.reporting.history import with_history
from patching_constructs.reporting.report import ComplianceReport

_OPTION: Final = "--history"


@dataclass(frozen=True, slots=True)
class EarlierReports:
    """Reports with the files that they were read from."""

    reports: Sequence[tuple[Path, ComplianceReport]]

    @classmethod
    def read(cls, paths: Sequence[Path]) -> Self:
        """Read files with earlier reports, and folders with such files.

        Raises:
            PatchingError: a file is no report.
        """
        return cls([(file, read_saved_report(_OPTION, file)) for path in paths for file in _files(path)])

    def compared_with(self, report: ComplianceReport, shown: NodeFilter) -> tuple[ComplianceReport, list[str]]:
        """Return a report with what the earlier ones say, and a note for each one that is left out.

        Args:
            report: the report.
            shown: which nodes of the earlier reports are compared.
        """
        if not self.reports:
            return report, []
        earlier, notes = [], []
        for file, found in self.reports:
            alike = replace(found, grouping=report.grouping, evidence_limit=report.evidence_limit)
            reason = _why_not(report, alike)
            if reason:
                notes.append(f"{file} is no part of the history: {reason}")
            else:
                earlier.append(alike.keeping(shown.kept(alike)))
        return with_history(report, earlier), notes


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise PatchingError(f"{_OPTION} {path} does not exist", what=_OPTION)
    if not path.is_dir():
        yield path
        return
    found = sorted(path.glob("*.json"))
    if not found:
        raise refusal(_OPTION, "must be a report or a folder with reports", f"{path} without *.json")
    yield from found


def _why_not(report: ComplianceReport, earlier: ComplianceReport) -> str:
    """Return why the numbers of an earlier report are not comparable; empty if they are."""
    if earlier.made_at >= report.made_at:
        return "it is not earlier"
    if not earlier.is_complete:
        return "it is incomplete"
    other = set(earlier.filters) - set(report.filters)
    if other:
        return f"it has only the nodes of {', '.join(sorted(other))}"
    missing = {node.place for node in report.nodes} - {node.place for node in earlier.nodes}
    return f"it has no nodes in {', '.join(sorted(map(str, missing)))}" if missing else ""
