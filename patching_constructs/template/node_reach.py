"""Which patching commands of a deployment reach which of its nodes."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.node_tags import MOST_COMPARED, Match, NodeTags, Selectors, is_decided_by_tags, match
from patching_constructs.template.associations import Association
from patching_constructs.template.commands import Command, TaskCommand
from patching_constructs.template.maintenance_windows import WindowTask
from patching_constructs.template.node_filters import is_by_id, selection
from patching_constructs.template.node_groups import NodeGroup
from patching_constructs.template.resource import Resource
from patching_constructs.template.scheduled_runs import Starter
from patching_constructs.template.value import UnknownError, Value

_MOST_PROFILES: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Selector:
    """A patching command, and the resource that selects nodes for it: a target, an association, or the task."""

    command: Command
    holder: Resource
    value: Value
    """The part of the template that selects the nodes."""
    entries: tuple[Value, ...]
    """The entries of the ``Targets`` that select the nodes."""


@dataclass(frozen=True, slots=True, eq=False)
class UsedSelector:
    """A patching command, and nodes of the templates that it reaches: the first with each profile."""

    command: Command
    groups: tuple[NodeGroup, ...]

    @property
    def value(self) -> Value:
        """The part of the template that runs the command."""
        return self.command.value


class NodeReach:
    """The patching commands of a deployment, and the nodes that they reach."""

    def __init__(
        self,
        commands: Iterable[Command],
        groups: Iterable[NodeGroup],
        starters: Iterable[Starter],
        targets_of: Callable[[WindowTask], Iterable[Resource]],
    ) -> None:
        """Create it from the parts of a deployment.

        Args:
            commands: the commands that are known.
            groups: the nodes.
            starters: the resources that may run other commands.
            targets_of: returns the targets of a task.
        """
        self.groups = list(groups)
        self.is_partly_unknown = any(map(_has_unknown_commands, starters))
        """Whether it is unknown until deployment of a command whether it patches, or which nodes."""
        found: list[tuple[Selection, Selector]] = []
        for command in commands:
            try:
                if command.is_patching:
                    found += _selectors(command, targets_of)
            except UnknownError:
                self.is_partly_unknown = True
        self.has_selectors = bool(found)
        self.selectors = Selectors(found)
        self._known: dict[Hashable, bool] = {}

    def relevant(self, node: NodeTags) -> NodeTags:
        """Return a node with only the tags that selections name, so that nodes with equal reach compare equal."""
        tags = {key: value for key, value in node.tags.items() if key in self.selectors.keys}
        return NodeTags(tags, node.is_complete, node.node_id if node.node_id in self.selectors.node_ids else None)

    def may_reach(self, node: NodeTags) -> bool:
        """Return whether a selection may reach a node."""
        relevant = self.relevant(node)
        if relevant.identity not in self._known:
            is_reached = any(True for _ in self.selectors.reaching(relevant))
            self._known[relevant.identity] = is_reached or self.selectors.may_reach(relevant)
        return self.is_partly_unknown or self._known[relevant.identity]

    @cached_property
    def used(self) -> Collection[int]:
        """The identities of the selections that certainly reach a node of the deployment."""
        return self.selectors.first_reached((node, None) for node in self._distinct).keys()

    def may_be_used(self, choice: Selection) -> bool:
        """Return whether a selection may reach a node of the deployment."""
        if id(choice) in self.used or self.is_partly_unknown:
            return True
        compared = self._uncertain if is_decided_by_tags(choice) else self._distinct
        return len(compared) > MOST_COMPARED or any(match(choice, node) is Match.UNKNOWN for node in compared)

    def unused(self) -> Iterator[Selector]:
        """Return, for each selection that certainly reaches no node of the deployment, the first resource with it."""
        for choice, selectors in self.selectors.selections():
            if not self.may_be_used(choice):
                yield selectors[0]

    def reached(self) -> Iterator[UsedSelector]:
        """Return the commands that certainly reach nodes of the deployment."""
        reached: dict[int, tuple[Command, list[NodeGroup]]] = {}
        for groups in self._by_profile:
            found = self.selectors.first_reached((self.relevant(group.node_tags), group) for group in groups)
            first = {
                id(each.command): (each.command, found[id(choice)])
                for choice, selectors in self.selectors.selections()
                if id(choice) in found
                for each in reversed(selectors)
            }
            for key, (command, group) in first.items():
                reached.setdefault(key, (command, []))[1].append(group)
        return (UsedSelector(command, tuple(groups)) for command, groups in reached.values())

    @cached_property
    def _by_profile(self) -> list[list[NodeGroup]]:
        """The nodes by instance profile."""
        found: dict[Hashable, list[NodeGroup]] = {}
        for group in self.groups:
            with suppress(UnknownError):
                if group.profile is not None:
                    found.setdefault(group.profile.identity, []).append(group)
        return list(found.values())[:_MOST_PROFILES]

    @cached_property
    def _distinct(self) -> list[NodeTags]:
        relevant = [self.relevant(group.node_tags) for group in self.groups]
        return list({each.identity: each for each in relevant}.values())

    @cached_property
    def _uncertain(self) -> list[NodeTags]:
        return [node for node in self._distinct if not node.is_known]


def _has_unknown_commands(starter: Starter) -> bool:
    try:
        _ = starter.commands
    except UnknownError:
        return True
    return False


def _selectors(
    command: Command, targets_of: Callable[[WindowTask], Iterable[Resource]]
) -> Iterator[tuple[Selection, Selector]]:
    runner = command.runner
    if not isinstance(command, TaskCommand):
        at = runner["Targets"] if isinstance(runner, Association) else command.value
        entries = tuple(command.filters)
        for choice in command.selections():
            yield choice, Selector(command, runner, at, entries)
        return
    for target in targets_of(command.runner):
        entries = tuple(target["Targets"].items())
        yield selection(entries), Selector(command, target, target["Targets"], entries)
    own = tuple(entry for entry in command.filters if is_by_id(entry))
    if own:
        yield selection(own), Selector(command, runner, runner["Targets"], own)
