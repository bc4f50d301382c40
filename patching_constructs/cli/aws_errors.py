"""Errors of AWS in one line, with a fix.

botocore is imported where it is used: `--help` and a dry run do not wait for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class AwsError(Exception):
    """AWS refused the request or was not reached. The message is one line."""


# The throttling errors of botocore's standard retries, except those after which the request may have been processed.
THROTTLED: Final = frozenset(
    {
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_EXPIRED: Final = "renew the credentials (with IAM Identity Center: aws sso login)"
_UNRECOGNIZED: Final = "check the credentials (aws configure list)"
_FIXES: Final = {
    "EndpointConnectionError": "check the Region and the network connection",
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "InvalidClientTokenId": _UNRECOGNIZED,
    "InvalidInstanceId": "every node must be a managed node of this account and Region, and not terminated",
    "InvalidSignatureException": _UNRECOGNIZED,
    "NoCredentialsError": "specify --profile or set AWS_PROFILE",
    "NoRegionError": "specify --region or set AWS_DEFAULT_REGION",
    "TokenRetrievalError": _EXPIRED,
    "UnrecognizedClientException": _UNRECOGNIZED,
} | dict.fromkeys(THROTTLED, "the request was throttled, also after several attempts; try again in a minute")


def aws_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that boto3 raises for errors of AWS; they have no common base class."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return BotoCoreError, ClientError, ResponseParserError


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Turn what boto3 raises into an AwsError."""
    try:
        yield
    except aws_errors() as error:
        raise AwsError(in_one_line(error)) from error


def in_one_line(error: Exception) -> str:
    """Return the message in one line, with a fix where one is known."""
    from botocore.exceptions import ClientError

    words = str(error)
    if isinstance(error, ClientError):
        # The message of botocore mentions retries even where there were none.
        words = ": ".join(filter(None, (error.operation_name, error_code(error), error.response["Error"]["Message"])))
    words = " ".join(words.split()).rstrip(".")
    fix = _FIXES.get(error_code(error) or type(error).__name__)
    return f"{words}; {fix}" if fix else words


def error_code(error: Exception) -> str:
    """Return the error code of the service, empty where the request did not reach it."""
    from botocore.exceptions import ClientError

    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
