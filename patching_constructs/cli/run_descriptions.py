"""What runs outside of maintenance windows in words, for every command and format."""

from collections.abc import Hashable
from typing import Final, cast

from patching_constructs.cli.descriptions import UNKNOWN, operation_effect, reboot_effect, rule_in_words, text
from patching_constructs.planning.coverage import Selection
from patching_constructs.properties.command import OPERATION, REBOOT_OPTION, RebootOption
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import At, Rate
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template.associations import Association
from patching_constructs.template.commands import Command
from patching_constructs.template.scheduled_runs import RunKind, ScheduledRun
from patching_constructs.template.upcoming_runs import UnplannedRun, planned_run
from patching_constructs.template.value import UnknownError, Value

KINDS: Final = {
    RunKind.ASSOCIATION: "State Manager association",
    RunKind.RULE: "EventBridge rule",
    RunKind.SCHEDULE: "EventBridge Scheduler schedule",
    RunKind.POLICY: "Quick Setup patch policy",
}
_DECIDED_LATER: Final = "known when it runs"


def schedule_in_words(run: ScheduledRun) -> str:
    """Describe when it runs: ``At 04:00, only on Sunday``."""
    read = planned_run(run)
    if isinstance(read, UnplannedRun):
        return read.reason
    # A schedule that is unknown until deployment has no times.
    words = rule_in_words(cast("CronExpression | Rate | At", read.schedule.rule))
    days = read.schedule.schedule_offset
    return f"{words}, plus {days:g} {'day' if days == 1 else 'days'}" if days else words


def time_zone_in_words(run: ScheduledRun) -> str:
    """Return the time zone of the schedule: UTC where it has none."""
    return "UTC" if run.time_zone is None else text(run.time_zone, default="") or "UTC"


def runs_besides(run: ScheduledRun) -> str | None:
    """Describe when an association runs besides its schedule, None where it does not, or has no schedule."""
    if not isinstance(run.resource, Association) or run.schedule.content in (None, ""):
        return None
    waits = run.resource.at("ApplyOnlyAtCronInterval")
    if waits.is_unknown:
        return f"perhaps at deployment, on edits and when its targets change: {waits.name} is {UNKNOWN}"
    return None if waits.is_true() else "at deployment, on edits and when its targets change"


def targets_in_words(run: ScheduledRun) -> str:
    """Describe which nodes it selects."""
    return " or ".join(dict.fromkeys(words for command in run.commands for words in _targets_of(command))) or "none"


def _targets_of(command: Command) -> list[str]:
    try:
        return [_selection_in_words(selection) for selection in command.selections()]
    except UnknownError:
        return [_DECIDED_LATER if command.are_nodes_decided_later else UNKNOWN]


def _selection_in_words(selection: Selection) -> str:
    return " and ".join(
        f"has the tag {_listed(values)}" if key == TAG_KEY else f"{key.removeprefix(TAG)} = {_listed(values)}"
        for key, values in selection.items()
    )


def _listed(values: frozenset[Hashable]) -> str:
    return " | ".join(sorted(value if isinstance(value, str) else UNKNOWN for value in values))


def operations_in_words(run: ScheduledRun) -> str:
    """Return the operations of what it runs: ``Install``."""
    return ", ".join(dict.fromkeys(map(operation_of, run.commands)))


def operation_of(command: Command) -> str:
    """Return the operation of a run of a patch document."""
    return _parameter(command, OPERATION)


def operation_in_words(command: Command) -> str:
    """Describe what a run does on a node."""
    return operation_effect(operation_of(command))


def reboot_in_words(command: Command) -> str:
    """Describe whether the nodes reboot."""
    operation = operation_of(command)
    option = _parameter(command, REBOOT_OPTION, default=RebootOption.REBOOT_IF_NEEDED)
    return _DECIDED_LATER if operation == _DECIDED_LATER else reboot_effect(operation, option)


def _parameter(command: Command, name: str, *, default: str = "none") -> str:
    if command.parameters.is_unknown:
        return UNKNOWN
    given = command.parameters[name]
    if command.is_decided_later(given):
        return _DECIDED_LATER
    first: Value = next(iter(given.each()), given)
    return text(first, default=default)
