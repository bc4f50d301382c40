"""A window over years, and the function that watches it, run by its core alone.

The core is deterministic, and between two events (an execution is due or ends, the window is changed) only the time
changes. So it runs once before and once after each event, at multiples of its interval: what it would find in between
lies between what it finds then.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from patching_constructs.evidence.overdue import Success, Watched, Window, hours_overdue, observed, settled
from patching_constructs.planning.longest_gap import longest_wait
from patching_constructs.planning.windows import WindowTimes
from patching_constructs.schedule.occurrence import Occurrence

INTERVAL = timedelta(minutes=15)
HOUR = timedelta(hours=1)
MONTH = timedelta(days=35)
TICK = timedelta(seconds=1)


@dataclass(frozen=True)
class Period:
    """From when a window has a schedule. Without a schedule, it is disabled."""

    begin: datetime
    times: WindowTimes | None


@dataclass(frozen=True)
class Fate:
    """What becomes of an execution that is due."""

    succeeds: bool
    share: float = 1.0
    """Which share of its duration it runs."""


@dataclass(frozen=True)
class Run:
    """What the function published."""

    now: datetime
    hours: float


@dataclass
class Simulation:
    """A window with its periods, until an instant."""

    periods: Sequence[Period]
    until: datetime
    fates: Sequence[Fate]
    knows_wait: bool = True
    due: list[tuple[datetime, timedelta, int]] = field(default_factory=list)
    """The executions that were due, their durations, and the numbers of their periods."""
    missed: list[tuple[datetime, timedelta]] = field(default_factory=list)
    successes: list[Success] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begins = [each.begin for each in self.periods]
        self._ends = [*self._begins[1:], self.until]
        self._due_in = [self._executions(each, end) for each, end in zip(self.periods, self._ends, strict=True)]
        self._run()
        self._success_ends = [each.end for each in self.successes]

    def _executions(self, period: Period, end: datetime) -> list[datetime]:
        """Return the executions of a period, and the next one after it, which never happens."""
        if period.times is None:
            return []
        found = period.times.occurrences(after=period.begin + TICK, anchor=period.begin + TICK)
        return list(_up_to_one_after(found, end))

    def _run(self) -> None:
        fates = iter(self.fates)
        busy: Success | None = None
        for number, (period, end) in enumerate(zip(self.periods, self._ends, strict=True)):
            for start in (each for each in self._due_in[number] if each < end):
                assert period.times is not None
                duration = period.times.duration
                self.due.append((start, duration, number))
                if busy is not None and busy.end > start:
                    continue  # The service skips it.
                fate = next(fates, Fate(succeeds=True))
                if fate.succeeds:
                    busy = Success(start=start, end=start + duration * fate.share)
                    self.successes.append(busy)
                else:
                    self.missed.append((start, duration))

    # --- What the service answers ---------------------------------------------------------------------

    def window(self, now: datetime) -> Window:
        number = bisect_right(self._begins, now) - 1
        period = self.periods[number]
        times = period.times
        upcoming = self._due_in[number]
        place = bisect_right(upcoming, now)
        earlier = next((each.times for each in reversed(self.periods[: number + 1]) if each.times), None)
        assert earlier is not None
        wait = longest_wait(earlier) if self.knows_wait else None
        return Window(
            duration=earlier.duration,
            is_enabled=times is not None,
            next_execution=upcoming[place] if place < len(upcoming) else None,
            modified=period.begin,
            longest_wait=None if wait is None else wait + timedelta(days=earlier.schedule.schedule_offset or 0),
            definition=self._definition(number),
        )

    def _definition(self, number: int) -> str | None:
        """Return what decides when the window opens, where no other change can move an execution."""
        times = self.periods[number].times
        if times is None:
            return "disabled"
        if times.schedule.schedule_offset or times.schedule.expression_string.startswith("rate"):
            return None
        return str(times)

    def last_success(self, now: datetime) -> Success | None:
        place = bisect_right(self._success_ends, now)
        return self.successes[place - 1] if place else None

    # --- The function ---------------------------------------------------------------------------------

    def runs(self, moments: Sequence[datetime], *, lost: Sequence[datetime] = ()) -> Iterator[Run]:
        """Run the function at some instants. At others, what it knows is lost."""
        watched = Watched()
        losses = sorted(lost, reverse=True)
        for now in moments:
            while losses and losses[-1] <= now:
                losses.pop()
                watched = Watched()
            window, success = self.window(now), self.last_success(now)
            watched = settled(observed(watched, window, now), success)
            yield Run(now, hours_overdue(watched, window, now))

    def moments(self, *, grace: timedelta) -> list[datetime]:
        """Return the instants before and after every event."""
        begin = self._begins[0]
        events = {begin, *self._begins, *self._success_ends, self.until - INTERVAL}
        events |= {start for start, _, _ in self.due}
        events |= {start + duration for start, duration, _ in self.due}
        events |= {start + duration + grace for start, duration, _ in self.due}
        places = {(each - begin) // INTERVAL + more for each in events for more in (0, 1)}
        return [begin + place * INTERVAL for place in sorted(places) if begin + place * INTERVAL < self.until]

    # --- What is true ---------------------------------------------------------------------------------

    def is_visible(self, start: datetime, number: int) -> bool:
        """Return whether the function has run between the change of the schedule and the execution."""
        definition = self._definition(number)
        while number and definition is not None and definition == self._definition(number - 1):
            number -= 1
        runs = -((self._begins[0] - self._begins[number]) // INTERVAL)
        return self._begins[0] + runs * INTERVAL < start

    def true_hours(self, now: datetime, *, with_invisible: bool = False) -> float:
        """Return the hours since the end of the first execution without a success."""
        success = self.last_success(now)
        waiting = (
            start
            for start, _, number in self.due
            if start <= now
            and (success is None or success.end < start)
            and (with_invisible or self.is_visible(start, number))
        )
        first = next(waiting, None)
        return 0.0 if first is None else max((now - first - self.window(now).duration) / HOUR, 0.0)

    def hours_after_longest_wait(self, now: datetime) -> float:
        """Return by how much the window has not succeeded for longer than it ever waits, since it was changed."""
        window, success = self.window(now), self.last_success(now)
        wait = MONTH if window.longest_wait is None and not window.is_enabled else window.longest_wait
        if window.has_ended or wait is None or window.modified is None:
            return 0.0
        known = [window.modified] if success is None else [window.modified, success.end]
        return max((now - (max(known) + wait + window.duration)) / HOUR, 0.0)


def _up_to_one_after(executions: Iterator[Occurrence], end: datetime) -> Iterator[datetime]:
    for each in executions:
        yield each.start
        if each.start >= end:
            return
