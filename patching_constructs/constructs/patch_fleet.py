"""PatchFleet: the common case in one construct, a patch group with its baselines, schedules, roles and nodes.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_iam as iam
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._validation import check_type
from patching_constructs.constructs._fleet_baselines import created_baselines, planned_baselines
from patching_constructs.constructs._fleet_nodes import NodeAccess
from patching_constructs.constructs._fleet_rings import ring_of_fleet, ring_targets
from patching_constructs.constructs._fleet_roles import FleetRoles
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs.fleet_schedule import FleetRollout, FleetSchedule
from patching_constructs.constructs.patch_baseline import PatchBaseline
from patching_constructs.constructs.patch_nodes import PatchNodes
from patching_constructs.constructs.patch_ring import PatchRing
from patching_constructs.constructs.patch_rollout import PatchRollout
from patching_constructs.constructs.patch_schedule import PatchSchedule
from patching_constructs.properties.approval import PatchRule
from patching_constructs.properties.command import PatchOperation
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule._schedule_argument import check_schedule
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm.operating_systems import OperatingSystem

if TYPE_CHECKING:
    from patching_constructs.constructs._hosts import PatchableHost

_ROLLOUT_FACTORY: Final = "write FleetRollout(schedule, rings=[...])"


class PatchFleet(Construct):
    """The common case in one construct: a patch group, its baselines, a scan schedule and an install schedule.

    It consists of public constructs, each of which is a property. The baseline of an operating system is the child
    ``WINDOWS-Baseline``, ``UBUNTU-Baseline``, ..., the schedules are ``Scan`` and ``Install``, a rollout is
    ``Rollout``, and the roles for notifications are ``TaskRole`` and ``NotificationRole``: adding an operating system
    or a ring does not change other logical IDs. It creates no bucket, log group or topic.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        patch_group: the patch group, as a `PatchGroup` or by name.
        operating_systems: the operating systems of the nodes, at least 1. For each, a baseline is created; a
            `PatchBaseline` is used instead for its operating system, and gets the patch group.
        scan: when missing patches are reported, as a schedule, or as a `FleetSchedule` with further properties.
        install: when the missing patches are installed on all nodes, with reboots as in `PatchSchedule`: a schedule, or
            a `FleetSchedule` with further properties. Default: none, then ``rollout`` is required.
        rollout: how the missing patches are installed in rings. Default: none, then ``install`` is required.
        rules: the rules of the new baselines, or a function that returns those of an operating system.
            Default: ``PatchRule.security_patches`` of the operating system.
        output: where the nodes write the output of all schedules. Default: none.
        notification: the topic for all schedules. Default: none.

    Raises:
        PatchingError: a property is invalid, or there are both ``install`` and ``rollout``, or neither.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        patch_group: PatchGroup | str,
        operating_systems: Sequence[OperatingSystem | PatchBaseline],
        scan: ScheduleExpression | FleetSchedule,
        install: ScheduleExpression | FleetSchedule | None = None,
        rollout: FleetRollout | None = None,
        rules: Sequence[PatchRule] | Callable[[OperatingSystem], Sequence[PatchRule]] | None = None,
        output: CommandOutput | None = None,
        notification: CommandNotification | None = None,
    ) -> None:
        with creating(scope, id):
            check_type("patch_group", patch_group, (PatchGroup, str))
            group = patch_group if isinstance(patch_group, PatchGroup) else PatchGroup(patch_group)
            _check_times(scan, install, rollout)
            if output is not None:
                check_type("output", output, CommandOutput, "write CommandOutput(...)")
            if notification is not None:
                check_type("notification", notification, CommandNotification, "write CommandNotification(...)")
            targets = [ring_targets(ring, group) for ring in rollout.rings] if rollout else []
            plan = planned_baselines(operating_systems, rules, scope, id)
        super().__init__(scope, id)
        self._group = group
        self._defaults = {"output": output, "notification": notification}
        self._roles = FleetRoles(self)
        self._access = NodeAccess()
        self._baselines = created_baselines(self, plan, group)
        self._scan = self._schedule("Scan", scan, PatchOperation.SCAN)
        self._install = None if install is None else self._schedule("Install", install, PatchOperation.INSTALL)
        self._rollout = None if rollout is None else self._rings(rollout, targets)

    def add_nodes(self, *hosts: "PatchableHost") -> iam.Grant:
        """Add nodes: they join the patch group, and their role gets the permissions for the commands of the schedules.

        It is ``join`` and ``grant_patching`` of `PatchNodes`, with the output and the overrides of all schedules that
        were created with the fleet.

        Args:
            hosts: the constructs that create the nodes, at least 1, see `PatchNodes`.

        Returns:
            A grant that combines all grants. It succeeds if at least one of them does.

        Raises:
            PatchingError: a host has another type, or was imported; or its nodes cannot join the patch group.
        """
        with located(self):
            if not hosts:
                raise refusal("hosts", "must have at least 1 item", 0)
            nodes = [PatchNodes.of(host) for host in hosts]
        grants: list[iam.Grant] = []
        for each in nodes:
            each.join(self._group)
            grants += self._access.grants(each)
        return reduce(lambda one, other: one.combine(other), grants)

    # --- What it consists of --------------------------------------------------------------------------

    @property
    def patch_group(self) -> PatchGroup:
        """The patch group of the nodes."""
        return self._group

    @property
    def baselines(self) -> Mapping[OperatingSystem, PatchBaseline]:
        """The baseline of each operating system."""
        return MappingProxyType(self._baselines)

    @property
    def scan_schedule(self) -> PatchSchedule:
        """The schedule that reports missing patches."""
        return self._scan

    @property
    def install_schedule(self) -> PatchSchedule | None:
        """The schedule that installs missing patches; None with a rollout."""
        return self._install

    @property
    def rollout(self) -> PatchRollout | None:
        """The rollout that installs missing patches in rings; None with an install schedule.

        A ring that is added later has its own roles, and its targets must contain the patch group.
        """
        return self._rollout

    @property
    def task_role(self) -> iam.Role | None:
        """The created role that runs the patch commands of all schedules with a notification; None without one.

        It is not used by a schedule with ``role`` or with a gate.
        """
        return self._roles.runner

    @property
    def notification_role(self) -> iam.Role | None:
        """The created role that publishes the notifications; None if a role was given, or without a notification."""
        return self._roles.publisher

    # --- The schedules --------------------------------------------------------------------------------

    def _schedule(
        self, name: str, times: ScheduleExpression | FleetSchedule, operation: PatchOperation
    ) -> PatchSchedule:
        times = times if isinstance(times, FleetSchedule) else FleetSchedule(times)
        created = PatchSchedule(
            self,
            name,
            schedule=times.schedule,
            targets=[PatchTarget.patch_group(self._group)],
            operation=operation,
            **self._properties(times.options),
        )
        self._roles.precede(created)
        return created

    def _rings(self, rollout: FleetRollout, targets: Sequence[tuple[PatchTarget, ...]]) -> PatchRollout:
        created = PatchRollout(
            self,
            "Rollout",
            schedule=rollout.schedule,
            operation=PatchOperation.INSTALL,
            rings=[
                ring_of_fleet(ring, selected, self._ring_properties(rollout, ring))
                for ring, selected in zip(rollout.rings, targets, strict=True)
            ],
            gated=rollout.gated,
            **{**self._defaults, **rollout.defaults},
        )
        for schedule in created.rings.values():
            self._roles.precede(schedule)
        return created

    def _ring_properties(self, rollout: FleetRollout, ring: PatchRing) -> dict[str, Any]:
        is_gated = bool(rollout.gated) and ring is not rollout.rings[0]
        return self._properties({**rollout.defaults, **ring.overrides}, is_gated=is_gated)

    def _properties(self, options: Mapping[str, Any], *, is_gated: bool = False) -> dict[str, Any]:
        """Return the properties of a schedule: its own, those of the fleet, and the shared roles."""
        properties = {**self._defaults, **options}
        self._access.add(properties)
        return {**properties, **self._roles.shared_by(properties, is_gated=is_gated)}


def _check_times(
    scan: ScheduleExpression | FleetSchedule,
    install: ScheduleExpression | FleetSchedule | None,
    rollout: FleetRollout | None,
) -> None:
    check_schedule("scan", scan, FleetSchedule)
    if install is not None:
        check_schedule("install", install, FleetSchedule)
    if rollout is not None:
        check_type("rollout", rollout, FleetRollout, _ROLLOUT_FACTORY)
    if (install is None) is (rollout is None):
        fix = "set install to patch all nodes at once" if install is None else "leave one of them out"
        got = "neither" if install is None else "both"
        raise refusal("PatchFleet", "requires either install or rollout", got, fix)
