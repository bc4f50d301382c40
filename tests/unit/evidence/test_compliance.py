"""The nodes of a schedule, counted by their patch states."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from patching_constructs.evidence.compliance import Known, Limits, Tally, is_non_compliant, tally

NOW = datetime(2027, 1, 19, 3, 5, tzinfo=UTC)
DAY = timedelta(days=1)
BASELINE = "pb-0123456789abcdef0"


def state(ended: datetime = NOW - DAY, **counts: int) -> dict[str, Any]:
    return {"OperationEndTime": ended, "BaselineId": BASELINE, "MissingCount": 0, "FailedCount": 0} | counts


@pytest.mark.parametrize(
    "count", ["MissingCount", "FailedCount", "InstalledRejectedCount", "InstalledPendingRebootCount"]
)
def test_non_compliant(count: str) -> None:
    assert is_non_compliant(state() | {count: 1})


def test_compliant() -> None:
    assert not is_non_compliant(state(InstalledCount=3, NotApplicableCount=4, InstalledOtherCount=5))


def test_available_security_updates_depend_on_the_baseline() -> None:
    available = state(AvailableSecurityUpdateCount=1)
    assert not is_non_compliant(available)
    assert not is_non_compliant(available, {"pb-aaaaaaaaaaaaaaaaa"})
    assert is_non_compliant(available, {BASELINE})


def counted(
    states: dict[str, dict[str, Any]],
    nodes: str = "abc",
    *,
    now: datetime = NOW,
    known: Known | None = None,
    age: timedelta | None = None,
) -> Tally:
    limits = Limits(non_compliant_after=7 * DAY, evidence_max_age=age)
    return tally(list(nodes), states, now=now, known=known or Known(), limits=limits)


def test_a_node_counts_when_it_is_non_compliant_for_longer_than_the_limit() -> None:
    missing = state(MissingCount=1)
    first = counted({"a": missing, "b": state(), "c": missing})
    assert (first.nodes, first.non_compliant, first.without_evidence) == (3, 0, 0)
    assert first.known.non_compliant == {"a": NOW - DAY, "c": NOW - DAY}
    # A later operation does not change since when.
    states = {"a": state(NOW, MissingCount=2), "b": state(), "c": state(NOW)}
    later = counted(states, known=first.known, now=NOW + 7 * DAY)
    assert (later.known.non_compliant, later.non_compliant) == ({"a": NOW - DAY}, 1)


def test_the_limit_itself_does_not_count() -> None:
    since = {"a": NOW - 7 * DAY, "b": NOW - 7 * DAY - timedelta(seconds=1)}
    assert counted(dict.fromkeys("abc", state(FailedCount=1)), known=Known(non_compliant=since)).non_compliant == 1


def test_nodes_that_are_gone_are_forgotten() -> None:
    known = Known(non_compliant={"a": NOW - 9 * DAY}, without_state={"c": NOW - 9 * DAY})
    found = counted({"a": state(MissingCount=1)}, nodes="b", known=known).known
    assert found == Known(without_state={"b": NOW})


@pytest.mark.parametrize(("age", "limit"), [(2 * DAY, 2 * DAY), (None, 7 * DAY)])
def test_a_node_without_a_state_counts_when_it_has_none_for_too_long(age: timedelta | None, limit: timedelta) -> None:
    first = counted({"a": state()}, age=age)
    assert (first.without_evidence, first.known.without_state) == (0, {"b": NOW, "c": NOW})
    states = {"a": state(), "c": state(NOW)}
    later = counted(states, known=first.known, age=age, now=NOW + limit)
    assert (later.without_evidence, later.known.without_state) == (int(age is not None), {"b": NOW})
    late = counted({}, "b", known=later.known, age=age, now=NOW + limit + timedelta(seconds=1))
    assert late.without_evidence == 1


def test_an_old_state_is_no_evidence_but_stays_non_compliant() -> None:
    old = state(NOW - 40 * DAY, MissingCount=1)
    found = counted({"a": old, "b": state(NOW - 30 * DAY)}, nodes="ab", age=30 * DAY)
    assert (found.without_evidence, found.non_compliant) == (1, 1)


def test_no_nodes() -> None:
    assert counted({}, nodes="") == Tally(nodes=0, without_evidence=0, non_compliant=0, known=Known())
