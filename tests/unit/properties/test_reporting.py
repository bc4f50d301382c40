"""CommandOutput and CommandNotification: where a run's words go."""

from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_sns import ITopicRef

from patching_constructs import CommandNotification, CommandOutput, NotificationEvent, NotificationType
from tests.refusals import refused, untyped

STACK = cdk.Stack(cdk.App(), "Stack")
BUCKET = s3.Bucket.from_bucket_name(STACK, "Bucket", "patching-output")
LOG_GROUP = logs.LogGroup.from_log_group_name(STACK, "LogGroup", "/patching")
TOPIC = sns.Topic.from_topic_arn(STACK, "Topic", "arn:aws:sns:eu-central-1:111122223333:patching")
ROLE = iam.Role.from_role_name(STACK, "Role", "Publisher")
TEXT = cdk.Token.as_string({"Ref": "Text"})


# --- Output -------------------------------------------------------------------------------------------


def test_minimal_output_to_a_bucket() -> None:
    output = CommandOutput(bucket=BUCKET)
    assert (output.bucket, output.key_prefix, output.log_group) == (BUCKET, None, None)


def test_minimal_output_to_a_log_group() -> None:
    output = CommandOutput(log_group=LOG_GROUP)
    assert (output.bucket, output.key_prefix, output.log_group) == (None, None, LOG_GROUP)


@pytest.mark.parametrize("prefix", ["p", "p" * 500, TEXT, f"{TEXT}{'p' * 500}"], ids=len)
def test_maximal_output(prefix: str) -> None:
    output = CommandOutput(bucket=BUCKET, key_prefix=prefix, log_group=LOG_GROUP)
    assert (output.bucket, output.key_prefix, output.log_group) == (BUCKET, prefix, LOG_GROUP)


# --- Notification -------------------------------------------------------------------------------------


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


# --- What is refused ----------------------------------------------------------------------------------

EVENTS = ", ".join(
    f"NotificationEvent.{name}" for name in ("ALL", "IN_PROGRESS", "SUCCESS", "TIMED_OUT", "CANCELLED", "FAILED")
)
TYPES = "NotificationType.COMMAND, NotificationType.INVOCATION"

REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "output: nowhere": (
        CommandOutput,
        "CommandOutput needs a bucket, a log group, or both, got neither",
    ),
    "output: a bucket's name": (
        lambda: CommandOutput(bucket=untyped("patching-output")),
        "CommandOutput bucket must be an IBucketRef, got 'patching-output'; "
        "import one by its name with aws_s3.Bucket.from_bucket_name(...)",
    ),
    "output: a stack for a log group": (
        lambda: CommandOutput(log_group=untyped(STACK)),
        "CommandOutput log_group must be an ILogGroupRef, got an object of type Stack; "
        "import one by its name with aws_logs.LogGroup.from_log_group_name(...)",
    ),
    "output: a prefix that is no string": (
        lambda: CommandOutput(bucket=BUCKET, key_prefix=untyped(7)),
        "CommandOutput key_prefix must be a string, got 7",
    ),
    "output: a prefix without a bucket": (
        lambda: CommandOutput(log_group=LOG_GROUP, key_prefix="patching"),
        "CommandOutput key_prefix needs a bucket, got 'patching'",
    ),
    "output: an empty prefix": (
        lambda: CommandOutput(bucket=BUCKET, key_prefix=""),
        "CommandOutput key_prefix must have 1-500 characters, got 0; for no prefix, leave it out",
    ),
    "output: a prefix that is too long": (
        lambda: CommandOutput(bucket=BUCKET, key_prefix="p" * 501),
        "CommandOutput key_prefix must have 1-500 characters, got 501",
    ),
    "notification: a topic's ARN": (
        lambda: CommandNotification(topic=untyped("arn:aws:sns:eu-central-1:111122223333:patching")),
        "CommandNotification topic must be an ITopicRef, got 'arn:aws:sns:eu-central-1:111122223333:patching'; "
        "import one by its ARN with aws_sns.Topic.from_topic_arn(...)",
    ),
    "notification: a role's name": (
        lambda: CommandNotification(topic=TOPIC, role=untyped("Publisher")),
        "CommandNotification role must be an IRoleRef, got 'Publisher'; "
        "import one by its name with aws_iam.Role.from_role_name(...)",
    ),
    "notification: an event that is not in a list": (
        lambda: CommandNotification(topic=TOPIC, events=untyped(NotificationEvent.FAILED)),
        "CommandNotification events must be a list of NotificationEvent, got NotificationEvent.FAILED; "
        "put [...] around it",
    ),
    "notification: no event": (
        lambda: CommandNotification(topic=TOPIC, events=()),
        "CommandNotification events must be one or more, got none; for all of them, leave it out",
    ),
    "notification: every event and one more": (
        lambda: CommandNotification(topic=TOPIC, events=(NotificationEvent.ALL, NotificationEvent.FAILED)),
        "CommandNotification events must be ALL alone, or others without it, got All, Failed",
    ),
    "notification: no such event": (
        lambda: CommandNotification(topic=TOPIC, events=(NotificationEvent.FAILED, untyped("Rebooted"))),
        f"CommandNotification events must be one of {EVENTS}, got 'Rebooted'",
    ),
    "notification: None is no event": (
        lambda: CommandNotification(topic=TOPIC, events=(untyped(None),)),
        f"CommandNotification events must be one of {EVENTS}, got None",
    ),
    "notification: no such type": (
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
