"""What constructs take over from each stack of some templates, and what stays as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from patching_constructs.adoption.adopted import Adopted, Kept, Note
from patching_constructs.adoption.baselines import adopted_baseline
from patching_constructs.adoption.code import Call, Name, Statement
from patching_constructs.adoption.given import NotAdoptableError
from patching_constructs.adoption.inclusion import why_not_included
from patching_constructs.adoption.rest import attributes_used, is_empty, without
from patching_constructs.adoption.scope import Scope, stack_id, unused
from patching_constructs.adoption.windows import adopted_window
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import MaintenanceWindow, Registration
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Template, by_place


@dataclass(frozen=True, slots=True)
class StackPlan:
    """What becomes of one stack."""

    template: Template
    id: str
    """The id of the stack in the app, which is its name if that is valid and no other stack has it."""
    adopted: Sequence[Adopted]
    kept: Sequence[Kept]
    """The windows, targets, tasks and baselines that stay in the template."""
    variables: Sequence[Statement]
    """The resources that are imported for the constructs."""
    dependencies: Sequence[Statement]
    rest: dict[str, Any] | None
    """The template with everything else; None if there is nothing else."""
    referenced: Sequence[str]
    """The adopted resources that the rest refers to."""

    @property
    def name(self) -> str:
        """The name of the stack."""
        return self.template.source.stack

    @property
    def notes(self) -> list[Note]:
        """What is different."""
        return [note for each in self.adopted for note in each.notes]

    @property
    def other_resources(self) -> int:
        """The number of resources that stay in the template and have nothing to do with windows and baselines."""
        return 0 if self.rest is None else len(self.rest["Resources"]) - len(self.kept)


_Unit = MaintenanceWindow | Baseline


def plan(templates: Sequence[Template]) -> list[StackPlan]:
    """Return what becomes of each stack with windows or baselines."""
    found: list[StackPlan] = []
    ids: set[str] = set()
    for together in by_place(templates):
        deployment = Deployment(together)
        for template in deployment.templates:
            units = [each for each in _units(deployment) if each.template is template]
            if units or any(_is_patching(each) for each in deployment.resources if each.template is template):
                id_ = unused(stack_id(template.source.stack), ids)
                found.append(_StackPlanner(template, deployment, units).plan(id_))
    return found


def _units(deployment: Deployment) -> list[_Unit]:
    return [*deployment.baselines, *deployment.windows]


def _is_patching(resource: Resource) -> bool:
    return isinstance(resource, MaintenanceWindow | Baseline | Registration)


def _adopted(unit: _Unit, scope: Scope) -> Adopted:
    return adopted_window(unit, scope) if isinstance(unit, MaintenanceWindow) else adopted_baseline(unit, scope)


class _StackPlanner:
    def __init__(self, template: Template, deployment: Deployment, units: Sequence[_Unit]) -> None:
        self._template = template
        self._deployment = deployment
        self._units = units
        self._scope = Scope()
        self._adopted: list[Adopted] = []
        self._reasons: dict[str, str] = {}

    def plan(self, id_: str) -> StackPlan:
        self._adopt_all()
        rest, referenced = without(self._template.content, self._ids)
        return StackPlan(
            template=self._template,
            id=id_,
            adopted=self._adopted,
            kept=list(self._kept()),
            variables=self._scope.statements(),
            dependencies=list(self._dependencies()),
            rest=None if is_empty(rest) else rest,
            referenced=referenced,
        )

    def _adopt_all(self) -> None:
        """Adopt what can be adopted, and begin again without what turns out to be used by what stays."""
        staying: dict[str, str] = {}
        while conflicts := self._adopt_without(staying):
            staying |= conflicts

    def _adopt_without(self, staying: Mapping[str, str]) -> dict[str, str]:
        """Adopt all units but some that stay, and return those that have to stay with them, with the reasons."""
        self._scope, self._adopted, self._reasons = Scope(), [], {}
        for unit in self._units:
            reason = staying.get(unit.logical_id) or self._reason(unit)
            if reason is None:
                self._adopt(unit)
            else:
                self._keep(unit, reason)
        return dict(self._conflicts())

    def _adopt(self, unit: _Unit) -> None:
        scope = self._scope.copy()
        try:
            found = _adopted(unit, scope)
        except NotAdoptableError as error:
            self._keep(unit, str(error))
        else:
            self._scope = scope
            self._adopted.append(found)

    def _keep(self, unit: _Unit, reason: str) -> None:
        parts = [*unit.targets, *unit.tasks] if isinstance(unit, MaintenanceWindow) else []
        for each in (unit, *parts):
            self._reasons[each.logical_id] = reason

    def _conflicts(self) -> Iterator[tuple[str, str]]:
        """Return which units cannot be adopted beside what stays in the template, and why."""
        rest, _ = without(self._template.content, self._ids)
        if reason := why_not_included(rest):
            yield from ((each.logical_id, reason) for each in self._adopted)
            return
        used = attributes_used(rest)
        for adopted in self._adopted:
            name = next((each for each in adopted.handles if each in used), None)
            if name is not None:
                yield adopted.logical_id, f"what stays in the template depends on {name}, or uses an attribute of it"

    def _reason(self, unit: _Unit) -> str | None:
        if self._template.deployers:
            return "another stack deploys the template; adopt the template by itself"
        if unit.logical_id in self._template.origins:
            return "a loop creates it"
        if isinstance(unit, MaintenanceWindow):
            elsewhere = [each for each in (*unit.targets, *unit.tasks) if each.template is not unit.template]
            if elsewhere:
                return f"{elsewhere[0].stack}/{elsewhere[0].logical_id} belongs to another stack"
        return None

    @property
    def _ids(self) -> list[str]:
        return [name for each in self._adopted for name in each.handles]

    def _kept(self) -> Iterator[Kept]:
        adopted = set(self._ids)
        for resource in self._deployment.resources:
            if _is_patching(resource) and resource.template is self._template and resource.logical_id not in adopted:
                reason = self._reasons.get(resource.logical_id, "its window is not in the template")
                yield Kept(resource.logical_id, resource.type, reason)

    def _dependencies(self) -> Iterator[Statement]:
        handles = {name: handle for each in self._adopted for name, handle in each.handles.items()}
        for adopted in self._adopted:
            for each in adopted.dependencies:
                on = handles.get(each.on, f'rest.get_resource("{each.on}")')
                yield Statement(Call(f"{each.handle}.node.add_dependency", [Name(on)]))
