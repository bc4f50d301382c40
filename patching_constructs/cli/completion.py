"""What the shell completes: the names of rules, time zones and schedules.

A completion never fails: what cannot be read has none.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import typer

from patching_constructs._errors import PatchingError


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
    return sorted({name for name in _schedule_names(context) if name.startswith(incomplete)})


def _schedule_names(context: typer.Context) -> Iterator[str]:
    from patching_constructs.cli.schedule_names import names_of
    from patching_constructs.template.upcoming_runs import read_schedules

    given = context.params.get("from_template") or context.params.get("paths") or Path("cdk.out")
    for path in given if isinstance(given, list | tuple) else [given]:
        with suppress(PatchingError):
            read = read_schedules(Path(path))
            for window in read.windows:
                yield from names_of(window)
            for run in read.runs:
                yield from names_of(run)
