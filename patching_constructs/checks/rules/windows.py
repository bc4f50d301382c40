"""Rules of maintenance windows: when they open, for how long, and whether anything happens in them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from patching_constructs.checks.finding import Answer, Fault, Severity, shown
from patching_constructs.checks.model import Target, Task, Window
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._asking import broken, for_each, refused, sentence, whole
from patching_constructs.checks.value import Value
from patching_constructs.schedule._cron import CronExpression, NthWeekday
from patching_constructs.schedule._frequency import is_faster_than_supported
from patching_constructs.schedule._options import check_offset
from patching_constructs.schedule._rule import parse_rule
from patching_constructs.schedule._time_zone import check_zone_exists, nearest_zone, zone_doubt
from patching_constructs.schedule.expression import DayOfWeek
from patching_constructs.schedule.occurrences import first_opening, never_fires
from patching_constructs.ssm import limits

_DIALECT = f"{GUIDE}reference-cron-and-rate-expressions.html"
_OPTIONS = f"{GUIDE}maintenance-windows-schedule-options.html"
_WINDOW = f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindow.html"
_CREATE = f"{API}API_CreateMaintenanceWindow.html"
_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/ssm.html"


@rule(
    "ScheduleExpression",
    Severity.ERROR,
    of="windows",
    mend="Write cron(minutes hours day-of-month month day-of-week year), with ? for one of the two days.",
    page=_DIALECT,
)
def schedule_expression(window: Window) -> Iterator[Answer]:
    """A schedule is written in the dialect of maintenance windows."""
    schedule = window["Schedule"]
    text = schedule.text()
    if text is not None:
        yield from refused(schedule, "Schedule", lambda: parse_rule(text))
    elif schedule.is_given:
        yield Fault(schedule, f"Schedule must be text, got {shown(schedule.content)}.")


@rule(
    "ScheduleTimezone",
    Severity.ERROR,
    of="windows",
    mend="Write a name of the IANA time zone database, such as Europe/Berlin.",
    page=_OPTIONS,
)
def schedule_timezone(window: Window) -> Iterator[Answer]:
    """A schedule's time zone is a name of the IANA time zone database."""
    zone = window["ScheduleTimezone"]
    name = zone.text()
    if name is not None:
        yield from refused(zone, "ScheduleTimezone", lambda: check_zone_exists(name), mend=_zone_fix(name))


def _zone_fix(name: str) -> str | None:
    near = nearest_zone(name)
    return f"Write {near}, if that is what was meant." if near else None


@rule(
    "TimezoneName",
    Severity.WARNING,
    of="windows",
    mend="Write a name as the IANA time zone database spells it, such as America/New_York.",
    page=_OPTIONS,
)
def timezone_name(window: Window) -> Iterator[Answer]:
    """A schedule's time zone is no abbreviation such as EST, and is spelled as in the IANA time zone database."""
    zone = window["ScheduleTimezone"]
    # Of a zone that is not known, ScheduleTimezone says so already.
    name = None if zone.is_deferred else zone.text()
    doubt = None if name is None else zone_doubt(name)
    if doubt is not None:
        yield Fault(zone, f"ScheduleTimezone {shown(zone.content)} {doubt.problem}.", sentence(doubt.fix))


@rule(
    "TimezoneApplies",
    Severity.WARNING,
    of="windows",
    mend="Leave the time zone out, and write at(...) in UTC.",
    page=_DIALECT,
)
def timezone_applies(window: Window) -> Iterator[Answer]:
    """A time zone stands beside a cron or a rate: what it means beside at(...) AWS's pages do not settle."""
    zone, schedule = window["ScheduleTimezone"], window["Schedule"]
    text = schedule.text() if zone.is_given else None
    if text is not None and text.strip().lower().startswith("at("):
        problem = f"What ScheduleTimezone {shown(zone.content)} means beside Schedule {shown(text)} is not settled."
        yield Fault(zone, problem)


@rule(
    "ScheduleFrequency",
    Severity.WARNING,
    of="windows",
    mend="Let it open less often; for once an hour write 0 in minutes, where * is every minute.",
    page=_DIALECT,
)
def schedule_frequency(window: Window) -> Iterator[Answer]:
    """A schedule fires every 5 minutes at most: AWS does not support a faster cron, and is silent on a faster rate."""
    at = window["Schedule"]
    text = at.text()
    if text is not None and not broken(schedule_expression(window)) and is_faster_than_supported(parse_rule(text)):
        yield Fault(at, f"Schedule {shown(text)} fires more often than every 5 minutes.")


@rule(
    "ScheduleOffset",
    Severity.ERROR,
    of="windows",
    mend="Write 1-6 days beside a cron, or leave it out.",
    page=_OPTIONS,
)
def schedule_offset(window: Window) -> Iterator[Answer]:
    """A schedule's offset is 1-6 whole days, beside a cron."""
    offset = window["ScheduleOffset"]
    if not offset.is_given:
        return
    answers = list(whole(offset, limits.SCHEDULE_OFFSET_DAYS, "whole days"))
    yield from answers
    text = window["Schedule"].text()
    if not answers and text is not None and not broken(schedule_expression(window)):
        days = int(offset.number() or 0)
        yield from refused(offset, "ScheduleOffset", lambda: check_offset(parse_rule(text), days))


@rule(
    "ScheduleFires",
    Severity.ERROR,
    of="windows",
    mend="Name a day that comes, between StartDate and EndDate.",
    page=_DIALECT,
)
def schedule_fires(window: Window) -> Iterator[Answer]:
    """A schedule has an opening."""
    schedule, start, end = window.schedule, window.moment("StartDate"), window.moment("EndDate")
    if schedule is None:
        return
    at = window["Schedule"]
    if never_fires(schedule):
        yield Fault(at, f"Schedule {shown(at.content)} names a day that never comes, so the window never opens.")
    elif start and end and start < end and first_opening(schedule, after=start, end_date=end) is None:
        yield Fault(at, f"Schedule {shown(at.content)} has no opening from StartDate to EndDate.")


@rule(
    "ScheduleOver",
    Severity.WARNING,
    of="windows",
    mend="Take the window out, or let it open again.",
    page=_OPTIONS,
)
def schedule_over(window: Window) -> Iterator[Answer]:
    """A window has an opening ahead."""
    schedule, end = window.schedule, window.moment("EndDate")
    if schedule is None or broken(schedule_fires(window)) or broken(window_dates(window)):
        return
    now = window.estate.now
    if end and end < now:
        yield Fault(window["EndDate"], f"EndDate {shown(window['EndDate'].content)} is over: the window opens no more.")
    elif first_opening(schedule, after=now, start_date=window.moment("StartDate"), end_date=end) is None:
        yield Fault(window["Schedule"], f"Schedule {shown(str(schedule))} is over: the window opens no more.")


@rule(
    "WindowDates",
    Severity.ERROR,
    of="windows",
    mend="Write an ISO-8601 moment with its offset from UTC, such as 2027-01-31T00:00:00Z, the end after the start.",
    page=_CREATE,
)
def window_dates(window: Window) -> Iterator[Answer]:
    """A start and an end date are ISO-8601 moments with an offset from UTC, the end after the start."""
    yield from for_each([window["StartDate"], window["EndDate"]], _date)
    start, end = window.moment("StartDate"), window.moment("EndDate")
    if start and end and end <= start:
        yield Fault(
            window["EndDate"], f"EndDate must be after StartDate, got {start.isoformat()} and {end.isoformat()}."
        )


def _date(date: Value) -> Iterator[Answer]:
    if not date.is_given:
        return
    name = date.path[-1]
    try:
        moment = datetime.fromisoformat(date.text() or "")
    except ValueError:
        yield Fault(date, f"{name} must be an ISO-8601 moment, got {shown(date.content)}.")
    else:
        if moment.tzinfo is None:
            yield Fault(date, f"{name} must have an offset from UTC, got {shown(date.content)}.")


@rule("WindowDuration", Severity.ERROR, of="windows", mend="Write 1-24 whole hours.", page=_WINDOW)
def window_duration(window: Window) -> Iterator[Answer]:
    """A window is open for 1-24 whole hours."""
    yield from whole(window["Duration"], limits.DURATION_HOURS, "whole hours")


@rule("WindowCutoff", Severity.ERROR, of="windows", mend="Write 0-23 whole hours.", page=_WINDOW)
def window_cutoff(window: Window) -> Iterator[Answer]:
    """A window's cutoff is 0-23 whole hours."""
    yield from whole(window["Cutoff"], limits.CUTOFF_HOURS, "whole hours")


@rule(
    "CutoffBelowDuration",
    Severity.ERROR,
    of="windows",
    mend="Let the window be open for longer, or make the cutoff smaller.",
    page=_WINDOW,
)
def cutoff_below_duration(window: Window) -> Iterator[Answer]:
    """A window's cutoff is shorter than its duration."""
    if broken(window_duration(window)) or broken(window_cutoff(window)):
        return
    duration, cutoff = window["Duration"].number(), window["Cutoff"].number()
    if duration is not None and cutoff is not None and not limits.leaves_time(cutoff, duration):
        problem = f"Cutoff is {cutoff:g} h and Duration {duration:g} h, so that no task could start."
        yield Fault(window["Cutoff"], problem)


@rule(
    "PatchTuesday",
    Severity.NOTE,
    of="windows",
    mend="For N days after Patch Tuesday write TUE#2 with ScheduleOffset N.",
    page=_OPTIONS,
)
def patch_tuesday(window: Window) -> Iterator[Answer]:
    """A schedule that means to follow Patch Tuesday counts from the second Tuesday."""
    schedule = window.schedule
    if schedule is None or not isinstance(schedule.rule, CronExpression) or schedule.schedule_offset:
        return
    for atom in schedule.rule.weekday.atoms:
        if isinstance(atom, NthWeekday) and atom.nth == 2 and atom.weekday.number != _number(DayOfWeek.TUESDAY):  # noqa: PLR2004
            problem = f"Schedule {shown(str(schedule))}: {atom} can come before Patch Tuesday, which is TUE#2."
            yield Fault(window["Schedule"], problem)


def _number(day: DayOfWeek) -> int:
    return list(DayOfWeek).index(day) + 1


# --- What happens in them -----------------------------------------------------------------------------


@rule(
    "WindowUsed",
    Severity.WARNING,
    of="windows",
    mend="Register a task with the window, take it out, or say Metadata: {PatchingConstructs: {Frozen: true}}.",
    page=f"{GUIDE}maintenance-windows.html",
)
def window_used(window: Window) -> Iterator[Answer]:
    """A window has a task, unless its template says that it is frozen."""
    if window.tasks or window.is_frozen:
        return
    elsewhere = window.estate.uses_elsewhere(window)
    if elsewhere is not None:
        yield elsewhere
    else:
        yield Fault(window.value, f"Nothing happens in the window {window.logical_id}: it has no task.")


@rule(
    "WindowsOverlap",
    Severity.WARNING,
    of="windows",
    mend="Let one of them open at another time, or on other nodes.",
    page=f"{GUIDE}maintenance-windows.html",
)
def windows_overlap(window: Window) -> Iterator[Answer]:
    """Two windows that share a target are not open at the same time, as far as the next year shows."""
    found = window.estate.plan.overlap(window)
    if found is not None:
        other, moment = found
        window.check_made_together(other)
        company = f"{other.name_beside(window)}, which shares a target,"
        problem = f"The window is open together with {company} on {_shown(moment)}."
        yield Fault(window["Schedule"], problem)


@rule(
    "WindowsAtOnce",
    Severity.WARNING,
    of="windows",
    mend="Spread the windows over more hours.",
    page=_QUOTAS,
)
def windows_at_once(window: Window) -> Iterator[Answer]:
    """No more windows are open at once than the service runs, as far as the next year shows."""
    moment = window.estate.plan.excess(window)
    if moment is not None:
        most = limits.CONCURRENT_EXECUTIONS
        problem = f"{most} other windows are open already on {_shown(moment)}; the service runs {most} at once."
        yield Fault(window["Schedule"], problem)


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d at %H:%M} UTC"


@rule(
    "WindowCount",
    Severity.WARNING,
    of="windows",
    mend="Ask AWS for a higher quota, or let one window have several targets.",
    page=_QUOTAS,
)
def window_count(window: Window) -> Iterator[Answer]:
    """An account and Region has at most 50 windows, unless AWS was asked for more."""
    yield from _beyond(
        window.value, window.estate.windows.index(window), limits.WINDOWS, "an account and Region", "window"
    )


@rule("TasksPerWindow", Severity.ERROR, of="tasks", mend="Make a second window.", page=_QUOTAS)
def tasks_per_window(task: Task) -> Iterator[Answer]:
    """A window has at most 20 tasks."""
    if task.window is not None:
        place = task.window.tasks.index(task)
        yield from _beyond(task.value, place, limits.WINDOW_TASKS, task.window.logical_id, "task")


@rule("TargetsPerWindow", Severity.ERROR, of="targets", mend="Make a second window.", page=_QUOTAS)
def targets_per_window(target: Target) -> Iterator[Answer]:
    """A window has at most 100 targets."""
    if target.window is not None:
        place = target.window.targets.index(target)
        yield from _beyond(target.value, place, limits.WINDOW_TARGETS, target.window.logical_id, "target")


def _beyond(at: Value, place: int, most: int, holder: str, thing: str) -> Iterator[Answer]:
    if place == most:
        yield Fault(at, f"This is {thing} number {place + 1} of {holder}; {most} is the quota.")
