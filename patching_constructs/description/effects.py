"""What a change means for nodes: the end of patching, new reboots, new installs, other times, accounts and nodes."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final

from patching_constructs.description.content import as_json, content_of
from patching_constructs.description.described import Subject
from patching_constructs.description.next_executions import has_ended
from patching_constructs.planning.coverage import Selection
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.target_keys import EVERY_NODE, INSTANCE_IDS, TAG, TAG_KEY
from patching_constructs.template.commands import Command, TaskCommand
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTarget, WindowTask
from patching_constructs.template.node_filters import is_by_id, selection
from patching_constructs.template.unknown import Unknown
from patching_constructs.template.value import UnknownError, Value

_Does = Callable[[Subject, Command], bool]
_TIMES: Final = frozenset({"Schedule", "ScheduleTimezone", "ScheduleOffset", "StartDate", "EndDate"})
_PLACES: Final = re.compile(
    r"StackInstancesGroup(?:\.[0-9]+(?:\.(?:DeploymentTargets(?:\..+)?|Regions))?)?"
    r"|ConfigurationDefinitions\.[0-9]+\.Parameters\.Target(?:OrganizationalUnits|Accounts|Regions)"
)
"""The properties that decide which accounts and Regions are patched."""
_UNKNOWN: Final = "unknown until deployment"


class Effect(StrEnum):
    """What needs attention, most important first."""

    UNPATCHED = "unpatched"
    """The schedule no longer installs patches."""
    UNSCANNED = "unscanned"
    """The schedule no longer scans nodes, nor does it install patches on them."""
    RETARGETED = "retargeted"
    """Other accounts or Regions get the schedules of a StackSet, or are those of a patch policy."""
    REBOOTS = "reboots"
    """Nodes can reboot, which they could not before."""
    INSTALLS = "installs"
    """Patches are installed, which they were not before."""
    UNMONITORED = "unmonitored"
    """An alarm, or a rule for events, no longer covers the schedule."""
    FROZEN = "frozen"
    """There is a new freeze."""
    MOVED = "moved"
    """The next executions are at other times."""
    WIDENED = "widened"
    """Nodes can be selected that were not before."""


def effects_of(before: Subject | None, after: Subject | None, *, at: datetime, is_moved: bool) -> Iterator[Effect]:
    """Return what a change of a schedule means for nodes.

    Args:
        before: the schedule before the change.
        after: the schedule after it.
        at: an aware datetime; what has no execution from then on does nothing.
        is_moved: whether the next executions differ.
    """
    old, new = _running(before, at), _running(after, at)
    if _starts_to(new, old, _installs):
        yield Effect.UNPATCHED
    if _starts_to(new, old, _scans) and not _possibly(new, _installs):
        yield Effect.UNSCANNED
    if _is_retargeted(before, after):
        yield Effect.RETARGETED
    if _starts_to(old, new, lambda subject, command: subject.rebooting.of(command) is not Reboot.NONE):
        yield Effect.REBOOTS
    if _starts_to(old, new, _installs):
        yield Effect.INSTALLS
    if old is not None and new is not None:
        yield from _effects_of_both(old, new, at=at, is_moved=is_moved)


def _effects_of_both(old: Subject, new: Subject, *, at: datetime, is_moved: bool) -> Iterator[Effect]:
    """Return what a change means that leaves a schedule running."""
    if not _reports(old) <= _reports(new):
        yield Effect.UNMONITORED
    is_frozen = _has_new_freeze(old, new, at)
    if is_frozen:
        yield Effect.FROZEN
    if is_moved and not (is_frozen and _times(old) == _times(new)):
        yield Effect.MOVED
    if _is_widened(old, new):
        yield Effect.WIDENED


def _reports(subject: Subject) -> set[str]:
    """Return the metrics with an alarm, and the events that are reported, whatever the thresholds are."""
    return {each.split(" ")[0] for each in subject.monitoring.alarms} | subject.monitoring.events


def _has_new_freeze(before: Subject, after: Subject, at: datetime) -> bool:
    return any(freeze.end > at for freeze in _freezes(after) - _freezes(before))


def _freezes(subject: Subject) -> set[PatchFreeze]:
    return set(subject.resource.freezes) if isinstance(subject.resource, MaintenanceWindow) else set()


def _times(subject: Subject) -> list[tuple[str, object]]:
    """Return what determines when a schedule runs, without freezes."""
    return [(fact.name, fact.content) for fact in subject.main.facts.values() if fact.name in _TIMES]


def _is_retargeted(before: Subject | None, after: Subject | None) -> bool:
    return before is not None and after is not None and _places(before) != _places(after)


def _places(subject: Subject) -> list[tuple[str, object]]:
    """Return what determines the accounts and Regions of a StackSet or of a patch policy."""
    return sorted(
        (fact.name, as_json(fact.content)) for fact in subject.main.facts.values() if _PLACES.fullmatch(fact.name)
    )


def _running(subject: Subject | None, at: datetime) -> Subject | None:
    """Return a schedule that runs, or can run, from a time on; None for any other."""
    return None if subject is None or has_ended(subject, at) else subject


def _starts_to(one: Subject | None, other: Subject | None, does: _Does) -> bool:
    """Return whether the other side does, or can do, what the one side certainly does not."""
    return _possibly(other, does) and not _possibly(one, does)


def _installs(_: Subject, command: Command) -> bool:
    return command.installs


def _scans(_: Subject, command: Command) -> bool:
    return command.scans


def _possibly(subject: Subject | None, does: _Does) -> bool:
    return subject is not None and any(_possibly_by(subject, command, does) for command in subject.commands)


def _possibly_by(subject: Subject, command: Command, does: _Does) -> bool:
    try:
        return does(subject, command)
    except UnknownError:
        return True


# --- Targets ------------------------------------------------------------------------------------------


def _is_widened(before: Subject, after: Subject) -> bool:
    old = list(_selections(before))
    return any(not any(_is_within(new, each) for each in old) for new in _selections(after))


def _selections(subject: Subject) -> Iterator[Selection]:
    """Return which nodes a schedule selects, by keys and values that can be compared with another template's."""
    if isinstance(subject.resource, MaintenanceWindow):
        for target in subject.resource.targets:
            yield from _known(partial(_all_of, target), target.at("Targets"))
    for command in subject.commands:
        if isinstance(command, TaskCommand):
            own = command.runner.at("Targets")
            yield from _known(partial(_ids_of, command.runner), own)
        else:
            yield from _known(command.selections, command.value)


def _all_of(target: WindowTarget) -> list[Selection]:
    return [selection(target.filters)]


def _ids_of(task: WindowTask) -> list[Selection]:
    return [selection([entry]) for entry in task.filters if is_by_id(entry)]


def _known(select: Callable[[], Iterable[Selection]], value: Value) -> Iterator[Selection]:
    """Return selections; of what is unknown until deployment, one that only the same one is equal to."""
    try:
        for selected in select():
            yield {key: frozenset(map(_comparable, values)) for key, values in selected.items()}
    except UnknownError:
        yield {_UNKNOWN: frozenset([as_json(content_of(value))])}


def _comparable(identity: Hashable) -> Hashable:
    """Return a value without the template that it is unknown in."""
    return identity.function if isinstance(identity, Unknown) else identity


def _is_within(new: Selection, old: Selection) -> bool:
    """Return whether every node that the new filters select was selected by the old ones."""
    return all(_is_filter_kept(key, values, new) for key, values in old.items())


def _is_filter_kept(key: str, values: frozenset[Hashable], new: Selection) -> bool:
    if key == INSTANCE_IDS and EVERY_NODE in values:
        return True
    if key == TAG_KEY and any(f"{TAG}{value}" in new for value in values):
        # A node with one of these values has the tag.
        return True
    return key in new and new[key] <= values
