"""CommandNotification: which changes of a command's status are published, and to which topic."""

from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_sns import ITopicRef

from patching_constructs import CommandNotification, NotificationEvent, NotificationType
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("CommandNotification", "unit")

STACK = cdk.Stack(cdk.App(), "Stack")
TOPIC = sns.Topic.from_topic_arn(STACK, "Topic", "arn:aws:sns:eu-central-1:111122223333:patching")
ROLE = iam.Role.from_role_name(STACK, "Role", "Publisher")
TEXT = cdk.Token.as_string({"Ref": "Text"})


def test_minimal_notification_is_of_every_event_of_the_command_as_a_whole() -> None:
    notification = CommandNotification(topic=TOPIC)
    assert notification.events == (NotificationEvent.ALL,)
    assert notification.notification_type is NotificationType.COMMAND
    assert notification.role is None


def test_maximal_notification() -> None:
    events = tuple(event for event in NotificationEvent if event != NotificationEvent.ALL)
    notification = CommandNotification(
        topic=TOPIC, events=events, notification_type=NotificationType.INVOCATION, role=ROLE
    )
    assert notification.topic is TOPIC
    assert notification.events == events
    assert notification.notification_type is NotificationType.INVOCATION
    assert notification.role is ROLE


def test_a_list_of_events_is_frozen() -> None:
    events = [NotificationEvent.FAILED]
    assert CommandNotification(topic=TOPIC, events=untyped(events)).events == (NotificationEvent.FAILED,)


def test_tokens_pass_as_events_and_type() -> None:
    events = tuple(cdk.Token.as_list({"Ref": "Events"}))
    notification = CommandNotification(topic=TOPIC, events=untyped(events), notification_type=untyped(TEXT))
    assert (notification.events, notification.notification_type) == (events, TEXT)


def test_equal_notifications_are_one() -> None:
    every = (NotificationEvent.ALL,)
    assert len({CommandNotification(topic=TOPIC), CommandNotification(topic=TOPIC, events=every)}) == 1


# --- Invalid values --------------------------------------------------------------------------------------
EVENTS = ", ".join(
    f"NotificationEvent.{name}" for name in ("ALL", "IN_PROGRESS", "SUCCESS", "TIMED_OUT", "CANCELLED", "FAILED")
)
TYPES = "NotificationType.COMMAND, NotificationType.INVOCATION"

REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "a topic's ARN": (
        lambda: CommandNotification(topic=untyped("arn:aws:sns:eu-central-1:111122223333:patching")),
        "CommandNotification topic must be an ITopicRef, got 'arn:aws:sns:eu-central-1:111122223333:patching'; "
        "import one by its ARN with aws_sns.Topic.from_topic_arn(...)",
    ),
    "a role's name": (
        lambda: CommandNotification(topic=TOPIC, role=untyped("Publisher")),
        "CommandNotification role must be an IRoleRef, got 'Publisher'; "
        "import one by its name with aws_iam.Role.from_role_name(...)",
    ),
    "an event that is not in a list": (
        lambda: CommandNotification(topic=TOPIC, events=untyped(NotificationEvent.FAILED)),
        "CommandNotification events must be a list of NotificationEvent, got NotificationEvent.FAILED; "
        "wrap it in [...]",
    ),
    "no event": (
        lambda: CommandNotification(topic=TOPIC, events=()),
        "CommandNotification events must have at least 1 item, got 0; for all events, leave it out",
    ),
    "every event and one more": (
        lambda: CommandNotification(topic=TOPIC, events=(NotificationEvent.ALL, NotificationEvent.FAILED)),
        "CommandNotification events must not combine ALL with other events, got All, Failed",
    ),
    "an invalid event": (
        lambda: CommandNotification(topic=TOPIC, events=(NotificationEvent.FAILED, untyped("Rebooted"))),
        f"CommandNotification events must be one of {EVENTS}, got 'Rebooted'",
    ),
    "None is not an event": (
        lambda: CommandNotification(topic=TOPIC, events=(untyped(None),)),
        f"CommandNotification events must be one of {EVENTS}, got None",
    ),
    "an invalid type": (
        lambda: CommandNotification(topic=TOPIC, notification_type=untyped("Node")),
        f"CommandNotification notification_type must be one of {TYPES}, got 'Node'",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], object], message: str) -> None:
    assert refused(make) == message


@pytest.mark.parametrize("topic", ["an L2 topic", "an L1 topic", "an imported topic"])
def test_refusal_of_a_fifo_topic(topic: str) -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    topics: dict[str, Callable[[], ITopicRef]] = {
        "an L2 topic": lambda: sns.Topic(stack, "Topic", fifo=True),
        "an L1 topic": lambda: sns.CfnTopic(stack, "Topic", fifo_topic=True),
        "an imported topic": lambda: sns.Topic.from_topic_arn(
            stack, "Topic", "arn:aws:sns:eu-central-1:123456789012:news.fifo"
        ),
    }
    assert refused(lambda: CommandNotification(topic=topics[topic]())) == (
        "CommandNotification topic must be a standard topic, got a FIFO topic; "
        "AWS does not support FIFO topics for these notifications"
    )
