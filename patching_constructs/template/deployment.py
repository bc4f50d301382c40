"""A deployment: everything that templates deploy to one account and Region, by kind, with what refers to what."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeVar, overload

from patching_constructs.planning.coverage import Selection
from patching_constructs.ssm.operating_systems import OperatingSystem
from patching_constructs.template.alarms import Alarm
from patching_constructs.template.associations import Association
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.commands import AssociationCommand, Command, TaskCommand
from patching_constructs.template.endpoints import Endpoint
from patching_constructs.template.event_rules import EventRule
from patching_constructs.template.iam import BUCKET_POLICY, Policy, Role
from patching_constructs.template.instances import Node
from patching_constructs.template.linking import linked
from patching_constructs.template.maintenance_windows import (
    MaintenanceWindow,
    Registration,
    WindowTarget,
    WindowTask,
)
from patching_constructs.template.node_filters import is_by_id, selection
from patching_constructs.template.node_groups import NodeGroup, launches, node_groups
from patching_constructs.template.node_reach import NodeReach
from patching_constructs.template.patch_policies import (
    ConfigurationManager,
    PatchPolicy,
    policies_of,
)
from patching_constructs.template.permissions import Permissions
from patching_constructs.template.references import handed_on
from patching_constructs.template.resource import Resource
from patching_constructs.template.resource_kinds import resources_of
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.scheduled_runs import ScheduledRun, Starter, patching_runs
from patching_constructs.template.scheduler import Schedule
from patching_constructs.template.sources import Template
from patching_constructs.template.state_machines import StateMachine
from patching_constructs.template.transforms import Transform, transforms
from patching_constructs.template.unknown import NO_CHOICES, NOTHING_ASSUMED, Assumed, Choice
from patching_constructs.template.unread import UnreadTemplate, unread_of
from patching_constructs.template.value import UnknownError, Value, check_choices

_Kind = TypeVar("_Kind", bound=Resource)
Unchanged = Mapping[object, Sequence[Resource]]
"""Resources by what stands for their template."""
NOTHING_UNCHANGED: Final[Unchanged] = MappingProxyType({})


class Deployment:
    """Everything that templates deploy to one account and Region."""

    def __init__(
        self,
        templates: Sequence[Template],
        assumed: Assumed = NOTHING_ASSUMED,
        unchanged: Unchanged = NOTHING_UNCHANGED,
    ) -> None:
        """Take the templates that are, or may be, deployed to one account and Region.

        Args:
            templates: the templates.
            assumed: the values of some parameters and conditions. Default: whatever they can have.
            unchanged: the resources, by what stands for their template, that the assumptions do not change. Default:
                all are read.
        """
        self.templates = linked(templates, assumed, unchanged)
        changed = [template for template in self.templates if template.scope not in unchanged]
        read: dict[object, list[Resource]] = {template.scope: [] for template in changed}
        for resource in resources_of(changed):
            read[resource.template.scope].append(resource)
        self._by_template: dict[object, Sequence[Resource]] = {
            template.scope: unchanged.get(template.scope, read.get(template.scope, ())) for template in self.templates
        }
        self._resources = {each.referent: each for resources in self._by_template.values() for each in resources}

    # --- What is assumed ------------------------------------------------------------------------------

    def unchanged_by(self, assumed: Assumed) -> Unchanged:
        """Return the resources of the templates that do not depend on some choices."""
        if any(each.intrinsics.declarations.has_imports or each.deployers for each in self.templates):
            return NOTHING_UNCHANGED
        changed = {choice.scope for choice in assumed}
        return {scope: resources for scope, resources in self._by_template.items() if scope not in changed}

    def cost_of_assuming(self, assumed: Assumed) -> int:
        """Return how many resources are read again where some choices are assumed."""
        return len(self._resources) - sum(map(len, self.unchanged_by(assumed).values()))

    # --- References -----------------------------------------------------------------------------------

    def resource_of(self, value: Value) -> Resource | None:
        """Return the resource that a value is a part of; None for a part of another section of its template."""
        match value.path:
            case ("Resources", str(logical_id), *_):
                return self._resources.get((value.template.scope, logical_id))
            case _:
                return None

    @overload
    def resolve(self, value: Value) -> Resource | None: ...
    @overload
    def resolve(self, value: Value, kind: type[_Kind]) -> _Kind | None: ...
    def resolve(self, value: Value, kind: type[Resource] = Resource) -> Resource | None:
        """Return the resource that a value is a plain reference to, by way of exports too, if it is of a kind.

        Raises:
            UnknownError: a parameter or condition decides what it refers to.
        """
        if value.choices:
            raise UnknownError(value)
        referent = value.referent
        found = None if referent is None else self._resources.get(referent)
        return found if isinstance(found, kind) else None

    # --- By kind --------------------------------------------------------------------------------------

    @cached_property
    def resources(self) -> list[Resource]:
        """All resources but those whose condition is known not to hold."""
        return [resource for resource in self._resources.values() if not resource.is_left_out]

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
        """The runs of documents, whatever starts them; those that are unknown until deployment are left out."""
        found = [*self._commands.values()]
        found = [each for each in found if not isinstance(each, TaskCommand) or each.runner.may_run_document]
        for starter in self.starters:
            with suppress(UnknownError):
                found += starter.commands
        return found

    @cached_property
    def starters(self) -> list[Starter]:
        """The resources that may run documents outside of maintenance windows, beside associations."""
        kinds: list[type[Starter]] = [SsmDocument, StateMachine, EventRule, Schedule, ConfigurationManager]
        return [starter for kind in kinds for starter in self._of(kind)]

    @cached_property
    def patch_policies(self) -> list[PatchPolicy]:
        """The patch policies of Quick Setup; those that are unknown until deployment are left out."""
        return policies_of(self._of(ConfigurationManager))

    @cached_property
    def scheduled_runs(self) -> list[ScheduledRun]:
        """What schedules outside of maintenance windows patch with; what is unknown until deployment is left out."""
        return patching_runs(
            associations=[(association, self.command_of(association)) for association in self.associations],
            starters=self.starters,
            runbook_of=lambda value: self.resolve(value, SsmDocument) or self.resolve(value, StateMachine),
        )

    @cached_property
    def baselines(self) -> list[Baseline]:
        """The patch baselines."""
        return self._of(Baseline)

    @cached_property
    def event_rules(self) -> list[EventRule]:
        """The EventBridge rules."""
        return self._of(EventRule)

    @cached_property
    def alarms(self) -> list[Alarm]:
        """The CloudWatch alarms."""
        return self._of(Alarm)

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        """The VPC endpoints."""
        return self._of(Endpoint)

    @cached_property
    def nodes(self) -> list[Node]:
        """The instances and launch templates."""
        return self._of(Node)

    @cached_property
    def node_groups(self) -> list[NodeGroup]:
        """The nodes that the templates create, by the resource that creates them."""
        return node_groups(self.launches)

    @cached_property
    def launches(self) -> list[NodeGroup]:
        """The nodes, and those of every launch template by itself."""
        return launches(self.resources, self.resolve)

    @cached_property
    def node_reach(self) -> NodeReach:
        """Which patching commands reach which of these nodes."""
        return NodeReach(self.commands, self.node_groups, self.starters, self.targets_of)

    @cached_property
    def service_roles(self) -> list[Role]:
        """The roles of the templates that run a task, or publish its notifications."""
        used = {id(role) for task in self.tasks for role in self._roles_of_task(task)}
        return [role for role in self._of(Role) if id(role) in used]

    @cached_property
    def transforms(self) -> list[Transform]:
        """The functions and transforms that create resources only at deployment."""
        return [each for template in self.templates for each in transforms(template)]

    @cached_property
    def unread(self) -> list[UnreadTemplate]:
        """The templates that the templates deploy and that were not read with them."""
        return unread_of(self.templates)

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
        """Return whether the ID of a window is referenced, so that targets and tasks may exist elsewhere."""
        return window.logical_id in self._handed_on[window.template.scope]

    @cached_property
    def _handed_on(self) -> dict[object, set[str]]:
        return {template.scope: set(handed_on(template)) for template in self.templates}

    # --- Commands -------------------------------------------------------------------------------------

    def command_of(self, runner: WindowTask | Association) -> Command:
        """Return the run of a document by a task or an association."""
        return self._commands[id(runner)]

    @cached_property
    def _commands(self) -> dict[int, Command]:
        tasks = {id(task): TaskCommand(task) for task in self.tasks}
        return tasks | {id(association): AssociationCommand(association) for association in self.associations}

    def patch_groups_of(self, command: Command) -> list[Value]:
        """Return the patch groups that a command runs on by name.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        if isinstance(command, TaskCommand):
            return [group for target in self.targets_of(command.runner) for group in target.patch_groups]
        return command.patch_groups

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
        if not isinstance(command, TaskCommand):
            yield from () if command.other_regions else command.selections()
            return
        yield from (selection(target.filters) for target in self.targets_of(command.runner))
        own = [entry for entry in command.filters if is_by_id(entry)]
        if own:
            yield selection(own)

    # --- Roles ----------------------------------------------------------------------------------------

    def allows(self, role: Role, action: str) -> bool:
        """Return whether a policy of the templates, or one of AWS's own, allows a role an action on some resource.

        Raises:
            UnknownError: a managed policy may, or a value that is unknown until deployment.
        """
        return self._permissions.allow(role, action)

    @cached_property
    def _permissions(self) -> Permissions:
        return Permissions(self._of(Role), self._of(Policy), self.resolve)

    def _roles_of_task(self, task: WindowTask) -> Iterator[Resource | None]:
        for role in task.roles:
            with suppress(UnknownError):
                yield self.resolve(role)

    def roles_of(self, node: Node) -> list[Role]:
        """Return the roles of the template that the instance profile of a node has.

        Raises:
            UnknownError: the profile is unknown until deployment.
        """
        return self.roles_in(node.profile)

    def roles_in(self, profile: Value) -> list[Role]:
        """Return the roles of the template that an instance profile has.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        found = self.resolve(profile)
        roles = [] if found is None else found["Roles"].items()
        return [role for each in roles if (role := self.resolve(each, Role)) is not None]

    def has_bucket_policy(self, bucket: Value) -> bool:
        """Return whether the templates create a policy for a bucket.

        Raises:
            UnknownError: parameters or conditions decide it.
        """
        policies, choices = self._buckets_with_policy
        if bucket.identity in policies or bucket.referent in policies:
            return True
        if policies:
            check_choices(
                bucket, bucket.choices | choices, "It is unknown until deployment which buckets have a policy"
            )
        return False

    @cached_property
    def _buckets_with_policy(self) -> tuple[set[Hashable], frozenset[Choice]]:
        """The buckets that the templates create a policy for, by identity and as a resource, and what decides them."""
        buckets = [each.at("Bucket") for each in self.resources if each.type == BUCKET_POLICY]
        found: set[Hashable] = {each.identity for each in buckets}
        found.update(each.referent for each in buckets if each.referent is not None)
        return found, NO_CHOICES.union(*(each.choices for each in buckets))

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
