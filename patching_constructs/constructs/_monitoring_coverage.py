"""What a `PatchMonitoring` watches: the windows and the nodes of schedules, to which some can be added later."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from patching_constructs.constructs._monitored_schedules import MonitoredSchedule, check_number_of_windows
from patching_constructs.constructs._monitoring_alarms import MonitoringAlarms
from patching_constructs.constructs._monitoring_dashboard import MonitoringDashboard
from patching_constructs.constructs._monitoring_limits import MonitoringLimits
from patching_constructs.constructs._monitoring_permissions import WindowPermissions
from patching_constructs.constructs._watch_runs import Entry
from patching_constructs.properties._durations import in_words

SHORT_AGE: Final = "patching-constructs:shortEvidenceMaxAge"


class MonitoringCoverage:
    """Keeps alarms, permissions, the dashboard and the input of the function in step with the schedules."""

    def __init__(
        self,
        schedules: Sequence[MonitoredSchedule],
        limits: MonitoringLimits,
        alarms: MonitoringAlarms,
        permissions: Sequence[WindowPermissions],
        dashboard: MonitoringDashboard | None,
    ) -> None:
        """Take what depends on the schedules, and cover what they consist of now."""
        self._schedules = tuple(schedules)
        self._limits = limits
        self._alarms = alarms
        self._permissions = permissions
        self._dashboard = dashboard
        self._covered: set[str] = set()
        self._with_nodes: list[MonitoredSchedule] = []
        self._cover()
        for schedule in self._schedules:
            if schedule.parts is not None:
                schedule.parts.follow(self._cover)
                schedule.parts.follow_contents(self._cover)

    @property
    def execution_entries(self) -> Sequence[Entry]:
        """What the function must know to check the executions."""
        return [partial(_executions_of, schedule) for schedule in self._schedules]

    @property
    def node_entries(self) -> Sequence[Entry]:
        """What the function must know to check the nodes."""
        return [partial(self._nodes_of, schedule) for schedule in self._schedules]

    def _cover(self) -> None:
        for schedule in self._schedules:
            self._cover_windows(schedule)
            self._cover_nodes(schedule)

    def _cover_windows(self, schedule: MonitoredSchedule) -> None:
        for window in schedule.windows:
            if window.path in self._covered:
                continue
            self._covered.add(window.path)
            check_number_of_windows(len(self._covered))
            for each in self._permissions:
                each.add(window.id)
            self._alarms.did_not_run(schedule, window, self._limits.grace)
            if self._dashboard:
                self._dashboard.add_window(window)

    def _cover_nodes(self, schedule: MonitoredSchedule) -> None:
        if not schedule.is_patching or any(
            each is schedule or _same_nodes(each, schedule) for each in self._with_nodes
        ):
            return
        self._with_nodes.append(schedule)
        self._warn_of_short_age(schedule)
        self._alarms.non_compliant(schedule, self._limits.non_compliant_after)
        self._alarms.without_evidence(schedule, self._limits.evidence_max_age)
        if self._dashboard:
            self._dashboard.add_nodes(schedule)

    def _nodes_of(self, schedule: MonitoredSchedule) -> Mapping[str, object] | None:
        if schedule not in self._with_nodes:
            return None
        return _given(
            name=schedule.name,
            windows=[window.id for window in schedule.windows],
            compliance=True,
            non_compliant_after_seconds=_seconds(self._limits.non_compliant_after),
            evidence_max_age_seconds=_seconds(self._evidence_max_age(schedule)),
        )

    def _evidence_max_age(self, schedule: MonitoredSchedule) -> timedelta | None:
        """Return the limit; by default, the shortest of all schedules of the same nodes, one of which can be a scan."""
        if self._limits.evidence_max_age is not None:
            return self._limits.evidence_max_age
        needed = self._longest_time_without_state(schedule)
        return None if needed is None else needed + self._limits.grace

    def _longest_time_without_state(self, schedule: MonitoredSchedule) -> timedelta | None:
        sharing = [each for each in self._schedules if each is schedule or _same_nodes(each, schedule)]
        known = (each.longest_time_without_state for each in sharing)
        return min((age for age in known if age is not None), default=None)

    def _warn_of_short_age(self, schedule: MonitoredSchedule) -> None:
        """Warn if nodes have no current state although every execution succeeds."""
        age, needed = self._limits.evidence_max_age, self._longest_time_without_state(schedule)
        if age is None or needed is None or age >= needed:
            return
        self._alarms.warn(
            SHORT_AGE,
            f"evidence_max_age={in_words(age.total_seconds())} is shorter than the longest time from an execution of "
            f"{schedule.path} to the end of the next one, {in_words(needed.total_seconds())}, so that nodes have no "
            "current patch state in between, unless something else scans them",
        )


def _same_nodes(one: MonitoredSchedule, other: MonitoredSchedule) -> bool:
    return one.is_patching and other.is_patching and one.targets is not None and one.targets == other.targets


def _executions_of(schedule: MonitoredSchedule) -> Mapping[str, object]:
    return _given(
        name=schedule.name,
        windows=[window.id for window in schedule.windows],
        longest_wait_seconds=_seconds(schedule.longest_wait),
        expression=schedule.expression,
        paused=schedule.is_paused,
    )


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())


def _given(**values: object) -> Mapping[str, object]:
    return {name: value for name, value in values.items() if value is not None}
