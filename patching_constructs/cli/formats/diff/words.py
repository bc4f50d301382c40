"""What differs in words: a title for each change, and lines with both sides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from patching_constructs.cli import descriptions, run_descriptions
from patching_constructs.cli.fact_labels import label_of
from patching_constructs.cli.fact_words import fact_in_words
from patching_constructs.description.comparison import ChangeStatus, FactChange, ResourceChange, SubjectChange
from patching_constructs.description.content import as_json
from patching_constructs.description.described import Description
from patching_constructs.description.effects import Effect
from patching_constructs.description.facts import Fact
from patching_constructs.description.next_executions import NextExecutions
from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.event_rules import EVENT_RULE
from patching_constructs.template.maintenance_windows import TARGET, TASK, WINDOW, MaintenanceWindow
from patching_constructs.template.patch_policies import CONFIGURATION_MANAGER
from patching_constructs.template.resource_names import name_or_id
from patching_constructs.template.runbooks import DOCUMENT
from patching_constructs.template.scheduled_runs import RunKind
from patching_constructs.template.scheduler import SCHEDULE
from patching_constructs.template.stack_sets import STACK_SET
from patching_constructs.template.update_behavior import Replacement

KINDS: Final = {
    WINDOW: "maintenance window",
    TARGET: "target",
    TASK: "task",
    BASELINE: "baseline",
    DOCUMENT: "document",
    ASSOCIATION: run_descriptions.KINDS[RunKind.ASSOCIATION],
    EVENT_RULE: run_descriptions.KINDS[RunKind.RULE],
    SCHEDULE: run_descriptions.KINDS[RunKind.SCHEDULE],
    CONFIGURATION_MANAGER: "Quick Setup configuration",
    STACK_SET: "StackSet",
}
EFFECTS: Final = {
    Effect.UNPATCHED: "this schedule no longer installs patches",
    Effect.UNSCANNED: "this schedule no longer scans nodes",
    Effect.RETARGETED: "other accounts or Regions are selected than before",
    Effect.REBOOTS: "nodes can reboot, which they could not before",
    Effect.INSTALLS: "patches can be installed, which they could not before",
    Effect.UNMONITORED: "an alarm or an event rule no longer covers this schedule",
    Effect.FROZEN: "there is no execution during a new freeze",
    Effect.MOVED: "the next executions are at other times",
    Effect.WIDENED: "nodes can be selected that were not selected before",
}
WINDOW_ID: Final = "WindowId"
_NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """A property with both sides; None for a side that does not exist."""

    label: str
    before: str | None
    after: str | None
    note: str = ""


def title_of(change: SubjectChange) -> str:
    """Return what a change is about: ``maintenance window weekly (stack Patching)``."""
    resource = change.resource
    return f"{KINDS[resource.type]} {name_or_id(resource)} (stack {resource.stack})"


def lines_of(change: SubjectChange) -> Iterator[Line]:
    """Return what differs of the subject itself, with its next executions."""
    if change.executions is not None:
        before, after = change.executions
        yield Line("next executions", _executions(before), _executions(after))
    if change.main.status is not ChangeStatus.UNCHANGED:
        yield from _when(change)
        yield from resource_lines(change.main)


def resource_lines(change: ResourceChange) -> Iterator[Line]:
    """Return what differs of a resource; nothing of one that is removed."""
    if change.before and change.after and change.is_renamed:
        yield Line("logical id", change.before.resource.logical_id, change.after.resource.logical_id, "replacement")
    if change.status is ChangeStatus.REMOVED:
        return
    for fact in change.facts:
        # What is added to a window is listed below it.
        if change.status is not ChangeStatus.ADDED or fact.either.name != WINDOW_ID:
            yield _line(fact, change)


def notes_of(change: ResourceChange) -> Iterator[str]:
    """Return what else to know of a resource: new errors of the linter, and what makes the deployment fail."""
    if change.patch_groups_collide:
        yield (
            "the deployment fails if the old baseline still has its patch groups: remove them in a deployment before"
        )
    for problem in change.new_problems:
        yield f"invalid: {problem}"


def _line(change: FactChange, resource: ResourceChange) -> Line:
    before, after = _side(change.before, change.either), _side(change.after, change.either)
    if before == after and change.before and change.after:
        # Only what the template declares for the value differs.
        before, after = as_json(change.before.content), as_json(change.after.content)
    note = {Replacement.NO: "", Replacement.PERHAPS: "perhaps replacement", Replacement.YES: "replacement"}
    is_added = resource.before is None
    return Line(label_of(change.either), None if is_added else before, after, note[change.replacement])


def _side(fact: Fact | None, either: Fact) -> str:
    if fact is not None:
        return fact_in_words(fact)
    return f"{either.default} (default)" if either.default else _NONE


def _when(change: SubjectChange) -> Iterator[Line]:
    """Return the schedule in words, if these differ."""
    before, after = _schedule(change.main.before), _schedule(change.main.after)
    if before != after:
        yield Line("runs", before, after)


def _schedule(described: Description | None) -> str | None:
    if described is None or not isinstance(described.resource, MaintenanceWindow):
        return None
    return descriptions.schedule_and_zone_in_words(described.resource)


def _executions(executions: NextExecutions) -> str:
    starts = [f"{start:%a %Y-%m-%d %H:%M %Z}" for start in executions.starts]
    assumed = f" ({'; '.join(executions.assumptions)})" if executions.assumptions else ""
    return (", ".join([*starts, *executions.reasons]) or _NONE) + assumed
