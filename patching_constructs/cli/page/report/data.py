"""The data of the page's script, in compact form: what many nodes have in common is written once and referred to."""

from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from patching_constructs.cli.compliance_words import (
    CRITICAL,
    EVIDENCE,
    NEED_OF_PATCH,
    NEEDS,
    STATUSES,
    Need,
    Words,
    grouping_in_words,
    needs_of,
)
from patching_constructs.cli.result_words import RESULTS
from patching_constructs.planning.recorded_executions import RecordedExecution, Result
from patching_constructs.reporting.nodes import Node, NodeStatus, Place
from patching_constructs.reporting.patches import Patch
from patching_constructs.reporting.report import ComplianceReport
from patching_constructs.reporting.windows import ReportWindow

_Item = TypeVar("_Item", bound=Hashable)
_STATUSES: Final = list(STATUSES)
_NEEDS: Final = list(NEEDS)
# Results that are neither a success nor a failure.
_PENDING: Final = (Result.RUNNING, Result.UNKNOWN)


class _Table(Generic[_Item]):
    """Distinct values in the order in which they are found, to be referred to by their position."""

    def __init__(self) -> None:
        self._positions: dict[_Item, int] = {}

    def position(self, item: _Item) -> int:
        return self._positions.setdefault(item, len(self._positions))

    def __iter__(self) -> Iterator[_Item]:
        return iter(self._positions)


def script_data(report: ComplianceReport) -> dict[str, Any]:
    """Write a report; ``data.js`` reads it."""
    tables = _Tables(report)
    nodes = [tables.node(node, status) for node, status in zip(report.nodes, report.statuses, strict=True)]
    windows = None if report.windows is None else [tables.window(each) for each in report.windows]
    moments = [instant for instant in _moments(report) if instant]
    return {
        "made": _seconds(report.made_at),
        "after": _seconds(min([report.made_at, *moments])),
        "until": _seconds(max([report.made_at, *moments])),
        "limit": int(report.evidence_limit.total_seconds()),
        "grouping": grouping_in_words(report.grouping),
        "isComplete": report.is_complete,
        "statuses": {status: _words(words) for status, words in STATUSES.items()},
        "evidence": {reason: _words(words) for reason, words in EVIDENCE.items()},
        "needs": {need: _words(words) for need, words in NEEDS.items()},
        "results": {
            result: {"title": words.title, "explanation": words.explanation, "sign": _sign(result)}
            for result, words in RESULTS.items()
        },
        "critical": _words(CRITICAL),
        "places": [[place.account, place.region] for place in tables.places],
        "groups": list(tables.groups),
        "texts": list(tables.texts),
        "patches": [list(each) for each in tables.patches],
        "windowSets": [[list(positions), are_all_known] for positions, are_all_known in tables.window_sets],
        "nodes": nodes,
        "windows": windows,
        "history": [
            [_seconds(each.made_at), each.counts.compliant, each.counts.non_compliant, each.counts.no_evidence]
            for each in (*report.history, report.point)
        ],
    }


class _Tables:
    """What nodes refer to."""

    def __init__(self, report: ComplianceReport) -> None:
        self._report = report
        self._windows = {id(window): position for position, window in enumerate(report.windows or ())}
        self.places = _Table[Place]()
        self.groups = _Table[str | None]()
        self.texts = _Table[str | None]()
        self.patches = _Table[tuple[Any, ...]]()
        self.window_sets = _Table[tuple[tuple[int, ...], bool]]()

    def node(self, node: Node, status: NodeStatus) -> list[Any]:
        """Write a node as a list, in the order in which ``data.js`` reads it."""
        state, reason = node.state, self._report.missing_evidence_of(node)
        oldest, windows = node.oldest_patch, self._report.windows_of(node)
        needs: dict[Need, int] = {} if state is None else needs_of(state)
        return [
            node.id,
            node.name,
            self.places.position(node.place),
            self.groups.position(self._report.grouping.name_of(node)),
            self.texts.position(node.platform),
            _STATUSES.index(status),
            reason,
            [[_NEEDS.index(need), count] for need, count in needs.items()],
            None if oldest is None else [_instant(oldest.since), oldest.released is not None],
            _instant(node.non_compliant_since),
            self.texts.position(node.ping),
            _instant(node.last_ping),
            self.window_sets.position(
                (tuple(self._windows[id(each)] for each in windows.windows), windows.are_all_known)
            ),
            None if node.patches is None else [self._patch(each) for each in node.required_patches],
            None
            if state is None
            else [
                _seconds(state.ended),
                self.texts.position(state.operation),
                self.texts.position(state.baseline_name),
                self.texts.position(state.baseline_id),
                self.texts.position(state.reboot_option),
                state.installed,
                state.critical_non_compliant,
            ],
        ]

    def _patch(self, patch: Patch) -> list[int | None]:
        own = (
            patch.id,
            patch.title,
            patch.severity,
            patch.classification,
            ", ".join(patch.cve_ids),
            _instant(patch.released),
        )
        return [self.patches.position(own), _NEEDS.index(NEED_OF_PATCH[patch.status]), _instant(patch.first_seen)]

    def window(self, window: ReportWindow) -> list[Any]:
        """Write a window as a list, in the order in which ``data.js`` reads it."""
        return [
            window.id,
            window.name,
            self.places.position(window.place),
            window.is_enabled,
            window.schedule,
            window.time_zone,
            window.duration_hours,
            _instant(window.next_execution),
            None if window.executions is None else [_execution(each) for each in window.executions],
        ]


def _execution(execution: RecordedExecution) -> list[Any]:
    return [
        execution.result,
        _seconds(execution.started),
        _instant(execution.ended),
        execution.reason or execution.details,
    ]


def _sign(result: Result) -> str:
    """Return the status of nodes whose sign a result has."""
    if result is Result.SUCCEEDED:
        return NodeStatus.COMPLIANT
    return NodeStatus.NO_EVIDENCE if result in _PENDING else NodeStatus.NON_COMPLIANT


def _moments(report: ComplianceReport) -> Iterator[datetime | None]:
    """Yield what can be outside of the time around the report, so that the script knows the time zones there."""
    for node in report.nodes:
        yield None if node.state is None else node.state.ended
        yield None if node.oldest_patch is None else node.oldest_patch.since
        yield node.non_compliant_since
    for window in report.windows or ():
        yield window.next_execution
        yield from (each.started for each in window.executions or ())
    yield from (each.made_at for each in report.history)


def _words(words: Words) -> dict[str, str]:
    return {"title": words.title, "explanation": words.explanation}


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else _seconds(moment)


def _seconds(moment: datetime) -> int:
    """Return an instant as the script reads it: seconds since 1970."""
    return int(moment.timestamp())
