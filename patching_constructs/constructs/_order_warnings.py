"""Warnings of the order of the tasks in a window: which of them patch or reboot the same nodes.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs.constructs._window_tasks import CreatedTask
from patching_constructs.planning.coverage import SelectionIndex, selection_of
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import Automation, RunCommand

NO_REBOOT: Final = "patching-constructs:noReboot"
PARALLEL: Final = "patching-constructs:parallelPatchTasks"
REBOOT_DURING_INSTALL: Final = "patching-constructs:rebootDuringInstall"


def warn_of_order(
    scope: Construct, task: CreatedTask, tasks: Iterable[CreatedTask], of_the_window: Sequence[PatchTarget]
) -> None:
    """Warn about a task and others of its window that patch or reboot the same nodes."""
    if not (_patches(task) or _reboots(task)):
        return
    others = [each for each in tasks if each is not task and (_patches(each) or _reboots(each))]
    sharing = [each for each in others if _share_nodes(task, each, of_the_window)]
    _warn_of_reboots(scope, task, sharing)
    for other in sharing:
        if other.priority == task.priority:
            _warn_of_concurrency(scope, *sorted((task, other), key=lambda each: each.options.id))


def _warn_of_reboots(scope: Construct, task: CreatedTask, sharing: Sequence[CreatedTask]) -> None:
    """Warn about an install without a later reboot; acknowledge the warning if the task is the later reboot."""
    if _leaves_reboot_pending(task) and not any(_reboots_after(each, task) for each in sharing):
        Annotations.of(scope).add_warning_v2(
            NO_REBOOT,
            "with RebootOption.NO_REBOOT, nodes stay non-compliant until they are rebooted and scanned again; "
            "schedule both",
        )
    elif any(_leaves_reboot_pending(each) and _reboots_after(task, each) for each in sharing):
        Annotations.of(scope).acknowledge_warning(NO_REBOOT, f"{task.options.id} reboots the nodes")


def _warn_of_concurrency(scope: Construct, one: CreatedTask, other: CreatedTask) -> None:
    both, names = (one, other), f"{one.options.id} and {other.options.id} have the same priority {one.priority}"
    if all(map(_patches, both)):
        Annotations.of(scope).add_warning_v2(PARALLEL, f"{names}, so both can patch the same nodes at the same time")
    elif any(map(_installs, both)) and any(map(_reboots, both)):
        Annotations.of(scope).add_warning_v2(REBOOT_DURING_INSTALL, f"{names}, so a reboot can interrupt an install")


# --- What a task does ---------------------------------------------------------------------------------


def _patches(task: CreatedTask) -> bool:
    action = task.options.action
    return isinstance(action, RunCommand) and action.is_patching


def _installs(task: CreatedTask) -> bool:
    action = task.options.action
    return isinstance(action, RunCommand) and action.installs


def _leaves_reboot_pending(task: CreatedTask) -> bool:
    action = task.options.action
    return isinstance(action, RunCommand) and action.leaves_reboot_pending


def _reboots(task: CreatedTask) -> bool:
    action = task.options.action
    return isinstance(action, RunCommand | Automation) and action.reboots


def _reboots_after(task: CreatedTask, other: CreatedTask) -> bool:
    return _reboots(task) and task.priority > other.priority


# --- The nodes that two tasks share -------------------------------------------------------------------


def _share_nodes(one: CreatedTask, other: CreatedTask, of_the_window: Sequence[PatchTarget]) -> bool:
    index: SelectionIndex[CreatedTask] = SelectionIndex()
    for target in _targets(one, of_the_window):
        index.add(_selection(target), one)
    return any(True for target in _targets(other, of_the_window) for _ in index.sharing(_selection(target)))


def _targets(task: CreatedTask, of_the_window: Sequence[PatchTarget]) -> Iterator[PatchTarget]:
    own = task.options.targets
    yield from of_the_window if own is None else own


def _selection(target: PatchTarget) -> dict[str, frozenset[object]]:
    return dict(selection_of((each.key, each.values) for each in target.filters))
