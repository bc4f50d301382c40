"""The schedules of the templates that a command line names, filtered."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from patching_constructs.cli.schedule_filter import ScheduleFilter
from patching_constructs.template.given_templates import Inputs, read_inputs
from patching_constructs.template.upcoming_runs import Schedules


def read_given(paths: Sequence[Path] | None, *, use_defaults: bool) -> Inputs:
    """Read the templates, and write to standard error which files were not read.

    Raises:
        PatchingError: a path cannot be read, or is no template.
    """
    inputs = read_inputs(paths or [Path("cdk.out")], sys.stdin.buffer, use_defaults=use_defaults)
    for note in inputs.notes:
        typer.echo(f"note: {note}", err=True)
    return inputs


def select_schedules(read: Schedules, shown: ScheduleFilter) -> Schedules:
    """Return the schedules that match a filter; write to standard error if none does.

    Raises:
        PatchingError: the filter names a stack or schedule that does not exist.
    """
    found = shown.select(read)
    if (read.windows or read.runs) and not (found.windows or found.runs):
        typer.echo(f"note: no schedule matches {shown}", err=True)
    return found
