"""How a schedule is named on the command line: by its window, its logical id or its construct path."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._validation import nearest
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.resource import Resource
from patching_constructs.template.scheduled_runs import ScheduledRun

AnySchedule = MaintenanceWindow | ScheduledRun
"""A maintenance window, or what patches on a schedule outside of one."""
Named = TypeVar("Named", bound=AnySchedule)
_MOST_LISTED: Final = 10


def find_schedule(schedules: Sequence[Named], name: str | None, *, option: str = "--schedule") -> Named:
    """Return the schedule of that name.

    Args:
        schedules: the schedules to choose from.
        name: the name of the window or run, its logical id, its construct id, its construct path, or the last parts of
            the path.
        option: the option that names it, for the message.

    Raises:
        PatchingError: no schedule has that name, or several do.
    """
    match find_schedules(schedules, name, option=option):
        case [schedule]:
            return schedule
        case several:
            got = f"{name!r}, which matches {len(several)} schedules"
            raise refusal(option, "must name one schedule", got, f"specify one of {_listed(several)}")


def find_schedules(schedules: Sequence[Named], name: str | None, *, option: str = "--schedule") -> list[Named]:
    """Return the schedules of that name; of those whose path ends with it, the one whose path it is.

    Raises:
        PatchingError: no schedule has that name.
    """
    wanted = (name or "").removesuffix("/Resource")
    found = [each for each in schedules if wanted in names_of(each)]
    if not found:
        raise _not_found(schedules, name, option)
    # A whole path can also be the end of a longer path, such as that of another stage.
    return [each for each in found if wanted == _path(each)] or found


def names_of(schedule: AnySchedule) -> Iterator[str]:
    """Return all names of a schedule."""
    resource = resource_of(schedule)
    yield schedule.label
    yield resource.logical_id
    yield f"{resource.stack}/{resource.logical_id}"
    path = construct_path_of(schedule)
    parts = path.split("/") if path else []
    yield from ("/".join(parts[place:]) for place in range(len(parts)))


def resource_of(schedule: AnySchedule) -> Resource:
    """Return the resource that a template declares for a schedule."""
    return schedule if isinstance(schedule, MaintenanceWindow) else schedule.resource


def construct_path_of(schedule: AnySchedule) -> str | None:
    """Return the path of the construct that created a schedule."""
    path = resource_of(schedule).construct_path
    return None if path is None else path.removesuffix("/Resource")


def _not_found(schedules: Sequence[AnySchedule], name: str | None, option: str) -> PatchingError:
    rule = "must name a schedule in the template"
    if not schedules:
        return refusal(option, rule, repr(name), "the template has no schedules")
    if not name:
        return refusal(option, rule, "none", f"the template has {_listed(schedules)}")
    near = nearest(name, [each for schedule in schedules for each in names_of(schedule)])
    fix = f"did you mean {near!r}? The template has" if near else "the template has"
    return refusal(option, rule, repr(name), f"{fix} {_listed(schedules)}")


def _path(schedule: AnySchedule) -> str:
    """Return the unique name of the schedule."""
    resource = resource_of(schedule)
    return construct_path_of(schedule) or f"{resource.stack}/{resource.logical_id}"


def _listed(schedules: Sequence[AnySchedule]) -> str:
    # The scans and the installs of a patch policy have the same name.
    shown = list(dict.fromkeys(map(_shown, schedules)))
    more = len(shown) - _MOST_LISTED
    return ", ".join(shown[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _shown(schedule: AnySchedule) -> str:
    resource = resource_of(schedule)
    kind = "window" if isinstance(schedule, MaintenanceWindow) else schedule.kind.value
    facts = {
        kind: schedule.label if schedule.label != resource.logical_id else None,
        "logical id": resource.logical_id if construct_path_of(schedule) else None,
        "stack": resource.stack,
    }
    name = f"{resource.stack}/{resource.logical_id}" if resource.template.source.set_region else _path(schedule)
    return f"{name} ({', '.join(f'{fact} {value}' for fact, value in facts.items() if value)})"
