"""What a maintenance window does, in words for a person to read."""

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

UNKNOWN: Final = "not known before deployment"


def schedule_in_words(window: MaintenanceWindow) -> str:
    """Say when a window opens: ``At 04:00, on the second Tuesday of the month, then 5 days later``."""
    schedule = None if window.schedule.is_unknown else window.schedule.written()
    if schedule is None:
        return text(window.schedule)
    try:
        # A token of the CDK in a template is unknown until deployment, so that none comes here.
        rule = cast("CronExpression | Rate | At", parse_rule(schedule))
    except PatchingError as error:
        return f"{schedule}: {error}"
    if isinstance(rule, CronExpression):
        return _cron_in_words(rule) + _offset_in_words(window.schedule_offset)
    if isinstance(rule, Rate):
        return f"Every {rule.unit}" if rule.count == 1 else f"Every {rule.count} {rule.unit}s"
    return f"Once, on {rule.moment:%Y-%m-%d} at {rule.moment:%H:%M:%S} UTC"


def _cron_in_words(cron: CronExpression) -> str:
    options = Options(locale_code="en_US")
    options.day_of_week_start_index_zero = False
    options.use_24hour_time_format = True
    fields = [cron.second or "0", cron.minute, cron.hour, cron.day, cron.month, cron.weekday, cron.year]
    # The library knows no last day of the week by the name of L.
    fields[5] = "SAT" if str(cron.weekday) == "L" else cron.weekday
    try:
        words = get_description(" ".join(map(str, fields)), options)
    except FormatException:
        return str(cron)
    every_day = str(cron.day) in "*?" and str(cron.weekday) in "*?"
    return f"{words}, every day" if every_day and not words.startswith("Every") else words


def _offset_in_words(offset: Value) -> str:
    if offset.is_unknown:
        return f", then a number of days later that is {UNKNOWN}"
    days = offset.written()
    return "" if days is None else f", then {days} {'day' if days == '1' else 'days'} later"


def time_zone(window: MaintenanceWindow) -> str:
    """Say in which time zone a window opens."""
    return text(window.time_zone, default="") or "UTC"


def length_in_words(window: MaintenanceWindow) -> str:
    """Say how long a window is open: ``4 h open``."""
    return f"open for hours {UNKNOWN}" if window.duration.is_unknown else f"{text(window.duration)} h open"


def cutoff_in_words(window: MaintenanceWindow) -> str:
    """Describe what happens at a window's cutoff, to what has not started and to what has."""
    return f"{_cutoff_time_in_words(window.cutoff)} no new task starts{_running_tasks_in_words(window.tasks)}"


def _cutoff_time_in_words(cutoff: Value) -> str:
    if cutoff.is_unknown:
        return f"a number of hours, {UNKNOWN}, before the end"
    return "at the end" if cutoff.text() == "0" else f"{text(cutoff)} h before the end"


def _running_tasks_in_words(tasks: Iterable[WindowTask]) -> str:
    effects = {task.logical_id: _running_task_in_words(task) for task in tasks}
    if len(set(effects.values())) == 1:
        return f", and {next(iter(effects.values()))}"
    return "".join(f", {name}: {effect}" for name, effect in effects.items())


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
            return "running commands are cancelled where possible, so unfinished nodes wait for the next execution"
        case CutoffBehavior.CANCEL_TASK:
            return "running invocations finish, and the remaining ones wait for the next execution"
        case other:
            return f"CutoffBehavior is {other!r}, which Systems Manager does not accept"


def timeouts_in_words(task: WindowTask) -> str:
    """Describe how long a node may take to start, and how long patching may run on it; empty for neither."""
    start, execution = task.start_timeout, task.parameter(EXECUTION_TIMEOUT)
    words = [f"start within {_seconds_in_words(start)}"] if _is_given(start) else []
    words += [f"patching runs for at most {_seconds_in_words(execution)}"] if _is_given(execution) else []
    return ", ".join(words) + " on each node" if words else ""


def _is_given(value: Value) -> bool:
    return value.is_unknown or value.written() is not None


def _seconds_in_words(seconds: Value) -> str:
    known = text(seconds)
    for unit, length in (("h", 3600), ("min", 60)):
        if re.fullmatch("[0-9]{1,9}", known) and int(known) and int(known) % length == 0:
            return f"{int(known) // length} {unit}"
    return f"a time {known}" if seconds.is_unknown else f"{known} s"


def targets_in_words(window: MaintenanceWindow) -> str:
    """Say which nodes a window patches."""
    return " or ".join(map(_target_in_words, window.targets)) or "none"


def _target_in_words(target: WindowTarget) -> str:
    return " and ".join(
        f"has a tag {_listed(values)}" if text(key) == TAG_KEY else f"{text(key).removeprefix(TAG)} = {_listed(values)}"
        for key, values in target.filters_as_written
    )


def _listed(values: list[Value]) -> str:
    return " | ".join(map(text, values))


def operations_in_words(window: MaintenanceWindow) -> str:
    """Say in a word or two what the tasks of a window do: ``Install``."""
    return (
        _each_once(text(task.parameter(OPERATION), default=text(task.document)) for task in window.tasks) or "nothing"
    )


def reboots_in_words(window: MaintenanceWindow) -> str:
    """Say whether the nodes of a window reboot."""
    return _each_once(map(reboot_in_words, window.tasks)) or "no"


def _each_once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def operation_in_words(task: WindowTask) -> str:
    """Say what a task does on a node."""
    return operation_of(text(task.parameter(OPERATION), default=text(task.document)))


def operation_of(operation: str) -> str:
    """Say what an operation, or any other document, does on a node."""
    match operation:
        case PatchOperation.SCAN:
            return "Scan: report missing patches"
        case PatchOperation.INSTALL:
            return "Install missing patches"
        case _:
            return operation


def reboot_in_words(task: WindowTask) -> str:
    """Say whether the nodes reboot."""
    operation = text(task.parameter(OPERATION), default="")
    if not operation:
        return "as the document does"
    return reboot_of(operation, text(task.parameter(REBOOT_OPTION), default=RebootOption.REBOOT_IF_NEEDED))


def reboot_of(operation: str, option: str) -> str:
    """Say whether nodes reboot after an operation."""
    if operation == PatchOperation.SCAN:
        return "no"
    if operation != PatchOperation.INSTALL:
        return UNKNOWN
    match option:
        case RebootOption.REBOOT_IF_NEEDED:
            return "when a patch was installed"
        case RebootOption.NO_REBOOT:
            return "no; nodes stay non-compliant until a reboot and the next scan"
        case _:
            return option


def text(value: Value, *, default: str = "none") -> str:
    """Say a value, which may be unknown until deployment."""
    if value.is_unknown:
        return UNKNOWN
    written = value.written()
    return default if written is None else written
