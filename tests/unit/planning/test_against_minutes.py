"""The plan and the conflicts, against a reference that looks at every minute of a few days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise, takewhile

from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs.planning.conflicts import conflicts
from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.executions import NoteKind, plan
from patching_constructs.planning.windows import PlannedWindow
from tests.unit.planning.counted import window
from tests.unit.planning.pairs import share_nodes

AFTER = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
AHEAD = timedelta(days=2)
MINUTE = timedelta(minutes=1)
MOST_OPEN = 5

Pair = frozenset[str]


@dataclass
class Reference:
    """What is true minute by minute."""

    executions: dict[str, list[datetime]]
    still_open: dict[str, set[datetime]]
    overlaps: dict[Pair, datetime]
    excess: dict[str, datetime]


class Minutes:
    """The minutes of a window, counted from the first instant that is asked for."""

    def __init__(self, window: PlannedWindow[str]) -> None:
        self.length = window.times.duration // MINUTE
        before = window.times.occurrences(after=AFTER - timedelta(days=1), anchor=AFTER)
        due = takewhile(lambda each: each.start < AFTER + AHEAD, before)
        self.starts = [(each.start - AFTER) // MINUTE for each in due]
        self.asked = [start for start in self.starts if start >= 0]
        self.is_open = self._minutes(self.starts)
        self.asked_set = set(self.asked)
        self.is_asked = self._minutes(self.asked)

    def _minutes(self, starts: Sequence[int]) -> set[int]:
        return {minute for start in starts for minute in range(start, start + self.length)}


def reference(windows: Sequence[PlannedWindow[str]]) -> Reference:
    """Look at every minute: which windows are open, and since when an execution that is asked for is."""
    minutes = {each.label: Minutes(each) for each in windows}
    found = Reference({name: [AFTER + at * MINUTE for at in each.asked] for name, each in minutes.items()}, {}, {}, {})
    for name, known in minutes.items():
        still = (at for earlier, at in pairwise(known.starts) if 0 <= at < earlier + known.length)
        found.still_open[name] = {AFTER + at * MINUTE for at in still}
    for one, other in combinations(windows, 2):
        mine, theirs = minutes[one.label], minutes[other.label]
        together = mine.is_open & theirs.is_open & (mine.is_asked | theirs.is_asked)
        if together and one.place == other.place and share_nodes(one.selections, other.selections):
            found.overlaps[frozenset([one.label, other.label])] = AFTER + min(together) * MINUTE
    for place in {each.place for each in windows}:
        _wait_in_line([each.label for each in windows if each.place == place], minutes, found)
    return found


def _wait_in_line(names: Sequence[str], minutes: dict[str, Minutes], found: Reference) -> None:
    """Let windows open one after the other: those behind the fifth are too many, as long as they are."""
    line: list[str] = []
    for at in range(-24 * 60, AHEAD // MINUTE):
        line = [name for name in line if at in minutes[name].is_open]
        line += [name for name in names if at in minutes[name].is_open and name not in line]
        for name in line[MOST_OPEN:]:
            if at in minutes[name].asked_set:
                found.excess.setdefault(name, AFTER + at * MINUTE)


_tags = st.sampled_from(["a", "b"])
selections: st.SearchStrategy[Selection] = st.one_of(
    st.builds(lambda values: {"tag:Env": frozenset(values)}, st.sets(_tags, min_size=1)),
    st.just({"tag-key": frozenset(["Env"])}),
    st.builds(lambda one, other: {"tag:Env": frozenset([one]), "tag:Role": frozenset([other])}, _tags, _tags),
)
schedules = st.one_of(
    st.builds(lambda minute, hour: f"cron({minute} {hour} * * ? *)", st.sampled_from([0, 30]), st.integers(0, 23)),
    st.builds(lambda hour: f"cron(0/15 {hour} * * ? *)", st.integers(9, 14)),
    st.sampled_from(["cron(0 */3 * * ? *)", "cron(* * * * ? *)", "rate(45 minutes)", "rate(3 hours)", "rate(1 day)"]),
    st.sampled_from(["at(2026-11-23T09:00:00)", "at(2026-11-24T09:10:00)", "cron(0 4 1 1 ? 2099)"]),
)
windows_ = st.lists(
    st.tuples(
        schedules, st.sampled_from([1, 2, 3, 5, 24]), selections, st.sampled_from(["one", "one", "one", "other"])
    ),
    min_size=1,
    max_size=10,
).map(
    lambda found: [
        window(f"w{number}", schedule, selection, hours=hours, place=place)
        for number, (schedule, hours, selection, place) in enumerate(found)
    ]
)


@settings(max_examples=60, deadline=None)
@given(windows_)
def test_both_agree_with_every_minute(windows: list[PlannedWindow[str]]) -> None:
    truth = reference(windows)
    planned = plan(windows, after=AFTER, until=AFTER + AHEAD)
    for each in windows:
        mine = [execution for execution in planned.executions if execution.window is each]
        assert [execution.occurrence.start for execution in mine] == truth.executions[each.label]
        skipped = {execution.occurrence.start for execution in mine if execution.has(NoteKind.OPEN_ALREADY)}
        assert skipped == truth.still_open[each.label]
    pairs = {frozenset(each.label for each in pair): moment for pair, moment in planned.overlaps.items()}
    assert pairs == truth.overlaps
    assert {each.label: moment for each, moment in planned.excess.items()} == truth.excess

    found = conflicts(windows, after=AFTER, ahead=AHEAD)
    assert {each.label: moment for each, moment in found.excess.items()} == truth.excess
    order = {each.label: position for position, each in enumerate(windows)}
    first: dict[str, datetime] = {}
    for pair, moment in truth.overlaps.items():
        name = max(pair, key=order.__getitem__)
        first[name] = min(moment, first.get(name, moment))
    assert {each.label: moment for each, (_, moment) in found.overlaps.items()} == first
    for later, (earlier, moment) in found.overlaps.items():
        assert order[earlier.label] < order[later.label]
        assert truth.overlaps[frozenset([earlier.label, later.label])] == moment
    assert (planned.computed_until, found.overlaps_until, found.excess_until) == (None, None, None)
