"""Windows, targets and tasks in words, for every command and format."""

import re
from collections.abc import Iterable
from typing import Final, cast

from cron_descriptor import FormatException, Options, get_description

from patching_constructs._errors import PatchingError
from patching_constructs.properties.command import (
    EXECUTION_TIMEOUT,
    OPERATION,
    REBOOT_OPTION,
    PatchOperation,
    RebootOption,
)
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import At, Rate, parse_rule
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template import MaintenanceWindow, Value, WindowTarget, WindowTask
from patching_constructs.template.maintenance_windows import RUN_COMMAND

UNKNOWN: Final = "unknown until deployment"


def schedule_in_words(window: MaintenanceWindow) -> str:
    """Describe when a window runs: ``At 04:00, on the second Tuesday of the month, plus 5 days``."""
    schedule = None if window.schedule.is_unknown else window.schedule.written()
    if schedule is None:
        return text(window.schedule)
    try:
        # A CDK token in a template is read as a value that is unknown until deployment.
        rule = cast("CronExpression | Rate | At", parse_rule(schedule))
    except PatchingError as error:
        return f"{schedule} (invalid: {error})"
    offset = _offset_in_words(window.schedule_offset) if isinstance(rule, CronExpression) else ""
    return rule_in_words(rule) + offset


def rule_in_words(rule: CronExpression | Rate | At) -> str:
    """Describe the rule of a schedule: ``At 04:00, on the second Tuesday of the month``."""
    if isinstance(rule, CronExpression):
        return _cron_in_words(rule)
    if isinstance(rule, Rate):
        return f"Every {rule.unit}" if rule.count == 1 else f"Every {rule.count} {rule.unit}s"
    return f"Once, on {rule.moment:%Y-%m-%d} at {rule.moment:%H:%M:%S} UTC"


def _cron_in_words(cron: CronExpression) -> str:
    options = Options(locale_code="en_US")
    options.day_of_week_start_index_zero = False
    options.use_24hour_time_format = True
    fields = [cron.second or "0", cron.minute, cron.hour, cron.day, cron.month, cron.weekday, cron.year]
    # The library does not support L as the last day of the week.
    fields[5] = "SAT" if str(cron.weekday) == "L" else cron.weekday
    try:
        words = get_description(" ".join(map(str, fields)), options)
    except FormatException:
        return str(cron)
    every_day = str(cron.day) in "*?" and str(cron.weekday) in "*?"
    return f"{words}, every day" if every_day and not words.startswith("Every") else words


def _offset_in_words(offset: Value) -> str:
    if offset.is_unknown:
        return f", plus an offset in days that is {UNKNOWN}"
    days = offset.written()
    return "" if days is None else f", plus {days} {'day' if days == '1' else 'days'}"


def schedule_and_zone_in_words(window: MaintenanceWindow) -> str:
    """Describe when a window runs, with the time zone where the schedule depends on one."""
    words = schedule_in_words(window)
    is_cron = not window.schedule.is_unknown and (window.schedule.written() or "").startswith("cron(")
    return f"{words}, {time_zone_in_words(window)}" if is_cron else words


def time_zone_in_words(window: MaintenanceWindow) -> str:
    """Return the time zone of a window: UTC where it has none."""
    return text(window.time_zone, default="") or "UTC"


def duration_in_words(window: MaintenanceWindow) -> str:
    """Describe how long a window is open: ``4 h``."""
    return UNKNOWN if window.duration.is_unknown else f"{text(window.duration)} h"


def cutoff_in_words(window: MaintenanceWindow) -> str:
    """Describe what happens at a window's cutoff to tasks that have not started and to tasks that have."""
    return f"{_cutoff_time_in_words(window.cutoff)}: no new tasks start{_running_tasks_in_words(window.tasks)}"


def _cutoff_time_in_words(cutoff: Value) -> str:
    if cutoff.is_unknown:
        return f"at a time that is {UNKNOWN}"
    return "at the end" if cutoff.text() == "0" else f"{text(cutoff)} h before the end"


def _running_tasks_in_words(tasks: Iterable[WindowTask]) -> str:
    effects = {task.logical_id: _running_task_in_words(task) for task in tasks}
    if len(set(effects.values())) == 1:
        return f", and {next(iter(effects.values()))}"
    return "".join(f"; {name}: {effect}" for name, effect in effects.items())


def _running_task_in_words(task: WindowTask) -> str:
    """Describe what the cutoff does to a task that has started.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
    """
    behavior = task.cutoff_behavior
    if behavior.is_unknown:
        return f"whether a task that has started continues is {UNKNOWN}"
    match behavior.written():
        case None | CutoffBehavior.CONTINUE_TASK:
            return "a task that has started continues on the remaining nodes"
        case CutoffBehavior.CANCEL_TASK if text(task.kind, default=RUN_COMMAND) == RUN_COMMAND:
            # There is no guarantee that a command stops.
            return "running commands are canceled if possible, and unfinished nodes wait for the next execution"
        case CutoffBehavior.CANCEL_TASK:
            return "running invocations finish, and the remaining nodes wait for the next execution"
        case other:
            return f"CutoffBehavior is {other!r}, which is invalid"


def timeouts_in_words(task: WindowTask) -> str:
    """Describe within what time a node must start, and how long patching may run on it; empty for neither."""
    start, execution = task.start_timeout, task.parameter(EXECUTION_TIMEOUT)
    words = [f"start within {_seconds_in_words(start)}"] if _is_given(start) else []
    words += [f"run for at most {_seconds_in_words(execution)}"] if _is_given(execution) else []
    return f"on each node, {', '.join(words)}" if words else ""


def _is_given(value: Value) -> bool:
    return value.is_unknown or value.written() is not None


def _seconds_in_words(seconds: Value) -> str:
    known = text(seconds)
    for unit, length in (("h", 3600), ("min", 60)):
        if re.fullmatch("[0-9]{1,9}", known) and int(known) and int(known) % length == 0:
            return f"{int(known) // length} {unit}"
    return f"a time that is {known}" if seconds.is_unknown else f"{known} s"


def targets_in_words(window: MaintenanceWindow) -> str:
    """Describe which nodes a window selects."""
    return " or ".join(map(_target_in_words, window.targets)) or "none"


def _target_in_words(target: WindowTarget) -> str:
    return " and ".join(
        f"has the tag {_listed(values)}"
        if text(key) == TAG_KEY
        else f"{text(key).removeprefix(TAG)} = {_listed(values)}"
        for key, values in target.filters_as_written
    )


def _listed(values: list[Value]) -> str:
    return " | ".join(map(text, values))


def operations_in_words(window: MaintenanceWindow) -> str:
    """Return the operations of the tasks of a window: ``Install``."""
    operations = (text(task.parameter(OPERATION), default=text(task.document)) for task in window.tasks)
    return _each_once(operations) or "none"


def reboots_in_words(window: MaintenanceWindow) -> str:
    """Describe whether the nodes of a window reboot."""
    return _each_once(map(reboot_in_words, window.tasks)) or "no"


def _each_once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def operation_in_words(task: WindowTask) -> str:
    """Describe what a task does on a node."""
    return operation_effect(text(task.parameter(OPERATION), default=text(task.document)))


def operation_effect(operation: str) -> str:
    """Describe what an operation does on a node; another document is described by its name."""
    match operation:
        case PatchOperation.SCAN:
            return "Scan: report missing patches"
        case PatchOperation.INSTALL:
            return "Install: install missing patches"
        case _:
            return operation


def reboot_in_words(task: WindowTask) -> str:
    """Describe whether the nodes reboot."""
    operation = text(task.parameter(OPERATION), default="")
    if not operation:
        return "depends on the document"
    return reboot_effect(operation, text(task.parameter(REBOOT_OPTION), default=RebootOption.REBOOT_IF_NEEDED))


def reboot_effect(operation: str, option: str) -> str:
    """Describe whether nodes reboot after an operation."""
    if operation == PatchOperation.SCAN:
        return "no"
    if operation != PatchOperation.INSTALL:
        return UNKNOWN
    match option:
        case RebootOption.REBOOT_IF_NEEDED:
            return "if a patch was installed"
        case RebootOption.NO_REBOOT:
            return "no, and nodes stay non-compliant until a reboot and the next scan"
        case _:
            return option


def text(value: Value, *, default: str = "none") -> str:
    """Return a value of the template as text."""
    if value.is_unknown:
        return UNKNOWN
    written = value.written()
    return default if written is None else written
