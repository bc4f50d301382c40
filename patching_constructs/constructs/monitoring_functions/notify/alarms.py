"""Alarms of the monitoring: what their metrics mean, in ALARM and back in OK.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .lookups import Lookups
from .message import Event, Message
from .places import Place, moment
from .windows import Window

ALARM, OK, INSUFFICIENT_DATA = "ALARM", "OK", "INSUFFICIENT_DATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What the event says of an alarm."""

    name: str
    description: str
    state: str
    reason: str
    metric: str
    """Namespace and name; empty for an alarm without a single metric."""

    dimensions: Mapping[str, str]
    value: float | None
    """The last data point; None if data is missing."""

    @classmethod
    def of(cls, event: Event) -> "Alarm":
        """Return the alarm of an event."""
        detail = event["detail"]
        configuration, state = detail.get("configuration", {}), detail["state"]
        metrics = [each["metricStat"]["metric"] for each in configuration.get("metrics", ()) if "metricStat" in each]
        metric = metrics[0] if len(metrics) == 1 else {}
        points = json.loads(state.get("reasonData") or "{}").get("recentDatapoints") or [None]
        return cls(
            name=detail["alarmName"],
            description=configuration.get("description", ""),
            state=state["value"],
            reason=state.get("reason", ""),
            metric=f"{metric['namespace']} {metric['name']}" if metric else "",
            dimensions=metric.get("dimensions", {}),
            value=points[-1],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a metric means to a person. The texts have places for the value and what it is about."""

    dimension: str
    alarm: str
    what: str
    ok: str
    unknown: str
    steps: Sequence[str]


MEANINGS: Mapping[str, Meaning] = {
    "PatchingConstructs HoursOverdue": Meaning(
        dimension="WindowId",
        alarm="Patching did not run: {about}",
        what="An execution of {about} was due, and none has succeeded since. Patching is overdue for {value} h.",
        ok="Patching is no longer overdue: {about}",
        unknown="It is unknown whether patching ran: {about}",
        steps=[
            "Check in the history of the window whether an execution started, and how it ended.",
            "Check that the window is enabled, has a next execution, and that its targets select nodes.",
            "Patch the nodes now if they cannot wait: patching-constructs now",
        ],
    ),
    "PatchingConstructs NonCompliantNodes": Meaning(
        dimension="Schedule",
        alarm="Non-compliant nodes: {value} of {about}",
        what="Nodes of {about} that have been non-compliant for too long: {value}.",
        ok="No node is non-compliant for too long: {about}",
        unknown="The compliance of the nodes is unknown: {about}",
        steps=[
            "List the nodes and their missing patches: patching-constructs report",
            "Fix failed installations and pending reboots, then patch again: patching-constructs now",
        ],
    ),
    "PatchingConstructs NodesWithoutEvidence": Meaning(
        dimension="Schedule",
        alarm="Nodes without a patch state: {value} of {about}",
        what="Nodes of {about} without a current patch state: {value}. Nothing shows that they are patched.",
        ok="All nodes have a current patch state: {about}",
        unknown="The compliance of the nodes is unknown: {about}",
        steps=[
            "Check that the nodes are running, and that SSM Agent is connected.",
            "Check that the targets of the window select them; a scan then creates their patch state.",
        ],
    ),
    "AWS/Lambda Errors": Meaning(
        dimension="FunctionName",
        alarm="Patch monitoring failed: {about}",
        what="The function {about} of the patch monitoring has failed. Until it works, problems can stay unnoticed.",
        ok="Patch monitoring works again: {about}",
        unknown="It is unknown whether patch monitoring works: {about}",
        steps=["Read the log of the function."],
    ),
    "AWS/SQS ApproximateNumberOfMessagesVisible": Meaning(
        dimension="QueueName",
        alarm="Messages about patching were not delivered: {about}",
        what="Events in the dead-letter queue {about}, about which no message could be sent: {value}.",
        ok="The dead-letter queue is empty again: {about}",
        unknown="It is unknown whether messages about patching are delivered: {about}",
        steps=["Read the events in the queue and the log of the function, then purge the queue."],
    ),
}
NO_DATA = [
    "Check that the function that publishes the metric runs, and read its log.",
    "If the alarm is new, the first data follows with the next run of the function.",
]


def alarm_message(event: Event, lookups: Lookups, place: Place) -> Message:
    """Return the message about an alarm that changed its state."""
    alarm = Alarm.of(event)
    meaning = MEANINGS.get(alarm.metric)
    about, link = _about(alarm, meaning, lookups, place)
    title, what, steps = _words(alarm, meaning, about)
    return Message(
        title=title,
        what=what,
        facts={
            "When": moment(event["time"]),
            "Where": str(place),
            "Alarm": f"{alarm.name} ({alarm.state})",
            # The description of an alarm is about the problem.
            "Description": "" if alarm.state == OK else alarm.description,
            "Note": lookups.missing,
        },
        why=[alarm.reason] if alarm.reason else [],
        steps=steps,
        link=link,
        thread=next(iter(event.get("resources", ())), alarm.name),
    )


def _about(alarm: Alarm, meaning: Meaning | None, lookups: Lookups, place: Place) -> tuple[str, str]:
    """Return what the alarm is about, and its page in the console."""
    about = alarm.dimensions.get(meaning.dimension, alarm.name) if meaning else alarm.name
    if meaning and meaning.dimension == "WindowId":
        return Window.read(about, lookups).name, place.window_link(about)
    return about, place.alarm_link(alarm.name)


def _words(alarm: Alarm, meaning: Meaning | None, about: str) -> tuple[str, str, Sequence[str]]:
    """Return the title, what happened, and what to do."""
    if meaning is None:
        return f"{alarm.state}: {alarm.name}", f"The alarm {alarm.name} has the state {alarm.state}.", ()
    if alarm.state == OK:
        return meaning.ok.format(about=about), f"{meaning.ok.format(about=about)}.", ()
    if alarm.value is None or alarm.state == INSUFFICIENT_DATA:
        title = meaning.unknown.format(about=about)
        return title, f"{title}. The metric of the alarm has no data.", NO_DATA
    value = f"{round(alarm.value, 1):g}"
    return (
        meaning.alarm.format(value=value, about=about),
        meaning.what.format(value=value, about=about),
        meaning.steps,
    )
