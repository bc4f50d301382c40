"""The roles that the schedules of a fleet share: one that runs their patch commands, and one that publishes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_sns import ITopicRef
from constructs import Construct

from patching_constructs.constructs._task_roles import WindowRoles, allow_publishing
from patching_constructs.constructs.patch_schedule import TASK_ID, PatchSchedule
from patching_constructs.properties.command import (
    OPERATION,
    RUN_PATCH_BASELINE,
    RUN_PATCH_BASELINE_WITH_HOOKS,
    PatchOperation,
)
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.task_actions import RunCommand, TaskType
from patching_constructs.properties.task_options import TaskOptions

# The permissions do not depend on them.
_REQUIRED_PARAMETERS: Final = ((OPERATION, (PatchOperation.INSTALL.value,)),)


class FleetRoles:
    """The roles of a fleet. Each is created for the first schedule that requires it."""

    def __init__(self, fleet: Construct) -> None:
        """Take the fleet."""
        self._roles = WindowRoles(fleet)
        self._topics: list[ITopicRef] = []
        self._grants: list[iam.Grant] = []
        self.publisher: iam.Role | None = None

    @property
    def runner(self) -> iam.Role | None:
        """The role that runs the patch commands."""
        return self._roles.runners.get(TaskType.RUN_COMMAND)

    def shared_by(self, properties: Mapping[str, Any], *, is_gated: bool) -> dict[str, Any]:
        """Return the properties of a schedule that refer to the roles; none without a notification.

        A schedule keeps a role of its own, and one with a gate has another one, which starts its runbook.

        Args:
            properties: the properties of the schedule.
            is_gated: whether it gets a gate from its rollout.
        """
        notification = properties.get("notification")
        if not isinstance(notification, CommandNotification):
            return {}
        if notification.role is None:
            notification = replace(notification, role=self._publisher_to(notification))
        shared: dict[str, Any] = {"notification": notification}
        if is_gated or properties.get("role") is not None or properties.get("gate") is not None:
            return shared
        document = RUN_PATCH_BASELINE_WITH_HOOKS if properties.get("hooks") else RUN_PATCH_BASELINE
        action = RunCommand(document=document, parameters=_REQUIRED_PARAMETERS, notification=notification)
        roles = self._roles.roles_of(TaskOptions(id=TASK_ID, action=action), prefix="", has_targets=True)
        runner = cast("iam.Role", roles.created_runner)
        # Its policy contains everything, so that no schedule adds another one.
        return {**shared, "role": runner.without_policy_updates()}

    def precede(self, schedule: PatchSchedule) -> None:
        """Create the policies before the schedule, because a window can open while the stack is being deployed.

        The whole schedule depends on them, because a freeze that is added later adds tasks to it.
        """
        for grant in self._grants:
            grant.apply_before(schedule)

    def _publisher_to(self, notification: CommandNotification) -> iam.Role:
        if self.publisher is None:
            role, grant = self._roles.publisher(notification, prefix="")
            self.publisher = cast("iam.Role", role)
        elif notification.topic not in self._topics:
            grant = allow_publishing(self.publisher, notification.topic)
        else:
            return self.publisher
        self._topics.append(notification.topic)
        self._grants.append(cast("iam.Grant", grant))
        return self.publisher
