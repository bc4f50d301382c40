"""The options that every task of a maintenance window has, whatever it runs.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Self, get_args

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import (
    check_count,
    check_flag,
    check_length,
    check_list_of,
    check_literal,
    check_reference,
    check_type,
)
from patching_constructs.properties._durations import Length, whole
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.pseudo_parameters import check_without_targets
from patching_constructs.properties.rate_control import RateControl, check_max_concurrency
from patching_constructs.properties.targets import PatchTarget, TargetFilter, TargetResourceType
from patching_constructs.properties.task_actions import Automation, RunCommand, TaskAction, TaskType
from patching_constructs.ssm import limits, runbooks
from patching_constructs.ssm.target_keys import INSTANCE_IDS, TAG, TAG_KEY, is_hybrid

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_iam import IRoleRef

DEFAULT_RATE: Final = RateControl.percentage(10)
_RATES: Final = ("max_concurrency", "max_errors")
_FACTORIES: Final = "use a factory such as WindowTask.run_command(document)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOptions:
    """A task of a maintenance window: what it runs, on which targets, and how.

    Raises:
        PatchingError: a property is invalid, or two properties cannot be used together.
    """

    id: str
    """The id of the construct of the task, unique in the window."""
    action: TaskAction
    """What it runs; use a factory."""
    targets: tuple[PatchTarget, ...] | None = None
    """The targets; an empty tuple for none. Default: the targets of the window."""
    max_concurrency: RateControl | None = None
    """Default: with targets, 10 percent of them."""
    max_errors: RateControl | None = None
    """Default: with targets, 10 percent of them."""
    cutoff_behavior: CutoffBehavior | None = None
    """Default: that of the factory; otherwise the service's default, the task continues."""
    role: "IRoleRef | None" = None
    """The role that runs the task. Default: a role of the window."""
    service_linked_role: bool = False
    """Whether the service-linked role of Systems Manager runs the task. Default: False."""
    task_name: str | None = None
    """Default: none."""
    task_description: str | None = None
    """Default: none."""

    def __post_init__(self) -> None:
        _check_id(self.id)
        check_type("WindowTask action", self.action, get_args(TaskAction), _FACTORIES)
        for name in _RATES:
            _check_rate(name, getattr(self, name))
        if self.max_concurrency is not None:
            check_max_concurrency(self.max_concurrency, "to pause patching, use enabled=False")
        if self.cutoff_behavior is not None:
            check_literal("cutoff_behavior", self.cutoff_behavior, CutoffBehavior)
        check_resource_name("task_name", self.task_name)
        if self.task_description is not None:
            check_length("task_description", self.task_description, limits.DESCRIPTION_LENGTH)
        _check_roles(self)
        if self.targets is not None:
            object.__setattr__(self, "targets", _checked_targets(self.targets))
            check_task_targets(self, self.targets)

    def with_options(
        self,
        *,
        id: str | None = None,  # noqa: A002 - the CDK's name for it
        targets: Sequence[PatchTarget] | None = None,
        max_concurrency: RateControl | None = None,
        max_errors: RateControl | None = None,
        cutoff_behavior: CutoffBehavior | None = None,
        role: "IRoleRef | None" = None,
        service_linked_role: bool | None = None,
        task_name: str | None = None,
        task_description: str | None = None,
        document_version: str | None = None,
        comment: str | None = None,
        start_timeout: Length | None = None,
        output: CommandOutput | None = None,
        notification: CommandNotification | None = None,
    ) -> Self:
        """Return the task with other options; those that are not given are unchanged.

        Args:
            id: the id of its construct. Set it if a window has two tasks of one kind.
            targets: the targets, at most 10; ``[]`` for a task without targets, which Run Command does not support.
                Default: the targets of the window.
            max_concurrency: how many targets run concurrently, at least 1. Only with targets. Default: 10 percent.
            max_errors: the number of errors after which the task stops. Only with targets. Default: 10 percent.
            cutoff_behavior: what happens at the cutoff to a running task. Default: that of the factory.
            role: the role that runs the task. Policies in this stack grant it what the task requires, and
                ``iam:PassRole`` on the roles that the task passes, unless it was imported as immutable. Default: a role
                of the window for the tasks of this type.
            service_linked_role: whether the service-linked role runs the task, which AWS no longer recommends. Only for
                a Run Command task without a notification. Default: False.
            task_name: the task's name, 3-128 letters, digits, ``_``, ``-`` and ``.``. Default: none.
            task_description: the task's description, 1-128 characters. Default: none.
            document_version: the version of the document: ``$DEFAULT``, ``$LATEST`` or a number. For Run Command and
                Automation. Default: the default version.
            comment: a comment on the command, 1-100 characters. For Run Command. Default: none.
            start_timeout: the time within which a node must **start** the command, from 30 seconds to 30 days. For Run
                Command. Default: the service's.
            output: where the nodes write the output. For Run Command. Default: none.
            notification: the topic for changes of the command's status. For Run Command. Default: none.

        Raises:
            PatchingError: an option is invalid, or the task does not have it.
        """
        seconds = whole_seconds("start_timeout", start_timeout, limits.START_TIMEOUT_SECONDS)
        action = _changed(
            self.action,
            document_version=document_version,
            comment=comment,
            start_timeout_seconds=seconds,
            output=output,
            notification=notification,
        )
        options = {
            "id": id,
            "targets": targets,
            "max_concurrency": max_concurrency,
            "max_errors": max_errors,
            "cutoff_behavior": cutoff_behavior,
            "role": role,
            "service_linked_role": service_linked_role,
            "task_name": task_name,
            "task_description": task_description,
        }
        given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        return replace(self, action=action, **given)


def check_task_targets(task: TaskOptions, targets: Sequence[PatchTarget]) -> None:
    """Check a task with its own targets, or with those of its window.

    Raises:
        PatchingError: it requires targets, or other targets, or an option requires them.
    """
    if targets:
        _check_resources(task.action, targets)
        return
    if isinstance(task.action, RunCommand):
        fix = "add PatchTarget.tag(key, value)"
        rule = f"must have 1-{limits.TASK_TARGETS} items, because task {task.id} runs a command on them"
        raise refusal("targets", rule, 0, fix)
    for name in _RATES:
        value = getattr(task, name)
        if value is not None:
            raise refusal(name, "requires a task with targets", repr(str(value)), "leave it out, or set targets")
    check_without_targets(task.action.texts())


def whole_seconds(what: str, length: Length | None, bounds: tuple[int, int]) -> float | None:
    """Return a duration in seconds; None if it is not given.

    Raises:
        PatchingError: the duration is not within the bounds, or not in whole seconds.
    """
    return None if length is None else whole(what, length, "seconds", bounds)


_IN_MESSAGES: Final = {"start_timeout_seconds": "start_timeout"}
_TYPES: Final = {
    TaskType.RUN_COMMAND: "Run Command",
    TaskType.AUTOMATION: "Automation",
    TaskType.LAMBDA: "Lambda",
    TaskType.STEP_FUNCTIONS: "Step Functions",
}


def _changed(action: TaskAction, **options: object) -> TaskAction:
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    known = {each.name for each in fields(action)}
    for name, value in given.items():
        if name not in known:
            what = _IN_MESSAGES.get(name, name)
            rule = f"cannot be used with a task of type {_TYPES[action.type]}"
            raise refusal(what, rule, shown(value), "leave it out")
    return replace(action, **given) if given else action


def _check_id(id: str) -> None:  # noqa: A002
    check_type("id", id, str)
    if not id or "/" in id:
        raise refusal("id", "must be a nonempty string without slashes", repr(id))
    if is_unresolved(id):
        raise refusal("id", "must be known when the app is synthesized", "a token", "write a text")


def _checked_targets(targets: Sequence[PatchTarget]) -> tuple[PatchTarget, ...]:
    found = check_list_of("targets", targets, PatchTarget, "write PatchTarget.tag(key, value)")
    check_count("targets", found, most=limits.TASK_TARGETS, fix="split the task, or select more nodes by one tag")
    return found


def _check_rate(what: str, limit: RateControl | None) -> None:
    if limit is not None:
        check_type(what, limit, RateControl, "write RateControl.count(...) or RateControl.percentage(...)")


def _check_roles(task: TaskOptions) -> None:
    if task.role is not None:
        check_reference("role", task.role, "IRoleRef", "pass an iam.Role, or use iam.Role.from_role_arn(...)")
    check_flag("service_linked_role", task.service_linked_role)
    if not task.service_linked_role:
        return
    if task.role is not None:
        raise refusal("service_linked_role", "cannot be used with role", "both", "keep only one of them")
    rule = "requires a Run Command task without a notification"
    if not isinstance(task.action, RunCommand):
        raise refusal("service_linked_role", rule, f"a task of type {_TYPES[task.action.type]}", "leave it out")
    if task.action.notification is not None:
        raise refusal("service_linked_role", rule, "a task with a notification", "leave it out")


def _check_resources(action: TaskAction, targets: Sequence[PatchTarget]) -> None:
    """Check that a runbook that runs on each target gets resources of its type, and finds them."""
    match action:
        case Automation(name=runbook, resource_type=runbooks.EC2_VOLUME):
            _check_volumes(runbook, targets)
        case Automation(name=runbook, resource_type=runbooks.EC2_INSTANCE):
            _check_instances(runbook, [each for target in targets for each in target.filters])
        case _:
            pass


def _check_volumes(runbook: str, targets: Sequence[PatchTarget]) -> None:
    nodes = next((each for each in targets if each.resource_type == TargetResourceType.INSTANCE), None)
    if nodes is not None:
        rule = f"must be resource groups for {runbook}, which runs on {runbooks.EC2_VOLUME}"
        fix = f"use PatchTarget.resource_group(name, {runbooks.EC2_VOLUME!r})"
        raise refusal("targets", rule, repr(nodes.filters[0].key), fix)


def _check_instances(runbook: str, filters: Sequence[TargetFilter]) -> None:
    hybrid = next((id_ for each in filters if each.key == INSTANCE_IDS for id_ in each.values if is_hybrid(id_)), None)
    if hybrid is not None:
        raise refusal("targets", f"must be EC2 instances for {runbook}", repr(hybrid))
    by_tag = next((each.key for each in filters if each.key.startswith((TAG, TAG_KEY))), None)
    if by_tag is not None and runbook == runbooks.START_INSTANCES:
        rule = f"must be instance IDs or a resource group for {runbook}, which finds no stopped nodes by tag"
        fix = "use PatchTarget.instance_ids(...), .instances(...) or .resource_group(...)"
        raise refusal("targets", rule, repr(by_tag), fix)
