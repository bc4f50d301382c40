"""Rules for tasks of one maintenance window that run on the same nodes: which of them run at the same time."""

from collections.abc import Iterable, Iterator
from typing import Final

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, rule
from patching_constructs.checks.rules._value_checks import check_made_together
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.checks.window_steps import Step
from patching_constructs.planning.coverage import SelectionIndex
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.reboot import Reboot
from patching_constructs.template.value import UnknownError

_REGISTER: Final = f"{API}API_RegisterTaskWithMaintenanceWindow.html"
_REBOOT_LATER: Final = "Set Priority of the task that reboots the nodes to a higher number than that of the install."


@rule(
    "ParallelPatchTasks",
    Severity.WARNING,
    of="windows",
    fix="Set a different Priority for each task; tasks with a lower number run first.",
    page=_REGISTER,
)
def parallel_patch_tasks(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """Patch tasks of a window should not run on the same nodes at the same time."""
    patching = [step for step in deployment.steps.of(window).steps if step.command.is_patching]
    for step, others in _at_the_same_time(patching, patching):
        earlier = next((other for other in others if other.place < step.place), None)
        if earlier is not None:
            problem = f"{earlier.name} has the same priority, so both tasks can patch the same nodes at the same time."
            yield from _if_made_together(step, earlier, problem)


@rule("RebootDuringInstall", Severity.WARNING, of="windows", fix=_REBOOT_LATER, page=_REGISTER)
def reboot_during_install(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A task that reboots nodes should not run at the same time as an install on them."""
    steps = deployment.steps.of(window).steps
    reboots = [step for step in steps if not step.command.is_patching]
    installs = [step for step in steps if step.command.installs]
    for step, others in _at_the_same_time(reboots, installs):
        install = next(others, None)
        if install is not None:
            problem = (
                f"{step.name} reboots nodes on which {install.name} installs patches at the same priority, "
                "so a reboot can interrupt an install."
            )
            yield from _if_certain(step, install, problem, reboot=step)


@rule("RebootBeforeInstall", Severity.WARNING, of="windows", fix=_REBOOT_LATER, page=_REGISTER)
def reboot_before_install(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A reboot that completes NoReboot installs should follow them in the window."""
    read = deployment.steps.of(window)
    reboots = _indexed(step for step in read.steps if step.reboot is not Reboot.NONE)
    for install in read.steps:
        if not install.installs_without_reboot:
            continue
        last = max(_sharing(install, reboots), key=lambda reboot: reboot.priority, default=install)
        if last.priority >= install.priority:
            continue
        # A task that is unknown can be the later reboot.
        yield from read.unknown[:1]
        if not read.unknown:
            problem = (
                f"{last.name} reboots the nodes before {install.name} installs patches with NoReboot, "
                "so the patches wait for a later reboot."
            )
            yield from _if_certain(install, last, problem, reboot=last)


def _if_certain(step: Step, other: Step, problem: str, *, reboot: Step) -> Iterator[Outcome]:
    """Report a problem of two steps; it is unknown if only the name of a document suggests that it reboots nodes."""
    if reboot.reboot is Reboot.POSSIBLE:
        name = reboot.command.document_name
        yield UnknownError(reboot.task["TaskArn"], f"The template does not show whether {name} reboots the nodes")
    else:
        yield from _if_made_together(step, other, problem)


def _at_the_same_time(steps: Iterable[Step], others: Iterable[Step]) -> Iterator[tuple[Step, Iterator[Step]]]:
    """Return each step with the others of its priority that can run on the same nodes."""
    by_priority: dict[float, list[Step]] = {}
    for other in others:
        by_priority.setdefault(other.priority, []).append(other)
    indexes = {priority: _indexed(each) for priority, each in by_priority.items()}
    for step in steps:
        if step.priority in indexes:
            yield step, _sharing(step, indexes[step.priority])


def _indexed(steps: Iterable[Step]) -> SelectionIndex[Step]:
    index: SelectionIndex[Step] = SelectionIndex()
    for step in steps:
        for choice in step.selections:
            index.add(choice, step)
    return index


def _sharing(step: Step, index: SelectionIndex[Step]) -> Iterator[Step]:
    return (other for choice in step.selections for other in index.sharing(choice))


def _if_made_together(step: Step, other: Step, problem: str) -> Iterator[Outcome]:
    try:
        check_made_together(step.task, other.task)
    except UnknownError as error:
        yield error
    else:
        yield Violation(step.task["Priority"], problem)
