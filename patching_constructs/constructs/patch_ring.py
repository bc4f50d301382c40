"""PatchRing: the nodes of a rollout that are patched together, and how many days after its schedule.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, Unpack

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar
from patching_constructs._validation import check_list_of, check_type
from patching_constructs.constructs._schedule_options import RingOptions, check_ring_options
from patching_constructs.properties._durations import Length, whole
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule._cron import HOUR, MINUTE, FieldRule
from patching_constructs.schedule._delay import LONGEST_DELAY
from patching_constructs.schedule._time_zone import TimeZone, check_zone_exists, zone_name

_BAKE_HOURS: Final = (0, 24 * LONGEST_DELAY)


class PatchRing:
    """A ring of a `PatchRollout`: nodes that are patched together, a number of days after the schedule of the rollout.

    Args:
        name: the name of the ring, which is the id of its `PatchSchedule`.
        targets: which nodes are patched, 1-10 targets.
        days_after: the number of days after each date of the schedule of the rollout, 0-366. Not every schedule can be
            delayed by so many days: see `ScheduleExpression.delayed_by`.
        time_zone: the time zone of the ring. The ring has the local dates of the rollout, in its own time zone.
            Default: that of the schedule of the rollout.
        hour: the local time at which the window opens, 0-23. Default: the time of the schedule of the rollout.
        minute: the minute of that time, 0-59, only with ``hour``. Default: 0.
        bake_time: the shortest time between the end of the ring's window and the start of the next ring, in whole
            hours. Default: none; the next ring can start when the window ends.
        overrides: properties of `PatchSchedule` that replace those of the rollout.

    Raises:
        PatchingError: a property is invalid. The properties of `PatchSchedule` are checked when the rollout is created.
    """

    def __init__(
        self,
        name: str,
        *,
        targets: Sequence[PatchTarget],
        days_after: int,
        time_zone: TimeZone | None = None,
        hour: int | None = None,
        minute: int | None = None,
        bake_time: Length | None = None,
        **overrides: Unpack[RingOptions],
    ) -> None:
        _check_name(name)
        what = f"PatchRing {name!r}"
        check_list_of(f"{what} targets", targets, PatchTarget, "use a factory such as PatchTarget.tag(key, value)")
        _check_days(f"{what} days_after", days_after)
        zone = zone_name(time_zone)
        if zone is not None and not is_unresolved(zone):
            check_zone_exists(zone)
        _check_time(what, hour, minute)
        if bake_time is not None:
            whole(f"{what} bake_time", bake_time, "hours", _BAKE_HOURS)
        check_ring_options(what, overrides)
        self.name: Final = name
        self.targets: Final = tuple(targets)
        self.days_after: Final = days_after
        self.time_zone: Final = zone
        self.hour: Final = hour
        self.minute: Final = minute or 0
        self.bake_time: Final = bake_time
        self.overrides: Final[Mapping[str, Any]] = MappingProxyType(dict(overrides))

    def __repr__(self) -> str:
        return f"PatchRing({self.name!r}, days_after={self.days_after})"

    @property
    def known_bake_time(self) -> timedelta:
        """The bake time; 0 for none, and where it is unknown until deployment."""
        if self.bake_time is None:
            return timedelta(0)
        hours = whole("bake_time", self.bake_time, "hours", _BAKE_HOURS)
        return timedelta(0) if is_unresolved(hours) else timedelta(hours=hours)


def _check_name(name: str) -> None:
    what = "PatchRing name"
    check_type(what, name, str)
    if not name.strip() or "/" in name or is_unresolved(name):
        rule = "must be known at synthesis, not empty and without slashes, because it is the id of a construct"
        raise refusal(what, rule, "a token" if is_unresolved(name) else repr(name))


def _check_days(what: str, days: int) -> None:
    check_type(what, days, int)
    if is_unresolved(days):
        raise refusal(what, "must be known at synthesis, because it determines the schedule", "a token")
    if not 0 <= days <= LONGEST_DELAY:
        raise refusal(what, f"must be 0-{LONGEST_DELAY}", days)


def _check_time(what: str, hour: int | None, minute: int | None) -> None:
    for rule, number in ((HOUR, hour), (MINUTE, minute)):
        if number is not None:
            _check_number(f"{what} {'hour' if rule is HOUR else 'minute'}", number, rule)
    if minute is not None and hour is None:
        raise refusal(f"{what} minute", "requires hour", f"minute={minute} without hour", "set hour")


def _check_number(what: str, number: int, rule: FieldRule) -> None:
    check_type(what, number, int)
    if not is_unresolved_scalar(number) and not rule.minimum <= number <= rule.maximum:
        raise refusal(what, f"must be {rule}", number)
