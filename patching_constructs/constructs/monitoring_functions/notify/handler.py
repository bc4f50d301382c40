"""The function: an event of EventBridge becomes a message on the topic.

Nothing is dropped: what is unknown, or has another form, is sent as it is. Events are delivered at least once; the
only effect is the message, it is the last step, and a second one has the same text, subject and thread.
"""

import json
import logging
import os
from collections.abc import Callable, Mapping

import boto3

from .alarms import alarm_message
from .executions import execution_message
from .lookups import Lookups
from .message import Event, Message, as_chat, as_text, subject
from .places import Place, moment
from .windows import state_message

LOG = logging.getLogger(__name__)

Describe = Callable[[Event, Lookups, Place], Message]

# The guide names the second one of the window's state in one place, and the first one in another.
DESCRIPTIONS: Mapping[tuple[str, str], Describe] = {
    ("aws.ssm", "Maintenance Window Execution State-change Notification"): execution_message,
    ("aws.ssm", "Maintenance Window State-change Notification"): state_message,
    ("aws.ssm", "Maintenance Window Status-change Notification"): state_message,
    ("aws.cloudwatch", "CloudWatch Alarm State Change"): alarm_message,
}


def handle(event: Event, _: object) -> None:
    """Send the message about an event. Only a failure to send it is an error, after which Lambda tries again."""
    topic = os.environ["TOPIC_ARN"]
    message = message_about(event, Place.of(event, topic))
    forms = {"default": as_text(message, event), "https": json.dumps(as_chat(message, event))}
    boto3.client("sns").publish(
        TopicArn=topic, Subject=subject(message), Message=json.dumps(forms), MessageStructure="json"
    )


def message_about(event: Event, place: Place) -> Message:
    """Return the message about an event, whatever form it has."""
    describe = DESCRIPTIONS.get((event.get("source", ""), event.get("detail-type", "")), other_message)
    lookups = Lookups()
    try:
        return describe(event, lookups, place)
    except Exception:
        LOG.exception("This event has another form than AWS documents: %s", json.dumps(event, default=str))
        return other_message(event, lookups, place)


def other_message(event: Event, _: Lookups, place: Place) -> Message:
    """Return a message that shows an event as it is."""
    name = event.get("detail-type", "unknown event")
    return Message(
        title=f"Patching: {name}",
        what=f"The event {name} of {event.get('source', 'an unknown source')} occurred.",
        facts={"When": moment(event.get("time")), "Where": str(place)},
        why=[json.dumps(event.get("detail", event), default=str)],
        thread=event.get("id", name),
    )
