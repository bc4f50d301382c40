"""The history of a report, and the age that the views compute from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.compliance_report.athena import Athena
from tests.unit.compliance_report.conftest import NOW
from tests.unit.compliance_report.synced import SyncedFolder, patch, summary

Query = Callable[[], Athena]


def write(folder: SyncedFolder, node: str, now: datetime, missing: Sequence[str], *, scanned: bool) -> None:
    """Write the files of a node that was scanned today, or long ago."""
    at = now if scanned else now - timedelta(days=30)
    state = summary(MissingCount=str(len(missing)), OperationEndTime=f"{at:%Y-%m-%dT%H:%M:%SZ}")
    folder.node(node, scanned=state, items=[patch("curl", "Installed"), *map(patch, missing)])


class Days:
    """Days on which the state of a node is recorded."""

    def __init__(self, athena: Athena, folder: SyncedFolder) -> None:
        self.athena = athena
        self._folder = folder

    def record(self, *missing: str, scanned: bool = True, times: int = 1) -> None:
        """Record a day on which a node misses some patches, or is not scanned."""
        write(self._folder, "i-1", self.athena.now, missing, scanned=scanned)
        self.athena.read()
        for _ in range(times):
            self.athena.record()
        self.athena.now += timedelta(days=1)

    def first_days(self) -> dict[str, date]:
        self.athena.now -= timedelta(days=1)
        rows = self.athena.select("SELECT patch_id, first_seen_on FROM non_compliant_patches")
        return {row["patch_id"]: row["first_seen_on"] for row in rows}

    def node(self) -> Any:
        self.athena.now -= timedelta(days=1)
        (row,) = self.athena.select("SELECT non_compliant_since, non_compliant_days FROM non_compliant_nodes")
        return tuple(row.values())


@pytest.fixture
def days(query: Query, folder: SyncedFolder) -> Days:
    return Days(query(), folder)


def test_without_history_the_age_is_unknown(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1", scanned=summary(MissingCount="1"), items=[patch("kernel")])
    athena = query()
    assert athena.select("SELECT non_compliant_since, non_compliant_days FROM non_compliant_nodes") == [
        {"non_compliant_since": None, "non_compliant_days": None}
    ]
    assert athena.select("SELECT first_seen_on, seen_days FROM non_compliant_patches") == [
        {"first_seen_on": None, "seen_days": None}
    ]


def test_a_patch_is_as_old_as_the_days_in_a_row_on_which_it_is_seen(days: Days) -> None:
    days.record("kernel")
    days.record("kernel", "bash")
    days.record("kernel", "bash")
    assert days.first_days() == {"kernel": date(2026, 11, 29), "bash": date(2026, 11, 30)}


def test_a_day_without_the_patch_ends_its_age(days: Days) -> None:
    days.record("kernel")
    days.record("bash")
    days.record("kernel", "bash")
    assert days.first_days() == {"kernel": date(2026, 12, 1), "bash": date(2026, 11, 30)}


def test_a_day_without_evidence_does_not(days: Days) -> None:
    days.record("kernel")
    days.record(scanned=False)
    days.record("kernel")
    assert days.first_days() == {"kernel": date(2026, 11, 29)}


def test_a_day_that_was_not_recorded_does_not(days: Days) -> None:
    days.record("kernel")
    days.athena.now += timedelta(days=5)
    days.record("kernel")
    assert days.first_days() == {"kernel": date(2026, 11, 29)}


def test_a_day_that_was_recorded_twice_is_one_day(days: Days) -> None:
    days.record("kernel", times=2)
    days.record("kernel")
    assert days.first_days() == {"kernel": date(2026, 11, 29)}
    trend = days.athena.saved_query("Compliance by day")
    assert [tuple(row.values()) for row in trend] == [
        (date(2026, 11, 29), 1, 0, 1, 0),
        (date(2026, 11, 30), 1, 0, 1, 0),
    ]


def test_a_node_is_non_compliant_since_the_last_compliant_day(days: Days) -> None:
    days.record("kernel")
    days.record()
    days.record("kernel")
    days.record("bash")
    days.record("bash", scanned=False)
    days.record("bash")
    assert days.node() == (date(2026, 12, 1), 3)


# --- The law ------------------------------------------------------------------------------------------

NODES = 15
PATCHES = st.sampled_from(["bash", "glibc", "kernel"])


@dataclass(frozen=True)
class Found:
    """What a node has on a day."""

    patches: frozenset[str]
    is_evidence: bool


@dataclass(frozen=True)
class Day:
    """A day, with what each node has."""

    is_recorded: bool
    nodes: tuple[Found, ...]


mostly = st.sampled_from([True, True, True, False])
found = st.builds(Found, patches=st.frozensets(PATCHES), is_evidence=mostly)
of_nodes = st.lists(found, min_size=NODES, max_size=NODES).map(tuple)
earlier_days = st.lists(st.builds(Day, is_recorded=mostly, nodes=of_nodes), min_size=6, max_size=9)
last_day = st.lists(st.frozensets(PATCHES, min_size=1), min_size=NODES, max_size=NODES)


def evaluated(history: Sequence[Day], node: int) -> Iterator[tuple[date, frozenset[str]]]:
    """Return the days on which a node was evaluated, with its patches."""
    for number, day in enumerate(history):
        if day.is_recorded and day.nodes[node].is_evidence:
            yield (NOW + timedelta(days=number)).date(), day.nodes[node].patches


def first_days(history: Sequence[Day], node: int) -> dict[str, date]:
    """Return since when each patch is there on every evaluated day."""
    first: dict[str, date] = {}
    for day, patches in evaluated(history, node):
        first = {name: first.get(name, day) for name in patches}
    return first


def non_compliant_since(history: Sequence[Day], node: int) -> date | None:
    """Return the first non-compliant day after the last compliant one."""
    since: date | None = None
    for day, patches in evaluated(history, node):
        since = (since or day) if patches else None
    return since


def recorded(athena: Athena, folder: SyncedFolder, history: Sequence[Day]) -> None:
    for number, day in enumerate(history):
        athena.now = NOW + timedelta(days=number)
        for node, each in enumerate(day.nodes):
            write(folder, f"i-{node}", athena.now, sorted(each.patches), scanned=each.is_evidence)
        athena.read()
        if day.is_recorded:
            athena.record()


@settings(max_examples=3)
@given(earlier=earlier_days, last=last_day)
def test_an_age_is_counted_over_days_of_evidence(template: Any, earlier: list[Day], last: list[frozenset[str]]) -> None:
    today = Day(is_recorded=True, nodes=tuple(Found(patches, is_evidence=True) for patches in last))
    history = [*earlier, today]
    with TemporaryDirectory() as path:
        athena = Athena(template, Path(path), NOW)
        recorded(athena, SyncedFolder(Path(path)), history)
        patches = athena.select("SELECT node_id, patch_id, first_seen_on FROM non_compliant_patches")
        nodes = athena.select("SELECT node_id, non_compliant_since FROM non_compliant_nodes")
    assert {(row["node_id"], row["patch_id"]): row["first_seen_on"] for row in patches} == {
        (f"i-{node}", patch_id): day for node in range(NODES) for patch_id, day in first_days(history, node).items()
    }
    assert {row["node_id"]: row["non_compliant_since"] for row in nodes} == {
        f"i-{node}": non_compliant_since(history, node) for node in range(NODES)
    }
