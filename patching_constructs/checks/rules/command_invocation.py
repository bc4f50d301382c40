"""Rules for how a task runs its document: pseudo parameters, pinned documents, and rate control without targets."""

from collections.abc import Iterator
from typing import Final

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.pseudo_parameters import OF_A_RESOURCE, pseudo_parameters
from patching_constructs.ssm.documents import is_owned_by_aws
from patching_constructs.template.commands import Command
from patching_constructs.template.maintenance_windows import WindowTask
from patching_constructs.template.value import Value, shown

_RUN_COMMAND: Final = f"{API}API_MaintenanceWindowRunCommandParameters.html"


@rule(
    "RunCommandPseudoParameter",
    Severity.ERROR,
    of="tasks",
    fix="Remove the pseudo parameter: the document already runs on the node. To use the ID, run an Automation task.",
    page=f"{GUIDE}maintenance-window-tasks-pseudo-parameters.html",
)
def run_command_pseudo_parameter(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """Parameters of a Run Command task must not use {{RESOURCE_ID}} or {{TARGET_ID}}."""
    for value in task.parameters.values() if task.runs_command else ():
        used = pseudo_parameters(each.shape for each in _texts(value))
        found = next((each for each in used if each in OF_A_RESOURCE), None)
        if found is not None:
            yield Violation(value, f"{value.name} uses {found.value}, which Run Command tasks do not support.")


def _texts(value: Value) -> Iterator[Value]:
    return (each for each in value.each() if not each.is_nested)


@rule(
    "PinnedDocumentHash",
    Severity.WARNING,
    of="tasks",
    fix="Remove DocumentHash and DocumentHashType.",
    page=_RUN_COMMAND,
)
def pinned_document_hash(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A task should not pin the hash of a document that AWS owns and updates."""
    pinned = task.invocation["DocumentHash"]
    if task.runs_command and pinned.is_given:
        name = deployment.command_of(task).document_name or ""
        if is_owned_by_aws(name):
            yield Violation(pinned, f"Commands fail as soon as AWS updates {name}, because its hash changes.")


@rule(
    "PinnedDocumentVersion",
    Severity.NOTE,
    of="commands",
    fix="Set DocumentVersion to $DEFAULT, or remove it.",
    page=_RUN_COMMAND,
)
def pinned_document_version(command: Command, _: Context) -> Iterator[Outcome]:
    """A command should not pin the version of a document that AWS owns and updates."""
    version = command.document_version
    if version.is_given and (version.text() or "").isdigit() and is_owned_by_aws(command.document_name or ""):
        problem = f"Version {version.text()} of {command.document_name} does not receive the updates of AWS."
        yield Violation(version, problem)


@rule(
    "TargetlessRateControl",
    Severity.ERROR,
    of="tasks",
    fix="Remove MaxConcurrency and MaxErrors, or add Targets.",
    page=f"{GUIDE}maintenance-windows-targetless-tasks.html",
)
def targetless_rate_control(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task without targets must not set MaxConcurrency or MaxErrors."""
    # `TaskTargets` reports a Run Command task without targets.
    if task["TaskType"].text() is None or task.runs_command or task["Targets"].count():
        return
    for name in ("MaxConcurrency", "MaxErrors"):
        rate = task[name]
        if rate.is_given:
            yield Violation(rate, f"{name} requires a task with targets, got {shown(rate.content)}.")
