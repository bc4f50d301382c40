"""The tasks of a maintenance window in their order, for the rules about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from patching_constructs.planning.task_order import Step, StepEffects, TaskOrder
from patching_constructs.ssm.documents import find_document
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.reboots import Reboots
from patching_constructs.template.task_runs import commands_of
from patching_constructs.template.value import UnknownError


@dataclass(frozen=True, slots=True)
class WindowSteps:
    """The tasks of a window in their order."""

    order: TaskOrder[WindowTask]
    unknown: Sequence[UnknownError]
    """Why further tasks are unknown until deployment."""


class StepsOfWindows:
    """The steps of each window of a deployment, which several rules need."""

    def __init__(self, deployment: Deployment, reboots: Reboots) -> None:
        """Take the deployment, and what reboots nodes in it."""
        self._deployment = deployment
        self._reboots = reboots
        self._known: dict[int, WindowSteps] = {}

    def of(self, window: MaintenanceWindow) -> WindowSteps:
        """Return the steps of a window; none of a window with a single task, which has no order."""
        if id(window) not in self._known:
            self._known[id(window)] = self._read(window)
        return self._known[id(window)]

    def _read(self, window: MaintenanceWindow) -> WindowSteps:
        steps: list[Step[WindowTask]] = []
        unknown: list[UnknownError] = []
        for task in window.tasks if len(window.tasks) > 1 else ():
            for command in commands_of(task, self._deployment.command_of):
                try:
                    step = self._step(len(steps), task, command)
                except UnknownError as error:
                    unknown.append(error)
                else:
                    steps += [] if step is None else [step]
        return WindowSteps(TaskOrder(steps), unknown)

    def _step(self, place: int, task: WindowTask, command: Command) -> Step[WindowTask] | None:
        effects, priority = self._effects(command), task["Priority"].number()
        if priority is None:
            return None
        try:
            selections = self._deployment.selections_of(command)
        except UnknownError:
            if effects.changes_nodes:
                raise
            # A task that changes nothing does not hide what the others do.
            return None
        return Step(task, task.logical_id, place, priority, selections, effects)

    def _effects(self, command: Command) -> StepEffects:
        reboot = self._reboots.of(command)
        return StepEffects.of(
            command.run,
            is_command=command.is_run_command,
            is_opaque=not command.is_run_command and find_document(command.document_name) is None,
            installs=self._reboots.installs(command),
            reboot=reboot,
        )
