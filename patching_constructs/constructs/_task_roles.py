"""The roles of a window: those that run its tasks, publish notifications, and run the runbooks.

A task role passes the other two to the service with ``iam:PassRole``. Confusing the roles of a notification is a
frequently reported mistake with maintenance windows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-notifications.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-maintenance-permissions.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from aws_cdk import aws_iam as iam
from aws_cdk.aws_sns import TopicGrants
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_sns import ITopicRef
from constructs import Construct, IConstruct

from patching_constructs.constructs._child_ids import RUNNERS, OfTask, runbook_role_id
from patching_constructs.constructs._role_policies import attached_policy, shared_policy
from patching_constructs.constructs._task_permissions import (
    PASS_ROLE,
    SYSTEMS_MANAGER,
    Allowed,
    permissions,
    runbook_permission,
)
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.task_actions import Automation, RunCommand, TaskType
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.ssm.runbooks import RUNBOOK_PERMISSIONS

# The names are a public contract, as the ids of the roles are.
_POLICY_NAMES: Final = {
    TaskType.RUN_COMMAND: "RunPatchCommand",
    TaskType.AUTOMATION: "StartRunbooks",
    TaskType.LAMBDA: "InvokeFunctions",
    TaskType.STEP_FUNCTIONS: "StartStateMachines",
}


@dataclass(frozen=True, slots=True)
class TaskRoles:
    """The roles of one task, and the permissions that they require."""

    runner: IRoleRef | None = None
    """The role that runs the task; None for the service-linked role."""
    publisher: IRoleRef | None = None
    runbook: IRoleRef | None = None
    created_runner: iam.Role | None = None
    created_publisher: iam.Role | None = None
    publishing: iam.Grant | None = None
    calling: iam.Policy | None = None
    """The policy of a given role for what the tasks of the stack run."""
    passing: iam.Policy | None = None

    def precede(self, task: IConstruct) -> None:
        """Create the policies before the task, because a window can open while the stack is being deployed."""
        if self.publishing:
            self.publishing.apply_before(task)
        for policy in (self.calling, self.passing):
            if policy:
                task.node.add_dependency(policy)


class WindowRoles:
    """The roles that a window creates: one for the tasks of each type, and one for each runbook."""

    def __init__(self, scope: Construct) -> None:
        """Take the window."""
        self._scope = scope
        self._policies: dict[TaskType, _Policy] = {}
        self.runners: dict[TaskType, iam.Role] = {}
        self.runbooks: dict[str, iam.Role] = {}

    def roles_of(self, task: TaskOptions, *, prefix: str, has_targets: bool) -> TaskRoles:
        """Return the roles of a task. Those that are not given are created; a given one gets the permissions.

        Args:
            task: the task.
            prefix: what the ids of its own roles and policies begin with.
            has_targets: whether the task runs on targets.
        """
        action = task.action
        notification = action.notification if isinstance(action, RunCommand) else None
        if notification is None and task.service_linked_role:
            return TaskRoles()
        publisher, publishing = self.publisher(notification, prefix)
        runbook = self._runbook(action) if isinstance(action, Automation) else None
        passed = [role for role in (publisher, runbook) if role is not None]
        roles = TaskRoles(
            publisher=publisher,
            runbook=runbook,
            created_publisher=cast("iam.Role", publisher) if publishing else None,
            publishing=publishing,
        )
        if task.role is None:
            created = self._runner(task, passed, has_targets=has_targets)
            return replace(roles, runner=created, created_runner=created)
        attachable = self._attachable(task.role, prefix)
        calling = shared_policy(self._scope, attachable, _path(task.role, attachable))
        calling.add_statements(*(each.statement() for each in permissions(action, has_targets=has_targets)))
        passing = self._allow_passing(attachable, passed, prefix) if passed else None
        return replace(roles, runner=task.role, calling=calling, passing=passing)

    def allow_targets(self, task: TaskOptions, roles: TaskRoles) -> None:
        """Allow the role of a task to find targets, which the task got later."""
        allowed = permissions(task.action, has_targets=True)
        if roles.created_runner is not None:
            self._policies[task.action.type].allow(allowed)
        elif roles.calling is not None:
            roles.calling.add_statements(*(each.statement() for each in allowed))

    # --- The role that runs the task ------------------------------------------------------------------

    def _runner(self, task: TaskOptions, passed: Sequence[IRoleRef], *, has_targets: bool) -> iam.Role:
        kind = task.action.type
        allowed = [*permissions(task.action, has_targets=has_targets)]
        if passed:
            allowed.append(_pass(passed))
        if kind in self.runners:
            self._policies[kind].allow(allowed)
            return self.runners[kind]
        self._policies[kind] = policy = _Policy(allowed)
        self.runners[kind] = iam.Role(
            self._scope,
            RUNNERS[kind],
            assumed_by=iam.ServicePrincipal(SYSTEMS_MANAGER),
            inline_policies={_POLICY_NAMES[kind]: policy.document},
        )
        return self.runners[kind]

    def _allow_passing(self, role: iam.IRole, passed: Sequence[IRoleRef], prefix: str) -> iam.Policy:
        """Grant the given role permission to pass other roles. An immutable role is not changed."""
        statements = [_pass(passed).statement()]
        return attached_policy(self._scope, OfTask.POLICY.id_of(prefix), role, statements, part=prefix)

    def _attachable(self, role: IRoleRef, prefix: str) -> iam.IRole:
        # IRoleRef has only a name and an ARN. Whether it is an L2 role is known only at run time.
        if hasattr(role, "attach_inline_policy"):
            return cast("iam.IRole", role)
        return iam.Role.from_role_name(self._scope, OfTask.GIVEN_ROLE.id_of(prefix), role.role_ref.role_name)

    # --- The roles that it passes ---------------------------------------------------------------------

    def publisher(
        self, notification: CommandNotification | None, prefix: str
    ) -> tuple[IRoleRef | None, iam.Grant | None]:
        """Return the role that publishes notifications, and what it was granted if it was created."""
        if notification is None:
            return None, None
        if notification.role is not None:
            return notification.role, None
        assumed_by = iam.ServicePrincipal(SYSTEMS_MANAGER)
        role = iam.Role(self._scope, OfTask.PUBLISHER.id_of(prefix), assumed_by=assumed_by)
        return role, allow_publishing(role, notification.topic)

    def _runbook(self, action: Automation) -> IRoleRef | None:
        name = action.name
        if not action.gets_a_role:
            return action.runbook_role
        if name not in self.runbooks:
            allowed = [runbook_permission(each) for each in RUNBOOK_PERMISSIONS[name]]
            self.runbooks[name] = iam.Role(
                self._scope,
                runbook_role_id(name),
                assumed_by=iam.ServicePrincipal(SYSTEMS_MANAGER),
                inline_policies={"RunRunbook": _Policy(allowed).document},
            )
        return self.runbooks[name]


class _Policy:
    """A policy to which further permissions can be added: one statement for each set of actions."""

    def __init__(self, allowed: Sequence[Allowed]) -> None:
        self._allowed = {each.actions: (each.statement(), set(each.resources)) for each in allowed}
        self.document = iam.PolicyDocument(statements=[statement for statement, _ in self._allowed.values()])

    def allow(self, allowed: Iterable[Allowed]) -> None:
        for each in allowed:
            if each.actions not in self._allowed:
                self._allowed[each.actions] = each.statement(), set(each.resources)
                self.document.add_statements(self._allowed[each.actions][0])
                continue
            statement, resources = self._allowed[each.actions]
            missing = [resource for resource in each.resources if resource not in resources]
            if missing:
                statement.add_resources(*missing)
                resources.update(missing)


def _path(given: IRoleRef, attachable: iam.IRole) -> str:
    """Return the path of a given role; of a bare reference, that of the role that stands for it."""
    return given.node.path if isinstance(given, Construct) else attachable.node.path


def _pass(roles: Iterable[IRoleRef]) -> Allowed:
    return Allowed(PASS_ROLE, tuple(role.role_ref.role_arn for role in roles))


def allow_publishing(role: iam.Role, topic: ITopicRef) -> iam.Grant:
    """Allow a role to publish to a topic, and to use its key if the topic is an encrypted L2 construct."""
    # TopicGrants.publish() would grant kms:GenerateDataKey*, which is more than SNS documents as required.
    return TopicGrants.from_topic(topic).actions(
        role, ["sns:Publish"], key_actions=["kms:Decrypt", "kms:GenerateDataKey"]
    )
