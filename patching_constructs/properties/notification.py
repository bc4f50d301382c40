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
    """Which change of a command's status is reported."""

    ALL = "All"
    IN_PROGRESS = "InProgress"
    SUCCESS = "Success"
    TIMED_OUT = "TimedOut"
    CANCELLED = "Cancelled"
    FAILED = "Failed"


class NotificationType(StrEnum):
    """Whose status is reported."""

    COMMAND = "Command"
    """The command's as a whole: one message for all nodes."""
    INVOCATION = "Invocation"
    """Every node's: as many messages as there are nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandNotification:
    """Whom the service tells how a run goes.

    Two roles take part: the **task's** role runs the task and hands the second one on; the second one **publishes**
    to the topic. `PatchSchedule` makes and connects both, or takes yours.

    Raises:
        PatchingError: a property is of another type, the topic is a FIFO topic, no event is given, or ALL is not
            alone.
    """

    topic: "ITopicRef"
    """Gets the messages. FIFO topics are not supported."""
    events: tuple[NotificationEvent, ...] = (NotificationEvent.ALL,)
    """Which changes of status are reported. Default: all."""
    notification_type: NotificationType = NotificationType.COMMAND
    """Whose status is reported. Default: the command's as a whole."""
    role: "IRoleRef | None" = None
    """Publishes to the topic; ``ssm.amazonaws.com`` must be allowed to assume it. Default: a new role that may
    publish to this topic, and use its key where the topic is an L2 construct that is encrypted, and nothing else."""

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
            raise refusal("CommandNotification events", "must be one or more", "none", "for all of them, leave it out")
        if NotificationEvent.ALL in self.events and len(self.events) > 1:
            listed = ", ".join(self.events)
            raise refusal("CommandNotification events", "must be ALL alone, or others without it", listed)


def _check_standard(topic: "ITopicRef") -> None:
    # An L2 topic says fifo, an L1 topic fifo_topic; what a token says is not known.
    if getattr(topic, "fifo", None) is True or getattr(topic, "fifo_topic", None) is True:
        fix = "AWS does not support FIFO topics for these notifications"
        raise refusal("CommandNotification topic", "must be a standard topic", "a FIFO topic", fix)
