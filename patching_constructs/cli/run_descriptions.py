"""What runs outside of maintenance windows in words, for every command and format."""

from collections.abc import Hashable
from typing import Final, cast

from patching_constructs.cli import operation_words
from patching_constructs.cli.schedule_words import Rule, rule_in_words, zone_in_words
from patching_constructs.cli.value_words import UNKNOWN
from patching_constructs.planning.coverage import Selection
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template.associations import Association
from patching_constructs.template.commands import Command
from patching_constructs.template.scheduled_runs import RunKind, ScheduledRun
from patching_constructs.template.upcoming_runs import UnplannedRun, planned_run
from patching_constructs.template.value import UnknownError

KINDS: Final = {
    RunKind.ASSOCIATION: "State Manager association",
    RunKind.RULE: "EventBridge rule",
    RunKind.SCHEDULE: "EventBridge Scheduler schedule",
    RunKind.POLICY: "Quick Setup patch policy",
}


def schedule_in_words(run: ScheduledRun) -> str:
    """Describe when it runs: ``At 04:00, only on Sunday``."""
    read = planned_run(run)
    if isinstance(read, UnplannedRun):
        return read.reason
    # A schedule that is unknown until deployment has no times.
    days = read.schedule.schedule_offset
    return rule_in_words(cast("Rule", read.schedule.rule), f"{days:g}" if days else None)


def time_zone_in_words(run: ScheduledRun) -> str:
    """Return the time zone of the schedule: UTC where it has none."""
    return "UTC" if run.time_zone is None else zone_in_words(run.time_zone)


def runs_besides(run: ScheduledRun) -> str | None:
    """Describe when an association runs besides its schedule, None where it does not, or has no schedule."""
    if not isinstance(run.resource, Association) or run.schedule.content in (None, ""):
        return None
    waits = run.resource.at("ApplyOnlyAtCronInterval")
    if waits.is_unknown:
        return f"perhaps at deployment, on edits and when its targets change: {waits.name} is {UNKNOWN}"
    return None if waits.is_true() else "at deployment, on edits and when its targets change"


def targets_in_words(run: ScheduledRun) -> str:
    """Describe which nodes it selects, and in which Regions if these are others than that of its template."""
    return " or ".join(dict.fromkeys(words for command in run.commands for words in _targets_of(command))) or "none"


def _targets_of(command: Command) -> list[str]:
    regions = f", in {', '.join(command.other_regions)}" if command.other_regions else ""
    try:
        return [f"{_selection_in_words(selection)}{regions}" for selection in command.selections()]
    except UnknownError:
        return [operation_words.DECIDED_LATER if command.are_nodes_decided_later else UNKNOWN]


def _selection_in_words(selection: Selection) -> str:
    return " and ".join(
        f"has the tag {_listed(values)}" if key == TAG_KEY else f"{key.removeprefix(TAG)} = {_listed(values)}"
        for key, values in selection.items()
    )


def _listed(values: frozenset[Hashable]) -> str:
    return " | ".join(sorted(value if isinstance(value, str) else UNKNOWN for value in values))


def reboots_in_words(run: ScheduledRun) -> str:
    """Describe whether the nodes reboot."""
    return "; ".join(dict.fromkeys(map(operation_words.reboot_in_words, run.commands)))


def operations_in_words(run: ScheduledRun) -> str:
    """Return the operations of what it runs: ``Install``."""
    return ", ".join(dict.fromkeys(map(operation_words.operation_of, run.commands)))
