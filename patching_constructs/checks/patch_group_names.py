"""The patch groups that templates name, in targets and in the tags of nodes, beside those of baselines."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from patching_constructs.planning.spelling import SpellingIndex
from patching_constructs.ssm.target_keys import PATCH_GROUP_KEYS
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.node_groups import PATCH_GROUP_TAGS
from patching_constructs.template.node_reach import NodeReach, Selector, TargetHolder
from patching_constructs.template.resource import Resource
from patching_constructs.template.unknown import NO_CHOICES, Choice
from patching_constructs.template.value import UnknownError, Value, check_choices

_WHICH_GROUP: Final = "It is unknown until deployment which patch group is named"
_WHICH_GROUPS: Final = "It is unknown until deployment which patch groups the baselines are registered for"


@dataclass(frozen=True, slots=True, eq=False)
class NamedValue:
    """A value of a tag, which names a patch group if the key says so."""

    key: Value
    value: Value
    holder: Resource
    """The resource that names it: of the target, or of the nodes."""
    target: TargetHolder | None = None
    """What it selects nodes for. None for a tag of nodes."""
    choices: frozenset[Choice] = NO_CHOICES
    """The choices that decide if the nodes have the tag."""

    @property
    def name(self) -> str | None:
        """The patch group that it certainly names. None for another tag."""
        keys = PATCH_GROUP_TAGS if self.target is None else PATCH_GROUP_KEYS
        name = self.value.identity
        return name if isinstance(name, str) and self.key.identity in keys else None

    def used_name(self) -> str | None:
        """Return the patch group whose baseline is used. None if there is none, or if that is unknown.

        Raises:
            UnknownError: parameters or conditions decide it.
        """
        if self.key.is_unknown or self.name is not None or self.value.is_unknown:
            check_choices(self.value, self.key.choices, _WHICH_GROUP)
            keys = PATCH_GROUP_TAGS if self.target is None else PATCH_GROUP_KEYS
            if self.key.identity in keys:
                check_choices(self.value, self.value.choices | self.choices, _WHICH_GROUP)
        return None if self.name is None or not self._is_used() else self.name

    def _is_used(self) -> bool:
        """Return whether the nodes are certainly patched by the baseline of the patch group."""
        if self.target is None:
            return True
        patching, choices = self.target.patching()
        for each in patching:
            try:
                if each.command.given("BaselineOverride") is None:
                    return True
            except UnknownError as error:
                choices |= error.choices
        check_choices(self.value, choices, _WHICH_GROUP)
        return False


class PatchGroupNames:
    """The patch groups that the targets and nodes of a deployment name, and those of its baselines."""

    def __init__(self, reach: NodeReach, baselines: Iterable[Baseline], registered: Iterable[str | None]) -> None:
        """Take what a deployment has.

        Args:
            reach: the commands and nodes.
            baselines: the baselines.
            registered: the patch groups that they are registered for, and None for a default baseline.
        """
        self._reach = reach
        self._registered = set(registered)
        self._baselines = list(baselines)

    @cached_property
    def values(self) -> list[NamedValue]:
        """The values of tags that may name a patch group."""
        found: dict[object, NamedValue] = {}
        for each in self._all():
            found.setdefault((each.value.template.scope, each.value.path), each)
        return list(found.values())

    def unregistered(self, named: NamedValue) -> str | None:
        """Return a patch group without a baseline, if the templates create baselines for patch groups alone.

        Raises:
            UnknownError: parameters or conditions decide it.
        """
        if not self._may_be_missing:
            return None
        name = named.used_name()
        if name is None or name in self._registered:
            return None
        check_choices(named.value, self._choices_of_baselines, _WHICH_GROUPS)
        return name

    def registered_like(self, named: NamedValue, name: str) -> str | None:
        """Return a patch group of a baseline that is likely meant by a name.

        Raises:
            UnknownError: parameters or conditions decide it.
        """
        alike = next((found for found, _ in self._index.alike(name)), None)
        if alike is not None:
            return alike
        typo = next((found for found, _ in self._index.typos(name) if found not in self._names), None)
        if typo is not None:
            # A patch group that is named elsewhere is meant.
            check_choices(named.value, self._choices_of_names, _WHICH_GROUP)
        return typo

    @cached_property
    def _may_be_missing(self) -> bool:
        """Whether all patch groups with a baseline are known, or parameters and conditions decide them."""
        if self._choices_of_baselines:
            return True
        return bool(self._registered) and None not in self._registered and not any(map(_is_unknown, self._baselines))

    @cached_property
    def _index(self) -> SpellingIndex[None]:
        return SpellingIndex((name, None) for name in sorted(filter(None, self._registered)))

    @cached_property
    def _names(self) -> set[str | None]:
        return {each.name for each in self.values}

    @cached_property
    def _choices_of_names(self) -> frozenset[Choice]:
        return NO_CHOICES.union(*(part.choices for each in self.values for part in (each.key, each.value)))

    @cached_property
    def _choices_of_baselines(self) -> frozenset[Choice]:
        return NO_CHOICES.union(*(value.choices for each in self._baselines for value in _registering(each)))

    def _all(self) -> Iterator[NamedValue]:
        for holder in self._reach.holders:
            for entry in _entries(holder.selectors[0]):
                for value in entry.at("Values").each():
                    yield NamedValue(entry.at("Key"), value, holder.resource, holder)
        for group in self._reach.groups:
            for tag in group.written_tags:
                choices = NO_CHOICES if tag.is_known else group.choices
                yield NamedValue(tag.key, tag.value, group.resource, choices=choices)


def _entries(selector: Selector) -> list[Value]:
    with suppress(UnknownError):
        return selector.entries()
    return []


def _registering(baseline: Baseline) -> list[Value]:
    """Return the values that decide which patch groups a baseline is registered for."""
    given = baseline.at("PatchGroups")
    return [baseline.at("OperatingSystem"), baseline.at("DefaultBaseline"), given, *given.each()]


def _is_unknown(baseline: Baseline) -> bool:
    return any(value.is_unknown for value in _registering(baseline))
