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
