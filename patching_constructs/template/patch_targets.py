"""What selects nodes for patching: the targets of patching commands, and those of frozen windows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.node_tags import NodeTags, Selectors
from patching_constructs.properties.command import PatchOperation
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import RESOURCE_TYPES, is_group_key, is_node_key
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.frozen_schedules import first_windows
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTarget
from patching_constructs.template.node_filters import selection
from patching_constructs.template.node_reach import Selector
from patching_constructs.template.resource import Resource
from patching_constructs.template.task_runs import used_targets
from patching_constructs.template.value import UnknownError

_NO_NODES: Final = "the templates do not show which nodes it selects"
_UNUSED: Final = "no task of the window runs on it"


@dataclass(frozen=True, slots=True, eq=False)
class FrozenTarget:
    """A target of a window that has no task on purpose."""

    window: MaintenanceWindow
    holder: WindowTarget


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A resource that patches nodes, or selects them, and of which the templates do not show which ones."""

    resource: Resource
    reason: str


Selecting = Selector | FrozenTarget


class PatchTargets:
    """The selections of nodes for patching in a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        """Take the selections from a deployment."""
        self._deployment = deployment
        self._reach = deployment.node_reach
        self.unresolved = [Unresolved(runner, error.reason) for runner, error in self._reach.unknown]
        """What is in none of the selections."""
        found: list[tuple[Selection, Selecting]] = [*self._of_commands(), *self._of_frozen_windows()]
        self.selectors: Selectors[Selecting] = Selectors(found)
        self._by_operation = {each: Selectors(_with_operation(found, each)) for each in PatchOperation}
        self.unresolved += self._unused_targets()

    # --- The nodes that are reached -------------------------------------------------------------------

    def may_reach(self, node: NodeTags, operation: PatchOperation) -> bool:
        """Return whether it is unknown if a command with an operation reaches a node that none certainly reaches."""
        selectors = self._by_operation[operation]
        return self._reach.is_partly_unknown or selectors.may_reach(selectors.relevant(node))

    def may_reach_some(self, nodes: Selection, operation: PatchOperation) -> bool:
        """Return whether a command with an operation may reach nodes of a selection."""
        return self._reach.is_partly_unknown or self._by_operation[operation].may_reach_some(nodes)

    # --- The selections -------------------------------------------------------------------------------

    def _of_commands(self) -> Iterator[tuple[Selection, Selector]]:
        resolved: set[int] = set()
        continuing = {id(task) for window in self._deployment.windows if window.first for task in window.tasks}
        for choice, selectors in self._reach.selectors.selections():
            for each in selectors:
                resolved.add(id(each.command))
                if id(each.command.runner) not in continuing and self._is_valid(choice, each.holder):
                    yield choice, each
        unknown = {id(runner) for runner, _ in self._reach.unknown}
        for command in self._deployment.commands:
            if id(command) not in resolved and id(command.runner) not in unknown and command.is_patching:
                self.unresolved.append(Unresolved(command.runner, _why_no_nodes(command)))

    def _of_frozen_windows(self) -> Iterator[tuple[Selection, FrozenTarget]]:
        for window in first_windows(self._deployment.windows):
            for target in window.targets if window.is_frozen and not window.tasks else ():
                try:
                    choice = selection(target.filters)
                except UnknownError as error:
                    self.unresolved.append(Unresolved(target, error.reason))
                else:
                    if self._is_valid(choice, target) and _selects_nodes(choice):
                        yield choice, FrozenTarget(window, target)

    def _is_valid(self, choice: Selection, holder: Resource) -> bool:
        """Return whether a selection is one that a target can have, and note it if it is not."""
        if not isinstance(holder, WindowTarget):
            return True
        invalid = [key for key in choice if not is_node_key(key) and not is_group_key(key)]
        if invalid:
            self.unresolved.append(Unresolved(holder, f"{invalid[0]!r} is not a valid key of a target"))
        return not invalid

    def _unused_targets(self) -> Iterator[Unresolved]:
        for window in first_windows(self._deployment.windows):
            if not window.is_frozen and not self._deployment.is_used_elsewhere(window):
                yield from (Unresolved(target, _UNUSED) for target in _unused(window))


def _why_no_nodes(command: Command) -> str:
    if not command.other_regions:
        return _NO_NODES
    return f"it patches nodes in {', '.join(command.other_regions)}, not in {command.runner.template.source.region}"


def _selects_nodes(choice: Selection) -> bool:
    """Return whether a selection can contain nodes: a resource group can be narrowed to volumes, for example."""
    kinds = choice.get(RESOURCE_TYPES, frozenset())
    return not kinds or any(not isinstance(kind, str) or kind in limits.NODE_TYPES for kind in kinds)


def _unused(window: MaintenanceWindow) -> list[WindowTarget]:
    try:
        used = used_targets(window)
        return [] if window.unknown_target_id else [each for each in window.targets if each.referent not in used]
    except UnknownError:
        return []


def _with_operation(
    found: list[tuple[Selection, Selecting]], operation: PatchOperation
) -> Iterator[tuple[Selection, Selecting]]:
    for choice, each in found:
        if isinstance(each, Selector) and operation in possible_operations(each.command):
            yield choice, each


def possible_operations(command: Command) -> frozenset[PatchOperation]:
    """Return the operations that a patching command may have: none if its operation is invalid."""
    try:
        given = {PatchOperation.INSTALL: command.installs, PatchOperation.SCAN: command.scans}
    except UnknownError:
        return frozenset(PatchOperation)
    return frozenset(operation for operation, is_given in given.items() if is_given)
