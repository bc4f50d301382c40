"""Fleets for the calendar: windows of templates that are made in memory, and their upcoming executions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from patching_constructs._template_metadata import FREEZES, METADATA_KEY, ROLLOUT, rollout_metadata
from patching_constructs._template_metadata import FROZEN as FROZEN_KEY
from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.page.calendar.build import build_page
from patching_constructs.template import TARGET, TASK, WINDOW, MaintenanceWindow
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.document import Document
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.sources import Source, template_of
from patching_constructs.template.upcoming import Upcoming, upcoming_executions
from patching_constructs.template.upcoming_runs import upcoming_runs
from tests.in_memory import read_resources

AFTER = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


def window(
    name: object = "nightly",
    schedule: object = "cron(0 22 * * ? *)",
    *,
    zone: str | None = "Europe/Berlin",
    duration: int = 4,
    cutoff: object = 1,
    operation: str | dict[str, str] | None = "Install",
    group: str | None = None,
    logical_id: str | None = None,
    stack: str = "Patching",
    environment: str = "aws://111122223333/eu-central-1",
    reboot: str | None = None,
    is_frozen: bool = False,
    ring: dict[str, object] | None = None,
    document: str = "AWS-RunPatchBaseline",
    end_date: str | None = None,
    freezes: Sequence[dict[str, str]] = (),
) -> MaintenanceWindow:
    """Write a window with one task, unless it has no operation, and a target of its own, unless it shares a group."""
    label = name if isinstance(name, str) else "unnamed"
    logical_id = logical_id or f"{label}Window"
    window_id = {"WindowId": {"Ref": logical_id}}
    own = {
        "Name": name,
        "Schedule": schedule,
        "ScheduleTimezone": zone,
        "Duration": duration,
        "Cutoff": cutoff,
        "EndDate": end_date,
    }
    target = {"ResourceType": "INSTANCE", "Targets": [{"Key": "tag:Patch Group", "Values": [group or label]}]}
    is_patching = document == "AWS-RunPatchBaseline"
    given = ({"Operation": [operation]} if is_patching else {}) | ({"RebootOption": [reboot]} if reboot else {})
    parameters = {"MaintenanceWindowRunCommandParameters": {"Parameters": given}}
    task = {
        "TaskArn": document,
        "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}],
        "TaskInvocationParameters": parameters,
    }
    metadata = {FROZEN_KEY: is_frozen, FREEZES: list(freezes)} | ({} if ring is None else {ROLLOUT: ring})
    resources = {
        logical_id: {
            "Type": WINDOW,
            "Metadata": {"aws:cdk:path": f"{stack}/{label}", METADATA_KEY: metadata},
            "Properties": own,
        },
        "Target": {"Type": TARGET, "Properties": window_id | target},
    } | ({"Task": {"Type": TASK, "Properties": window_id | task}} if operation else {})
    (found,) = read_resources(resources, stack=stack, environment=environment)
    return found


NIGHTLY = window("nightly-scan", operation="Scan")
# Its wall time is skipped in the night of 29 March.
MONTHLY = window("monthly-install", "cron(30 2 ? * 1L *)")
ONCE = window("once", "at(2026-04-01T00:00:00)", zone=None)
FROZEN = window("frozen", operation=None, is_frozen=True)


def ring_of(
    name: str, days_after: int, *, bake: int = 0, rollout: str = "Patching/Monthly", **own: Any
) -> MaintenanceWindow:
    """Write a ring of a rollout that follows the first day of every month, by at most 27 days."""
    place = rollout_metadata(rollout, name, days_after, timedelta(hours=bake))
    return window(f"{name}-window", f"cron(0 2 {1 + days_after} * ? *)", ring=place, **own)


FROM_A_PARAMETER = window("from-a-parameter", {"Ref": "Schedule"})
FROM_UNIX = window("from-unix", "0 4 * * *")

_ROLES = ("web", "api", "db", "cache", "queue", "batch", "search", "auth", "edge", "build")
_STAGES = ("dev", "stage", "prod")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_ZONES = ("Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Tokyo")
_RHYTHMS = ("? * {day}#2", "* * ?", "? * {day}", "? * {day}")


def fleet(count: int, **properties: Any) -> list[MaintenanceWindow]:
    """Write so many windows: monthly, nightly and weekly, in several zones, ten to an account."""
    return [_member(place, **properties) for place in range(count)]


def _member(place: int, **properties: Any) -> MaintenanceWindow:
    role, stage = _ROLES[place % 10], _STAGES[place // 10 % 3]
    days = _RHYTHMS[place % 4].format(day=_DAYS[place % 7])
    own: dict[str, Any] = {
        "zone": _ZONES[place % 5],
        "duration": 2 + place % 5,
        "operation": "Scan" if place % 4 == 1 else "Install",
        "logical_id": f"Schedule{place:04}",
        "stack": f"Patching-{stage}",
        "environment": f"aws://{place // 10:012}/eu-central-1",
    }
    name = f"{role}-{stage}-{place}" if place >= 30 else f"{role}-{stage}"
    return window(name, f"cron({place * 10 % 60} {place * 5 % 24} {days} *)", **own | properties)


def forecast_of(*windows: MaintenanceWindow, after: datetime = AFTER, until: datetime = UNTIL) -> Upcoming:
    return upcoming_executions(windows, after=after, until=until)


def runs_of(**resources: Any) -> list[ScheduledRun]:
    """Return what schedules outside of maintenance windows run."""
    source = Source(Path("Patching.template.json"), "Patching", "")
    document = Document(source.file, {"Resources": resources}, lambda paths: [1 for _ in paths])
    return Deployment([template_of(source, document)]).scheduled_runs


def calendar_of(
    *windows: MaintenanceWindow,
    after: datetime = AFTER,
    until: datetime = UNTIL,
    zone: tzinfo | None = None,
    runs: Sequence[ScheduledRun] = (),
) -> Calendar:
    return Calendar(
        upcoming=forecast_of(*windows, after=after, until=until),
        windows=windows,
        runs=upcoming_runs(runs, after=after, until=until),
        made_at=after,
        after=after,
        until=until,
        zone=zone,
    )


def page_of(*windows: MaintenanceWindow, **properties: Any) -> str:
    return build_page(calendar_of(*windows, **properties))
