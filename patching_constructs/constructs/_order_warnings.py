"""Warnings of the order of the tasks in a window, as `planning.task_order` determines it.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs.constructs._window_tasks import CreatedTask
from patching_constructs.planning.coverage import Selection, selection_of
from patching_constructs.planning.task_order import Step, StepEffects, TaskOrder
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import Automation, RunCommand, TaskAction
from patching_constructs.ssm.documents import find_document
from patching_constructs.ssm.reboot import Reboot

NO_REBOOT: Final = "patching-constructs:noReboot"
NO_SCAN: Final = "patching-constructs:noScanAfterReboot"
REBOOT_BEFORE_INSTALL: Final = "patching-constructs:rebootBeforeInstall"
PARALLEL: Final = "patching-constructs:parallelPatchTasks"
REBOOT_DURING_INSTALL: Final = "patching-constructs:rebootDuringInstall"
STOPPED_NODES: Final = "patching-constructs:commandOnStoppedNodes"

_WITHOUT_REBOOT: Final = (
    "with RebootOption.NO_REBOOT, nodes stay non-compliant until they are rebooted and scanned again; schedule both"
)
_Found = Step[CreatedTask]
_Warning = tuple[_Found, str, str]


class OrderWarnings:
    """The warnings of the order of the tasks in one window, which further tasks and targets can change."""

    def __init__(self, scope: Construct) -> None:
        """Take the window, in which each task is the child with its id."""
        self._scope = scope
        self._given: set[tuple[str, str]] = set()

    def update(self, tasks: Iterable[CreatedTask], of_the_window: Sequence[PatchTarget]) -> None:
        """Add the warnings of the tasks, and acknowledge those that a further task has resolved."""
        found = {(step.name, warning): text for step, warning, text in _warnings(tasks, of_the_window)}
        for task, warning in sorted(found.keys() - self._given):
            self._annotations(task).add_warning_v2(warning, found[task, warning])
        for task, warning in sorted(self._given - found.keys()):
            self._annotations(task).acknowledge_warning(warning, "another task of the window resolves it")
        self._given = set(found)

    def _annotations(self, task: str) -> Annotations:
        return Annotations.of(self._scope.node.find_child(task))


def _warnings(tasks: Iterable[CreatedTask], of_the_window: Sequence[PatchTarget]) -> Iterator[_Warning]:
    order = TaskOrder([_step(place, task, of_the_window) for place, task in enumerate(tasks)])
    for install in order.without_reboot():
        yield install, NO_REBOOT, _WITHOUT_REBOOT
    for install, reboot in order.without_scan():
        yield install, NO_SCAN, _without_scan(install, reboot)
    for install, reboot in order.reboots_before():
        if reboot.does.reboot is not Reboot.POSSIBLE and not install.does.leaves_reboot_pending:
            yield install, REBOOT_BEFORE_INSTALL, _reboot_before(install, reboot)
    for step, earlier in order.concurrent_patching():
        yield step, PARALLEL, _parallel(step, earlier)
    for step, install in order.interruptions():
        if step.does.stops or step.does.reboot is not Reboot.POSSIBLE:
            yield step, REBOOT_DURING_INSTALL, _interruption(step, install)
    for command, stop in order.on_stopped():
        yield command, STOPPED_NODES, _stopped(command, stop)


def _without_scan(install: _Found, reboot: _Found) -> str:
    return (
        f"{reboot.name} reboots the nodes after {install.name} installs patches without a reboot, but no later task "
        "scans them, so they stay non-compliant until the next scan; add WindowTask.scan() after the reboot"
    )


def _reboot_before(install: _Found, reboot: _Found) -> str:
    return (
        f"{reboot.name} reboots the nodes before {install.name} installs updates without a reboot, so the updates wait "
        "for a later reboot; reboot the nodes after the install"
    )


def _parallel(step: _Found, earlier: _Found) -> str:
    return f"{_same_priority(step, earlier)}, so both can patch the same nodes at the same time"


def _interruption(step: _Found, install: _Found) -> str:
    event = "stop" if step.does.stops else "reboot"
    return f"{_same_priority(step, install)}, so a {event} can interrupt an install"


def _same_priority(one: _Found, other: _Found) -> str:
    first, second = sorted((one.name, other.name))
    return f"{first} and {second} have the same priority {one.task.priority}"


def _stopped(command: _Found, stop: _Found) -> str:
    return (
        f"{stop.name} stops nodes before {command.name} starts on them, and a command runs only on running nodes; stop "
        "them after it"
    )


# --- The tasks ----------------------------------------------------------------------------------------


def _step(place: int, task: CreatedTask, of_the_window: Sequence[PatchTarget]) -> _Found:
    own = task.options.targets
    selections = [_selection(target) for target in (of_the_window if own is None else own)]
    return Step(task, task.options.id, place, task.priority, selections, _effects(task.options.action))


def _effects(action: TaskAction) -> StepEffects:
    match action:
        case RunCommand() as command:
            return StepEffects.of(command.run, is_command=True, is_opaque=False)
        case Automation() as runbook:
            is_opaque = find_document(runbook.run.name) is None
            return StepEffects.of(runbook.run, is_command=False, is_opaque=is_opaque)
        case _:
            return StepEffects(is_opaque=True)


def _selection(target: PatchTarget) -> Selection:
    return selection_of((each.key, each.values) for each in target.filters)
