"""An occurrence: one execution of a maintenance window, in UTC and in local time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum


class WallClock(StrEnum):
    """How often a time zone has a local time. A daylight saving change skips or repeats some times."""

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
    """The time zone of the schedule; ``str(zone)`` is its IANA name: ``UTC`` without a time zone and for a rate."""
    wall_time: datetime = field(compare=False)
    """The local time in the schedule, naive. It differs from ``local_start`` only if daylight saving skips it."""

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
        """Whether ``wall_time`` occurs once, never or twice; `WallClock.ONCE` except on daylight saving changes."""
        local = local_time(self.wall_time, self.zone)
        if self.local_start != local:
            return WallClock.SKIPPED
        second_time = local.replace(fold=1).astimezone(UTC)
        return WallClock.ONCE if second_time == self.start else WallClock.REPEATED

    @property
    def utc_offset_change(self) -> timedelta:
        """By how much the UTC offset changes while the window is open: positive if clocks go forward, usually zero."""
        # At a change exactly at the end, the window is already closed.
        last = self.end - datetime.resolution
        return wall_time_of(last, self.zone) - wall_time_of(self.start, self.zone) - (last - self.start)

    @property
    def is_affected_by_daylight_saving(self) -> bool:
        """Whether a daylight saving change affects the window: it moves the start, or occurs while it is open."""
        return self.wall_clock is not WallClock.ONCE or self.utc_offset_change != timedelta(0)


def wall_time_of(instant: datetime, zone: tzinfo) -> datetime:
    """Return the naive local time of an instant in a time zone."""
    return instant.astimezone(zone).replace(tzinfo=None)


def local_time(wall_time: datetime, zone: tzinfo) -> datetime:
    """Return a naive local time as an aware time in a time zone."""
    # Three times as fast as replace(tzinfo=zone), in the innermost loop of the scheduler.
    return datetime.combine(wall_time.date(), wall_time.time(), zone)
