"""The tasks of a maintenance window that patch or reboot nodes, in the order of the rules about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from patching_constructs.planning.coverage import Selection
from patching_constructs.properties.command import REBOOT_OPTION, RebootOption
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.reboot import Reboot
from patching_constructs.template.reboots import Reboots
from patching_constructs.template.value import UnknownError


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A task that patches or reboots nodes, with its place among the tasks of its window."""

    place: int
    task: WindowTask
    command: Command
    reboot: Reboot
    priority: float
    selections: Sequence[Selection]

    @property
    def name(self) -> str:
        """The logical id of the task."""
        return self.task.logical_id

    @property
    def installs_without_reboot(self) -> bool:
        """Whether it installs patches that a later reboot completes."""
        return self.command.installs and self.command.parameter(REBOOT_OPTION) == RebootOption.NO_REBOOT


@dataclass(frozen=True, slots=True)
class WindowSteps:
    """The steps of a window."""

    steps: Sequence[Step]
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
        steps: list[Step] = []
        unknown: list[UnknownError] = []
        for task in window.tasks if len(window.tasks) > 1 else ():
            try:
                step = self._step(len(steps), task)
            except UnknownError as error:
                unknown.append(error)
            else:
                steps += [] if step is None else [step]
        return WindowSteps(steps, unknown)

    def _step(self, place: int, task: WindowTask) -> Step | None:
        command, priority = self._deployment.command_of(task), task["Priority"].number()
        reboot = self._reboots.of(command)
        if priority is None or not (command.is_patching or reboot is not Reboot.NONE):
            return None
        # What it installs is needed later, where an unknown value would hide the other tasks.
        _ = command.installs and command.parameter(REBOOT_OPTION)
        return Step(place, task, command, reboot, priority, self._deployment.selections_of(command))
