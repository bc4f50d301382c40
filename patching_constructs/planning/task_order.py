"""The order of the tasks in a maintenance window: which of them patch, reboot, stop or scan the same nodes, and when.

The constructs warn of what is found here, and the rules of the linter report it. Tasks with a lower priority number
start first, and tasks with the same number run concurrently.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from patching_constructs.planning.coverage import Selection, SelectionIndex, is_covered
from patching_constructs.properties.document_runs import DocumentRun
from patching_constructs.ssm.reboot import Reboot

_Task = TypeVar("_Task")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEffects:
    """What a task does to its nodes."""

    is_command: bool = False
    """Whether it is a Run Command task, which runs only on nodes that run."""
    is_opaque: bool = False
    """Whether it can do anything: a function, a state machine, or a runbook that AWS does not own."""
    patches: bool = False
    """Whether it installs, or scans by a baseline."""
    installs: bool = False
    defers_reboot: bool = False
    """Whether it installs without a reboot."""
    leaves_reboot_pending: bool = False
    """Whether, moreover, its patches are reported as pending until a reboot and a scan."""
    records: bool = False
    """Whether it updates the compliance data of the nodes."""
    reboot: Reboot = Reboot.NONE
    stops: bool = False
    starts: bool = False
    backs_up: bool = False
    updates_agent: bool = False

    @staticmethod
    def of(
        run: DocumentRun,
        *,
        is_command: bool,
        is_opaque: bool,
        installs: bool | None = None,
        reboot: Reboot | None = None,
    ) -> "StepEffects":
        """Return the effects of a run of a document.

        Args:
            run: what it does, of a document of AWS.
            is_command: whether it is a Run Command task.
            is_opaque: whether it can do anything else.
            installs: whether it installs patches. Default: as the document of AWS.
            reboot: whether it reboots its nodes. Default: as the document of AWS.
        """
        does_install = run.installs if installs is None else installs
        return StepEffects(
            is_command=is_command,
            is_opaque=is_opaque,
            patches=run.is_patching or does_install,
            installs=does_install,
            defers_reboot=run.defers_reboot,
            leaves_reboot_pending=run.leaves_reboot_pending,
            records=run.records,
            reboot=run.reboot if reboot is None else reboot,
            stops=run.stops,
            starts=run.starts,
            backs_up=run.backs_up,
            updates_agent=run.updates_agent,
        )

    @property
    def may_reboot(self) -> bool:
        """Whether it reboots its nodes, or possibly does."""
        return self.reboot is not Reboot.NONE

    @property
    def changes_nodes(self) -> bool:
        """Whether it patches, reboots, stops or starts its nodes."""
        return self.patches or self.may_reboot or self.stops or self.starts

    @property
    def prepares(self) -> bool:
        """Whether it prepares an install: with a backup, or with a newer SSM Agent."""
        return self.backs_up or self.updates_agent


@dataclass(frozen=True, slots=True, eq=False)
class Step(Generic[_Task]):
    """A task, with its place among the tasks of its window."""

    task: _Task
    name: str
    place: int
    priority: float
    selections: Sequence[Selection]
    does: StepEffects


_Pair = tuple[Step[_Task], Step[_Task]]


class TaskOrder(Generic[_Task]):
    """The tasks of a window in their order."""

    def __init__(self, steps: Sequence[Step[_Task]]) -> None:
        """Take the tasks."""
        self.steps = steps

    # --- At the same time -----------------------------------------------------------------------------

    def concurrent_patching(self) -> Iterator[_Pair[_Task]]:
        """Return each task that patches, with an earlier one in the template that patches the same nodes with it."""
        patching = [step for step in self.steps if step.does.patches]
        for step, others in _at_the_same_time(patching, patching):
            earlier = next((other for other in others if other.place < step.place), None)
            if earlier is not None:
                yield step, earlier

    def interruptions(self) -> Iterator[_Pair[_Task]]:
        """Return each task that only reboots or stops nodes, with an install that it can interrupt."""
        installs = [step for step in self.steps if step.does.installs]
        interrupting = [
            step for step in self.steps if not step.does.patches and (step.does.may_reboot or step.does.stops)
        ]
        for step, others in _at_the_same_time(interrupting, installs):
            install = next(others, None)
            if install is not None:
                yield step, install

    # --- Reboots and scans after an install -----------------------------------------------------------

    def without_reboot(self) -> Iterator[Step[_Task]]:
        """Return each install that leaves a reboot pending, if later tasks do not reboot all of its nodes."""
        for install in self.steps:
            if install.does.leaves_reboot_pending and not self._is_completed(install):
                yield install

    def without_scan(self) -> Iterator[_Pair[_Task]]:
        """Return each install that leaves a reboot pending, with a later reboot that no scan of its nodes follows."""
        for install in self.steps:
            if not install.does.leaves_reboot_pending or not self._is_completed(install):
                continue
            first = min(self._reboots_after(install), key=lambda step: step.priority, default=None)
            if first is not None and first.does.reboot is not Reboot.POSSIBLE and not self._is_recorded(install, first):
                yield install, first

    def reboots_before(self) -> Iterator[_Pair[_Task]]:
        """Return each install without a reboot, with the last reboot of its nodes, if that is before it."""
        for install in self.steps:
            if not install.does.defers_reboot or self._is_completed(install, with_concurrent=True):
                continue
            reboots = (step for step in _sharing(install, self._rebooting) if step.does.may_reboot)
            earlier = (step for step in reboots if step.priority < install.priority)
            last = max(earlier, key=lambda step: step.priority, default=None)
            if last is not None:
                yield install, last

    def _is_completed(self, install: Step[_Task], *, with_concurrent: bool = False) -> bool:
        def is_later(step: Step[_Task], nodes: Selection) -> bool:
            is_concurrent = with_concurrent and step is not install and step.priority == install.priority
            return is_concurrent or (step.priority > install.priority and self._reboots(step, install, nodes))

        return _covers(install, self._rebooting, is_later)

    def _is_recorded(self, install: Step[_Task], reboot: Step[_Task]) -> bool:
        def is_later(step: Step[_Task], _: Selection) -> bool:
            return step is reboot or step.priority > reboot.priority

        return _covers(install, self._recording, is_later)

    def _reboots_after(self, install: Step[_Task]) -> list[Step[_Task]]:
        later = (step for step in _sharing(install, self._rebooting) if step.priority > install.priority)
        return [step for step in later if self._reboots_any(step, install)]

    def _reboots_any(self, step: Step[_Task], install: Step[_Task]) -> bool:
        """Return whether a later task reboots nodes of an install: a start does, if they were stopped before."""
        return step.does.may_reboot or any(
            install.priority < stop.priority < step.priority for stop in _sharing(step, self._stopping)
        )

    def _reboots(self, step: Step[_Task], install: Step[_Task], nodes: Selection) -> bool:
        """Return whether a later task reboots all of these nodes of an install, if it runs on them."""

        def stopped(part: Selection) -> Iterator[Selection]:
            stops = self._stopping.sharing(part)
            return (stop.selection for stop in stops if install.priority < stop.step.priority < step.priority)

        return step.does.may_reboot or is_covered(nodes, stopped)

    # --- Stopped nodes --------------------------------------------------------------------------------

    def on_stopped(self) -> Iterator[_Pair[_Task]]:
        """Return each command, with the task before it that stops its nodes, if none between can start them."""
        opaque = [step.priority for step in self.steps if step.does.is_opaque]
        for command in self.steps:
            if not command.does.is_command:
                continue
            earlier = (step for step in _sharing(command, self._stopping) if step.priority < command.priority)
            last = max(earlier, key=lambda step: step.priority, default=None)
            if last is None or any(last.priority <= each <= command.priority for each in opaque):
                continue
            starts = (step.priority for step in _sharing(command, self._starting))
            if not any(last.priority <= priority <= command.priority for priority in starts):
                yield command, last

    # --- Preparations ---------------------------------------------------------------------------------

    def late_preparations(self) -> Iterator[_Pair[_Task]]:
        """Return each backup and update of SSM Agent that only follows an install, with the install."""
        preparing = [step for step in self.steps if step.does.prepares]
        index = _indexed(step for step in self.steps if step.does.installs)
        for step in preparing:
            installs = list(_sharing(step, index))
            first = min(installs, key=lambda install: install.priority, default=None)
            if first is None or any(install.priority >= step.priority for install in installs):
                continue
            alike = (each for each in preparing if each.does.backs_up == step.does.backs_up)
            if not any(each.priority <= first.priority for each in alike):
                yield step, first

    # --- Indexes --------------------------------------------------------------------------------------

    @cached_property
    def _rebooting(self) -> "SelectionIndex[_Choice[_Task]]":
        return _indexed(step for step in self.steps if step.does.may_reboot or step.does.starts)

    @cached_property
    def _recording(self) -> "SelectionIndex[_Choice[_Task]]":
        return _indexed(step for step in self.steps if step.does.records)

    @cached_property
    def _stopping(self) -> "SelectionIndex[_Choice[_Task]]":
        return _indexed(step for step in self.steps if step.does.stops)

    @cached_property
    def _starting(self) -> "SelectionIndex[_Choice[_Task]]":
        return _indexed(step for step in self.steps if step.does.starts)


@dataclass(frozen=True, slots=True, eq=False)
class _Choice(Generic[_Task]):
    """A selection of a task."""

    selection: Selection
    step: Step[_Task]


def _indexed(steps: Iterable[Step[_Task]]) -> SelectionIndex[_Choice[_Task]]:
    index: SelectionIndex[_Choice[_Task]] = SelectionIndex()
    for step in steps:
        for selection in step.selections:
            index.add(selection, _Choice(selection, step))
    return index


def _sharing(step: Step[_Task], index: SelectionIndex[_Choice[_Task]]) -> Iterator[Step[_Task]]:
    """Return the tasks of an index that can run on a node of this one."""
    return (other.step for selection in step.selections for other in index.sharing(selection))


def _covers(
    step: Step[_Task], index: SelectionIndex[_Choice[_Task]], is_considered: Callable[[Step[_Task], Selection], bool]
) -> bool:
    """Return whether tasks of an index together can run on every node of this one."""

    def sharing(part: Selection) -> Iterator[Selection]:
        return (other.selection for other in index.sharing(part) if is_considered(other.step, part))

    return all(is_covered(selection, sharing) for selection in step.selections)


def _at_the_same_time(
    steps: Iterable[Step[_Task]], others: Iterable[Step[_Task]]
) -> Iterator[tuple[Step[_Task], Iterator[Step[_Task]]]]:
    """Return each task with the others of its priority that can run on the same nodes."""
    by_priority: dict[float, list[Step[_Task]]] = {}
    for other in others:
        by_priority.setdefault(other.priority, []).append(other)
    indexes = {priority: _indexed(each) for priority, each in by_priority.items()}
    for step in steps:
        if step.priority in indexes:
            yield step, _sharing(step, indexes[step.priority])
