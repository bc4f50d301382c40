"""Windows, targets and tasks in words, for every command and format."""

import re
from collections.abc import Iterable
from typing import cast

from patching_constructs._errors import PatchingError, UndocumentedError
from patching_constructs.cli import operation_words
from patching_constructs.cli.schedule_words import Rule, rule_in_words, zone_in_words
from patching_constructs.cli.value_words import UNKNOWN, known_text, text, text_of_possible
from patching_constructs.properties.command import EXECUTION_TIMEOUT
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.targets import is_supported_key
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import parse_rule
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template import MaintenanceWindow, Value, WindowTarget, WindowTask
from patching_constructs.template.gates import gate_of
from patching_constructs.template.maintenance_windows import RUN_COMMAND
from patching_constructs.template.possible_values import possible_values
from patching_constructs.template.resource import Resource
from patching_constructs.template.rollout_rings import RolloutRing
from patching_constructs.template.task_runs import commands_in, commands_of


def schedule_in_words(window: MaintenanceWindow) -> str:
    """Describe when a window runs: ``At 04:00, 5 days after the second Tuesday of the month``."""
    possible, offset = possible_values(window.schedule), window.schedule_offset
    return text_of_possible(possible, lambda schedule: _schedule_in_words(schedule, offset))


def _schedule_in_words(value: Value, offset: Value) -> str:
    schedule = None if value.is_unknown else value.written()
    if schedule is None:
        return known_text(value)
    try:
        # A CDK token in a template is read as a value that is unknown until deployment.
        rule = cast("Rule", parse_rule(schedule))
    except UndocumentedError as error:
        return f"{schedule} (not documented by AWS: {error})"
    except PatchingError as error:
        return f"{schedule} (invalid: {error})"
    if offset.is_unknown and isinstance(rule, CronExpression):
        return f"{rule_in_words(rule)}, plus an offset in days that is {text(offset)}"
    return rule_in_words(rule, offset.written() if not offset.is_unknown else None)


def schedule_and_zone_in_words(window: MaintenanceWindow) -> str:
    """Describe when a window runs, with the time zone where the schedule depends on one."""
    words = schedule_in_words(window)
    is_cron = not window.schedule.is_unknown and (window.schedule.written() or "").startswith("cron(")
    return f"{words}, {time_zone_in_words(window)}" if is_cron else words


def time_zone_in_words(window: MaintenanceWindow) -> str:
    """Return the time zone of a window: UTC where it has none."""
    return zone_in_words(window.time_zone)


def ring_in_words(ring: RolloutRing) -> str:
    """Describe a ring of a rollout: ``prod of Stack/Rollout, 11 days after its schedule, bake time 48 h``."""
    days = f"{ring.days_after} day{'s' if ring.days_after > 1 else ''} after" if ring.days_after else "on the dates of"
    bake = f", bake time {ring.bake_hours} h" if ring.bake_hours else ""
    return f"{ring.name} of {ring.rollout}, {days} its schedule{bake}"


def duration_in_words(window: MaintenanceWindow) -> str:
    """Describe how long a window is open: ``4 h``."""
    return text_of_possible(possible_values(window.duration), _hours_in_words)


def _hours_in_words(hours: Value) -> str:
    return UNKNOWN if hours.is_unknown else f"{known_text(hours)} h"


def cutoff_in_words(window: MaintenanceWindow) -> str:
    """Describe what happens at a window's cutoff to tasks that have not started and to tasks that have."""
    return f"{cutoff_of_new_tasks(window)}{_running_tasks_in_words(window.tasks)}"


def cutoff_of_new_tasks(window: MaintenanceWindow) -> str:
    """Describe what happens at a window's cutoff to tasks that have not started."""
    return f"{text_of_possible(possible_values(window.cutoff), _cutoff_time_in_words)}: no new tasks start"


def cutoffs_by_task(window: MaintenanceWindow) -> dict[int, str]:
    """Describe what the cutoff does to each task that has started, by the id of its object; if all are alike, nothing.

    `cutoff_in_words` describes tasks that are alike.
    """
    found = {id(task): _running_task_in_words(task) for task in window.tasks}
    return found if len(set(found.values())) > 1 else {}


def _cutoff_time_in_words(cutoff: Value) -> str:
    if cutoff.is_unknown:
        return f"at a time that is {UNKNOWN}"
    return "at the end" if cutoff.text() == "0" else f"{known_text(cutoff)} h before the end"


def _running_tasks_in_words(tasks: Iterable[WindowTask]) -> str:
    effects = _by_words((task.logical_id, _running_task_in_words(task)) for task in tasks)
    if len(effects) == 1:
        return f", and {next(iter(effects))}"
    return "".join(f"; {', '.join(names)}: {effect}" for effect, names in effects.items())


def _by_words(tasks: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the names of tasks by the words that describe them."""
    found: dict[str, list[str]] = {}
    for name, words in tasks:
        found.setdefault(words, []).append(name)
    return found


def _running_task_in_words(task: WindowTask) -> str:
    """Describe what the cutoff does to a task that has started.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
    """
    if gate_of(task.runbook):
        return "the runbook of the gate cancels a running patch command before, if possible"
    kind = text(task.kind, default=RUN_COMMAND)
    has_nodes = kind == RUN_COMMAND or bool(task.at("Targets").content)
    return text_of_possible(
        possible_values(task.cutoff_behavior),
        lambda behavior: _behavior_in_words(behavior, kind, has_nodes=has_nodes),
    )


def _behavior_in_words(behavior: Value, kind: str, *, has_nodes: bool) -> str:
    if behavior.is_unknown:
        return f"whether a task that has started continues is {UNKNOWN}"
    match behavior.written():
        case None | CutoffBehavior.CONTINUE_TASK:
            return f"a task that has started continues{' on the remaining nodes' if has_nodes else ''}"
        case CutoffBehavior.CANCEL_TASK if kind == RUN_COMMAND:
            # There is no guarantee that a command stops.
            return "running commands are canceled if possible, and unfinished nodes wait for the next execution"
        case CutoffBehavior.CANCEL_TASK:
            waiting = ", and the remaining nodes wait for the next execution" if has_nodes else ""
            return f"running invocations finish{waiting}"
        case other:
            return f"CutoffBehavior is {other!r}, which is invalid"


def timeouts_in_words(task: WindowTask) -> str:
    """Describe within what time a node must start, and how long patching may run on it; empty for neither."""
    start, execution = task.start_timeout, task.parameter(EXECUTION_TIMEOUT)
    words = [f"start within {_seconds_in_words(start)}"] if _is_given(start) else []
    words += [f"run for at most {_seconds_in_words(execution)}"] if _is_given(execution) else []
    return f"on each node, {', '.join(words)}" if words else ""


def _is_given(value: Value) -> bool:
    return any(each.is_unknown or each.written() is not None for each in possible_values(value).values)


def _seconds_in_words(seconds: Value) -> str:
    return text_of_possible(possible_values(seconds), _known_seconds_in_words)


def _known_seconds_in_words(seconds: Value) -> str:
    if seconds.content is None:
        return "the default"
    known = known_text(seconds)
    for unit, length in (("h", 3600), ("min", 60)):
        if re.fullmatch("[0-9]{1,9}", known) and int(known) and int(known) % length == 0:
            return f"{int(known) // length} {unit}"
    return f"a time that is {known}" if seconds.is_unknown else f"{known} s"


def targets_in_words(window: MaintenanceWindow) -> str:
    """Describe which nodes a window selects."""
    return " or ".join(dict.fromkeys(map(_target_in_words, window.targets))) or "none"


def _target_in_words(target: WindowTarget) -> str:
    kind = target.at("ResourceType")
    return " and ".join(_filter_in_words(kind, key, values) for key, values in target.filters_as_written)


def _filter_in_words(kind: Value, key: Value, values: list[Value]) -> str:
    if text(key) == TAG_KEY:
        return f"has the tag {_listed(values)}"
    name = text_of_possible(possible_values(key), lambda each: _key_in_words(kind, each))
    return f"{name} = {_listed(values)}"


def _key_in_words(kind: Value, key: Value) -> str:
    """Return a key, with a note if the linter reports it."""
    name = known_text(key)
    return name.removeprefix(TAG) if _is_valid_key(kind, key) else f"{name} (invalid)"


def _is_valid_key(kind: Value, key: Value) -> bool:
    return key.is_unknown or key.content is None or kind.is_unknown or is_supported_key(key.shape, kind.content)


def _listed(values: list[Value]) -> str:
    return " | ".join(map(text, values))


def condition_in_words(resource: Resource) -> str | None:
    """Return the condition that a resource is created under: ``condition Prod``; None if it certainly is created."""
    return None if resource.existence.holds else f"condition {resource.condition}"


def operations_in_words(window: MaintenanceWindow) -> str:
    """Return the operations of the tasks of a window: ``Install``."""
    return ", ".join(dict.fromkeys(map(operation_words.operation_of, commands_in(window)))) or "none"


def reboots_in_words(window: MaintenanceWindow) -> str:
    """Describe whether the nodes of a window reboot."""
    tasks = [task for task in window.tasks if operation_words.runs_on_nodes(task)]
    words = _by_words((task.logical_id, reboot_in_words(task)) for task in tasks)
    if len(words) > 1:
        return "; ".join(f"{', '.join(names)}: {each}" for each, names in words.items())
    return next(iter(words), "no")


def operation_in_words(task: WindowTask) -> str:
    """Describe what a task does on a node."""
    return "; ".join(dict.fromkeys(map(operation_words.operation_in_words, commands_of(task))))


def reboot_in_words(task: WindowTask) -> str:
    """Describe whether the nodes reboot."""
    return "; ".join(dict.fromkeys(map(operation_words.reboot_in_words, commands_of(task))))
