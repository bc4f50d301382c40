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
from patching_constructs.template.unknown import NO_CHOICES, Choice, choices_of
from patching_constructs.template.value import UnknownError, Value, check_choices

_MOST_PROFILES: Final = 20
_WHICH_COMMANDS: Final = "It is unknown until deployment which commands select the nodes"
_WHICH_NODES: Final = "It is unknown until deployment which nodes are selected"
_Decided = tuple[Selection, frozenset[Choice]]


@dataclass(frozen=True, slots=True, eq=False)
class Selector:
    """A command, and the resource that selects nodes for it: a target, an association, or the task."""

    command: Command
    holder: Resource
    value: Value
    """The part of the template that selects the nodes."""

    def entries(self) -> list[Value]:
        """Return the entries of the ``Targets`` that select the nodes.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        if not isinstance(self.command, TaskCommand):
            return self.command.filters
        found = self.value.items()
        return [entry for entry in found if is_by_id(entry)] if self.holder is self.command.runner else found

    def selections(self) -> list[Selection]:
        """Return the nodes that it selects.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        if isinstance(self.command, TaskCommand):
            entries = self.entries()
            return [selection(entries)] if entries or self.holder is not self.command.runner else []
        return list(self.command.selections())


@dataclass(frozen=True, slots=True, eq=False)
class TargetHolder:
    """A part of a template that selects nodes, for one command or several."""

    selectors: tuple[Selector, ...]

    @property
    def value(self) -> Value:
        """The part of the template."""
        return self.selectors[0].value

    @property
    def resource(self) -> Resource:
        """The resource that it is a part of."""
        return self.selectors[0].holder

    def patching(self) -> tuple[list[Selector], frozenset[Choice]]:
        """Return what selects nodes for patching, and the choices that decide of more of it whether it does."""
        found, choices = list[Selector](), NO_CHOICES
        for each in self.selectors:
            try:
                if each.command.is_patching:
                    found.append(each)
            except UnknownError as error:
                choices |= error.choices
        return found, choices


class NodeReach:
    """The patching commands of a deployment, and the nodes that they reach.

    What a parameter or condition decides is not guessed: its choices are in an `UnknownError`.
    """

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
        self.unknown: list[tuple[Resource, UnknownError]] = [
            (starter, error) for starter in starters if (error := _unknown_commands(starter)) is not None
        ]
        """The resources of which it is unknown until deployment whether they patch, or which nodes."""
        self.all_selectors: list[Selector] = []
        """What selects nodes for the commands, of whatever document."""
        found: list[tuple[Selection, Selector]] = []
        for command in (each for each in commands if not each.other_regions):
            try:
                selectors = list(_selectors(command, targets_of))
                self.all_selectors += selectors
                for each in selectors if command.is_patching else ():
                    found += [(choice, each) for choice in each.selections()]
            except UnknownError as error:
                self.unknown.append((command.runner, error))
        self.is_partly_unknown = bool(self.unknown)
        """Whether it is unknown until deployment of a command whether it patches, or which nodes."""
        self.choices = NO_CHOICES.union(*(error.choices for _, error in self.unknown))
        """The choices that decide that."""
        self.has_selectors = bool(found)
        self.selectors = Selectors(found)
        self._known: dict[Hashable, bool] = {}

    def relevant(self, node: NodeTags) -> NodeTags:
        """Return a node with only the tags that selections name, so that nodes with equal reach compare equal."""
        return self.selectors.relevant(node)

    # --- The commands of a node -----------------------------------------------------------------------

    def may_reach(self, node: NodeTags) -> bool:
        """Return whether a selection may reach a node."""
        relevant = self.relevant(node)
        if relevant.identity not in self._known:
            self._known[relevant.identity] = self._is_reached(relevant) or self.selectors.may_reach(relevant)
        return self.is_partly_unknown or self._known[relevant.identity]

    def misses(self, group: NodeGroup) -> bool:
        """Return whether certainly no selection reaches nodes; False if that is unknown until deployment.

        Raises:
            UnknownError: parameters or conditions decide it.
        """
        check_choices(group.value, group.choices, _WHICH_COMMANDS)
        relevant = self.relevant(group.node_tags)
        if self._is_reached(relevant):
            return False
        check_choices(group.value, self.choices | self._choices_of_match(group, relevant), _WHICH_COMMANDS)
        return not self.may_reach(relevant)

    def _is_reached(self, relevant: NodeTags) -> bool:
        return any(True for _ in self.selectors.reaching(relevant))

    def _choices_of_match(self, group: NodeGroup, relevant: NodeTags) -> frozenset[Choice]:
        own = group.choices_of_values(self.selectors.keys)
        compared = self._everything if own else self._dependent
        found = [choices for choice, choices in compared if match(choice, relevant) is Match.UNKNOWN]
        return NO_CHOICES.union(own, *found) if found else NO_CHOICES

    @cached_property
    def _dependent(self) -> list[_Decided]:
        """Some selections that parameters and conditions decide."""
        found = ((choice, choices_of_selection(choice)) for choice, _ in self.selectors.selections())
        return [each for each in found if each[1]][:MOST_COMPARED]

    @cached_property
    def _everything(self) -> list[_Decided]:
        """Some of all selections, those that depend on choices first."""
        listed = ((choice, choices_of_selection(choice)) for choice, _ in self.selectors.selections())
        return sorted(listed, key=lambda each: not each[1])[:MOST_COMPARED]

    # --- The nodes of a command -----------------------------------------------------------------------

    @cached_property
    def holders(self) -> list[TargetHolder]:
        """The parts of the templates that select nodes for commands, of whatever document."""
        found: dict[Hashable, list[Selector]] = {}
        for each in self.all_selectors:
            found.setdefault((each.value.template.scope, each.value.path), []).append(each)
        return [TargetHolder(tuple(each)) for each in found.values()]

    @cached_property
    def used(self) -> Collection[int]:
        """The identities of the selections that certainly reach a node of the deployment."""
        return self.selectors.first_reached((node, None) for node in self._distinct).keys()

    def is_unused(self, selected: Selection) -> bool:
        """Return whether a selection certainly reaches no node of the deployment; False if that is unknown.

        Raises:
            UnknownError: parameters or conditions decide it.
        """
        choice = self.selectors.known_as(selected)
        if id(choice) in self.used:
            return False
        check_choices(self.selectors.items(choice)[0].value, self._choices_of_use(choice), _WHICH_NODES)
        compared = self._uncertain if is_decided_by_tags(choice) else self._distinct
        return len(compared) <= MOST_COMPARED and all(match(choice, node) is Match.NO for node in compared)

    def selectors_of(self, command: Command) -> list[Selector]:
        """Return what selects nodes for a command."""
        return self._by_command.get(id(command), [])

    @cached_property
    def _by_command(self) -> dict[int, list[Selector]]:
        found: dict[int, list[Selector]] = {}
        for each in self.all_selectors:
            found.setdefault(id(each.command), []).append(each)
        return found

    def reached_by(self, selectors: Iterable[Selector]) -> list[NodeGroup]:
        """Return the nodes that selections certainly reach: the first with each instance profile.

        Raises:
            UnknownError: the selections are unknown until deployment.
        """
        choices = [id(self.selectors.known_as(choice)) for each in selectors for choice in each.selections()]
        return [
            group
            for reached in self._reached
            if (group := next((reached[choice] for choice in choices if choice in reached), None)) is not None
        ]

    def choices_of_reach(self, selectors: Iterable[Selector]) -> frozenset[Choice]:
        """Return the choices that decide which nodes selections reach, or the instance profiles of the nodes."""
        found = (self._choices_of_use(choice) for each in selectors for choice in each.selections())
        return self._choices_of_profiles.union(*found)

    def _choices_of_use(self, choice: Selection) -> frozenset[Choice]:
        own = choices_of_selection(choice)
        compared = self._some_nodes if own else self._dependent_nodes
        found = [choices for node, choices in compared if match(choice, node) is Match.UNKNOWN]
        return own.union(*found) if found else NO_CHOICES

    @cached_property
    def choices_of_tags(self) -> frozenset[Choice]:
        """The choices that decide which tags any of the nodes have."""
        return NO_CHOICES.union(*(group.choices for group in self.groups))

    @cached_property
    def choices_of_values(self) -> frozenset[Choice]:
        """The choices that decide these tags, and the values of those that selections name."""
        return NO_CHOICES.union(*(choices for _, choices in self._dependent_nodes))

    @cached_property
    def _dependent_nodes(self) -> list[tuple[NodeTags, frozenset[Choice]]]:
        """Some nodes with tags that parameters and conditions decide."""
        found = ((group, group.choices | group.choices_of_values(self.selectors.keys)) for group in self.groups)
        return [(self.relevant(group.node_tags), choices) for group, choices in found if choices][:MOST_COMPARED]

    @cached_property
    def _some_nodes(self) -> list[tuple[NodeTags, frozenset[Choice]]]:
        """Some nodes, those whose tags depend on choices first."""
        others = ((node, NO_CHOICES) for node in self._distinct)
        return [*self._dependent_nodes, *others][:MOST_COMPARED]

    @cached_property
    def _reached(self) -> list[dict[int, NodeGroup]]:
        """For each instance profile, the first nodes with it that each selection certainly reaches."""
        return [
            self.selectors.first_reached((self.relevant(group.node_tags), group) for group in groups)
            for groups in self._by_profile
        ]

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
    def _choices_of_profiles(self) -> frozenset[Choice]:
        return NO_CHOICES.union(*map(_choices_of_profile, self.groups))

    @cached_property
    def _distinct(self) -> list[NodeTags]:
        relevant = [self.relevant(group.node_tags) for group in self.groups]
        return list({each.identity: each for each in relevant}.values())

    @cached_property
    def _uncertain(self) -> list[NodeTags]:
        return [node for node in self._distinct if not node.is_known]


def choices_of_selection(choice: Selection) -> frozenset[Choice]:
    """Return the choices that decide the values of a selection."""
    return choices_of(value for values in choice.values() for value in values)


def _choices_of_profile(group: NodeGroup) -> frozenset[Choice]:
    try:
        return NO_CHOICES if group.profile is None else group.profile.choices
    except UnknownError as error:
        return error.choices


def _unknown_commands(starter: Starter) -> UnknownError | None:
    try:
        _ = starter.commands
    except UnknownError as error:
        return error
    return None


def _selectors(command: Command, targets_of: Callable[[WindowTask], Iterable[Resource]]) -> Iterator[Selector]:
    runner = command.runner
    if not isinstance(command, TaskCommand):
        yield Selector(command, runner, runner["Targets"] if isinstance(runner, Association) else command.value)
        return
    for target in targets_of(command.runner):
        yield Selector(command, target, target["Targets"])
    yield Selector(command, runner, runner["Targets"])
