"""CommandOutput: where the nodes write the output of a command."""

from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from patching_constructs import CommandOutput
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("CommandOutput", "unit")

STACK = cdk.Stack(cdk.App(), "Stack")
BUCKET = s3.Bucket.from_bucket_name(STACK, "Bucket", "patching-output")
LOG_GROUP = logs.LogGroup.from_log_group_name(STACK, "LogGroup", "/patching")
TEXT = cdk.Token.as_string({"Ref": "Text"})


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


REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "nowhere": (
        CommandOutput,
        "CommandOutput requires a bucket, a log group, or both, got neither",
    ),
    "a bucket's name": (
        lambda: CommandOutput(bucket=untyped("patching-output")),
        "CommandOutput bucket must be an IBucketRef, got 'patching-output'; "
        "import one by its name with aws_s3.Bucket.from_bucket_name(...)",
    ),
    "a stack for a log group": (
        lambda: CommandOutput(log_group=untyped(STACK)),
        "CommandOutput log_group must be an ILogGroupRef, got an object of type Stack; "
        "import one by its name with aws_logs.LogGroup.from_log_group_name(...)",
    ),
    "a prefix that is not a string": (
        lambda: CommandOutput(bucket=BUCKET, key_prefix=untyped(7)),
        "CommandOutput key_prefix must be a string, got 7",
    ),
    "a prefix without a bucket": (
        lambda: CommandOutput(log_group=LOG_GROUP, key_prefix="patching"),
        "CommandOutput key_prefix requires a bucket, got 'patching'",
    ),
    "an empty prefix": (
        lambda: CommandOutput(bucket=BUCKET, key_prefix=""),
        "CommandOutput key_prefix must have 1-500 characters, got 0; for no prefix, leave it out",
    ),
    "a prefix that is too long": (
        lambda: CommandOutput(bucket=BUCKET, key_prefix="p" * 501),
        "CommandOutput key_prefix must have 1-500 characters, got 501",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], object], message: str) -> None:
    assert refused(make) == message
