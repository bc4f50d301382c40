"""Rules of maintenance windows: when they open, for how long, and whether anything happens in them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._value_checks import (
    any_violation,
    check_made_together,
    for_each,
    refused,
    sentence,
    whole,
)
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.windows import check_dates, read_moment
from patching_constructs.schedule._cron import CronExpression, NthWeekday
from patching_constructs.schedule._frequency import is_faster_than_supported
from patching_constructs.schedule._options import check_offset
from patching_constructs.schedule._rule import parse_rule
from patching_constructs.schedule._time_zone import check_zone_exists, nearest_zone, zone_warning
from patching_constructs.schedule.expression import DayOfWeek
from patching_constructs.schedule.occurrences import first_start, has_no_executions
from patching_constructs.ssm import limits
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTarget, WindowTask
from patching_constructs.template.value import UnknownError, Value, shown

_DIALECT = f"{GUIDE}reference-cron-and-rate-expressions.html"
_OPTIONS = f"{GUIDE}maintenance-windows-schedule-options.html"
_WINDOW = f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindow.html"
_CREATE = f"{API}API_CreateMaintenanceWindow.html"
_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/ssm.html"


@rule(
    "ScheduleExpression",
    Severity.ERROR,
    of="windows",
    fix="Write cron(minutes hours day-of-month month day-of-week year), with ? for one of the two days.",
    page=_DIALECT,
)
def schedule_expression(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A schedule is written in the dialect of maintenance windows."""
    schedule = window["Schedule"]
    text = schedule.text()
    if text is not None:
        yield from refused(schedule, "Schedule", lambda: parse_rule(text))
    elif schedule.is_given:
        yield Violation(schedule, f"Schedule must be text, got {shown(schedule.content)}.")


@rule(
    "ScheduleTimezone",
    Severity.ERROR,
    of="windows",
    fix="Write a name of the IANA time zone database, such as Europe/Berlin.",
    page=_OPTIONS,
)
def schedule_timezone(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A schedule's time zone is a name of the IANA time zone database."""
    zone = window["ScheduleTimezone"]
    name = zone.text()
    if name is not None:
        yield from refused(zone, "ScheduleTimezone", lambda: check_zone_exists(name), fix=_zone_fix(name))


def _zone_fix(name: str) -> str | None:
    near = nearest_zone(name)
    return f"Write {near}, if that is what was meant." if near else None


@rule(
    "TimezoneName",
    Severity.WARNING,
    of="windows",
    fix="Write a name as the IANA time zone database spells it, such as America/New_York.",
    page=_OPTIONS,
)
def timezone_name(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A schedule's time zone is no abbreviation such as EST, and is spelled as in the IANA time zone database."""
    zone = window["ScheduleTimezone"]
    # Of a zone that is not known, ScheduleTimezone says so already.
    name = None if zone.is_unknown else zone.text()
    doubt = None if name is None else zone_warning(name)
    if doubt is not None:
        yield Violation(zone, f"ScheduleTimezone {shown(zone.content)} {doubt.problem}.", sentence(doubt.fix))


@rule(
    "TimezoneWithAt",
    Severity.WARNING,
    of="windows",
    fix="Leave the time zone out, and write at(...) in UTC.",
    page=_DIALECT,
)
def timezone_with_at(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A time zone stands beside a cron or a rate: what it means beside at(...) AWS's pages do not settle."""
    zone, schedule = window["ScheduleTimezone"], window["Schedule"]
    text = schedule.text() if zone.is_given else None
    if text is not None and text.strip().lower().startswith("at("):
        problem = f"What ScheduleTimezone {shown(zone.content)} means beside Schedule {shown(text)} is not settled."
        yield Violation(zone, problem)


@rule(
    "ScheduleFrequency",
    Severity.WARNING,
    of="windows",
    fix="Let it open less often; for once an hour write 0 in minutes, where * is every minute.",
    page=_DIALECT,
)
def schedule_frequency(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A schedule fires every 5 minutes at most: AWS does not support a faster cron, and is silent on a faster rate."""
    at = window["Schedule"]
    text = at.text()
    if (
        text is not None
        and not any_violation(schedule_expression(window, deployment))
        and is_faster_than_supported(parse_rule(text))
    ):
        yield Violation(at, f"Schedule {shown(text)} fires more often than every 5 minutes.")


@rule(
    "ScheduleOffset",
    Severity.ERROR,
    of="windows",
    fix="Write 1-6 days beside a cron, or leave it out.",
    page=_OPTIONS,
)
def schedule_offset(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A schedule's offset is 1-6 whole days, beside a cron."""
    offset = window["ScheduleOffset"]
    if not offset.is_given:
        return
    outcomes = list(whole(offset, limits.SCHEDULE_OFFSET_DAYS, "days"))
    yield from outcomes
    text = window["Schedule"].text()
    if not outcomes and text is not None and not any_violation(schedule_expression(window, deployment)):
        days = int(offset.number() or 0)
        yield from refused(offset, "ScheduleOffset", lambda: check_offset(parse_rule(text), days))


@rule(
    "ScheduleNeverRuns",
    Severity.ERROR,
    of="windows",
    fix="Name a day that comes, between StartDate and EndDate.",
    page=_DIALECT,
)
def schedule_never_runs(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A schedule has an opening."""
    schedule, start, end = window.expression, window.starts, window.ends
    if schedule is None:
        return
    at = window["Schedule"]
    if has_no_executions(schedule):
        yield Violation(at, f"Schedule {shown(at.content)} names a day that never comes, so the window never opens.")
    elif start and end and start < end and first_start(schedule, after=start, end_date=end) is None:
        yield Violation(at, f"Schedule {shown(at.content)} has no opening from StartDate to EndDate.")


@rule(
    "NoUpcomingExecution",
    Severity.WARNING,
    of="windows",
    fix="Take the window out, or let it open again.",
    page=_OPTIONS,
)
def no_upcoming_execution(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A window has an opening ahead."""
    schedule, end = window.expression, window.ends
    if (
        schedule is None
        or any_violation(schedule_never_runs(window, deployment))
        or any_violation(window_dates(window, deployment))
    ):
        return
    now = deployment.now
    if end and end < now:
        yield Violation(
            window["EndDate"], f"EndDate {shown(window['EndDate'].content)} is over: the window opens no more."
        )
    elif first_start(schedule, after=now, start_date=window.starts, end_date=end) is None:
        yield Violation(window["Schedule"], f"Schedule {shown(str(schedule))} is over: the window opens no more.")


@rule(
    "WindowDates",
    Severity.ERROR,
    of="windows",
    fix="Write an ISO-8601 moment with its offset from UTC, such as 2027-01-31T00:00:00Z, the end after the start.",
    page=_CREATE,
)
def window_dates(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A start and an end date are ISO-8601 moments with an offset from UTC, the end after the start."""
    yield from for_each([window["StartDate"], window["EndDate"]], _date)
    start, end = window.starts, window.ends
    yield from refused(window["EndDate"], "EndDate", lambda: check_dates(start, end))


def _date(date: Value) -> Iterator[Outcome]:
    text = date.written()
    yield from refused(date, date.name, lambda: read_moment(date.name, text))


@rule("WindowDuration", Severity.ERROR, of="windows", fix="Write 1-24 whole hours.", page=_WINDOW)
def window_duration(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A window is open for 1-24 whole hours."""
    yield from whole(window["Duration"], limits.DURATION_HOURS, "hours")


@rule("WindowCutoff", Severity.ERROR, of="windows", fix="Write 0-23 whole hours.", page=_WINDOW)
def window_cutoff(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A window's cutoff is 0-23 whole hours."""
    yield from whole(window["Cutoff"], limits.CUTOFF_HOURS, "hours")


@rule(
    "CutoffBelowDuration",
    Severity.ERROR,
    of="windows",
    fix="Let the window be open for longer, or make the cutoff smaller.",
    page=_WINDOW,
)
def cutoff_below_duration(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A window's cutoff is shorter than its duration."""
    if any_violation(window_duration(window, deployment)) or any_violation(window_cutoff(window, deployment)):
        return
    duration, cutoff = window["Duration"].number(), window["Cutoff"].number()
    if duration is not None and cutoff is not None and not limits.leaves_time(cutoff, duration):
        problem = f"Cutoff is {cutoff:g} h and Duration {duration:g} h, so that no task could start."
        yield Violation(window["Cutoff"], problem)


@rule(
    "PatchTuesday",
    Severity.NOTE,
    of="windows",
    fix="For N days after Patch Tuesday write TUE#2 with ScheduleOffset N.",
    page=_OPTIONS,
)
def patch_tuesday(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A schedule that means to follow Patch Tuesday counts from the second Tuesday."""
    schedule = window.expression
    if schedule is None or not isinstance(schedule.rule, CronExpression) or schedule.schedule_offset:
        return
    for atom in schedule.rule.weekday.atoms:
        if isinstance(atom, NthWeekday) and atom.nth == 2 and atom.weekday.number != _number(DayOfWeek.TUESDAY):  # noqa: PLR2004
            problem = f"Schedule {shown(str(schedule))}: {atom} can come before Patch Tuesday, which is TUE#2."
            yield Violation(window["Schedule"], problem)


def _number(day: DayOfWeek) -> int:
    return list(DayOfWeek).index(day) + 1


# --- What happens in them -----------------------------------------------------------------------------


@rule(
    "WindowWithoutTask",
    Severity.WARNING,
    of="windows",
    fix="Register a task with the window, take it out, or say Metadata: {PatchingConstructs: {Frozen: true}}.",
    page=f"{GUIDE}maintenance-windows.html",
)
def window_without_task(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A window has a task, unless its template says that it is frozen."""
    if window.tasks or window.is_frozen:
        return
    if deployment.is_used_elsewhere(window):
        yield UnknownError(window.value, "Its id is handed on, to where it cannot be seen from here")
    else:
        yield Violation(window.value, f"Nothing happens in the window {window.logical_id}: it has no task.")


@rule(
    "OverlappingWindows",
    Severity.WARNING,
    of="windows",
    fix="Let one of them open at another time, or on other nodes.",
    page=f"{GUIDE}maintenance-windows.html",
)
def overlapping_windows(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """Two windows that share a target are not open at the same time, as far as the next year shows."""
    found = deployment.plan.overlap(window)
    if found is not None:
        other, moment = found
        check_made_together(window, other)
        company = f"{other.name_beside(window)}, which shares a target,"
        problem = f"The window is open together with {company} on {_shown(moment)}."
        yield Violation(window["Schedule"], problem)


@rule(
    "ConcurrentWindows",
    Severity.WARNING,
    of="windows",
    fix="Spread the windows over more hours.",
    page=_QUOTAS,
)
def concurrent_windows(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """No more windows are open at once than the service runs, as far as the next year shows."""
    moment = deployment.plan.excess(window)
    if moment is not None:
        most = limits.CONCURRENT_EXECUTIONS
        problem = f"{most} other windows are open already on {_shown(moment)}; the service runs {most} at once."
        yield Violation(window["Schedule"], problem)


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d at %H:%M} UTC"


@rule(
    "WindowQuota",
    Severity.WARNING,
    of="windows",
    fix="Ask AWS for a higher quota, or let one window have several targets.",
    page=_QUOTAS,
)
def window_quota(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """An account and Region has at most 50 windows, unless AWS was asked for more."""
    yield from _beyond(
        window.value, deployment.windows.index(window), limits.WINDOWS, "an account and Region", "window"
    )


@rule("TaskQuota", Severity.ERROR, of="tasks", fix="Make a second window.", page=_QUOTAS)
def task_quota(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A window has at most 20 tasks."""
    window = deployment.window_of(task)
    if window is not None:
        place = window.tasks.index(task)
        yield from _beyond(task.value, place, limits.WINDOW_TASKS, window.logical_id, "task")


@rule("TargetQuota", Severity.ERROR, of="targets", fix="Make a second window.", page=_QUOTAS)
def target_quota(target: WindowTarget, deployment: Context) -> Iterator[Outcome]:
    """A window has at most 100 targets."""
    window = deployment.window_of(target)
    if window is not None:
        place = window.targets.index(target)
        yield from _beyond(target.value, place, limits.WINDOW_TARGETS, window.logical_id, "target")


def _beyond(at: Value, place: int, most: int, holder: str, thing: str) -> Iterator[Outcome]:
    if place == most:
        yield Violation(at, f"This is {thing} number {place + 1} of {holder}; {most} is the quota.")
