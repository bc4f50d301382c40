"""Notifications of the status of a command.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-notifications.html
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from patching_constructs._errors import refusal
from patching_constructs._validation import check_list_of, check_literal, check_reference

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_iam import IRoleRef
    from aws_cdk.interfaces.aws_sns import ITopicRef


class NotificationEvent(StrEnum):
    """A change of a command's status that can be reported."""

    ALL = "All"
    IN_PROGRESS = "InProgress"
    SUCCESS = "Success"
    TIMED_OUT = "TimedOut"
    CANCELLED = "Cancelled"
    FAILED = "Failed"


class NotificationType(StrEnum):
    """Whether the status of the command or of each node is reported."""

    COMMAND = "Command"
    """The status of the command: one message for all nodes."""
    INVOCATION = "Invocation"
    """The status on each node: one message per node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandNotification:
    """The topic that gets notifications of a command's status.

    There are two roles: the **task role** runs the task and passes the second role to the service; the second role
    **publishes** to the topic. `PatchSchedule` creates and connects both, or uses yours.

    Raises:
        PatchingError: a property has another type, the topic is a FIFO topic, no event is given, or ALL is combined
            with other events.
    """

    topic: "ITopicRef"
    """The topic for the messages. FIFO topics are not supported."""
    events: tuple[NotificationEvent, ...] = (NotificationEvent.ALL,)
    """Which changes of status are reported. Default: all."""
    notification_type: NotificationType = NotificationType.COMMAND
    """Whether the status of the command or of each node is reported. Default: of the command."""
    role: "IRoleRef | None" = None
    """The role that publishes to the topic; ``ssm.amazonaws.com`` must be able to assume it. Default: a new role that
    can only publish to this topic, and use its key if the topic is an encrypted L2 construct."""

    def __post_init__(self) -> None:
        fix = "import one by its ARN with aws_sns.Topic.from_topic_arn(...)"
        check_reference("CommandNotification topic", self.topic, "ITopicRef", fix)
        _check_standard(self.topic)
        if self.role is not None:
            fix = "import one by its name with aws_iam.Role.from_role_name(...)"
            check_reference("CommandNotification role", self.role, "IRoleRef", fix)
        check_literal("CommandNotification notification_type", self.notification_type, NotificationType)
        object.__setattr__(self, "events", check_list_of("CommandNotification events", self.events, NotificationEvent))
        if not self.events:
            raise refusal("CommandNotification events", "must have at least 1 item", 0, "for all events, leave it out")
        if NotificationEvent.ALL in self.events and len(self.events) > 1:
            listed = ", ".join(self.events)
            raise refusal("CommandNotification events", "must not combine ALL with other events", listed)


def _check_standard(topic: "ITopicRef") -> None:
    # The property is fifo on an L2 topic and fifo_topic on an L1 topic. A token is unknown until deployment.
    if getattr(topic, "fifo", None) is True or getattr(topic, "fifo_topic", None) is True:
        fix = "AWS does not support FIFO topics for these notifications"
        raise refusal("CommandNotification topic", "must be a standard topic", "a FIFO topic", fix)
