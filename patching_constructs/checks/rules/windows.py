"""Rules for maintenance windows: schedule, duration, tasks, and overlaps."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from patching_constructs._errors import PatchingError, UndocumentedError
from patching_constructs.checks.context import Context
from patching_constructs.checks.moments import moment_in_words
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._value_checks import (
    any_violation,
    check_made_together,
    refused,
    sentence,
    whole,
)
from patching_constructs.checks.rules.window_dates import window_dates
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.windows import PlannedWindow
from patching_constructs.schedule._cron import CronExpression, NthWeekday
from patching_constructs.schedule._frequency import is_faster_than_supported
from patching_constructs.schedule._options import check_offset
from patching_constructs.schedule._rule import Rule, parse_rule
from patching_constructs.schedule._time_zone import check_zone_exists, nearest_zone, zone_warning
from patching_constructs.schedule.days_of_week import DayOfWeek
from patching_constructs.schedule.occurrences import first_start, has_no_executions
from patching_constructs.ssm import limits
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTarget, WindowTask
from patching_constructs.template.upcoming import planned
from patching_constructs.template.value import UnknownError, Value, shown

_DIALECT = f"{GUIDE}reference-cron-and-rate-expressions.html"
_OPTIONS = f"{GUIDE}maintenance-windows-schedule-options.html"
_WINDOW = f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindow.html"
_CREATE = f"{API}API_CreateMaintenanceWindow.html"
_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/ssm.html"
_RAISE_OR_SPLIT = "Request a quota increase, or create a second maintenance window."


@rule(
    "ScheduleExpression",
    Severity.ERROR,
    of="windows",
    fix="Use cron(minutes hours day-of-month month day-of-week year), with ? in one of the two day fields.",
    page=_DIALECT,
)
def schedule_expression(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """Schedule must be a cron, rate, or at expression that maintenance windows support."""
    schedule = window["Schedule"]
    text = schedule.text()
    if text is not None:
        yield from refused(schedule, "Schedule", lambda: _parse_documented(text))
    elif schedule.is_given:
        yield Violation(schedule, f"Schedule must be a string, got {shown(schedule.content)}.")


def _parse_documented(text: str) -> None:
    with suppress(UndocumentedError):
        parse_rule(text)


@rule(
    "UndocumentedSchedule",
    Severity.WARNING,
    of="windows",
    fix="Use a documented form, such as L, LW, 15W, 6L, or TUE#2 without other values, or several windows.",
    page=_DIALECT,
)
def undocumented_schedule(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """Schedule should use only forms that AWS documents for maintenance windows."""
    schedule = window["Schedule"]
    try:
        parse_rule(schedule.text() or "")
    except UndocumentedError as error:
        subject = error.problem.replace(error.what, "Schedule" + error.what.removeprefix("schedule"), 1)
        yield Violation(schedule, f"{subject}. AWS does not document such a form.", sentence(error.fix) or None)
    except PatchingError:
        # `ScheduleExpression` reports an invalid schedule.
        return


@rule(
    "ScheduleTimezone",
    Severity.ERROR,
    of="windows",
    fix="Use an IANA time zone name, such as America/New_York.",
    page=_OPTIONS,
)
def schedule_timezone(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """ScheduleTimezone must be an IANA time zone name."""
    zone = window["ScheduleTimezone"]
    name = zone.text()
    if name:
        yield from refused(zone, "ScheduleTimezone", lambda: check_zone_exists(name), fix=_zone_fix(name))


def _zone_fix(name: str) -> str | None:
    near = nearest_zone(name)
    return f"Use {near} if that is the intended value." if near else None


@rule(
    "TimezoneName",
    Severity.WARNING,
    of="windows",
    fix="Use a name as the IANA time zone database spells it, such as America/New_York.",
    page=_OPTIONS,
)
def timezone_name(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """ScheduleTimezone should be spelled as in the IANA time zone database, and not be an abbreviation."""
    zone = window["ScheduleTimezone"]
    # `ScheduleTimezone` reports an unknown time zone.
    name = None if zone.is_unknown else zone.text()
    doubt = zone_warning(name) if name else None
    if doubt is not None:
        yield Violation(zone, f"ScheduleTimezone {shown(zone.content)} {doubt.problem}.", sentence(doubt.fix))


@rule(
    "TimezoneWithAt",
    Severity.WARNING,
    of="windows",
    fix="Remove ScheduleTimezone, and specify the at expression in UTC.",
    page=_DIALECT,
)
def timezone_with_at(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """ScheduleTimezone should not be combined with an at expression, where its effect is not documented."""
    zone, schedule = window["ScheduleTimezone"], window["Schedule"]
    text = schedule.text() if zone.is_given else None
    if text is not None and text.strip().lower().startswith("at("):
        problem = f"The effect of ScheduleTimezone {shown(zone.content)} on Schedule {shown(text)} is not documented."
        yield Violation(zone, problem)


@rule(
    "ScheduleFrequency",
    Severity.WARNING,
    of="windows",
    fix="Run the window less often. For an hourly schedule, set minutes to 0; * means every minute.",
    page=_DIALECT,
)
def schedule_frequency(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """Schedule should not run more often than every 5 minutes, the minimum for cron expressions."""
    at = window["Schedule"]
    text = at.text()
    parsed = _parsed(text or "")
    if parsed is not None and is_faster_than_supported(parsed):
        yield Violation(at, f"Schedule {shown(text)} runs more often than every 5 minutes.")


@rule(
    "ScheduleOffset",
    Severity.ERROR,
    of="windows",
    fix="Set ScheduleOffset to 1-6 with a cron expression, or remove it.",
    page=_OPTIONS,
)
def schedule_offset(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """ScheduleOffset must be 1-6 whole days, and requires a cron expression."""
    offset = window["ScheduleOffset"]
    if not offset.is_given:
        return
    outcomes = list(whole(offset, limits.SCHEDULE_OFFSET_DAYS, "days"))
    yield from outcomes
    text = window["Schedule"].text() or ""
    parsed, days = _parsed(text), int(offset.number() or 0)
    if outcomes:
        return
    if parsed is not None:
        yield from refused(offset, "ScheduleOffset", lambda: check_offset(parsed, days))
    elif re.match(r"\s*(?:rate|at)\b", text, re.IGNORECASE):
        yield Violation(offset, f"ScheduleOffset requires cron(...), got {days} for {text}.")


def _parsed(text: str) -> Rule | None:
    """Return a parsed schedule; None if `ScheduleExpression` or `UndocumentedSchedule` reports it."""
    try:
        return parse_rule(text)
    except PatchingError:
        return None


@rule(
    "ScheduleNeverRuns",
    Severity.ERROR,
    of="windows",
    fix="Choose a date that exists and is between StartDate and EndDate.",
    page=_DIALECT,
)
def schedule_never_runs(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """Schedule must match at least one date between StartDate and EndDate."""
    schedule, start, end = window.expression, window.starts, window.ends
    if schedule is None:
        return
    at = window["Schedule"]
    if has_no_executions(schedule):
        yield Violation(at, f"Schedule {shown(at.content)} matches no date, so the window never runs.")
    elif start and end and start < end and first_start(schedule, after=start, end_date=end) is None:
        yield Violation(at, f"Schedule {shown(at.content)} has no execution between StartDate and EndDate.")


@rule(
    "NoUpcomingExecution",
    Severity.WARNING,
    of="windows",
    fix="Remove the window, or change Schedule or EndDate.",
    page=_OPTIONS,
)
def no_upcoming_execution(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A maintenance window should have an upcoming execution."""
    if window is not window.of_schedule[-1]:
        # It ends before a freeze, and another window continues its schedule.
        return
    schedule, end = window.expression, window.ends
    if (
        schedule is None
        or any_violation(schedule_never_runs(window, deployment))
        or any_violation(window_dates(window, deployment))
        or _is_open(window, deployment.now)
    ):
        return
    now = deployment.now
    if end and end < now:
        yield Violation(
            window["EndDate"],
            f"EndDate {shown(window['EndDate'].content)} is in the past, so the window has no upcoming execution.",
        )
    elif first_start(schedule, after=now, start_date=window.starts, end_date=end) is None:
        yield Violation(window["Schedule"], f"Schedule {shown(str(schedule))} has no upcoming execution.")


def _is_open(window: MaintenanceWindow, now: datetime) -> bool:
    read = planned(window, owner=window)
    return isinstance(read, PlannedWindow) and read.times.is_open(now)


@rule("WindowDuration", Severity.ERROR, of="windows", fix="Set Duration to 1-24.", page=_WINDOW)
def window_duration(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """Duration must be 1-24 whole hours."""
    yield from whole(window["Duration"], limits.DURATION_HOURS, "hours")


@rule("WindowCutoff", Severity.ERROR, of="windows", fix="Set Cutoff to 0-23.", page=_WINDOW)
def window_cutoff(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """Cutoff must be 0-23 whole hours."""
    yield from whole(window["Cutoff"], limits.CUTOFF_HOURS, "hours")


@rule(
    "CutoffBelowDuration",
    Severity.ERROR,
    of="windows",
    fix="Set Cutoff to less than Duration.",
    page=_WINDOW,
)
def cutoff_below_duration(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """Cutoff must be shorter than Duration."""
    if any_violation(window_duration(window, deployment)) or any_violation(window_cutoff(window, deployment)):
        return
    duration, cutoff = window["Duration"].number(), window["Cutoff"].number()
    if duration is not None and cutoff is not None and not limits.leaves_time(cutoff, duration):
        problem = f"Cutoff must be shorter than Duration, got Cutoff: {cutoff:g}, Duration: {duration:g}."
        yield Violation(window["Cutoff"], problem)


@rule(
    "PatchTuesday",
    Severity.NOTE,
    of="windows",
    fix="For N days after Patch Tuesday, use TUE#2 with ScheduleOffset: N.",
    page=_OPTIONS,
)
def patch_tuesday(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A schedule that follows Patch Tuesday should count from the second Tuesday of the month."""
    schedule = window.expression
    if schedule is None or not isinstance(schedule.rule, CronExpression) or schedule.schedule_offset:
        return
    for atom in schedule.rule.weekday.atoms:
        if isinstance(atom, NthWeekday) and atom.nth == 2 and atom.weekday.number != _number(DayOfWeek.TUESDAY):  # noqa: PLR2004
            problem = f"{atom} in Schedule {shown(str(schedule))} can be before Patch Tuesday, which is TUE#2."
            yield Violation(window["Schedule"], problem)


def _number(day: DayOfWeek) -> int:
    return list(DayOfWeek).index(day) + 1


# --- Tasks and executions ------------------------------------------------------------------------------


@rule(
    "WindowWithoutTask",
    Severity.WARNING,
    of="windows",
    fix="Register a task with the window, remove the window, or set Metadata: {PatchingConstructs: {Frozen: true}}.",
    page=f"{GUIDE}maintenance-windows.html",
)
def window_without_task(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A maintenance window should have a task, unless its metadata marks it as frozen."""
    if window.tasks or window.is_frozen:
        return
    if deployment.is_used_elsewhere(window):
        yield UnknownError(
            window.value,
            "The window ID is used in other resources or in outputs, so tasks might be registered elsewhere",
        )
    else:
        yield Violation(window.value, f"The maintenance window {window.logical_id} has no task.")


@rule(
    "OverlappingWindows",
    Severity.WARNING,
    of="windows",
    fix="Change the schedule or the targets of one of the windows.",
    page=f"{GUIDE}maintenance-windows.html",
)
def overlapping_windows(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """Maintenance windows for the same nodes should not overlap in the next year."""
    found = deployment.plan.overlap(window)
    if found is not None:
        other, moment = found
        check_made_together(window, other)
        company = f"{other.name_beside(window)}, which can run on the same nodes,"
        problem = f"The window overlaps with {company} on {moment_in_words(moment)}."
        yield Violation(window["Schedule"], problem)


@rule(
    "ConcurrentWindows",
    Severity.WARNING,
    of="windows",
    fix="Distribute the windows over more hours.",
    page=_QUOTAS,
)
def concurrent_windows(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """The number of open maintenance windows should not exceed the quota in the next year."""
    moment = deployment.plan.excess(window)
    if moment is not None:
        most = limits.CONCURRENT_EXECUTIONS
        when = moment_in_words(moment)
        problem = f"{most} other windows are already open on {when}; the quota is {most} concurrent executions."
        yield Violation(window["Schedule"], problem)


@rule(
    "WindowQuota",
    Severity.WARNING,
    of="windows",
    fix="Request a quota increase, or register several targets with one window.",
    page=_QUOTAS,
)
def window_quota(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """An account and Region should not have more than 50 maintenance windows without a quota increase."""
    yield from _beyond(
        window.value, deployment.windows.index(window), limits.WINDOWS, "the account and Region", "window"
    )


@rule("TaskQuota", Severity.WARNING, of="tasks", fix=_RAISE_OR_SPLIT, page=_QUOTAS)
def task_quota(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A maintenance window should not have more than 20 tasks without a quota increase."""
    window = deployment.window_of(task)
    if window is not None:
        place = window.tasks.index(task)
        yield from _beyond(task.value, place, limits.WINDOW_TASKS, window.logical_id, "task")


@rule("TargetQuota", Severity.WARNING, of="targets", fix=_RAISE_OR_SPLIT, page=_QUOTAS)
def target_quota(target: WindowTarget, deployment: Context) -> Iterator[Outcome]:
    """A maintenance window should not have more than 100 targets without a quota increase."""
    window = deployment.window_of(target)
    if window is not None:
        place = window.targets.index(target)
        yield from _beyond(target.value, place, limits.WINDOW_TARGETS, window.logical_id, "target")


def _beyond(at: Value, place: int, most: int, holder: str, thing: str) -> Iterator[Outcome]:
    if place == most:
        yield Violation(at, f"This is {thing} {place + 1} in {holder}; the quota is {most}.")
