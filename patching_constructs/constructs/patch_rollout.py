"""PatchRollout: patch a fleet in rings, one after another.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, Unpack

from constructs import Construct

from patching_constructs._errors import PatchingError, located, refusal
from patching_constructs._template_metadata import ROLLOUT, rollout_metadata
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_list_of, check_type, nearest
from patching_constructs.constructs._freezes import (
    FREEZE_FACTORY,
    ScopedFreeze,
    divided,
    freezes_of_scopes,
    frozen_by,
    only_scans,
    register_schedule,
)
from patching_constructs.constructs._maintenance_window import DEFAULT_CUTOFF, DEFAULT_DURATION, Window, checked_window
from patching_constructs.constructs._ring_baselines import check_approval, create_baselines, warn_of_approval
from patching_constructs.constructs._ring_gates import check_gated, gate_of_ring
from patching_constructs.constructs._rollout_checks import (
    check_rings,
    warn_of_rings,
    warn_of_running_on,
    warn_of_same_targets,
)
from patching_constructs.constructs._schedule_options import RolloutOptions, check_rollout_options
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs.approval_alignment import ApprovalAlignment
from patching_constructs.constructs.maintenance_window import TASK_FACTORY
from patching_constructs.constructs.patch_baseline import PatchBaseline
from patching_constructs.constructs.patch_ring import PatchRing
from patching_constructs.constructs.patch_schedule import PatchSchedule
from patching_constructs.planning.rollouts import RingTimes, RolloutProblem
from patching_constructs.properties.command import PatchOperation
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.properties.gate import PatchGate
from patching_constructs.properties.window_tasks import WindowTask
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._local_time import at_local_time
from patching_constructs.schedule._rule import Rate
from patching_constructs.schedule._schedule_argument import check_schedule
from patching_constructs.schedule._timetable import timetable
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm.operating_systems import OperatingSystem

_RING_FACTORY: Final = "write PatchRing(name, targets=[...], days_after=...)"


@dataclass(frozen=True, slots=True)
class _Planned:
    """A ring with the checked properties of its schedule."""

    ring: PatchRing
    properties: Mapping[str, Any]
    window: Window
    freezes: tuple[PatchFreeze, ...]
    """Those of the ring, and those of the scopes of the rollout."""

    @property
    def times(self) -> RingTimes | None:
        """When its window is open; None if it is unknown until deployment."""
        window = self.window
        if window.schedule.is_unresolved or is_unresolved((window.duration_hours, window.start_date, window.end_date)):
            return None
        # The order of rings does not depend on the cutoff, which can be a token.
        times = replace(window, cutoff_hours=0).times()
        parts = [part.times for part in divided(window, self.freezes)] or [times]
        windows = tuple(parts) if self.is_enabled else ()
        return RingTimes(self.ring.name, self.ring.days_after, windows, self.ring.known_bake_time)

    @property
    def is_enabled(self) -> bool:
        return self.properties.get("enabled") is not False

    @property
    def can_run_on(self) -> bool:
        """Whether an installation can continue after the window has ended."""
        installs = self.properties["operation"] != PatchOperation.SCAN
        return installs and self.is_enabled and self.properties.get("cutoff_behavior") == CutoffBehavior.CONTINUE_TASK


class PatchRollout(Construct):
    """Patch a fleet in rings, one after another: each ring is a `PatchSchedule`, a number of days after a schedule.

    Each ring is a child with the name of the ring as its id, so that adding, removing or reordering rings does not
    change the logical IDs of the other rings.

    At synthesis, the executions of up to 28 years are compared, with the daylight saving changes of all time zones; of
    schedules that run more often than weekly, fewer years. The rings must start in their order, must not overlap, and a
    ring must not start before the ``bake_time`` of the ring before it has passed. There are warnings:

    - ``patching-constructs:assumedRingOrder``: this depends on a local time that a daylight saving change skips or
      repeats.
    - ``patching-constructs:ringAfterNextCycle``: a ring starts after the next cycle has begun.
    - ``patching-constructs:skippedRing``: a ring runs in a cycle without the ring before it.
    - ``patching-constructs:ringsWithSameTargets``: two rings patch the same nodes.
    - ``patching-constructs:installOutlastsBakeTime``: the installation of a ring can continue after its window, and the
      next ring has no gate that requires its end.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        schedule: the schedule that the rings follow: a cron with one time of day, or one moment. Nothing runs on its
            dates unless a ring has ``days_after=0``.
        operation: whether missing patches are reported (SCAN) or installed (INSTALL), as in `PatchSchedule`.
        rings: the rings, in the order in which they start. `add_ring` adds another one. Without rings, nothing is
            patched.
        approval: how the rings approve patches, so that a later ring gets what an earlier one has tested.
            Default: each node uses the baseline of its patch group.
        gated: whether each ring but the first patches only if the ring before it has succeeded and its ``bake_time``
            has passed since, see `PatchGate`. A `PatchGate` without ``after`` and ``bake_time`` has further conditions
            for these rings, such as ``max_failed``. A ring with a gate of its own has the conditions of that one
            instead, and still requires the ring before it. Default: False, a ring patches even if the ring before it
            has failed.
        defaults: properties of `PatchSchedule` for all rings that do not have their own.

    Raises:
        PatchingError: a property is invalid, or the rings do not start one after another.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        schedule: ScheduleExpression,
        operation: PatchOperation | str,
        rings: Sequence[PatchRing] = (),
        approval: ApprovalAlignment | None = None,
        gated: PatchGate | bool = False,
        **defaults: Unpack[RolloutOptions],
    ) -> None:
        with creating(scope, id):
            check_rollout_options("PatchRollout", defaults)
            _check_schedule(schedule)
            if approval is not None:
                check_type("approval", approval, ApprovalAlignment, "use a factory such as ApprovalAlignment.per_ring")
            check_gated("gated", gated)
            self._schedule = schedule
            self._approval = approval
            self._gated = gated
            self._defaults: Mapping[str, Any] = {**defaults, "operation": operation}
            self._planned: list[_Planned] = []
            self._problems: list[RolloutProblem] = []
            planned = self._plan(check_list_of("rings", rings, PatchRing, _RING_FACTORY), scope, id)
        super().__init__(scope, id)
        self._is_listed = False
        self._schedules: dict[str, PatchSchedule] = {}
        self._baselines: dict[str, Mapping[OperatingSystem, PatchBaseline]] = {}
        self._create(planned)

    def add_ring(self, ring: PatchRing) -> PatchSchedule:
        """Add a ring after all others, and return its schedule.

        Args:
            ring: the ring.

        Raises:
            PatchingError: the argument is not a `PatchRing`, its name is in use, it does not start after the others, or
                a `PatchMonitoring` covers the rollout already.
        """
        with located(self):
            check_type("ring", ring, PatchRing, _RING_FACTORY)
            if self._is_listed:
                fix = "create the PatchMonitoring after all rings"
                raise refusal("ring", "must be added before the rollout is monitored", repr(ring.name), fix)
            planned = self._plan([ring], self)
        self._create(planned)
        return self._schedules[ring.name]

    def ring(self, name: str) -> PatchSchedule:
        """Return the schedule of a ring.

        Raises:
            PatchingError: there is no such ring.
        """
        with located(self):
            check_type("ring name", name, str)
            if name not in self._schedules:
                near = nearest(name, self._schedules)
                rule = f"must be one of {', '.join(self._schedules)}" if self._schedules else "must have been added"
                raise refusal("ring name", rule, repr(name), f"did you mean {near!r}?" if near else "")
        return self._schedules[name]

    @property
    def rings(self) -> Mapping[str, PatchSchedule]:
        """The schedules of the rings by their names, in the order in which they start."""
        return MappingProxyType(self._schedules)

    @property
    def baselines(self) -> Mapping[str, Mapping[OperatingSystem, PatchBaseline]]:
        """The baselines by the names of the rings and the operating systems; empty without ``approval``."""
        return MappingProxyType(self._baselines)

    def _plan(self, rings: Sequence[PatchRing], scope: Construct, *ids: str) -> list[_Planned]:
        """Check rings that are added, and their order after the existing ones."""
        names = [each.ring.name for each in self._planned]
        planned: list[_Planned] = []
        for ring in rings:
            if ring.name in names:
                raise refusal("rings", "must have different names", f"{ring.name!r} twice", "rename one of them")
            names.append(ring.name)
            with located(scope, *ids, ring.name):
                planned.append(_planned(ring, self._schedule, self._defaults, freezes_of_scopes(scope)))
        every = [*self._planned, *planned]
        self._problems = check_rings(_times(every))
        if self._approval is not None:
            check_approval(self._approval, [each.ring for each in every])
        return planned

    def _create(self, planned: Sequence[_Planned]) -> None:
        if not planned:
            return
        path = self.node.path
        for each in planned:
            self._create_ring(path, each)
        warn_of_rings(self, self._problems, self._rings_with_gates())
        if self._approval is not None:
            warn_of_approval(self, self._approval)
        for each, following in pairwise(self._planned):
            if each.can_run_on and not self._awaits(following, each):
                warn_of_running_on(self, each.ring.name)

    def _create_ring(self, path: str, planned: _Planned) -> None:
        name, before = planned.ring.name, self._planned[-1] if self._planned else None
        properties = {**planned.properties, "gate": self._gate_of(planned, before)}
        warn_of_same_targets(self, planned.ring, [each.ring for each in self._planned])
        self._schedules[name] = schedule = _RingSchedule(self, path, planned.ring, properties)
        register_schedule(schedule, self, self._plan_freezes)
        self._planned.append(planned)
        if self._approval is not None:
            found = create_baselines(self._approval, schedule, planned.ring, self._planned[0].ring)
            self._baselines[name] = MappingProxyType(found)

    def _gate_of(self, planned: _Planned, before: _Planned | None) -> PatchGate | None:
        """Return the gate of a ring: its own, or that of a gated rollout."""
        gate: PatchGate | None = planned.properties.get("gate")
        if before is None:
            return gate
        return gate_of_ring(self._gated, self._schedules[before.ring.name], before.ring, gate)

    def _awaits(self, planned: _Planned, before: _Planned) -> bool:
        """Return whether a ring patches only after the one before it has ended, whatever continues after its window."""
        gate = self._gate_of(planned, before)
        return gate is not None and gate.after is self._schedules[before.ring.name]

    def _plan_freezes(self) -> Callable[[], None]:
        """Check the rings with freezes that were added to a scope or to a ring; return what warns of skipped rings.

        Raises:
            PatchingError: the rings do not start one after another.
        """
        with located(self):
            planned = [
                _planned(each.ring, self._schedule, self._defaults, freezes_of_scopes(self._schedules[each.ring.name]))
                for each in self._planned
            ]
            problems = check_rings(_times(planned))
        return partial(self._apply_freezes, planned, problems)

    def _apply_freezes(self, planned: list[_Planned], problems: Sequence[RolloutProblem]) -> None:
        self._planned = planned
        warn_of_rings(self, problems, self._rings_with_gates())

    def _rings_with_gates(self) -> list[str]:
        """Return the rings whose gate requires the success of the ring before."""
        return [each.ring.name for before, each in pairwise(self._planned) if self._awaits(each, before)]


def listed_rings(rollout: PatchRollout) -> tuple[PatchSchedule, ...]:
    """Return the schedules of all rings for use elsewhere, where a ring that is added later would be missing."""
    rollout._is_listed = True  # noqa: SLF001 - both are in this module
    return tuple(rollout.rings.values())


class _RingSchedule(PatchSchedule):
    """The schedule of a ring."""

    def __init__(self, rollout: PatchRollout, path: str, ring: PatchRing, properties: Mapping[str, Any]) -> None:
        # The metadata of the window contains it.
        self._place = rollout_metadata(path, ring.name, ring.days_after, ring.known_bake_time)
        super().__init__(rollout, ring.name, **properties)

    def _window_metadata(self) -> dict[str, object]:
        return super()._window_metadata() | {ROLLOUT: self._place}


def _times(planned: Sequence[_Planned]) -> list[RingTimes]:
    return [times for times in (each.times for each in planned) if times is not None]


def _planned(
    ring: PatchRing, base: ScheduleExpression, defaults: Mapping[str, Any], scoped: Sequence[ScopedFreeze]
) -> _Planned:
    schedule = _schedule_of(ring, base)
    properties = {**defaults, **ring.overrides, "schedule": schedule, "targets": ring.targets}
    window = checked_window(
        schedule=schedule,
        duration=properties.get("duration", DEFAULT_DURATION),
        cutoff=properties.get("cutoff", DEFAULT_CUTOFF),
        name=properties.get("window_name"),
        description=properties.get("description"),
        start_date=properties.get("start_date"),
        end_date=properties.get("end_date"),
    )
    freezes = check_list_of("freezes", properties.get("freezes", ()), PatchFreeze, FREEZE_FACTORY)
    return _Planned(ring, properties, window, frozen_by(freezes, scoped, only_scans=_only_scans(properties)))


def _only_scans(properties: Mapping[str, Any]) -> bool:
    """Return whether the patch task of a ring and the tasks before and after it are scans."""
    others = [
        task
        for name in ("before", "after")
        for task in check_list_of(name, properties.get(name, ()), WindowTask, TASK_FACTORY)
    ]
    return properties["operation"] == PatchOperation.SCAN and (not others or only_scans(others))


def _schedule_of(ring: PatchRing, base: ScheduleExpression) -> ScheduleExpression:
    schedule = at_local_time(
        _delayed(base, ring.days_after), hour=ring.hour, minute=ring.minute, time_zone=ring.time_zone
    )
    cron = schedule.rule
    if isinstance(cron, CronExpression) and any(len(values) > 1 for values in timetable(cron).times):
        raise refusal("schedule", "must have one time of day in a rollout", repr(str(schedule)), "set hour of the ring")
    return schedule


def _delayed(base: ScheduleExpression, days_after: int) -> ScheduleExpression:
    try:
        return base.delayed_by(days_after)
    except PatchingError as error:
        problem = f"days_after{error.problem.removeprefix(error.what)}"
        raise PatchingError(problem, error.fix, what="days_after") from error.__cause__


def _check_schedule(schedule: ScheduleExpression) -> None:
    check_schedule("schedule", schedule)
    if isinstance(schedule.rule, Rate):
        fix = "use a cron, for example ScheduleExpression.weekly(...)"
        raise refusal("schedule", "must be cron(...) or at(...) in a rollout", repr(str(schedule)), fix)
