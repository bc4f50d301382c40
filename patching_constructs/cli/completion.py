"""What the shell completes: the names of rules, time zones, stacks and schedules.

A completion never fails: what cannot be read has none.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from patching_constructs._errors import PatchingError

if TYPE_CHECKING:
    from patching_constructs.cli.schedule_names import AnySchedule


def complete_rules(incomplete: str) -> list[tuple[str, str]]:
    """Complete the id of a rule; of several ids, separated by commas, the last one."""
    from patching_constructs.checks.rules import RULES

    before, comma, last = incomplete.rpartition(",")
    return [(f"{before}{comma}{rule.id}", rule.title) for rule in RULES if rule.id.startswith(last)]


def complete_zones(incomplete: str) -> list[str]:
    """Complete the name of a time zone, in any case."""
    from zoneinfo import available_timezones

    return sorted(zone for zone in available_timezones() if zone.lower().startswith(incomplete.lower()))


def complete_schedules(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the name or construct path of a schedule of the template that the command line names."""
    from patching_constructs.cli.schedule_names import names_of

    names = {name for schedule in _schedules(context) for name in names_of(schedule)}
    return sorted(name for name in names if name.startswith(incomplete))


def complete_stacks(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a stack with schedules, of the template that the command line names."""
    from patching_constructs.cli.schedule_names import resource_of

    names = {resource_of(schedule).stack for schedule in _schedules(context)}
    return sorted(name for name in names if name.startswith(incomplete))


def _schedules(context: typer.Context) -> "Iterator[AnySchedule]":
    from patching_constructs.template.upcoming_runs import read_schedules

    for path in _templates(context):
        with suppress(PatchingError):
            read = read_schedules(Path(path))
            yield from read.windows
            yield from read.runs


def _templates(context: typer.Context) -> Sequence[str | Path]:
    # An option without its value ends the parsing: the arguments before it have no names yet.
    given = context.params.get("from_template") or context.params.get("paths") or context.args
    return given or [Path("cdk.out")]
