"""Rules for tasks of one maintenance window that run on the same nodes: which of them run at the same time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, rule
from patching_constructs.checks.rules._value_checks import check_made_together
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.coverage import Selection, SelectionIndex
from patching_constructs.properties.command import REBOOT_OPTION, RebootOption
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.value import UnknownError

_REGISTER: Final = f"{API}API_RegisterTaskWithMaintenanceWindow.html"
_REBOOT_LATER: Final = "Set Priority of the task that reboots the nodes to a higher number than that of the install."


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A task that patches or reboots nodes, with its place among the tasks of its window."""

    place: int
    task: WindowTask
    command: Command
    priority: float
    selections: Sequence[Selection]

    @property
    def name(self) -> str:
        return self.task.logical_id

    @property
    def installs_without_reboot(self) -> bool:
        return self.command.installs and self.command.parameter(REBOOT_OPTION) == RebootOption.NO_REBOOT


@rule(
    "ParallelPatchTasks",
    Severity.WARNING,
    of="windows",
    fix="Set a different Priority for each task; tasks with a lower number run first.",
    page=_REGISTER,
)
def parallel_patch_tasks(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """Patch tasks of a window should not run on the same nodes at the same time."""
    steps, _ = _steps(window, deployment)
    patching = [step for step in steps if step.command.is_patching]
    for step, others in _at_the_same_time(patching, patching):
        earlier = next((other for other in others if other.place < step.place), None)
        if earlier is not None:
            problem = f"{earlier.name} has the same priority, so both tasks can patch the same nodes at the same time."
            yield from _if_made_together(step, earlier, problem)


@rule("RebootDuringInstall", Severity.WARNING, of="windows", fix=_REBOOT_LATER, page=_REGISTER)
def reboot_during_install(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A task that reboots nodes should not run at the same time as an install on them."""
    steps, _ = _steps(window, deployment)
    reboots = [step for step in steps if not step.command.is_patching]
    installs = [step for step in steps if step.command.installs]
    for step, others in _at_the_same_time(reboots, installs):
        install = next(others, None)
        if install is not None:
            problem = (
                f"{step.name} reboots nodes on which {install.name} installs patches at the same priority, "
                "so a reboot can interrupt an install."
            )
            yield from _if_made_together(step, install, problem)


@rule("RebootBeforeInstall", Severity.WARNING, of="windows", fix=_REBOOT_LATER, page=_REGISTER)
def reboot_before_install(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A reboot that completes NoReboot installs should follow them in the window."""
    steps, unknown = _steps(window, deployment)
    reboots = _indexed(step for step in steps if step.command.reboots)
    for install in steps:
        if not install.installs_without_reboot:
            continue
        last = max(_sharing(install, reboots), key=lambda reboot: reboot.priority, default=install)
        if last.priority >= install.priority:
            continue
        # A task that is unknown can be the later reboot.
        yield from unknown[:1]
        if not unknown:
            problem = (
                f"{last.name} reboots the nodes before {install.name} installs patches with NoReboot, "
                "so the patches wait for a later reboot."
            )
            yield from _if_made_together(install, last, problem)


def _steps(window: MaintenanceWindow, deployment: Deployment) -> tuple[list[_Step], list[UnknownError]]:
    """Return the tasks that patch or reboot nodes, and why others are unknown until deployment."""
    found: list[_Step] = []
    unknown: list[UnknownError] = []
    for task in window.tasks if len(window.tasks) > 1 else ():
        try:
            command, priority = deployment.command_of(task), task["Priority"].number()
            if priority is not None and (command.is_patching or command.reboots):
                # What it installs is needed later, where an unknown value would hide the other tasks.
                _ = command.installs and command.parameter(REBOOT_OPTION)
                found.append(_Step(len(found), task, command, priority, deployment.selections_of(command)))
        except UnknownError as error:
            unknown.append(error)
    return found, unknown


def _at_the_same_time(steps: Iterable[_Step], others: Iterable[_Step]) -> Iterator[tuple[_Step, Iterator[_Step]]]:
    """Return each step with the others of its priority that can run on the same nodes."""
    by_priority: dict[float, list[_Step]] = {}
    for other in others:
        by_priority.setdefault(other.priority, []).append(other)
    indexes = {priority: _indexed(each) for priority, each in by_priority.items()}
    for step in steps:
        if step.priority in indexes:
            yield step, _sharing(step, indexes[step.priority])


def _indexed(steps: Iterable[_Step]) -> SelectionIndex[_Step]:
    index: SelectionIndex[_Step] = SelectionIndex()
    for step in steps:
        for choice in step.selections:
            index.add(choice, step)
    return index


def _sharing(step: _Step, index: SelectionIndex[_Step]) -> Iterator[_Step]:
    return (other for choice in step.selections for other in index.sharing(choice))


def _if_made_together(step: _Step, other: _Step, problem: str) -> Iterator[Outcome]:
    try:
        check_made_together(step.task, other.task)
    except UnknownError as error:
        yield error
    else:
        yield Violation(step.task["Priority"], problem)
