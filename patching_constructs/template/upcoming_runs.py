"""The upcoming runs of schedules outside of maintenance windows, unless they are unknown until deployment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path

from patching_constructs._errors import PatchingError
from patching_constructs.schedule.occurrence import Occurrence, WallClock
from patching_constructs.schedule.occurrences import occurrences
from patching_constructs.template.associations import Association
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.frozen_schedules import first_windows
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.reading import read_templates
from patching_constructs.template.scheduled_runs import RunTimes, ScheduledRun
from patching_constructs.template.sources import Template, by_place
from patching_constructs.template.unread import UnreadTemplate, unread_of
from patching_constructs.template.value import UnknownError


@dataclass(frozen=True, slots=True)
class RunExecution:
    """One run of a schedule. Its duration is not known."""

    run: ScheduledRun
    occurrence: Occurrence
    notes: tuple[str, ...] = ()
    """What is assumed of the time."""


@dataclass(frozen=True, slots=True)
class UnplannedRun:
    """A schedule whose runs are unknown, and the reason."""

    run: ScheduledRun
    reason: str
    is_invalid: bool = False
    """Whether a value is invalid."""


@dataclass(frozen=True, slots=True)
class UpcomingRuns:
    """The executions of all schedules in order, and the schedules whose executions are not known."""

    executions: tuple[RunExecution, ...] = ()
    unknown: tuple[UnplannedRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedules:
    """All schedules that patch nodes: maintenance windows, and schedules outside of them."""

    windows: Sequence[MaintenanceWindow]
    runs: Sequence[ScheduledRun]
    unread: Sequence[UnreadTemplate]
    """The templates that were not read, so that what they schedule is missing."""


def read_schedules(path: Path, *, use_defaults: bool = False) -> Schedules:
    """Read all schedules that patch nodes.

    Args:
        path: a ``cdk.out`` directory, with its stages and nested stacks, or a template in JSON or YAML.
        use_defaults: take a parameter's default for its value. Default: a parameter is unknown until deployment.

    Raises:
        PatchingError: the path cannot be read, or is not a template.
    """
    return schedules_of(read_templates(path, use_defaults=use_defaults))


def schedules_of(templates: Sequence[Template]) -> Schedules:
    """Return what patches on a schedule in templates, in their order."""
    deployments = [Deployment(together) for together in by_place(templates)]
    order = {template.scope: position for position, template in enumerate(templates)}
    windows = [window for deployment in deployments for window in first_windows(deployment.windows)]
    runs = [run for deployment in deployments for run in deployment.scheduled_runs]
    return Schedules(
        sorted(windows, key=lambda window: order[window.template.scope]),
        sorted(runs, key=lambda run: order[run.resource.template.scope]),
        unread_of(templates),
    )


def upcoming_runs(
    runs: Sequence[ScheduledRun], *, after: datetime, until: datetime | None = None, count: int | None = None
) -> UpcomingRuns:
    """Return the upcoming executions of schedules.

    Args:
        runs: the schedules, as `read_schedules` returns them.
        after: an aware datetime; no execution that begins before it is listed.
        until: an aware datetime; no execution that begins then or later is listed. Default: no end, and then ``count``
            is needed.
        count: how many executions of every schedule are listed at most. Default: all of them.
    """
    found: list[RunExecution] = []
    unknown: list[UnplannedRun] = []
    for run in runs:
        times = planned_run(run)
        if isinstance(times, UnplannedRun):
            unknown.append(times)
        else:
            due = takewhile(lambda each: until is None or each.occurrence.start < until, _executions(run, times, after))
            found += islice(due, count)
    found.sort(key=_order)
    return UpcomingRuns(tuple(found), tuple(unknown))


def planned_run(run: ScheduledRun) -> RunTimes | UnplannedRun:
    """Return when a schedule runs, or why that is not known."""
    try:
        if run.is_disabled:
            return UnplannedRun(run, "it is disabled")
        times = run.times()
    except UnknownError as error:
        return UnplannedRun(run, f"its {error.at.name} is unknown until deployment")
    except PatchingError as error:
        return UnplannedRun(run, f"invalid: {error}", is_invalid=True)
    if times is not None:
        return times
    if run.schedule.content in (None, ""):
        return UnplannedRun(run, _without_schedule(run))
    return UnplannedRun(run, f"AWS does not document what {run.schedule.written()} means")


def _without_schedule(run: ScheduledRun) -> str:
    if isinstance(run.resource, Association):
        return "no schedule: it runs at deployment, on edits and when its targets change"
    return "no schedule"


def _executions(run: ScheduledRun, times: RunTimes, after: datetime) -> Iterator[RunExecution]:
    due = occurrences(
        times.schedule,
        after=after,
        duration=timedelta(0),
        cutoff=timedelta(0),
        start_date=times.start_date,
        end_date=times.end_date,
    )
    assumed = ("a rate counts from the deployment, which is not known here; assumed to be deployed now",)
    for occurrence in due:
        if not (times.is_skipped_by_clock and occurrence.wall_clock is WallClock.SKIPPED):
            yield RunExecution(run, occurrence, assumed if times.is_start_assumed else ())


def _order(execution: RunExecution) -> tuple[datetime, str, str]:
    resource = execution.run.resource
    return execution.occurrence.start, resource.stack, resource.logical_id
