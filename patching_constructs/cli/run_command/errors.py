"""Whether a command may have been sent despite an error.

botocore is imported where it is used: `--help` and a dry run do not wait for it.
"""

from typing import Final

from patching_constructs.cli.aws_errors import AwsError

_HTTP_SERVER_ERROR: Final = 500


class MaybeSentError(AwsError):
    """The command may have been sent: AWS was reached, and the response was lost."""


def may_have_been_sent(error: Exception) -> bool:
    """Return whether AWS may have accepted the request despite the error. SendCommand has no client token."""
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
