"""The tasks of windows: as the task that patches of a `PatchSchedule`, or as any other task of a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from patching_constructs.adoption.actions import PREFIX, Action, action_of, role, run_command
from patching_constructs.adoption.code import Call, Expression, Items, Literal, Name
from patching_constructs.adoption.given import (
    Given,
    NotAdoptableError,
    is_token,
    refusals_as_reasons,
    shown,
    text,
    whole,
)
from patching_constructs.adoption.members import member, rate
from patching_constructs.adoption.patch_command import patch_properties
from patching_constructs.adoption.scope import Scope
from patching_constructs.properties.command import OPERATION, PATCH_DOCUMENTS, PatchOperation
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.document_parameters import ASSUME_ROLE
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import Automation, TaskType
from patching_constructs.properties.task_options import check_task_targets
from patching_constructs.properties.window_tasks import WindowTask
from patching_constructs.ssm.documents import find_document, name_of
from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS
from patching_constructs.template.maintenance_windows import INVOCATION_PARAMETERS

_PARAMETERS: Final = f"{PREFIX}.{INVOCATION_PARAMETERS[TaskType.RUN_COMMAND]}.Parameters"


@dataclass(frozen=True, slots=True)
class AdoptedTask:
    """A task, in both forms that it can have."""

    logical_id: str
    priority: object
    """As the template has it."""
    targets: object
    """As the template has them."""
    target_ids: Sequence[str]
    """The logical ids of the targets that it runs on."""
    action: Action
    options: Mapping[str, Expression]
    """The options that every task has."""
    cutoff_behavior: Expression | None
    others: dict[str, Any]
    """The properties that the constructs do not have, by their paths."""

    @property
    def can_be_patch_task(self) -> bool:
        """Whether it runs a patch document on targets."""
        return self.action.type is TaskType.RUN_COMMAND and self.action.document in PATCH_DOCUMENTS

    @property
    def scans(self) -> bool:
        """Whether it runs a patch document that only scans."""
        return self.action.parameters.get(OPERATION) in (PatchOperation.SCAN, [PatchOperation.SCAN])

    def order(self) -> tuple[int, int]:
        """Return the key of the order in which the tasks start; a priority that is unknown is the last one."""
        return (1, 0) if is_token(self.priority) else (0, whole(self.priority))

    def as_patch_task(self, scope: Scope) -> tuple[dict[str, Expression], dict[str, Any], list[str]]:
        """Return the properties of a `PatchSchedule`, properties to override in the template, and notes.

        Raises:
            NotAdoptableError: a `PatchSchedule` has no such task.
        """
        document = str(self.action.document)
        properties, others = patch_properties(document, self.action.parameters)
        if "notification" in self.action.options and "role" not in self.options:
            raise NotAdoptableError(_NO_ROLE)
        scope.evaluate_all(properties)
        given = {**properties, **self.options, **self.action.options}
        notes = []
        if self.cutoff_behavior is not None:
            given["cutoff_behavior"] = self.cutoff_behavior
        elif given["operation"] != Name("PatchOperation.SCAN"):
            given["cutoff_behavior"] = Name("CutoffBehavior.CONTINUE_TASK")
            notes.append(_CONTINUES)
        return given, {f"{_PARAMETERS}.{name}": value for name, value in others.items()}, notes

    def as_other_task(self, scope: Scope, id_: str, targets: Sequence[PatchTarget]) -> tuple[Expression, list[str]]:
        """Return the task with the id of its construct, and notes.

        Args:
            scope: the scope.
            id_: the id.
            targets: the targets of the window.

        Raises:
            NotAdoptableError: the constructs have no such task.
        """
        factory = self.action.factory or run_command(self.action.document, self.action.parameters)
        notes = []
        options = {"id": Literal(id_), **self.options, **self.action.options}
        if self.cutoff_behavior is not None:
            options["cutoff_behavior"] = self.cutoff_behavior
        elif scope.evaluate(factory).cutoff_behavior is not None:
            options["cutoff_behavior"] = Name("CutoffBehavior.CONTINUE_TASK")
            notes.append(_CONTINUES)
        if "role" not in self.options:
            if self.action.type is not TaskType.RUN_COMMAND or "notification" in self.action.options:
                raise NotAdoptableError(_NO_ROLE)
            options["service_linked_role"] = Literal(value=True)
        if not self.target_ids and targets:
            options["targets"] = Items([])
        found = Call("with_options", named=options, of=factory)
        _check(scope.evaluate(found), targets)
        return found, notes


def _check(task: WindowTask, targets: Sequence[PatchTarget]) -> None:
    action = task.action
    if isinstance(action, Automation) and action.gets_a_role:
        raise NotAdoptableError(f"{ASSUME_ROLE} is missing: the constructs would create a role for {action.name}")
    if task.targets is None:
        with refusals_as_reasons():
            check_task_targets(task, targets)


_NO_ROLE: Final = "the task has no ServiceRoleArn: the constructs would create a role"
_CONTINUES: Final = "CutoffBehavior CONTINUE_TASK, the default of the service, is written out"


def adopted_task(logical_id: str, properties: object, scope: Scope) -> AdoptedTask:
    """Return a task.

    Raises:
        NotAdoptableError: the constructs have no such task.
    """
    others: dict[str, Any] = {}
    given = Given(properties, others=others)
    given.take("WindowId")
    targets, target_ids = given.peek("Targets"), _target_ids(given)
    options: dict[str, Expression] = {}
    for key, name in (("MaxConcurrency", "max_concurrency"), ("MaxErrors", "max_errors")):
        value = given.take(key)
        if value is None and target_ids:
            raise NotAdoptableError(f"{key} is missing, which a task with targets requires")
        if value is not None:
            options[name] = rate(value)
    if (arn := given.take("ServiceRoleArn")) is not None:
        options["role"] = role(scope, f"{logical_id}Role", arn)
    if (name := given.take("Name")) is not None:
        options["task_name"] = text(name)
    if (description := given.take("Description")) is not None:
        options["task_description"] = text(description)
    cutoff = given.take("CutoffBehavior")
    deprecated = given.peek(_DEPRECATED)
    found = AdoptedTask(
        logical_id=logical_id,
        priority=given.required("Priority"),
        targets=targets,
        target_ids=target_ids,
        action=action_of(given, given.take("TaskType"), scope, logical_id),
        options=options,
        cutoff_behavior=None if cutoff is None else member(CutoffBehavior, cutoff),
        others=others,
    )
    given.finish()
    found.order()
    if deprecated is not None:
        _check_parameters(found)
    return found


_DEPRECATED: Final = "TaskParameters"


def _check_parameters(task: AdoptedTask) -> None:
    """Check that a task with the deprecated parameters requires none of those that the constructs have.

    Raises:
        NotAdoptableError: its document requires parameters, and gets none but the deprecated ones.
    """
    document = find_document(name_of(str(task.action.document)))
    if document is None or task.action.parameters:
        return
    if any(each.required for each in document.parameters.values()):
        path = f"{PREFIX}.{INVOCATION_PARAMETERS[task.action.type]}.Parameters"
        problem = f"{_DEPRECATED} of {task.logical_id} is deprecated, and no construct has it"
        raise NotAdoptableError(f"{problem}; move its parameters to {path}")


def _target_ids(given: Given) -> list[str]:
    found = []
    for entry in given.mappings("Targets"):
        if entry.take("Key") != WINDOW_TARGET_IDS:
            raise NotAdoptableError("it runs on nodes that are no target of the window")
        for value in entry.each("Values"):
            match value:
                case {"Ref": str(logical_id)}:
                    found.append(logical_id)
                case _ if is_token(value):
                    raise NotAdoptableError(f"the target that it runs on is unknown until deployment: {shown(value)}")
                case _:
                    raise NotAdoptableError("it runs on a target of another template")
    return found
