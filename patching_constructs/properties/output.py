"""Where the nodes write the output of a command.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-rc-setting-up-cwlogs.html
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_reference, check_type
from patching_constructs.ssm import limits

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_logs import ILogGroupRef
    from aws_cdk.interfaces.aws_s3 import IBucketRef

_BY_NAME: Final = "import one by its name with aws_{}(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutput:
    """Where the nodes write the output of the patch document: to a bucket, a log group, or both.

    The nodes use their **instance profile**, which requires ``s3:PutObject``, ``s3:PutObjectAcl`` and
    ``s3:GetEncryptionConfiguration`` on the bucket, or ``logs:CreateLogStream``, ``logs:DescribeLogGroups``,
    ``logs:DescribeLogStreams`` and ``logs:PutLogEvents`` on the log group. A schedule has no access to the roles of the
    nodes and grants nothing; `PatchNodes.grant_patching` does.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-rc-setting-up-cwlogs.html

    Raises:
        PatchingError: neither is given, one has another type, or the key prefix has no bucket or an invalid length.
    """

    bucket: "IBucketRef | None" = None
    """The bucket for the complete output. Default: none; Systems Manager keeps the first 24,000 characters."""
    key_prefix: str | None = None
    """The prefix of every key in the bucket, 1-500 characters. A slash at the start or end has no effect.
    Default: none."""
    log_group: "ILogGroupRef | None" = None
    """The log group for the output, as log streams. Default: none."""

    def __post_init__(self) -> None:
        if self.bucket is None and self.log_group is None:
            raise refusal("CommandOutput", "requires a bucket, a log group, or both", "neither")
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
            raise refusal("CommandOutput key_prefix", "requires a bucket", repr(self.key_prefix))
        if not is_unresolved(self.key_prefix) and not 1 <= len(self.key_prefix) <= limits.KEY_PREFIX_LENGTH:
            rule = f"must have 1-{limits.KEY_PREFIX_LENGTH} characters"
            fix = "" if self.key_prefix else "for no prefix, leave it out"
            raise refusal("CommandOutput key_prefix", rule, f"{len(self.key_prefix)}", fix)
