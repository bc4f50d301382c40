"""FleetSchedule and FleetRollout: when the nodes of a `PatchFleet` are scanned or patched, and how.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Unpack

from patching_constructs._errors import refusal
from patching_constructs._validation import check_list_of
from patching_constructs.constructs._ring_gates import check_gated
from patching_constructs.constructs._schedule_options import (
    FleetScheduleOptions,
    RolloutOptions,
    check_fleet_schedule_options,
    check_rollout_options,
)
from patching_constructs.constructs.patch_ring import PatchRing
from patching_constructs.properties.gate import PatchGate
from patching_constructs.schedule._schedule_argument import check_schedule
from patching_constructs.schedule.expression import ScheduleExpression

_RING_FACTORY: Final = "write PatchRing(name, targets=[...], days_after=...)"


class FleetSchedule:
    """A schedule of a `PatchFleet` with properties other than the defaults of `PatchSchedule`.

    Args:
        schedule: when the window opens.
        options: properties of `PatchSchedule`, which replace those of the fleet. The fleet determines ``targets`` and
            ``operation``.

    Raises:
        PatchingError: a property has another type, or is not one of `PatchSchedule`. The properties of `PatchSchedule`
            are checked when the fleet is created.
    """

    def __init__(self, schedule: ScheduleExpression, **options: Unpack[FleetScheduleOptions]) -> None:
        check_schedule("FleetSchedule schedule", schedule)
        check_fleet_schedule_options("FleetSchedule", options)
        self.schedule: Final = schedule
        self.options: Final[Mapping[str, Any]] = MappingProxyType(dict(options))

    def __repr__(self) -> str:
        return f"FleetSchedule({str(self.schedule)!r})"


class FleetRollout:
    """The installation on a `PatchFleet` in rings, one after another, as a `PatchRollout`.

    All rings use the baselines of the fleet: at any time, each approves the same patches, and a later ring also gets
    patches that were released after an earlier one was patched. For baselines that differ between rings, use
    `PatchRollout` with `ApprovalAlignment`.

    Args:
        schedule: the schedule that the rings follow: a cron with one time of day, or one moment.
        rings: the rings, at least 1, in the order in which they start. Their targets select nodes of the fleet by tags:
            the fleet adds its patch group to every target.
        gated: whether each ring but the first patches only if the ring before it has succeeded, as in `PatchRollout`:
            True, or a `PatchGate` with further conditions. Default: False.
        defaults: properties of `PatchSchedule` for all rings that do not have their own, which replace those of the
            fleet.

    Raises:
        PatchingError: a property has another type, there is no ring, or the rings cannot share a property. The
            properties of `PatchSchedule`, and the order of the rings, are checked when the fleet is created.
    """

    def __init__(
        self,
        schedule: ScheduleExpression,
        *,
        rings: Sequence[PatchRing],
        gated: PatchGate | bool = False,
        **defaults: Unpack[RolloutOptions],
    ) -> None:
        check_schedule("FleetRollout schedule", schedule)
        check_list_of("FleetRollout rings", rings, PatchRing, _RING_FACTORY)
        if not rings:
            raise refusal("FleetRollout rings", "must have at least 1 item", 0, _RING_FACTORY)
        check_gated("FleetRollout gated", gated)
        check_rollout_options("FleetRollout", defaults)
        self.schedule: Final = schedule
        self.rings: Final = tuple(rings)
        self.gated: Final = gated
        self.defaults: Final[Mapping[str, Any]] = MappingProxyType(dict(defaults))

    def __repr__(self) -> str:
        return f"FleetRollout({str(self.schedule)!r}, rings={list(self.rings)})"
