"""``patching-constructs calendar``: the upcoming executions of maintenance windows."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from patching_constructs._errors import refusal
from patching_constructs.cli import options, parsing
from patching_constructs.cli.completion import complete_zones
from patching_constructs.cli.formats.registry import CalendarFormat, render_calendar
from patching_constructs.cli.moments import moment
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import named, one_line_refusals
from patching_constructs.cli.results import options as result_options
from patching_constructs.cli.working import working
from patching_constructs.schedule._time_zone import zone_info

if TYPE_CHECKING:
    from patching_constructs.cli.formats.calendar.calendar import Calendar
    from patching_constructs.cli.upcoming_schedules import Extent

_DAYS: Final = timedelta(days=14)
_MOST: Final = 100_000
_MOST_ROWS: Final = 20
_RANGE: Final = timedelta(days=92)
_PAST: Final = timedelta(days=14)


_From = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="List executions from this ISO 8601 time on, and the windows that are open then. Default: now.",
        metavar="TIME",
        parser=parsing.text("--from"),
    ),
]
_Until = Annotated[
    str | None,
    typer.Option(
        help="List executions before this ISO 8601 time. Default: 14 days later, and at least one of each "
        "schedule; for ics and html 92 days later.",
        metavar="TIME",
        parser=parsing.text("--until"),
    ),
]
_Next = Annotated[
    int | None,
    typer.Option(
        "--next",
        help="List this many upcoming executions of each schedule.",
        metavar="NUMBER",
        parser=parsing.whole_number("--next", least=1, most=_MOST),
    ),
]
_Zone = Annotated[
    str | None,
    typer.Option(
        help="Show all times in this IANA time zone. Default: that of each schedule; in HTML, that of the reader.",
        metavar="ZONE",
        parser=parsing.text("--tz"),
        autocompletion=complete_zones,
    ),
]
_Format = Annotated[CalendarFormat, options.choice("--format", CalendarFormat, help="Output format.")]


def calendar(
    context: typer.Context,
    paths: options.TemplatePaths = None,
    stack: options.Stack = None,
    schedule: options.Schedule = None,
    operation: options.Operation = None,
    tag: options.Tag = None,
    from_: _From = None,
    until: _Until = None,
    next_: _Next = None,
    tz: _Zone = None,
    format_: _Format = CalendarFormat.TABLE,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
    with_results: result_options.WithResults = False,  # noqa: FBT002
    region: result_options.Regions = None,
    profile: options.Profile = None,
    save_results: result_options.SaveResults = None,
    results_from: result_options.ResultsFrom = None,
) -> None:
    """List upcoming executions, and past ones with their results.

    Notes point out windows that are open at the same time and whose targets have a tag or another key in common, with
    the same value; more windows at the same time than Systems Manager runs; and changes of daylight saving time.

    \b
    Examples:
      patching-constructs calendar
      patching-constructs calendar cdk.out --next 3 --tz Europe/Berlin
      patching-constructs calendar template.yaml --until 2027-06-30 --format ics -o patching.ics
      patching-constructs calendar --format html -o patching.html
      patching-constructs calendar --with-results --from 2026-11-01 --profile operations
    """
    from patching_constructs.cli.ended_schedules import ended_schedules
    from patching_constructs.cli.formats.calendar.calendar import Calendar
    from patching_constructs.cli.given_schedules import read_given, select_schedules
    from patching_constructs.cli.results.past import past_executions
    from patching_constructs.cli.results.source import ResultPorts, ResultsSource
    from patching_constructs.cli.schedule_filter import ScheduleFilter
    from patching_constructs.cli.upcoming_schedules import (
        preceded_by,
        upcoming_shown_runs,
        upcoming_windows,
        with_open_windows,
    )
    from patching_constructs.template.upcoming_runs import schedules_of

    with one_line_refusals():
        result_options.check(context)
        zone = _zone(tz)
        now = datetime.now(UTC).replace(microsecond=0)
        start = moment("--from", from_, zone) or (now - _PAST if with_results else now)
        if with_results and start >= now:
            raise refusal(
                "--from", "must be in the past with --with-results", start.isoformat(), "leave one of them out"
            )
        after = now if with_results else start
        extent = _extent(format_, after, start, moment("--until", until, zone), next_)
        with working("Reading templates"):
            inputs = read_given(paths, use_defaults=use_defaults)
        shown = ScheduleFilter(stacks=stack or (), names=schedule or (), operations=operation or (), tags=tag or ())
        every = schedules_of(inputs.templates)
        read = select_schedules(every, shown)
        past = None
        if with_results:
            source = ResultsSource(
                regions=region or (), profile=profile, save_to=save_results, saved=results_from or ()
            )
            ports = context.ensure_object(ResultPorts)
            places = source.read(every.windows, read.windows, after=start, now=now, ports=ports)
            past = past_executions(every, read, places, after=start, until=min(now, extent.until or now))
        with working("Planning executions"):
            upcoming, runs = upcoming_windows(every, read, after, extent), upcoming_shown_runs(read.runs, after, extent)
            if past is None:
                windows = with_open_windows(upcoming, every, read, after)
            else:
                windows = preceded_by(past.plan, upcoming)
        listed = Calendar(
            upcoming=windows,
            windows=read.windows,
            runs=runs,
            ended=ended_schedules(read, after),
            made_at=now,
            after=start,
            until=extent.until,
            zone=zone,
            most=_MOST_ROWS if extent.at_least_one else None,
            unread=read.unread,
            to_file=output is not None,
            past=past,
        )
        write(render_calendar(listed, format_), output)
        if format_ in (CalendarFormat.ICS, CalendarFormat.HTML):
            _write_unread(listed)


def _write_unread(listed: "Calendar") -> None:
    """Name the templates that were not read, for which these formats have no place."""
    from patching_constructs._printable import printable

    for each in listed.unread:
        typer.echo(printable(f"note: the template of {each.logical_id} is not read: {each.reason}"), err=True)


def _zone(name: str | None) -> ZoneInfo | None:
    with named({"time_zone": "--tz"}):
        return None if name is None else zone_info(name)


def _extent(
    format_: CalendarFormat, after: datetime, start: datetime, until: datetime | None, count: int | None
) -> "Extent":
    from patching_constructs.cli.upcoming_schedules import Extent

    if until is not None and count is not None:
        raise refusal("--until", "cannot be used with --next", "both", "specify one of them")
    if until is not None and until <= start:
        raise refusal(
            "--until", "must be later than --from", f"--until {until.isoformat()}, --from {start.isoformat()}"
        )
    if until is not None or count is not None:
        return Extent(until, count)
    if format_ in (CalendarFormat.TABLE, CalendarFormat.JSON):
        return Extent(after + _DAYS, at_least_one=True)
    return Extent(after + _RANGE)
