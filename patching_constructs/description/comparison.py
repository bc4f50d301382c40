"""What differs between two deployments: schedules, targets, tasks, baselines and documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from patching_constructs.description.content import as_json
from patching_constructs.description.described import Described, Description, Subject
from patching_constructs.description.effects import Effect, effects_of
from patching_constructs.description.facts import Fact
from patching_constructs.description.matching import Pair, matched, stack_names
from patching_constructs.description.next_executions import NextExecutions, next_executions
from patching_constructs.description.pairing import paired
from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.resource import Resource
from patching_constructs.template.runbooks import DOCUMENT
from patching_constructs.template.update_behavior import Replacement, replacement_of


class ChangeStatus(StrEnum):
    """What happens to a resource."""

    REPLACED = "replaced"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FactChange:
    """A property that differs; None for a side that has the default."""

    before: Fact | None
    after: Fact | None
    either: Fact
    replacement: Replacement = Replacement.NO


@dataclass(frozen=True, eq=False)
class ResourceChange:
    """A resource of either side, or of both."""

    before: Description | None
    after: Description | None
    either: Description

    @property
    def resource(self) -> Resource:
        """The resource, as it is after the change if it is there."""
        return self.either.resource

    @property
    def status(self) -> ChangeStatus:
        """What happens to the resource."""
        if self.before is None:
            return ChangeStatus.ADDED
        if self.after is None:
            return ChangeStatus.REMOVED
        if self.is_renamed or any(each.replacement is Replacement.YES for each in self.facts):
            return ChangeStatus.REPLACED
        return ChangeStatus.CHANGED if self.facts else ChangeStatus.UNCHANGED

    @property
    def is_renamed(self) -> bool:
        """Whether its construct has another logical id, so that CloudFormation creates it anew."""
        if self.before is None or self.after is None:
            return False
        return self.before.resource.logical_id != self.after.resource.logical_id

    @property
    def new_problems(self) -> list[str]:
        """The errors that the linter reports after the change and not before it."""
        known = self.before.problems if self.before else ()
        return [each for each in (self.after.problems if self.after else ()) if each not in known]

    @property
    def patch_groups_collide(self) -> bool:
        """Whether it is a baseline that is created anew with a patch group that the old one still has then."""
        if not self.is_renamed or self.resource.type != BASELINE:
            return False
        return bool(_groups(self.before) & _groups(self.after))

    @cached_property
    def facts(self) -> list[FactChange]:
        """The properties that differ; of a resource that is on one side only, all of them."""
        before = {} if self.before is None else self.before.facts
        after = {} if self.after is None else self.after.facts
        is_update = self.before is not None and self.after is not None
        found = []
        for one, other in paired(before, after):
            either = other or one
            if either is not None and (one is None or other is None or one.content != other.content):
                replacement = self._replacement_of(either) if is_update else Replacement.NO
                found.append(FactChange(one, other, either, replacement))
        return found

    def _replacement_of(self, fact: Fact) -> Replacement:
        method = self.resource.at("UpdateMethod").content if self.resource.type == DOCUMENT else None
        return replacement_of(self.resource.type, fact.name, update_method=method)


def _groups(described: Description | None) -> set[str]:
    fact = described.facts.get("PatchGroups") if described else None
    return {as_json(each) for each in fact.content} if fact and isinstance(fact.content, list) else set()


@dataclass(frozen=True, eq=False)
class SubjectChange:
    """A schedule with its targets and tasks, a baseline or a document that differs."""

    main: ResourceChange
    parts: Sequence[ResourceChange]
    """The targets and tasks that differ."""
    executions: tuple[NextExecutions, NextExecutions] | None
    """The next executions before and after, if it is a schedule and these differ."""
    effects: tuple[Effect, ...]
    """What needs attention, most important first."""

    @property
    def resource(self) -> Resource:
        """The resource that it is named after."""
        return self.main.resource

    @property
    def status(self) -> ChangeStatus:
        """What happens to it."""
        return ChangeStatus.CHANGED if self.main.status is ChangeStatus.UNCHANGED else self.main.status

    @property
    def resources(self) -> list[ResourceChange]:
        """The resources that differ."""
        return [each for each in (self.main, *self.parts) if each.status is not ChangeStatus.UNCHANGED]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs, most important first."""

    changes: Sequence[SubjectChange]


def compare(old: Described, new: Described, *, at: datetime, count: int) -> Comparison:
    """Compare two deployments.

    Args:
        old: the deployment before the change.
        new: the deployment after it.
        at: an aware datetime; executions from then on are compared.
        count: how many executions of each schedule are compared.
    """
    renamed = stack_names((each.resource for each in old.subjects), (each.resource for each in new.subjects))
    pairs = matched(old.subjects, new.subjects, lambda each: each.resource, renamed)
    found = [_subject_change(pair, renamed, at, count) for pair in pairs]
    changes = [each for each in found if each.resources or each.effects]
    return Comparison(sorted(changes, key=_order))


def _subject_change(pair: Pair[Subject], renamed: Mapping[str, str], at: datetime, count: int) -> SubjectChange:
    before, after = pair.before, pair.after
    main = ResourceChange(before.main if before else None, after.main if after else None, pair.either.main)
    executions = None
    if main.status is not ChangeStatus.UNCHANGED:
        one, other = next_executions(before, after=at, count=count), next_executions(after, after=at, count=count)
        executions = (one, other) if one != other else None
    effects = tuple(effects_of(before, after, at=at, is_moved=executions is not None))
    return SubjectChange(main, list(_part_changes(before, after, renamed)), executions, effects)


def _part_changes(
    before: Subject | None, after: Subject | None, renamed: Mapping[str, str]
) -> Iterator[ResourceChange]:
    old, new = before.parts if before else (), after.parts if after else ()
    for pair in matched(old, new, lambda each: each.resource, renamed):
        change = ResourceChange(pair.before, pair.after, pair.either)
        if change.status is not ChangeStatus.UNCHANGED:
            yield change


_STATUSES = list(ChangeStatus)
_EFFECTS = list(Effect)


def _order(change: SubjectChange) -> tuple[int, int, str, str]:
    effect = _EFFECTS.index(change.effects[0]) if change.effects else len(_EFFECTS)
    return effect, _STATUSES.index(change.status), change.resource.stack, change.resource.logical_id
