"""The capacity of a maintenance window in its metadata, and the forecast of whether its nodes fit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._template_metadata import (
    CAPACITY,
    METADATA_KEY,
    MINUTES_PER_NODE,
    MINUTES_PER_NODE_P95,
    NODES,
)
from patching_constructs._validation import read_whole_number
from patching_constructs.planning.capacity import Forecast, WindowLimits
from patching_constructs.properties.capacity import PatchCapacity
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.schedule._options import check_cutoff
from patching_constructs.ssm import limits
from patching_constructs.template.commands import Command
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.node_filters import is_by_id
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.task_runs import commands_of
from patching_constructs.template.value import UnknownError, Value, shown

_NAMES: Final = {
    "nodes": NODES,
    "minutes_per_node": MINUTES_PER_NODE,
    "minutes_per_node_p95": MINUTES_PER_NODE_P95,
}
_NOTHING: Final[Mapping[str, float | None]] = {}


def capacity_metadata(window: MaintenanceWindow) -> Value:
    """Return the capacity in the metadata of a window.

    Raises:
        UnknownError: the metadata is unknown until deployment.
    """
    return window.value["Metadata"][METADATA_KEY][CAPACITY]


def capacity_of(window: MaintenanceWindow, replaced: Mapping[str, float | None] = _NOTHING) -> PatchCapacity | None:
    """Read the capacity in the metadata of a window; None if there is none.

    Args:
        window: the window.
        replaced: numbers to use instead of those in the metadata, by the names of `PatchCapacity`.

    Raises:
        UnknownError: a number is unknown until deployment.
        PatchingError: a number is invalid.
    """
    if replaced.keys() >= _NAMES.keys():
        return _capacity(replaced)
    given = capacity_metadata(window)
    if not given.exists:
        return None
    if not isinstance(given.known(), dict):
        raise refusal(CAPACITY, f"must have {NODES} and {MINUTES_PER_NODE}", shown(given.content))
    written = {name: _number(given[key]) for name, key in _NAMES.items() if name not in replaced}
    capacity = _capacity({**written, **replaced})
    if capacity.is_unresolved:
        raise UnknownError(given)
    return capacity


def _capacity(numbers: Mapping[str, object]) -> PatchCapacity:
    try:
        return PatchCapacity(**numbers)  # type: ignore[arg-type] # it checks the types
    except PatchingError as error:
        raise _with_names_of_the_metadata(error) from None


def _number(value: Value) -> object:
    number = value.number()
    return value.content if number is None else number


def _with_names_of_the_metadata(error: PatchingError) -> PatchingError:
    problem = re.sub(r"\b(?:nodes|minutes_per_node(?:_p95)?)\b", lambda found: _NAMES[found[0]], error.problem)
    return PatchingError(problem, what=_NAMES[error.what])


# --- The forecast -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PatchRun:
    """The task of a window that patches, and the command that it runs: of a gate, the one of its runbook."""

    task: WindowTask
    command: Command

    @property
    def is_in_runbook(self) -> bool:
        """Whether the task starts a runbook."""
        return self.command.runner is not self.task


def patch_run_of(window: MaintenanceWindow) -> PatchRun | None:
    """Return what patches in a window: the first command that installs, or else the first one that scans.

    Raises:
        UnknownError: it is unknown until deployment.
    """
    tasks = sorted(window.tasks, key=_priority)
    runs = [PatchRun(task, command) for task in tasks for command in commands_of(task)]
    patching = [run for run in runs if run.command.is_patching]
    return next((run for run in patching if run.command.installs), next(iter(patching), None))


def forecast_of(window: MaintenanceWindow, run: PatchRun, capacity: PatchCapacity) -> Forecast:
    """Return whether the nodes of a window fit.

    Args:
        window: the window.
        run: what patches in it.
        capacity: the capacity, with nothing that is unknown until deployment.

    Raises:
        UnknownError: a property is unknown until deployment.
        PatchingError: a property is invalid.
    """
    return Forecast(
        capacity=capacity,
        max_concurrency=_concurrency(run.command.max_concurrency),
        targets=_targets(run),
        window=_limits(window, run),
        is_preceded=any(_priority(each) < _priority(run.task) for each in window.tasks),
    )


def _priority(task: WindowTask) -> float:
    priority = task["Priority"].number()
    return float("inf") if priority is None else priority


def _concurrency(value: Value) -> RateControl:
    parsed = RateControl.parsed(value.text() or "")
    if parsed is None or not parsed.number:
        raise refusal(value.name, "must be a number of nodes or a percentage", shown(value.content))
    return parsed


def _targets(run: PatchRun) -> int:
    """Return the number of targets; a command of a runbook has one."""
    if run.is_in_runbook:
        return 1
    return max(1, len(run.task.target_ids) + sum(map(is_by_id, run.task.filters)))


def _limits(window: MaintenanceWindow, run: PatchRun) -> WindowLimits:
    duration = _hours(window["Duration"], limits.DURATION_HOURS)
    cutoff = _hours(window["Cutoff"], limits.CUTOFF_HOURS)
    check_cutoff(cutoff, duration, names=("Cutoff", "Duration"))
    behavior = run.task["CutoffBehavior"].text() or CutoffBehavior.CONTINUE_TASK
    if behavior not in set(CutoffBehavior):
        raise refusal("CutoffBehavior", f"must be one of {', '.join(CutoffBehavior)}", repr(behavior))
    if run.is_in_runbook:
        # A runbook that has started is not canceled.
        behavior = CutoffBehavior.CONTINUE_TASK
    return WindowLimits(
        duration=timedelta(hours=duration),
        cutoff=timedelta(hours=cutoff),
        behavior=CutoffBehavior(behavior),
        longest_run=_longest_run(run.command),
    )


def _longest_run(command: Command) -> timedelta | None:
    """Return the timeout of the step of a runbook; None if there is none."""
    runner = command.runner
    if not isinstance(runner, SsmDocument):
        return None
    step = next(step for step in runner.steps if step["inputs"].path == command.at.path)
    seconds = step["timeoutSeconds"].number()
    return timedelta(seconds=seconds) if seconds else None


def _hours(value: Value, bounds: tuple[int, int]) -> int:
    hours = read_whole_number(value.name, value.written(), bounds, "hours")
    if hours is None:
        raise PatchingError(f"{value.name} is required", what=value.name)
    return hours
