"""Where a run's words go: its output, and the news of how it went.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-notifications.html
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from patching_constructs._errors import refusal
from patching_constructs._literals import check_literal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_list_of, check_reference, check_type
from patching_constructs.ssm import limits

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_iam import IRoleRef
    from aws_cdk.interfaces.aws_logs import ILogGroupRef
    from aws_cdk.interfaces.aws_s3 import IBucketRef
    from aws_cdk.interfaces.aws_sns import ITopicRef

_BY_NAME: Final = "import one by its name with aws_{}(...)"


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
class CommandOutput:
    """Where the nodes write what the patch document prints: a bucket, a log group, or both.

    The nodes write with their own **instance profile**, which needs ``s3:PutObject``, ``s3:PutObjectAcl`` and
    ``s3:GetEncryptionConfiguration`` on the bucket, or ``logs:CreateLogStream``, ``logs:DescribeLogGroups``,
    ``logs:DescribeLogStreams`` and ``logs:PutLogEvents`` on the log group. A schedule does not know the nodes' roles
    and grants nothing; `PatchNodes.grant_patching` does.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-rc-setting-up-cwlogs.html

    Raises:
        PatchingError: neither is given, one is of another type, or a key prefix without a bucket or of a length that
            S3 refuses.
    """

    bucket: "IBucketRef | None" = None
    """Keeps the whole output. Default: no bucket; Systems Manager keeps the first 24,000 characters."""
    key_prefix: str | None = None
    """Stands in front of every key in the bucket, 1-500 characters; a slash at its ends makes no difference.
    Default: none."""
    log_group: "ILogGroupRef | None" = None
    """Gets the output as log streams. Default: no log group."""

    def __post_init__(self) -> None:
        if self.bucket is None and self.log_group is None:
            raise refusal("CommandOutput", "needs a bucket, a log group, or both", "neither")
        if self.bucket is not None:
            check_reference(
                "CommandOutput bucket", self.bucket, "IBucketRef", _BY_NAME.format("s3.Bucket.from_bucket_name")
            )
        if self.log_group is not None:
            fix = _BY_NAME.format("logs.LogGroup.from_log_group_name")
            check_reference("CommandOutput log_group", self.log_group, "ILogGroupRef", fix)
        if self.key_prefix is None:
            return
        check_type("CommandOutput key_prefix", self.key_prefix, str)
        if self.bucket is None:
            raise refusal("CommandOutput key_prefix", "needs a bucket", repr(self.key_prefix))
        if not is_unresolved(self.key_prefix) and not 1 <= len(self.key_prefix) <= limits.KEY_PREFIX_LENGTH:
            rule = f"must have 1-{limits.KEY_PREFIX_LENGTH} characters"
            fix = "" if self.key_prefix else "for no prefix, leave it out"
            raise refusal("CommandOutput key_prefix", rule, f"{len(self.key_prefix)}", fix)


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
            fix = _BY_NAME.format("iam.Role.from_role_name")
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
