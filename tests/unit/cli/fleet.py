"""Fleets to tell the calendar of: windows written down directly, and what is forecast for them."""

from datetime import UTC, datetime, tzinfo

from patching_constructs.cli.page.build import build_page
from patching_constructs.template import Deferred, TargetRecord, TaskRecord, Text, WindowRecord
from patching_constructs.template.upcoming import Upcoming, upcoming_executions

AFTER = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


def window(
    name: Text = "nightly",
    schedule: Text = "cron(0 22 * * ? *)",
    *,
    zone: str | None = "Europe/Berlin",
    duration: int = 4,
    cutoff: int = 1,
    operation: str | None = "Install",
    group: str | None = None,
    logical_id: str | None = None,
    stack: str = "Patching",
    environment: str = "aws://111122223333/eu-central-1",
) -> WindowRecord:
    """Write a window with one task, unless it has no operation, and a target of its own, unless it shares a group."""
    label = name if isinstance(name, str) else "unnamed"
    parameters: dict[str, tuple[Text, ...]] = {"Operation": (operation,)}
    task = TaskRecord("Task", "AWS-RunPatchBaseline", parameters, ("Target",), "10%", "10%")
    return WindowRecord(
        stack=stack,
        environment=environment,
        place=environment,
        logical_id=logical_id or f"{label}Window",
        construct_path=f"{stack}/{label}",
        name=name,
        schedule=schedule,
        time_zone=zone,
        schedule_offset=None,
        duration=str(duration),
        cutoff=str(cutoff),
        start_date=None,
        end_date=None,
        targets=(TargetRecord("Target", "INSTANCE", (("tag:Patch Group", (group or label,)),)),),
        tasks=(task,) if operation else (),
    )


NIGHTLY = window("nightly-scan", operation="Scan")
# Its wall time is skipped in the night of 29 March.
MONTHLY = window("monthly-install", "cron(30 2 ? * 1L *)")
FROM_A_PARAMETER = window("from-a-parameter", Deferred('{"Ref":"Schedule"}'))
FROM_UNIX = window("from-unix", "0 4 * * *")

_ROLES = ("web", "api", "db", "cache", "queue", "batch", "search", "auth", "edge", "build")
_STAGES = ("dev", "stage", "prod")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_ZONES = ("Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Tokyo")
_RHYTHMS = ("? * {day}#2", "* * ?", "? * {day}", "? * {day}")


def fleet(count: int) -> list[WindowRecord]:
    """Write so many windows: monthly, nightly and weekly, in several zones, ten to an account."""
    return [_member(place) for place in range(count)]


def _member(place: int) -> WindowRecord:
    role, stage = _ROLES[place % 10], _STAGES[place // 10 % 3]
    days = _RHYTHMS[place % 4].format(day=_DAYS[place % 7])
    return window(
        f"{role}-{stage}-{place}" if place >= 30 else f"{role}-{stage}",
        f"cron({place * 10 % 60} {place * 5 % 24} {days} *)",
        zone=_ZONES[place % 5],
        duration=2 + place % 5,
        operation="Scan" if place % 4 == 1 else "Install",
        logical_id=f"Schedule{place:04}",
        stack=f"Patching-{stage}",
        environment=f"aws://{place // 10:012}/eu-central-1",
    )


def forecast_of(*windows: WindowRecord, after: datetime = AFTER, until: datetime = UNTIL) -> Upcoming:
    return upcoming_executions(windows, after=after, until=until)


def page_of(
    *windows: WindowRecord, after: datetime = AFTER, until: datetime = UNTIL, zone: tzinfo | None = None
) -> str:
    return build_page(forecast_of(*windows, after=after, until=until), after=after, until=until, zone=zone)
