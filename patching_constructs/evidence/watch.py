"""The function that reads windows and patch states, and publishes metrics about them.

It runs every few minutes. What cannot be read has no data in this run, and every reason is in the error with which the
run ends; the rest is published.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

from .baselines import Baselines
from .compliance import Limits, State, Tally, has_available_updates, tally
from .executions import Executions
from .names import (
    COMPLIANCE,
    EXECUTIONS,
    MONITORING_DIMENSION,
    MONITORING_VARIABLE,
    NAMESPACE,
    SCHEDULE_DIMENSION,
    WINDOW_DIMENSION,
    EvidenceMetric,
)
from .nodes import Nodes
from .overdue import Watched, Window, hours_overdue, hours_since, last_of, observed, paused, settled
from .success import kept_since
from .table import Table

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

Schedule = Mapping[str, Any]
"""A schedule of an event: its name, its windows, and what is expected of them."""

_LOG: Final = logging.getLogger(__name__)
_CONFIG: Final = Config(connect_timeout=5, read_timeout=20, retries={"mode": "adaptive", "total_max_attempts": 8})
_METRICS_PER_CALL: Final = 500
# The time for publishing what is known, before the function would be stopped.
_RESERVE: Final = timedelta(seconds=30)
# They are checked every hour.
_NODES_CHECKED_WITHIN: Final = timedelta(hours=3)
_NON_COMPLIANT_AFTER: Final = 7 * 24 * 60 * 60


class WatchError(Exception):
    """Something could not be read; the message has everything."""


def handle(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ANN401 - Lambda publishes no type
    """Read the schedules of an event, publish their metrics, and return how many.

    Raises:
        WatchError: something could not be read or written.
    """
    now = datetime.now(UTC)
    until = now + timedelta(milliseconds=context.get_remaining_time_in_millis()) - _RESERVE
    watch = Watch(now, has_time=lambda: datetime.now(UTC) < until)
    check = event.get("check")
    for schedule in event["schedules"]:
        if check in (EXECUTIONS, None):
            watch.executions(schedule)
        if check in (COMPLIANCE, None) and schedule.get("compliance"):
            watch.compliance(schedule)
    if check in (COMPLIANCE, None):
        watch.record_nodes()
    if check in (EXECUTIONS, None):
        watch.expect_nodes()
    watch.publish()
    if watch.problems:
        raise WatchError("; ".join(watch.problems))
    return {"metrics": len(watch.metrics)}


class Watch:
    """One run of the function."""

    def __init__(self, now: datetime, *, has_time: Callable[[], bool]) -> None:
        """Take the time, and a function that returns whether there is time for more."""
        ssm = boto3.client("ssm", config=_CONFIG)
        self.problems: list[str] = []
        self.metrics: list[MetricDatumTypeDef] = []
        self._now = now
        self._monitoring = os.environ[MONITORING_VARIABLE]
        self._has_time = has_time
        self._executions = Executions(ssm, kept_since=kept_since(now))
        self._baselines = Baselines(ssm)
        self._nodes = Nodes(ssm, lambda: boto3.client("resource-groups", config=_CONFIG))
        self._table = Table(boto3.resource("dynamodb", config=_CONFIG).Table(os.environ["TABLE_NAME"]), now)

    def executions(self, schedule: Schedule) -> None:
        """Find out for how long the windows of a schedule have been overdue."""
        read: dict[str, tuple[Watched, Window]] = {}
        for window_id in schedule["windows"]:
            with self._noted(window_id):
                self._check_time()
                read[window_id] = self._read(window_id, schedule)
        last = last_of(watched.success for watched, _ in read.values())
        for window_id, (watched, window) in read.items():
            known = paused(watched, self._now) if schedule.get("paused") else observed(watched, window, self._now)
            known = settled(known, last)
            overdue = 0.0 if schedule.get("paused") else hours_overdue(known, window, self._now)
            if overdue:
                _LOG.warning("%s has been overdue for %.1f hours", window_id, overdue)
            self._add(
                {WINDOW_DIMENSION: window_id},
                {
                    EvidenceMetric.HOURS_OVERDUE: overdue,
                    EvidenceMetric.HOURS_SINCE_SUCCESS: hours_since(last, self._now),
                },
            )
            with self._noted(window_id):
                self._table.write_watched(window_id, known)

    def _read(self, window_id: str, schedule: Schedule) -> tuple[Watched, Window]:
        watched = self._table.watched(window_id)
        seconds = schedule.get("longest_wait_seconds")
        wait = None if seconds is None else timedelta(seconds=seconds)
        window = self._executions.window(window_id, wait, schedule.get("expression"))
        success, read_from = self._executions.read(window_id, watched)
        return replace(watched, success=success, read_from=read_from), window

    def compliance(self, schedule: Schedule) -> None:
        """Count the nodes of a schedule that are non-compliant, or have no current evidence."""
        name = schedule["name"]
        with self._noted(name):
            self._check_time()
            found = self._tally(schedule)
            self._table.write_known(name, found.known)
            self._add(
                {SCHEDULE_DIMENSION: name, MONITORING_DIMENSION: self._monitoring},
                {
                    EvidenceMetric.NODES: found.nodes,
                    EvidenceMetric.NON_COMPLIANT_NODES: found.non_compliant,
                    EvidenceMetric.NODES_WITHOUT_EVIDENCE: found.without_evidence,
                },
            )

    def record_nodes(self) -> None:
        """Record that the nodes are checked, whether or not all could be read: that is a problem of its own."""
        with self._noted("nodes"):
            self._table.write_nodes_checked(self._now)

    def expect_nodes(self) -> None:
        """Note if the nodes are no longer checked, as when the rule that starts it is disabled.

        No alarm has missing data then: those of nodes ignore it, and those of windows get data.
        """
        with self._noted("nodes"):
            checked = self._table.nodes_checked()
            if checked is None:
                self._table.write_nodes_checked(self._now)
            elif self._now - checked > _NODES_CHECKED_WITHIN:
                self.problems.append(f"the nodes have not been checked since {checked:%Y-%m-%d %H:%M} UTC")

    def _tally(self, schedule: Schedule) -> Tally:
        targets = schedule.get("targets") or self._nodes.targets_of(schedule["windows"])
        nodes = self._nodes.selected_by(targets)
        states = self._nodes.states_of(nodes)
        requirements = self._requirements(schedule["name"], states.values())
        return tally(
            nodes,
            states,
            now=self._now,
            known=self._table.known(schedule["name"]),
            limits=_limits(schedule),
            required_by={each for each, required in requirements.items() if required},
            unread={each for each, required in requirements.items() if required is None},
        )

    def _requirements(self, name: str, states: Iterable[State]) -> dict[str, bool | None]:
        """Return for which baselines an available security update is non-compliant; None where it is unknown."""
        found: dict[str, bool | None] = {}
        for baseline in sorted({each["BaselineId"] for each in states if has_available_updates(each)}):
            found[baseline] = None
            with self._noted(f"{name}, {baseline}"):
                found[baseline] = required = self._baselines.requires_updates(baseline)
                if required is None:
                    _LOG.warning("%s: the baseline %s of the last operation does not exist any more", name, baseline)
        return found

    def publish(self) -> None:
        """Publish the metrics."""
        cloudwatch = boto3.client("cloudwatch", config=_CONFIG)
        for first in range(0, len(self.metrics), _METRICS_PER_CALL):
            data = self.metrics[first : first + _METRICS_PER_CALL]
            cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)

    def _add(self, dimensions: Mapping[str, str], metrics: Mapping[EvidenceMetric, float | None]) -> None:
        for name, number in metrics.items():
            if number is not None:
                self.metrics.append(
                    {
                        "MetricName": name,
                        "Dimensions": [{"Name": dimension, "Value": value} for dimension, value in dimensions.items()],
                        "Timestamp": self._now,
                        "Value": number,
                        "Unit": "None" if name.startswith("Hours") else "Count",
                    }
                )

    @contextmanager
    def _noted(self, what: str) -> Iterator[None]:
        """Note a problem and continue: what can be read elsewhere is published."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - every problem is in the error with which the run ends
            self.problems.append(f"{what}: {type(error).__name__}: {error}")

    def _check_time(self) -> None:
        if not self._has_time():
            raise TimeoutError("there was no time left to read it")


def _limits(schedule: Schedule) -> Limits:
    age = schedule.get("evidence_max_age_seconds")
    return Limits(
        non_compliant_after=timedelta(seconds=schedule.get("non_compliant_after_seconds") or _NON_COMPLIANT_AFTER),
        evidence_max_age=None if age is None else timedelta(seconds=age),
    )
