"""Which schedules outside of maintenance windows install while something else installs on the same nodes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs.planning.conflicts import Conflicts, conflicts
from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.windows import PlannedWindow, WindowTimes
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.resource import Resource
from patching_constructs.template.scheduled_runs import RunTimes, ScheduledRun
from patching_constructs.template.task_runs import commands_in
from patching_constructs.template.upcoming import planned
from patching_constructs.template.value import UnknownError

# How long an install lasts is not known; that it has begun is enough.
_A_MOMENT: Final = timedelta(minutes=1)


class InstallPlan:
    """What installs outside of maintenance windows, compared with every window and schedule that installs."""

    def __init__(self, deployment: Deployment, now: datetime) -> None:
        """Take the deployment, and the moment to look from."""
        self._deployment = deployment
        self._now = now

    def clash(self, run: ScheduledRun) -> tuple[Resource, datetime] | None:
        """Return what installs on common nodes at the same time, and when first; None too where that is not known.

        Only times that are known are compared: a rate counts from a moment that is not known here.
        """
        own = self._runs.get(id(run))
        found = None if own is None else self._conflicts.overlaps.get(own)
        if found is None:
            return None
        earlier, moment = found
        return earlier.owner, moment

    @cached_property
    def _conflicts(self) -> Conflicts[Resource]:
        return conflicts([*self._windows(), *self._runs.values()], after=self._now)

    @cached_property
    def _runs(self) -> dict[int, PlannedWindow[Resource]]:
        read = {id(run): self._planned_run(run) for run in self._deployment.scheduled_runs}
        return {name: each for name, each in read.items() if each is not None}

    def _planned_run(self, run: ScheduledRun) -> PlannedWindow[Resource] | None:
        try:
            installs = [command for command in run.commands if command.installs]
            selections = [choice for command in installs for choice in self._deployment.selections_of(command)]
            times = None if run.is_disabled else run.times()
        except (PatchingError, UnknownError):
            return None
        if times is None or times.is_start_assumed or not selections:
            return None
        source = run.resource.template.source
        return PlannedWindow(
            label=run.label,
            place=source.place,
            certain_place=source.certain_place,
            times=_as_window(times),
            selections=tuple(selections),
            owner=run.resource,
        )

    def _windows(self) -> list[PlannedWindow[Resource]]:
        found: list[PlannedWindow[Resource]] = []
        for window in self._deployment.windows:
            read = planned(window, owner=_as_resource(window))
            selections = self._installed_by(window)
            if isinstance(read, PlannedWindow) and selections:
                found.append(replace(read, selections=tuple(selections)))
        return found

    def _installed_by(self, window: MaintenanceWindow) -> Sequence[Selection]:
        found: list[Selection] = []
        for command in commands_in(window, self._deployment.command_of):
            try:
                found += self._deployment.selections_of(command) if command.installs else []
            except UnknownError:
                continue
        return found


def _as_window(times: RunTimes) -> WindowTimes:
    return WindowTimes(
        schedule=times.schedule,
        duration=_A_MOMENT,
        cutoff=None,
        start_date=times.start_date,
        end_date=times.end_date,
    )


def _as_resource(window: MaintenanceWindow) -> Resource:
    return window
