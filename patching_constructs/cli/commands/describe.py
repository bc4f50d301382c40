"""``patching-constructs describe``: what the schedules of a template do, in words."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from patching_constructs.cli import options
from patching_constructs.cli.formats.registry import WindowsFormat, render_windows
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.cli.working import working

if TYPE_CHECKING:
    from patching_constructs.cli.schedule_filter import ScheduleFilter
    from patching_constructs.description.described import Described

_Format = Annotated[WindowsFormat, options.choice("--format", WindowsFormat, help="Output format.")]


def describe(
    paths: options.TemplatePaths = None,
    stack: options.Stack = None,
    schedule: options.Schedule = None,
    operation: options.Operation = None,
    tag: options.Tag = None,
    format_: _Format = WindowsFormat.TEXT,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Describe in words what the schedules of an app or a template do.

    \b
    Examples:
      patching-constructs describe
      patching-constructs describe template.yaml --use-defaults
      patching-constructs describe --schedule Prod/Patching/Weekly
      patching-constructs describe --operation Install --tag Env=prod
      patching-constructs describe cdk.out --format json -o windows.json
    """
    from patching_constructs.cli.formats.windows.window_list import WindowList
    from patching_constructs.cli.given_schedules import read_given
    from patching_constructs.cli.schedule_filter import ScheduleFilter
    from patching_constructs.description.described import Described

    with one_line_refusals():
        with working("Reading templates"):
            inputs = read_given(paths, use_defaults=use_defaults)
        shown = ScheduleFilter(stacks=stack or (), names=schedule or (), operations=operation or (), tags=tag or ())
        now = datetime.now(UTC)
        described = Described(inputs.templates, now=now)
        if shown:
            described = _filtered(described, shown)
        listed = WindowList(path=inputs.label, described=described, to_file=output is not None, now=now)
        with working("Describing schedules"):
            text = render_windows(listed, format_)
        write(text, output)


def _filtered(described: "Described", shown: "ScheduleFilter") -> "Described":
    from patching_constructs.cli.given_schedules import select_schedules
    from patching_constructs.template.upcoming_runs import Schedules

    windows, runs = [window for window, _ in described.windows], [run for run, _ in described.runs]
    found = select_schedules(Schedules(windows, runs, described.unread), shown)
    return described.only(found.windows, found.runs)
