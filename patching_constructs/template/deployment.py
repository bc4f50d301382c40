"""A deployment: everything that templates deploy to one account and Region, by kind, with what refers to what."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar, overload

from patching_constructs.planning.coverage import Selection
from patching_constructs.ssm.operating_systems import OperatingSystem
from patching_constructs.template.associations import ASSOCIATION, Association
from patching_constructs.template.baselines import BASELINE, Baseline
from patching_constructs.template.commands import Command
from patching_constructs.template.event_rules import EVENT_RULE, EventRule
from patching_constructs.template.iam import POLICIES, ROLE, Policy, Role, allows, statements
from patching_constructs.template.instances import INSTANCE, LAUNCH_TEMPLATE, Node
from patching_constructs.template.maintenance_windows import (
    TARGET,
    TASK,
    WINDOW,
    MaintenanceWindow,
    Registration,
    WindowTarget,
    WindowTask,
)
from patching_constructs.template.node_filters import is_by_id, patch_groups, selection
from patching_constructs.template.references import handed_on
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Template, read_templates
from patching_constructs.template.transforms import Transform, transforms
from patching_constructs.template.value import UnknownError, Value

_CLASSES: Final[dict[str, type[Resource]]] = {
    TARGET: WindowTarget,
    TASK: WindowTask,
    ASSOCIATION: Association,
    BASELINE: Baseline,
    ROLE: Role,
    **dict.fromkeys(POLICIES, Policy),
    INSTANCE: Node,
    LAUNCH_TEMPLATE: Node,
    EVENT_RULE: EventRule,
}
_Kind = TypeVar("_Kind", bound=Resource)


class Deployment:
    """Everything that templates deploy to one account and Region."""

    def __init__(self, templates: Sequence[Template]) -> None:
        """Take the templates that are, or may be, deployed to one account and Region."""
        self.templates = templates
        self._resources = {
            (id(template), resource.logical_id): resource
            for template in templates
            for resource in resources_of(template)
        }

    # --- References -----------------------------------------------------------------------------------

    def resource_of(self, value: Value) -> Resource | None:
        """Return the resource that a value is a part of; None for a part of another section of its template."""
        match value.path:
            case ("Resources", str(logical_id), *_):
                return self._resources.get((id(value.template), logical_id))
            case _:
                return None

    @overload
    def resolve(self, value: Value) -> Resource | None: ...
    @overload
    def resolve(self, value: Value, kind: type[_Kind]) -> _Kind | None: ...
    def resolve(self, value: Value, kind: type[Resource] = Resource) -> Resource | None:
        """Return the resource that a value is a plain reference to, if it is of a kind."""
        name = value.reference
        found = self._resources.get((id(value.template), name)) if name else None
        return found if isinstance(found, kind) else None

    # --- By kind --------------------------------------------------------------------------------------

    @cached_property
    def resources(self) -> list[Resource]:
        """All resources."""
        return list(self._resources.values())

    @cached_property
    def windows(self) -> list[MaintenanceWindow]:
        """The maintenance windows."""
        return self._of(MaintenanceWindow)

    @cached_property
    def targets(self) -> list[WindowTarget]:
        """The targets of windows."""
        return self._of(WindowTarget)

    @cached_property
    def tasks(self) -> list[WindowTask]:
        """The tasks of windows."""
        return self._of(WindowTask)

    @cached_property
    def registrations(self) -> list[Registration]:
        """The targets and tasks of windows."""
        return self._of(Registration)

    @cached_property
    def associations(self) -> list[Association]:
        """The State Manager associations."""
        return self._of(Association)

    @cached_property
    def selectors(self) -> list[WindowTarget | Association]:
        """The resources that select nodes: the targets of windows, and associations."""
        return [*self.targets, *self.associations]

    @cached_property
    def named(self) -> list[Resource]:
        """The resources with a name and a description: windows, targets, tasks and baselines."""
        return [*self.windows, *self.targets, *self.tasks, *self.baselines]

    @cached_property
    def patching(self) -> list[Resource]:
        """The resources that patch nodes: windows, targets, tasks, baselines and associations."""
        return [*self.named, *self.associations]

    @cached_property
    def runners(self) -> list[WindowTask | Association]:
        """The resources that run a document: tasks and associations."""
        return [*self.tasks, *self.associations]

    @cached_property
    def commands(self) -> list[Command]:
        """The runs of documents on nodes, by tasks and by associations."""
        return list(self._commands.values())

    @cached_property
    def baselines(self) -> list[Baseline]:
        """The patch baselines."""
        return self._of(Baseline)

    @cached_property
    def event_rules(self) -> list[EventRule]:
        """The EventBridge rules."""
        return self._of(EventRule)

    @cached_property
    def nodes(self) -> list[Node]:
        """The instances and launch templates."""
        return self._of(Node)

    @cached_property
    def service_roles(self) -> list[Role]:
        """The roles of the templates that run a task, or publish its notifications."""
        used = {id(role) for task in self.tasks for role in self._roles_of_task(task)}
        return [role for role in self._of(Role) if id(role) in used]

    @cached_property
    def transforms(self) -> list[Transform]:
        """What makes resources that cannot be seen in the templates."""
        return [each for template in self.templates for each in transforms(template)]

    def _of(self, kind: type[_Kind]) -> list[_Kind]:
        return [resource for resource in self.resources if isinstance(resource, kind)]

    # --- Windows --------------------------------------------------------------------------------------

    def window_of(self, registration: Registration) -> MaintenanceWindow | None:
        """Return the window of the template that a target or task is registered with."""
        return self.resolve(registration.window_id, MaintenanceWindow)

    def targets_of(self, task: WindowTask) -> list[WindowTarget]:
        """Return the targets of the template that a task runs on.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [target for each in task.target_ids if (target := self.resolve(each, WindowTarget)) is not None]

    def is_used_elsewhere(self, window: MaintenanceWindow) -> bool:
        """Return whether the id of a window is handed on, so that what uses it may not be seen."""
        return window.logical_id in self._handed_on[id(window.template)]

    @cached_property
    def _handed_on(self) -> dict[int, set[str]]:
        return {id(template): set(handed_on(template)) for template in self.templates}

    # --- Commands -------------------------------------------------------------------------------------

    def command_of(self, runner: WindowTask | Association) -> Command:
        """Return the run of a document by a task or an association."""
        return self._commands[id(runner)]

    @cached_property
    def _commands(self) -> dict[int, Command]:
        return {id(runner): Command(runner) for runner in self.runners}

    def patch_groups_of(self, command: Command) -> list[Value]:
        """Return the patch groups that a command runs on by name.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        if isinstance(command.runner, WindowTask):
            return [group for target in self.targets_of(command.runner) for group in target.patch_groups]
        return patch_groups(command.runner.filters)

    def selections_of(self, command: Command) -> list[Selection]:
        """Return the nodes that a command runs on.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        if id(command) not in self._selections:
            self._selections[id(command)] = list(self._selected_by(command))
        return self._selections[id(command)]

    @cached_property
    def _selections(self) -> dict[int, list[Selection]]:
        return {}

    def _selected_by(self, command: Command) -> Iterator[Selection]:
        if isinstance(command.runner, Association):
            yield selection(command.runner.filters)
            return
        yield from (selection(target.filters) for target in self.targets_of(command.runner))
        own = [entry for entry in command.runner.filters if is_by_id(entry)]
        if own:
            yield selection(own)

    # --- Roles ----------------------------------------------------------------------------------------

    def allows(self, role: Role, action: str) -> bool:
        """Return whether a policy of the templates allows a role an action on some resource.

        Raises:
            UnknownError: a managed policy may, or a value that is unknown until deployment.
        """
        key = id(role), action
        if key not in self._allowed:
            self._allowed[key] = any(allows(statement, action) for statement in self._statements_of(role))
        managed = role["ManagedPolicyArns"]
        if not self._allowed[key] and managed.is_given:
            raise UnknownError(managed, "The permissions of managed policies are not in the template")
        return self._allowed[key]

    @cached_property
    def _allowed(self) -> dict[tuple[int, str], bool]:
        return {}

    def _statements_of(self, role: Role) -> Iterator[Value]:
        documents = [*role.inline_policies, *(policy.document for policy in self._policies.get(id(role), []))]
        return (statement for document in documents for statement in statements(document))

    @cached_property
    def _policies(self) -> dict[int, list[Policy]]:
        """The policies that are attached to each role."""
        found: dict[int, list[Policy]] = {}
        for policy in self._of(Policy):
            with suppress(UnknownError):
                for role in map(self.resolve, policy.role_names):
                    found.setdefault(id(role), []).append(policy)
        return found

    def _roles_of_task(self, task: WindowTask) -> Iterator[Resource | None]:
        with suppress(UnknownError):
            yield self.resolve(task["ServiceRoleArn"])
            yield self.resolve(task.invocation["ServiceRoleArn"])

    def roles_of(self, node: Node) -> list[Role]:
        """Return the roles of the template that the instance profile of a node has.

        Raises:
            UnknownError: the profile is unknown until deployment.
        """
        profile = self.resolve(node.profile)
        roles = [] if profile is None else profile["Roles"].items()
        return [role for each in roles if (role := self.resolve(each, Role)) is not None]

    # --- Baselines ------------------------------------------------------------------------------------

    @cached_property
    def registered_groups(self) -> dict[tuple[OperatingSystem, str | None], tuple[Baseline, Value]]:
        """The baseline that is the first for a patch group of an operating system, or (None) its default, and where."""
        found: dict[tuple[OperatingSystem, str | None], tuple[Baseline, Value]] = {}
        for baseline in self.baselines:
            with suppress(UnknownError):
                for name, at in baseline.registrations():
                    found.setdefault((baseline.system or OperatingSystem.WINDOWS, name), (baseline, at))
        return found


def resources_of(template: Template) -> Iterator[Resource]:
    """Return the resources of a template, each window with the targets and tasks that are registered with it."""
    found: list[Resource | None] = []
    registrations: dict[str | None, list[Registration]] = {}
    for logical_id, content in template.resources():
        kind = str(content.get("Type"))
        resource = None if kind == WINDOW else _CLASSES.get(kind, Resource)(template, logical_id, content)
        found.append(resource)
        if isinstance(resource, Registration):
            registrations.setdefault(resource.window_id.reference, []).append(resource)
    for (logical_id, content), resource in zip(template.resources(), found, strict=True):
        yield resource or MaintenanceWindow(template, logical_id, content, registrations.get(logical_id, ()))


def windows_of(template: Template) -> list[MaintenanceWindow]:
    """Return the maintenance windows of a template."""
    return [resource for resource in resources_of(template) if isinstance(resource, MaintenanceWindow)]


def read_windows(path: Path, *, use_defaults: bool = False) -> list[MaintenanceWindow]:
    """Read the maintenance windows of a ``cdk.out`` or a template.

    Args:
        path: a ``cdk.out`` directory, with its stages and nested stacks, or a template in JSON or YAML.
        use_defaults: take a parameter's default for its value. Default: a parameter is unknown until deployment.

    Raises:
        PatchingError: the path cannot be read, or is no template.
    """
    return [window for template in read_templates(path, use_defaults=use_defaults) for window in windows_of(template)]
