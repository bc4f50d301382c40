"""What the tasks of windows run on nodes, also by way of a runbook of the templates, such as a gate."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from patching_constructs.planning.coverage import Selection
from patching_constructs.template.commands import Command, TaskCommand
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.node_filters import selection
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.value import Referent, UnknownError


def commands_of(task: WindowTask, command_of: Callable[[WindowTask], Command] = TaskCommand) -> list[Command]:
    """Return the patch commands of the runbook that a task starts; otherwise, the document that it runs.

    Args:
        task: the task.
        command_of: returns the document that the task runs; that of a deployment returns what it has read already.
    """
    return steps_of(task) or [command_of(task)]


def commands_in(window: MaintenanceWindow, command_of: Callable[[WindowTask], Command] = TaskCommand) -> list[Command]:
    """Return what the tasks of a window run, in the order of the templates: see `commands_of`."""
    return [command for task in window.tasks for command in commands_of(task, command_of)]


def runbook_commands(window: MaintenanceWindow) -> list[Command]:
    """Return the patch commands of the runbooks that the tasks of a window start."""
    return [step for task in window.runbook_tasks for step in steps_of(task)]


def used_targets(window: MaintenanceWindow) -> frozenset[Referent]:
    """Return the targets that the tasks of a window run on, or that their runbooks select too.

    Raises:
        UnknownError: they are unknown until deployment.
    """
    selected = list(_selections(runbook_commands(window)))
    by_runbooks = (each.referent for each in window.targets if selected and selection(each.filters) in selected)
    return window.used_targets.union(by_runbooks)


def steps_of(task: WindowTask) -> list[Command]:
    """Return the patch commands of the runbook that a task starts; none if the templates do not contain it."""
    if not isinstance(task.runbook, SsmDocument):
        return []
    try:
        return [step for step in task.runbook.commands if step.is_patching]
    except UnknownError:
        return []


def _selections(steps: Iterable[Command]) -> Iterator[Selection]:
    for step in steps:
        with suppress(UnknownError):
            yield from step.selections()
