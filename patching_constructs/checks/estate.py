"""All that templates put into one account and Region, by kind: what the rules go through."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Final, TypeVar

from patching_constructs.checks.finding import UndecidableError
from patching_constructs.checks.model import (
    ASSOCIATION,
    BASELINE,
    INSTANCE,
    LAUNCH_TEMPLATE,
    ROLE,
    Association,
    Baseline,
    Command,
    Hidden,
    Node,
    Registration,
    Resource,
    Role,
    Target,
    Task,
    Window,
)
from patching_constructs.checks.plan import WindowPlan
from patching_constructs.checks.reach import Reach
from patching_constructs.checks.value import Value
from patching_constructs.ssm.operating_systems import OperatingSystem
from patching_constructs.template.intrinsics import mapping, sequence
from patching_constructs.template.records import TARGET, TASK, WINDOW
from patching_constructs.template.sources import Template

_CLASSES: Final[dict[str, type[Resource]]] = {
    WINDOW: Window,
    TARGET: Target,
    TASK: Task,
    ASSOCIATION: Association,
    BASELINE: Baseline,
    ROLE: Role,
    INSTANCE: Node,
    LAUNCH_TEMPLATE: Node,
}
EVENT_RULE: Final = "AWS::Events::Rule"
_POLICIES: Final = {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"}
_Kind = TypeVar("_Kind", bound=Resource)


class Estate:
    """All that templates put into one account and Region."""

    def __init__(self, templates: list[Template], *, now: datetime) -> None:
        """Read the records of templates that are deployed to the same place."""
        self.now = now
        self.templates = templates
        self._resources = {
            (id(template), name): _CLASSES.get(str(content.get("Type")), Resource)(self, template, name, content)
            for template in templates
            for name, content in template.resources()
        }

    def resource(self, template: Template, logical_id: str) -> Resource | None:
        """Return a resource of a template."""
        return self._resources.get((id(template), logical_id))

    @cached_property
    def resources(self) -> list[Resource]:
        """All resources."""
        return list(self._resources.values())

    @cached_property
    def windows(self) -> list[Window]:
        """The maintenance windows."""
        return self._of(Window)

    @cached_property
    def targets(self) -> list[Target]:
        """The targets of windows."""
        return self._of(Target)

    @cached_property
    def tasks(self) -> list[Task]:
        """The tasks of windows."""
        return self._of(Task)

    @cached_property
    def registrations(self) -> list[Registration]:
        """The targets and tasks of windows."""
        return self._of(Registration)

    def registered_with(self, window: Window) -> list[Registration]:
        """Return the targets and tasks of a window, in the order of the template."""
        return self._registered.get(id(window), [])

    @cached_property
    def _registered(self) -> dict[int, list[Registration]]:
        found: dict[int, list[Registration]] = {}
        for each in self.registrations:
            found.setdefault(id(each.window), []).append(each)
        return found

    @cached_property
    def associations(self) -> list[Association]:
        """The State Manager associations."""
        return self._of(Association)

    @cached_property
    def aimed(self) -> list[Target | Association]:
        """What chooses nodes: the targets of windows, and associations."""
        return [*self.targets, *self.associations]

    @cached_property
    def named(self) -> list[Resource]:
        """What has a name and a description: windows, targets, tasks and baselines."""
        return [*self.windows, *self.targets, *self.tasks, *self.baselines]

    @cached_property
    def patching(self) -> list[Resource]:
        """What patching is made of: windows, targets, tasks, baselines and associations."""
        return [*self.named, *self.associations]

    @cached_property
    def runners(self) -> list[Task | Association]:
        """What runs a document: tasks and associations."""
        return [*self.tasks, *self.associations]

    @cached_property
    def commands(self) -> list[Command]:
        """The runs of documents on nodes, by tasks and by associations."""
        return [Command(runner) for runner in self.runners]

    @cached_property
    def baselines(self) -> list[Baseline]:
        """The patch baselines."""
        return self._of(Baseline)

    def policies_of(self, role: Role) -> list[Resource]:
        """Return the IAM policies that name a role as the one that they are for."""
        return self._policies.get(id(role), [])

    @cached_property
    def _policies(self) -> dict[int, list[Resource]]:
        found: dict[int, list[Resource]] = {}
        for policy in self.resources:
            if policy.type in _POLICIES:
                with suppress(UndecidableError):
                    for name in [*policy["Roles"].items(), policy["RoleName"]]:
                        found.setdefault(id(name.refers_to), []).append(policy)
        return found

    @cached_property
    def event_rules(self) -> list[Resource]:
        """The rules of EventBridge."""
        return [resource for resource in self.resources if resource.type == EVENT_RULE]

    @cached_property
    def nodes(self) -> list[Node]:
        """The instances and launch templates."""
        return self._of(Node)

    @cached_property
    def plan(self) -> WindowPlan:
        """What its windows do to each other."""
        return WindowPlan(self.templates, self.windows, self.now)

    @cached_property
    def scans(self) -> Reach:
        """The nodes that are scanned."""
        return Reach(self.commands, lambda command: command.scans)

    @cached_property
    def reboots(self) -> Reach:
        """The nodes that something reboots: an install, or a document that says so by its name."""
        return Reach(self.commands, lambda command: command.reboots)

    @cached_property
    def service_roles(self) -> list[Role]:
        """The roles of the templates that run a task, or publish its news."""
        used = {id(role) for task in self.tasks for role in task.roles}
        return [role for role in self._of(Role) if id(role) in used]

    @cached_property
    def holders(self) -> dict[tuple[OperatingSystem, str | None], Value]:
        """Who is the first to claim a patch group of a system, or (None) to be a system's default; what is known."""
        found: dict[tuple[OperatingSystem, str | None], Value] = {}
        for baseline in self.baselines:
            with suppress(UndecidableError):
                for name, at in baseline.claims():
                    found.setdefault((baseline.system or OperatingSystem.WINDOWS, name), at)
        return found

    @cached_property
    def hidden(self) -> list[Hidden]:
        """What makes resources that cannot be seen."""
        return [Hidden(*each) for template in self.templates for each in _hidden(self, template)]

    def uses_elsewhere(self, window: Window) -> UndecidableError | None:
        """Return why it cannot be seen here what a window is used for, if its id is handed on."""
        if window.logical_id not in self._handed_on[id(window.template)]:
            return None
        return UndecidableError(window.value, "Its id is handed on, to where it cannot be seen from here")

    @cached_property
    def _handed_on(self) -> dict[int, set[str]]:
        """The logical ids that each template refers to elsewhere than as a target's or task's window."""
        return {id(template): set(_handed_on(template)) for template in self.templates}

    def _of(self, kind: type[_Kind]) -> list[_Kind]:
        return [resource for resource in self.resources if isinstance(resource, kind)]


def _hidden(estate: Estate, template: Template) -> Iterator[tuple[str, Value]]:
    section = Resource(estate, template, "", template.content["Resources"])
    for name, content in template.content["Resources"].items():
        if str(name).startswith("Fn::"):
            yield str(name), Value(section, ("Resources", name), content)
    transforms = template.content.get("Transform")
    for name, content in enumerate(sequence(transforms)):
        if isinstance(content, dict) and content.get("Name") == "AWS::Include":
            yield "AWS::Include", Value(section, ("Transform", name), content)


def _handed_on(template: Template) -> Iterator[str]:
    yield from _references(template.content.get("Outputs"))
    for _, resource in template.resources():
        content = dict(mapping(resource.get("Properties")))
        if str(resource.get("Type")) in {TARGET, TASK}:
            content.pop("WindowId", None)
        yield from _references(content)


def _references(content: object) -> Iterator[str]:
    level = [content]
    while level:
        each = level.pop()
        match each:
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
                yield from re.findall(r"\$\{([A-Za-z0-9]+)", text)
        if isinstance(each, dict):
            level += each.values()
        elif isinstance(each, list):
            level += each
