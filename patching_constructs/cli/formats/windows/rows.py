"""The rows that describe a schedule, a baseline or a document: a name, and words."""

import json
import re
from collections.abc import Container, Iterable, Iterator
from typing import Final

from patching_constructs._template_metadata import CAPACITY
from patching_constructs.cli import descriptions, operation_words, run_descriptions
from patching_constructs.cli.fact_labels import label_of
from patching_constructs.cli.fact_words import content_in_words, fact_in_words, shown_content
from patching_constructs.cli.forecasts import capacity_in_words
from patching_constructs.cli.formats.windows.window_list import idle_because
from patching_constructs.cli.gate_words import gate_in_words
from patching_constructs.cli.monitoring_words import monitoring_in_words
from patching_constructs.cli.value_words import text
from patching_constructs.description.content import Unresolved
from patching_constructs.description.described import Description, Subject
from patching_constructs.description.facts import FROZEN, GATE, INPUT, RING_FACTS, Fact
from patching_constructs.description.monitoring import MONITORING_FACTS
from patching_constructs.properties.command import EXECUTION_TIMEOUT, OPERATION, REBOOT_OPTION
from patching_constructs.template import MaintenanceWindow, WindowTarget, WindowTask
from patching_constructs.template.associations import Association
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.gates import gate_of
from patching_constructs.template.resource import Resource
from patching_constructs.template.resource_names import name_of, name_property
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.stack_sets import StackSet
from patching_constructs.template.value import UnknownError

Row = tuple[str, str]

_WINDOW_ROWS: Final = {
    "Name",
    "Schedule",
    "ScheduleTimezone",
    "ScheduleOffset",
    "Duration",
    "Cutoff",
    FROZEN,
    *RING_FACTS,
    *MONITORING_FACTS,
}
"""What the rows of a window contain in words."""
_PARAMETERS: Final = rf"(?:{OPERATION}|{REBOOT_OPTION}|{EXECUTION_TIMEOUT})"
_TASK_ROWS: Final = re.compile(
    r"TaskArn|Name|Priority|CutoffBehavior"
    rf"|TaskInvocationParameters\.MaintenanceWindowRunCommandParameters\.(?:TimeoutSeconds|Parameters\.{_PARAMETERS})"
)
_LEGACY_ROWS: Final = re.compile(rf"TaskParameters\.{_PARAMETERS}\.Values")
"""What the rows of a task contain in words."""
_GATED: Final = re.compile(r"TaskType|TaskInvocationParameters\.")
"""What the task of a gate has for its runbook."""
_GATE_ROWS: Final = {"DocumentName", f"Parameters.{OPERATION}", f"Parameters.{REBOOT_OPTION}", "Targets"}
"""What the rows of the window and of the task contain in words."""
_WINDOW_ID: Final = "WindowId"
_CONTENT: Final = "Content"
"""What a document says, in many lines."""
_RUN_ROWS: Final = {"ScheduleExpression", "ScheduleExpressionTimezone", "Targets"}
"""What the rows of any other schedule contain in words."""

_INPUT_ROWS: Final = re.compile(
    rf"Target\.{INPUT}\.(?:InstanceIds|Targets|Parameters\.(?:{OPERATION}|{REBOOT_OPTION}))"
    rf"|Targets\.[0-9]+\.{INPUT}\.(?:{OPERATION}|{REBOOT_OPTION})"
)
"""What the rows of a command that EventBridge sends contain in words."""

_ASSOCIATION_ROWS: Final = {
    "ApplyOnlyAtCronInterval",
    "AssociationName",
    f"Parameters.{OPERATION}",
    f"Parameters.{REBOOT_OPTION}",
    "ScheduleOffset",
}

# --- Windows ------------------------------------------------------------------------------------------


def window_rows(window: MaintenanceWindow, subject: Subject, assumptions: Iterable[str]) -> Iterator[Row]:
    """Describe a window, its targets, and its tasks in the order in which they run."""
    yield "window", f"{text(window.name)} (stack {window.stack})"
    if window.schedule_path:
        yield "construct", window.schedule_path
    if window.ring is not None:
        yield "ring", descriptions.ring_in_words(window.ring)
    yield "schedule", descriptions.schedule_in_words(window)
    yield "time zone", descriptions.time_zone_in_words(window)
    yield from (("assumption", each) for each in assumptions)
    yield "duration", descriptions.duration_in_words(window)
    cutoffs = descriptions.cutoffs_by_task(window)
    yield "cutoff", descriptions.cutoff_of_new_tasks(window) if cutoffs else descriptions.cutoff_in_words(window)
    hidden = _WINDOW_ROWS if _is_cron(window) else _WINDOW_ROWS - {"ScheduleOffset"}
    if capacity := capacity_in_words(window):
        yield "capacity", capacity
        hidden = hidden | {CAPACITY}
    yield from _fact_rows(subject.main, hidden)
    yield "monitored", monitoring_in_words(subject.monitoring)
    yield "targets", descriptions.targets_in_words(window)
    for part in subject.parts:
        if isinstance(part.resource, WindowTask):
            yield from _task_rows(part.resource, part, window, cutoffs.get(id(part.resource)))
        elif isinstance(part.resource, SsmDocument):
            yield from _gate_rows(part, subject)
        else:
            yield from _target_rows(part)
    if window.is_frozen and not window.tasks:
        yield "frozen", "no task"
    elif reason := idle_because(window):
        yield "operation", f"none: {reason}"


def _is_cron(window: MaintenanceWindow) -> bool:
    return str(window.schedule.content).startswith("cron(")


def _target_rows(target: Description) -> Iterator[Row]:
    for label, words in _fact_rows(target, {"Targets"}):
        yield "target", f"{target.resource.logical_id}: {label}: {words}"


def _task_rows(
    task: WindowTask, described: Description, window: MaintenanceWindow, cutoff: str | None
) -> Iterator[Row]:
    yield "task", _task_in_words(task)
    if _has_operation(task):
        yield "operation", descriptions.operation_in_words(task)
    if operation_words.runs_on_nodes(task):
        yield "reboot", descriptions.reboot_in_words(task)
    if cutoff:
        yield "cutoff", cutoff
    if timeouts := descriptions.timeouts_in_words(task):
        yield "timeouts", timeouts
    hidden = {each for each in described.facts if _TASK_ROWS.fullmatch(each)}
    if gate_of(task.runbook):
        # The rows of the gate contain what its task starts.
        yield from _fact_rows(
            described, hidden | {each for each in described.facts if _GATED.match(each)}, sources=False
        )
        return
    if task.is_legacy:
        hidden |= {each for each in described.facts if _LEGACY_ROWS.fullmatch(each)}
    if len(window.targets) == 1 and _runs_on(task) == [window.targets[0].logical_id]:
        hidden.add("Targets")
    yield from _fact_rows(described, hidden)


def _gate_rows(gate: Description, subject: Subject) -> Iterator[Row]:
    """Describe the runbook of a gate: its conditions, and what its command has that differs from the defaults."""
    for words in gate_in_words(gate.facts, subject.window_names):
        yield "gate", words
    hidden = {name for name in gate.facts if name.startswith(f"{GATE}.") or name in _GATE_ROWS}
    yield from _fact_rows(gate, hidden, sources=False)


def _has_operation(task: WindowTask) -> bool:
    """Return whether the document has an operation, or lacks one that it requires."""
    return descriptions.operation_in_words(task) != operation_words.document_of(task.document)


def _task_in_words(task: WindowTask) -> str:
    name = task.at("Name")
    label = task.logical_id if name.content is None else text(name)
    priority = task.at("Priority")
    order = "" if priority.content is None else f", priority {text(priority)}"
    gate = gate_of(task.runbook)
    document = (
        operation_words.document_of(task.document)
        if gate is None
        else f"{text(gate.command.at('DocumentName'))} with a gate"
    )
    return f"{label}: {document}{order}"


def _runs_on(task: WindowTask) -> list[str | None]:
    try:
        return [each.reference for each in task.target_ids]
    except UnknownError:
        return []


# --- Other schedules, baselines and documents ---------------------------------------------------------


def run_rows(run: ScheduledRun, subject: Subject, assumptions: Iterable[str]) -> Iterator[Row]:
    """Describe what runs outside of maintenance windows."""
    resource = run.resource
    yield "run", f"{run_descriptions.KINDS[run.kind]} {run.label} (stack {resource.stack})"
    yield from _construct_row(resource)
    yield "schedule", run_descriptions.schedule_in_words(run)
    if besides := run_descriptions.runs_besides(run):
        yield "also", besides
    yield "time zone", run_descriptions.time_zone_in_words(run)
    yield from (("assumption", each) for each in assumptions)
    yield "targets", run_descriptions.targets_in_words(run)
    for command in run.commands:
        yield "operation", operation_words.operation_in_words(command)
        yield "reboot", operation_words.reboot_in_words(command)
    if run is not subject.runs[0]:
        # A patch policy has two schedules and one definition.
        return
    own = _ASSOCIATION_ROWS if isinstance(resource, Association) else {"Name"}
    own = own | (_RUN_ROWS if run.schedule.content else set())
    if not any(command.are_nodes_decided_later for command in run.commands):
        own = own | {each for each in subject.main.facts if _INPUT_ROWS.fullmatch(each)}
    yield from _fact_rows(subject.main, own)


_KINDS: Final[dict[type[Resource], str]] = {
    Baseline: "baseline",
    SsmDocument: "document",
    StackSet: "StackSet",
    WindowTarget: "target",
    WindowTask: "task",
}


def other_rows(subject: Subject) -> Iterator[Row]:
    """Describe a baseline, a document, a StackSet, or a target or task of a window of another stack."""
    resource = subject.resource
    label = text(name_of(resource), default=resource.logical_id)
    yield _KINDS[type(resource)], f"{label} (stack {resource.stack})"
    yield from _construct_row(resource)
    yield from _fact_rows(subject.main, {name_property(resource)})


def _construct_row(resource: Resource) -> Iterator[Row]:
    if resource.construct_path:
        yield "construct", resource.construct_path.removesuffix("/Resource")


# --- Facts --------------------------------------------------------------------------------------------


def _fact_rows(described: Description, hidden: Container[str], *, sources: bool = True) -> Iterator[Row]:
    """Describe what differs from the defaults, where what is unknown comes from, and what is invalid."""
    for fact in described.facts.values():
        if fact.name == _WINDOW_ID and isinstance(fact.content, Unresolved):
            # A target or task is described with its window.
            continue
        if fact.name == _CONTENT:
            first, *others = _lines_of(fact)
            yield label_of(fact), first
            yield from (("", line) for line in others)
        elif fact.name not in hidden:
            yield label_of(fact), fact_in_words(fact)
        elif sources and (source := _source_of(fact)):
            yield "unknown", f"{label_of(fact)}: {source}"
    for problem in described.problems:
        yield "invalid", problem


def _lines_of(fact: Fact) -> list[str]:
    """Return a mapping as the lines of its JSON, anything else as one line."""
    if not isinstance(fact.content, dict):
        return [fact_in_words(fact)]
    return json.dumps(shown_content(fact.content), indent=2).splitlines()


def _source_of(fact: Fact) -> str | None:
    """Return where a value comes from that other rows describe, if it is unknown until deployment."""
    content = fact.content
    if fact.name == "TaskArn" and fact.value.reference:
        # The row has the logical ID.
        return None
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    return content_in_words(content) if isinstance(content, Unresolved) else None
