"""``patching-constructs calendar``: when the windows open."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.cli import options
from patching_constructs.cli.formats.registry import CalendarFormat, render_calendar
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.schedule._cron import YEAR
from patching_constructs.schedule._time_zone import zone_info

_NEXT: Final = 5
_RANGE: Final = timedelta(days=92)


_From = Annotated[
    str | None, typer.Option("--from", help="Tell openings from this ISO 8601 time on. Default: now.", metavar="TIME")
]
_Until = Annotated[
    str | None,
    typer.Option(
        help="Tell openings before this ISO 8601 time. Default for ics and html: 92 days later.", metavar="TIME"
    ),
]
_Next = Annotated[
    int | None,
    typer.Option("--next", min=1, help="Tell so many openings of every schedule. Default for table and json: 5."),
]
_Zone = Annotated[
    str | None,
    typer.Option(help="Tell all times in this IANA time zone. Default: every schedule's own.", metavar="ZONE"),
]
_Format = Annotated[CalendarFormat, typer.Option("--format", help="What to write.")]


def calendar(
    path: options.TemplatePath = Path("cdk.out"),
    from_: _From = None,
    until: _Until = None,
    next_: _Next = None,
    tz: _Zone = None,
    format_: _Format = CalendarFormat.TABLE,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Tell when the windows of an app or a template open.

    Marked are windows that are open at the same time and share a target, more windows at once than the service
    runs, and windows that a daylight saving switch touches.

    \b
    Examples:
      patching-constructs calendar
      patching-constructs calendar cdk.out --next 3 --tz Europe/Berlin
      patching-constructs calendar template.yaml --until 2027-06-30 --format ics -o patching.ics
      patching-constructs calendar --format html -o patching.html
    """
    from patching_constructs.cli.formats.calendar.calendar import Calendar
    from patching_constructs.template import read_windows
    from patching_constructs.template.upcoming import upcoming_executions

    with one_line_refusals():
        zone = _zone(tz)
        after = _moment("--from", from_, zone) or datetime.now(UTC).replace(microsecond=0)
        last, count = _extent(format_, after, _moment("--until", until, zone), next_)
        found = upcoming_executions(read_windows(path, use_defaults=use_defaults), after=after, until=last, count=count)
        listed = Calendar(upcoming=found, after=after, until=last, zone=zone, to_file=output is not None)
        write(render_calendar(listed, format_), output)


def _zone(name: str | None) -> ZoneInfo | None:
    return None if name is None else zone_info(name)


def _moment(option: str, text: str | None, zone: ZoneInfo | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PatchingError(f"{option} must be an ISO 8601 date or time, such as 2027-01-31, got {text!r}") from None
    if not YEAR.minimum <= moment.year <= YEAR.maximum:
        raise PatchingError(f"{option} must be in the years {YEAR}, which schedules know, got {text!r}")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)


def _extent(
    format_: CalendarFormat, after: datetime, until: datetime | None, count: int | None
) -> tuple[datetime | None, int | None]:
    if until is not None and count is not None:
        raise PatchingError("--until and --next exclude each other: give one of them")
    if until is not None and until <= after:
        raise PatchingError(f"--until must be later than --from, got {until.isoformat()} and {after.isoformat()}")
    if until is not None or count is not None:
        return until, count
    return (None, _NEXT) if format_ in (CalendarFormat.TABLE, CalendarFormat.JSON) else (after + _RANGE, None)
