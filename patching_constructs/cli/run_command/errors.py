"""Errors of AWS in one line, with a hint, and whether a request may have been sent in spite of one.

botocore is imported where it is used: `--help` and a dry run do not wait for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class AwsError(Exception):
    """AWS refused, or was not reached; the message is one line."""


class MaybeSentError(AwsError):
    """The command may have been sent: AWS was reached, and its answer was lost."""


# As botocore's standard retries have them, without those that do not say that nothing was done.
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
_EXPIRED: Final = "renew the credentials; with SSO: aws sso login"
_FOREIGN: Final = "AWS does not know these credentials; see which they are: aws configure list"
_HINTS: Final = {
    "EndpointConnectionError": "see that the region is right and that the network lets you through",
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "InvalidClientTokenId": _FOREIGN,
    "InvalidInstanceId": "every node must be managed by Systems Manager, in this region and account, not terminated",
    "InvalidSignatureException": _FOREIGN,
    "NoCredentialsError": "give --profile, or set AWS_PROFILE",
    "NoRegionError": "give --region, or set AWS_DEFAULT_REGION",
    "TokenRetrievalError": _EXPIRED,
    "UnrecognizedClientException": _FOREIGN,
} | dict.fromkeys(THROTTLED, "AWS had no room for the request, also after several attempts; try again in a minute")
_HTTP_SERVER_ERROR: Final = 500


def aws_errors() -> tuple[type[Exception], ...]:
    """Return all that boto3 raises for AWS's sake; they have no class in common."""
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
    """Return the message in one line, with a hint where there is one."""
    from botocore.exceptions import ClientError

    words = str(error)
    if isinstance(error, ClientError):
        # botocore's own words tell of retries, also where there were none.
        words = ": ".join(filter(None, (error.operation_name, error_code(error), error.response["Error"]["Message"])))
    words = " ".join(words.split()).rstrip(".")
    hint = _HINTS.get(error_code(error) or type(error).__name__)
    return f"{words}; {hint}" if hint else words


def error_code(error: Exception) -> str:
    """Return the code of what the service itself refused."""
    from botocore.exceptions import ClientError

    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


def may_have_been_sent(error: Exception) -> bool:
    """Tell whether AWS may have taken the request although no answer says so. SendCommand has no client token."""
    from botocore.exceptions import (
        ClientError,
        ConnectTimeoutError,
        EndpointConnectionError,
        HTTPClientError,
        ProxyConnectionError,
    )
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        return error.response["ResponseMetadata"]["HTTPStatusCode"] >= _HTTP_SERVER_ERROR
    never_connected = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
    return isinstance(error, (HTTPClientError, ResponseParserError)) and not isinstance(error, never_connected)
