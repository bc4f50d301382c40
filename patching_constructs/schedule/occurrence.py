"""An occurrence: one execution of a maintenance window, in UTC and by the clock on the wall of its zone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum


class WallClock(StrEnum):
    """How often the clock on the wall of a zone shows a time. A daylight saving switch skips or repeats some."""

    ONCE = "once"
    SKIPPED = "skipped"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One execution of a maintenance window. Occurrences compare by their instants, so they sort by ``start``.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
    """

    start: datetime
    """The instant when the window opens, in UTC."""
    cutoff: datetime
    """The instant after which no task starts, in UTC."""
    end: datetime
    """The instant when the window closes, in UTC."""
    zone: tzinfo = field(compare=False)
    """The time zone of the schedule; ``str(zone)`` is its IANA name: ``UTC`` without one, and of a rate."""
    wall_time: datetime = field(compare=False)
    """What the schedule says in its zone, naive. It differs from ``local_start`` only where the clock skips it."""

    @property
    def local_start(self) -> datetime:
        """``start`` in the zone of the schedule."""
        return self.start.astimezone(self.zone)

    @property
    def local_cutoff(self) -> datetime:
        """``cutoff`` in the zone of the schedule."""
        return self.cutoff.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        """``end`` in the zone of the schedule."""
        return self.end.astimezone(self.zone)

    @property
    def wall_clock(self) -> WallClock:
        """Whether the clock shows ``wall_time`` once, never or twice; `WallClock.ONCE` for nearly all."""
        local = local_time(self.wall_time, self.zone)
        if self.local_start != local:
            return WallClock.SKIPPED
        second_time = local.replace(fold=1).astimezone(UTC)
        return WallClock.ONCE if second_time == self.start else WallClock.REPEATED

    @property
    def clock_jump(self) -> timedelta:
        """How far the clock on the wall jumps while the window is open: forwards above zero, zero for nearly all."""
        # A switch at the very end happens when the window is closed.
        last = self.end - datetime.resolution
        return wall_time_of(last, self.zone) - wall_time_of(self.start, self.zone) - (last - self.start)

    @property
    def meets_switch(self) -> bool:
        """Whether a switch of the clock touches the window: it has moved the start, or happens inside."""
        return self.wall_clock is not WallClock.ONCE or self.clock_jump != timedelta(0)


def wall_time_of(instant: datetime, zone: tzinfo) -> datetime:
    """Return what the clock on the wall of a zone shows at an instant."""
    return instant.astimezone(zone).replace(tzinfo=None)


def local_time(wall_time: datetime, zone: tzinfo) -> datetime:
    """Return a naive wall time as a time of a zone."""
    # Three times as fast as replace(tzinfo=zone), and the clock does little else.
    return datetime.combine(wall_time.date(), wall_time.time(), zone)
