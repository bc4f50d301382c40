"""``patching-constructs capacity``: whether the nodes of a maintenance window fit into it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from patching_constructs.cli import options, parsing
from patching_constructs.cli.formats.registry import CapacityFormat, render_capacity
from patching_constructs.cli.given_options import check_only, check_requires, given_options
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.cli.working import working
from patching_constructs.properties.capacity import MINUTES, MOST_NODES
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm import limits

if TYPE_CHECKING:
    from patching_constructs.cli.forecasts import GivenCapacity
    from patching_constructs.cli.formats.capacity.capacity_report import CapacityReport
    from patching_constructs.cli.schedule_filter import ScheduleFilter
    from patching_constructs.planning.capacity import WindowLimits

EXCEEDS: Final = 1

_DEFAULT_CUTOFF: Final = 1
_DEFAULT_CONCURRENCY: Final = RateControl.percentage(10)
_Nodes = Annotated[
    int | None,
    typer.Option(
        help="The number of nodes. Default: the capacity in the template.",
        metavar="NUMBER",
        parser=parsing.whole_number("--nodes", least=1, most=MOST_NODES),
    ),
]
_MinutesPerNode = Annotated[
    float | None,
    typer.Option(
        help="How many minutes patching usually takes on a node, the median. Default: the capacity in the template.",
        metavar="MINUTES",
        parser=parsing.number("--minutes-per-node", least=MINUTES[0], most=MINUTES[1], unit="minutes"),
    ),
]
_MinutesPerNodeP95 = Annotated[
    float | None,
    typer.Option(
        help="How many minutes 95 of 100 nodes take at most. Default: all nodes take --minutes-per-node.",
        metavar="MINUTES",
        parser=parsing.number("--minutes-per-node-p95", least=MINUTES[0], most=MINUTES[1], unit="minutes"),
    ),
]
_MaxConcurrency = Annotated[
    RateControl | None,
    typer.Option(
        help="Without a template: nodes to patch at the same time, such as 10 or 10%. Default: 10%.",
        metavar="RATE",
        parser=parsing.rate_control("--max-concurrency"),
    ),
]
_Duration = Annotated[
    int | None,
    typer.Option(
        help="Without a template: the hours that the window is open.",
        metavar="HOURS",
        parser=parsing.whole_number("--duration", least=limits.DURATION_HOURS[0], most=limits.DURATION_HOURS[1]),
    ),
]
_Cutoff = Annotated[
    int | None,
    typer.Option(
        help="Without a template: the hours between the cutoff and the end. Default: 1, and 0 if --duration is 1.",
        metavar="HOURS",
        parser=parsing.whole_number("--cutoff", least=limits.CUTOFF_HOURS[0], most=limits.CUTOFF_HOURS[1]),
    ),
]
_Behavior = Annotated[
    CutoffBehavior | None,
    options.choice(
        "--cutoff-behavior",
        CutoffBehavior,
        help="Without a template: what the cutoff does to the running task. Default: CANCEL_TASK.",
    ),
]
_Targets = Annotated[
    int | None,
    typer.Option(
        help="Without a template: the number of targets, which run one after another. Default: 1.",
        metavar="NUMBER",
        parser=parsing.whole_number("--targets", least=1, most=limits.TASK_TARGETS),
    ),
]
_Format = Annotated[CapacityFormat, options.choice("--format", CapacityFormat, help="Output format.")]

_OF_A_WINDOW: Final = ("max_concurrency", "cutoff", "cutoff_behavior", "targets")
_OF_A_CAPACITY: Final = ("nodes", "minutes_per_node", "minutes_per_node_p95")
_WITHOUT_TEMPLATE: Final = frozenset({*_OF_A_WINDOW, *_OF_A_CAPACITY, "duration", "format_", "output"})


def capacity(
    context: typer.Context,
    paths: options.TemplatePaths = None,
    stack: options.Stack = None,
    schedule: options.Schedule = None,
    operation: options.Operation = None,
    tag: options.Tag = None,
    nodes: _Nodes = None,
    minutes_per_node: _MinutesPerNode = None,
    minutes_per_node_p95: _MinutesPerNodeP95 = None,
    duration: _Duration = None,
    cutoff: _Cutoff = None,
    cutoff_behavior: _Behavior = None,
    max_concurrency: _MaxConcurrency = None,
    targets: _Targets = None,
    format_: _Format = CapacityFormat.TABLE,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Forecast whether all nodes are patched in time.

    The last node must finish before the cutoff if that cancels the task, and otherwise before the end of the window.

    The number of nodes and the minutes per node are those of the template, PatchSchedule(capacity=...), or those that
    are given. With --duration, the window is the given one, and no template is read.

    \b
    Exit codes:
      0    all nodes fit, or that is unknown until deployment
      1    the nodes of a window do not fit
      2    a file cannot be read, or an option is invalid

    \b
    Examples:
      patching-constructs capacity
      patching-constructs capacity cdk.out --schedule Prod/Patching/Weekly --nodes 600
      patching-constructs capacity --nodes 400 --minutes-per-node 12 --duration 4 --cutoff 1 --max-concurrency 10%
      patching-constructs capacity --nodes 400 --minutes-per-node 8 --minutes-per-node-p95 25 --duration 4
      patching-constructs capacity cdk.out --format svg -o capacity.svg
    """
    from patching_constructs.cli.forecasts import GivenCapacity
    from patching_constructs.cli.schedule_filter import ScheduleFilter

    with one_line_refusals():
        _check_options(context)
        given = GivenCapacity(nodes=nodes, minutes_per_node=minutes_per_node, minutes_per_node_p95=minutes_per_node_p95)
        given.check()
        to_file = output is not None
        if duration is not None:
            window = _window(duration, cutoff, cutoff_behavior or CutoffBehavior.CANCEL_TASK)
            concurrency = max_concurrency or _DEFAULT_CONCURRENCY
            report = _of_a_window(given, window, concurrency, targets or 1, to_file=to_file)
        else:
            shown = ScheduleFilter(stacks=stack or (), names=schedule or (), operations=operation or (), tags=tag or ())
            report = _of_templates(paths, given, shown, use_defaults=use_defaults, to_file=to_file)
        write(render_capacity(report, format_), output)
    if report.exceeds:
        raise typer.Exit(EXCEEDS)


def _check_options(context: typer.Context) -> None:
    """Check that no option is without effect, and that none is missing."""
    check_requires(context, "minutes_per_node_p95", "minutes_per_node")
    for name in _OF_A_WINDOW:
        check_requires(context, name, "duration")
    if "duration" in given_options(context):
        check_only(context, "--duration", _WITHOUT_TEMPLATE, "which describes a window without a template")


def _window(duration: int, cutoff: int | None, behavior: CutoffBehavior) -> "WindowLimits":
    from patching_constructs.planning.capacity import WindowLimits
    from patching_constructs.schedule._options import check_cutoff

    hours = min(_DEFAULT_CUTOFF, duration - 1) if cutoff is None else cutoff
    check_cutoff(hours, duration, names=("--cutoff", "--duration"))
    return WindowLimits(duration=timedelta(hours=duration), cutoff=timedelta(hours=hours), behavior=behavior)


def _of_a_window(
    given: "GivenCapacity", window: "WindowLimits", concurrency: RateControl, targets: int, *, to_file: bool
) -> "CapacityReport":
    """Return the forecast of a window that is in no template."""
    from patching_constructs.cli.forecasts import known_forecast
    from patching_constructs.cli.formats.capacity.capacity_report import CapacityReport
    from patching_constructs.planning.capacity import Forecast

    forecast = Forecast(capacity=given.alone(), max_concurrency=concurrency, targets=targets, window=window)
    return CapacityReport(path="", windows=[known_forecast(forecast)], to_file=to_file)


def _of_templates(
    paths: Sequence[Path] | None,
    given: "GivenCapacity",
    shown: "ScheduleFilter",
    *,
    use_defaults: bool,
    to_file: bool,
) -> "CapacityReport":
    """Return the forecasts of the windows of templates."""
    from patching_constructs.cli.forecasts import forecasts_of
    from patching_constructs.cli.formats.capacity.capacity_report import CapacityReport
    from patching_constructs.cli.given_schedules import read_given, select_schedules
    from patching_constructs.template.upcoming_runs import schedules_of

    with working("Reading templates"):
        inputs = read_given(paths, use_defaults=use_defaults)
    selected = select_schedules(schedules_of(inputs.templates), shown)
    with working("Forecasting"):
        found = list(forecasts_of(selected.windows, given))
    return CapacityReport(path=inputs.label, windows=found, unread=selected.unread, to_file=to_file)
