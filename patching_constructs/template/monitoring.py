"""What monitors a maintenance window: alarms about it or its nodes, and rules that report its events.

Only what a template shows for certain counts: a value that is unknown until deployment monitors no window.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from patching_constructs.evidence.names import NAMESPACE, SCHEDULE_DIMENSION, TOPIC_VARIABLE, WINDOW_DIMENSION
from patching_constructs.ssm.events import EVENT_SOURCE, WINDOW_STATE_SPELLINGS, DetailType
from patching_constructs.template.alarms import Alarm
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.event_rules import EventRule, input_of
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Referent, UnknownError, Value

_Item = TypeVar("_Item")
_Read = TypeVar("_Read")

_COMPARISONS: Final = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}
_KINDS: Final = {
    DetailType.WINDOW_EXECUTION: "execution",
    **dict.fromkeys(WINDOW_STATE_SPELLINGS, "window"),
    DetailType.TASK_EXECUTION: "task",
    DetailType.TARGET_INVOCATION: "invocation",
}
_UNKNOWN: Final = "unknown until deployment"
_ANY_STATUS: Final = "any status"
_DESTINATIONS: Final = {
    "AWS::SNS::Topic": "topic",
    "AWS::SQS::Queue": "queue",
    "AWS::Lambda::Function": "function",
    "AWS::Logs::LogGroup": "log group",
    "AWS::StepFunctions::StateMachine": "state machine",
}


@dataclass(frozen=True, slots=True)
class WindowMonitoring:
    """What monitors a window, in words that can be compared with those of another template."""

    alarms: frozenset[str] = frozenset()
    """The metrics with their thresholds: ``HoursOverdue > 4``."""
    events: frozenset[str] = frozenset()
    """What a rule reports: ``execution FAILED``."""
    destinations: frozenset[str] = frozenset()
    """What receives alarms and events: ``topic News``."""

    def __bool__(self) -> bool:
        """Return whether there is an alarm, or an event that is reported."""
        return bool(self.alarms or self.events)

    def __or__(self, other: "WindowMonitoring") -> "WindowMonitoring":
        """Return both together."""
        return WindowMonitoring(
            self.alarms | other.alarms, self.events | other.events, self.destinations | other.destinations
        )

    def __and__(self, other: "WindowMonitoring") -> "WindowMonitoring":
        """Return what both have."""
        return WindowMonitoring(
            self.alarms & other.alarms, self.events & other.events, self.destinations & other.destinations
        )


NOTHING_MONITORED: Final = WindowMonitoring()


class Monitoring:
    """What the templates of one account and Region monitor."""

    def __init__(self, deployment: Deployment) -> None:
        """Take what is deployed together."""
        self._deployment = deployment

    def of(self, window: MaintenanceWindow) -> WindowMonitoring:
        """Return what monitors a window; of a schedule with freezes, what monitors all of its windows."""
        first, *others = (self._of_one(each) for each in window.of_schedule)
        for each in others:
            first &= each
        return first

    def _of_one(self, window: MaintenanceWindow) -> WindowMonitoring:
        return self._by_window.get(window.referent, NOTHING_MONITORED) | self._of_every_window

    @cached_property
    def _by_window(self) -> dict[Referent, WindowMonitoring]:
        found: dict[Referent, WindowMonitoring] = {}
        for windows, monitoring in (*self._by_alarms(), *self._by_rules):
            for window in windows or ():
                found[window] = found.get(window, NOTHING_MONITORED) | monitoring
        return found

    @cached_property
    def _of_every_window(self) -> WindowMonitoring:
        found = NOTHING_MONITORED
        for windows, monitoring in self._by_rules:
            found |= monitoring if windows is None else NOTHING_MONITORED
        return found

    # --- Alarms ---------------------------------------------------------------------------------------

    def _by_alarms(self) -> Iterator[tuple[set[Referent], WindowMonitoring]]:
        return _known(self._of_alarm, self._deployment.alarms)

    def _of_alarm(self, alarm: Alarm) -> Iterator[tuple[set[Referent], WindowMonitoring]]:
        destinations = frozenset(self._destinations(alarm.at("AlarmActions").each()))
        for metric in alarm.metrics:
            if metric["Namespace"].text() == NAMESPACE:
                words = frozenset([_alarm_in_words(alarm, metric)])
                yield self._in_dimensions(metric), WindowMonitoring(alarms=words, destinations=destinations)

    def _in_dimensions(self, metric: Value) -> set[Referent]:
        """Return the windows that a metric is about, by their ID or by the name of their schedule."""
        found: set[Referent] = set()
        for dimension in metric["Dimensions"].items():
            name, value = dimension["Name"].text(), dimension.at("Value")
            if name == WINDOW_DIMENSION:
                found |= self._windows_in([value])
            elif name == SCHEDULE_DIMENSION:
                found |= self._schedules.get(value.text() or "", set())
        return found

    @cached_property
    def _schedules(self) -> dict[str, set[Referent]]:
        """The windows of the schedules that a rule passes to the function of a `PatchMonitoring`, by their names."""
        found: dict[str, set[Referent]] = {}
        for name, windows in _known(self._schedules_in, self._deployment.event_rules):
            found.setdefault(name, set()).update(windows)
        return found

    def _schedules_in(self, rule: EventRule) -> Iterator[tuple[str, set[Referent]]]:
        for target in rule["Targets"].items():
            given = input_of(target)
            for schedule in given.at("schedules").each() if given is not None else ():
                yield schedule.at("name").text() or "", self._windows_in(schedule.at("windows").each())

    # --- Events ---------------------------------------------------------------------------------------

    @cached_property
    def _by_rules(self) -> list[tuple[set[Referent] | None, WindowMonitoring]]:
        """What each rule reports, with the windows; None for all windows."""
        return list(_known(self._of_rule, self._deployment.event_rules))

    def _of_rule(self, rule: EventRule) -> Iterator[tuple[set[Referent] | None, WindowMonitoring]]:
        pattern, state = rule.pattern, rule["State"].text()
        destinations = frozenset(self._destinations(each["Arn"] for each in rule["Targets"].items()))
        if state == "DISABLED" or not destinations or EVENT_SOURCE not in _texts(pattern["source"]):
            return
        kinds = [_KINDS[each] for each in _texts(pattern["detail-type"]) if each in _KINDS]
        statuses = _texts(pattern["detail"]["status"]) if pattern["detail"]["status"].is_given else [_ANY_STATUS]
        ids = pattern["detail"]["window-id"]
        events = frozenset(f"{kind} {status}{_condition(rule)}" for kind in kinds for status in statuses)
        if events:
            windows = self._windows_in(ids.items()) if ids.is_given else None
            yield windows, WindowMonitoring(events=events, destinations=destinations)

    def _windows_in(self, ids: Iterable[Value]) -> set[Referent]:
        found = (self._deployment.resolve(each, MaintenanceWindow) for each in ids)
        return {each.referent for each in found if each is not None}

    # --- Destinations ---------------------------------------------------------------------------------

    def _destinations(self, arns: Iterable[Value]) -> Iterator[str]:
        for arn in arns:
            resource = self._deployment.resolve(arn)
            if resource is None:
                yield _outside(arn)
                continue
            yield f"{_DESTINATIONS.get(resource.type, resource.type)} {resource.logical_id}"
            topic = resource.at("Environment").at("Variables").at(TOPIC_VARIABLE)
            yield from self._destinations([topic] if topic.content is not None else ())


def _known(read: Callable[[_Item], Iterator[_Read]], items: Iterable[_Item]) -> Iterator[_Read]:
    """Return what is read of each item, without the items of which it is unknown until deployment."""
    for item in items:
        with suppress(UnknownError):
            yield from list(read(item))


def _texts(value: Value) -> list[str]:
    """Return the texts among the values of a pattern; others are operators such as ``prefix``."""
    return [each.content for each in value.items() if isinstance(each.content, str)]


def _alarm_in_words(alarm: Alarm, metric: Value) -> str:
    operator, threshold = alarm.at("ComparisonOperator").content, alarm.at("Threshold")
    shown = _UNKNOWN if threshold.is_unknown else threshold.written()
    words = f"{_COMPARISONS.get(str(operator), 'compared with')} {shown}"
    return f"{metric['MetricName'].text()} {words}{_condition(alarm)}"


def _condition(resource: Resource) -> str:
    """Return under which condition a resource exists; nothing if it certainly does."""
    return "" if resource.existence.holds or resource.condition is None else f" if {resource.condition}"


def _outside(arn: Value) -> str:
    """Return what to call a destination that the templates do not create."""
    return _UNKNOWN if arn.is_unknown else str(arn.written())
