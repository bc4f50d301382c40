"""The port to Run Command: the request, which is pure, and the few calls to AWS that `now` needs.

boto3 is imported where it is used: whoever asks for `--help` or a dry run should not wait for it.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
"""

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from patching_constructs._errors import refusal
from patching_constructs.properties.command import SNAPSHOT_ID, PatchCommand
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.properties.targets import PatchTarget, TargetResourceType
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import INSTANCE_IDS

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

# [model: Comment]
# The most that one page of any of the three lists may hold [model: MaxResultsEC2Compatible, CommandMaxResults].
_PAGE: Final = {"PageSize": 50}

# --- The request --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """One run of a patch document, now, on the nodes that a target chooses.

    Raises:
        PatchingError: SendCommand would refuse it.
    """

    command: PatchCommand
    target: PatchTarget
    snapshot_id: str
    max_concurrency: RateControl = RateControl.percentage(10)
    max_errors: RateControl = RateControl.percentage(10)
    comment: str | None = None

    def __post_init__(self) -> None:
        if self.max_concurrency.number == 0:
            raise refusal("max_concurrency", "must be at least 1", repr(str(self.max_concurrency)))
        if self.comment is not None and not 1 <= len(self.comment) <= limits.COMMENT_LENGTH:
            raise refusal("comment", f"must have 1-{limits.COMMENT_LENGTH} characters", f"{len(self.comment)}")

    @property
    def arguments(self) -> dict[str, Any]:
        """What SendCommand is given."""
        # One snapshot for the whole operation: every node is patched to the same approved patches.
        parameters = self.command.parameters | {SNAPSHOT_ID: [self.snapshot_id]}
        comment = {} if self.comment is None else {"Comment": self.comment}
        return {
            "DocumentName": self.command.document_name,
            **self._nodes,
            "Parameters": parameters,
            "MaxConcurrency": str(self.max_concurrency),
            "MaxErrors": str(self.max_errors),
            **comment,
        }

    @property
    def _nodes(self) -> dict[str, Any]:
        first = self.target.filters[0]
        if first.key == INSTANCE_IDS:
            return {INSTANCE_IDS: list(first.values)}
        return {"Targets": filters_of(self.target)}


def filters_of(target: PatchTarget) -> list[dict[str, Any]]:
    """Return the target as SendCommand and DescribeInstanceInformation both take it."""
    return [{"Key": each.key, "Values": list(each.values)} for each in target.filters]


@dataclass(frozen=True, slots=True)
class Place:
    """Where commands go: a region and a profile of the AWS configuration, or what the environment says."""

    region: str | None = None
    profile: str | None = None

    def aws(self, *words: str) -> str:
        """Return a line of the AWS CLI that goes to the same place, quoted for a shell."""
        where = {"--region": self.region, "--profile": self.profile}
        options = [word for option, value in where.items() if value for word in (option, value)]
        return shlex.join(["aws", "ssm", *words, *options])

    def aws_send_command(self, request: CommandRequest) -> str:
        """Return the line of the AWS CLI that sends the request."""
        words = [
            word
            for name, value in request.arguments.items()
            for word in ("--" + re.sub(r"\B(?=[A-Z])", "-", name).lower(), *_in_cli_words(value))
        ]
        return self.aws("send-command", *words)

    def aws_look(self, command_id: str, node: str | None = None) -> str:
        """Return the line of the AWS CLI that says how a command goes and what it wrote, on every node or on one."""
        # Not get-command-invocation: of a document with several steps it wants to be told which.
        only = ["--instance-id", node] if node else []
        return self.aws("list-command-invocations", "--command-id", command_id, *only, "--details")

    def aws_cancel(self, command_id: str) -> str:
        """Return the line of the AWS CLI that cancels a command."""
        return self.aws("cancel-command", "--command-id", command_id)

    def aws_find(self, request: CommandRequest) -> str:
        """Return the line of the AWS CLI that finds the command of a request whose id was never told."""
        query = f"Commands[?Parameters.{SNAPSHOT_ID}[0]=='{request.snapshot_id}']"
        return self.aws("list-commands", "--query", query)


def _in_cli_words(value: object) -> list[str]:
    # JSON and not the CLI's shorthand, in which a comma or a space of a value would be misread.
    match value:
        case str():
            return [value]
        case [str(), *_]:
            return [str(each) for each in value]
        case _:
            return [json.dumps(value)]


# --- What AWS answers ---------------------------------------------------------------------------------

SUCCESS: Final = "Success"
PENDING: Final = "Pending"
# Of a command and of an invocation [model: CommandStatus, CommandInvocationStatus]. The others are final: Success,
# Failed, TimedOut, Cancelled. A status that AWS adds one day is no success either.
_UNFINISHED: Final = frozenset({PENDING, "InProgress", "Delayed", "Cancelling"})
ONLINE: Final = "Online"


@dataclass(frozen=True, slots=True)
class Node:
    """A managed node that the target matches."""

    id: str
    ping_status: str

    @property
    def online(self) -> bool:
        """Whether its agent was heard of lately."""
        return self.ping_status == ONLINE


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command on one node. The details tell more than the status: a Failed may be Undeliverable or Terminated."""

    node: str
    name: str
    status: str
    details: str

    @property
    def ended(self) -> bool:
        """Whether the status is final."""
        return self.status not in _UNFINISHED

    @property
    def succeeded(self) -> bool:
        """Whether the node did all of it."""
        return self.status == SUCCESS


@dataclass(frozen=True, slots=True)
class CommandState:
    """How a command goes."""

    status: str = PENDING
    details: str = PENDING
    target_count: int = 0
    invocations: tuple[Invocation, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing happens any more: a command may be over while a node still works on it."""
        # Lists lag behind: a success is one when every node was seen to have it.
        unseen = self.status == SUCCESS and len(self.invocations) < self.target_count
        return self.status not in _UNFINISHED and all(each.ended for each in self.invocations) and not unseen

    @property
    def reached_nobody(self) -> bool:
        """Whether no node was targeted. The service may call that a success."""
        return not self.target_count and not self.invocations

    @property
    def succeeded(self) -> bool:
        """Whether every node succeeded. A command is a Success by its own count even with undeliverable nodes."""
        all_did = self.status == SUCCESS and all(each.succeeded for each in self.invocations)
        return self.ended and all_did and not self.reached_nobody


class RunCommand(Protocol):
    """The calls to AWS that `now` needs. Each raises AwsError."""

    @property
    def region(self) -> str:
        """The region that was found."""

    def account(self) -> str | None:
        """Return the account's id, or None where it cannot be told."""

    def nodes(self, target: PatchTarget) -> tuple[Node, ...] | None:
        """Return the managed nodes that match, or None where they cannot be counted."""

    def send(self, request: CommandRequest) -> str:
        """Send the command once and return its id. Raises MaybeSentError where it is not known whether it went."""

    def look(self, command_id: str) -> CommandState:
        """Return how the command goes."""


# --- Errors -------------------------------------------------------------------------------------------


class AwsError(Exception):
    """AWS refused, or was not reached; the message is one line."""


class MaybeSentError(AwsError):
    """The command may have been sent: AWS was reached, and its answer was lost."""


# As botocore's standard retries have them, without those that do not say that nothing was done.
_THROTTLED: Final = frozenset(
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
} | dict.fromkeys(_THROTTLED, "AWS had no room for the request, also after several attempts; try again in a minute")
_HTTP_SERVER_ERROR: Final = 500


def _aws_errors() -> tuple[type[Exception], ...]:
    """Return all that boto3 raises for AWS's sake; they have no class in common."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return BotoCoreError, ClientError, ResponseParserError


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except _aws_errors() as error:
        raise AwsError(_in_one_line(error)) from error


def _in_one_line(error: Exception) -> str:
    from botocore.exceptions import ClientError

    words = str(error)
    if isinstance(error, ClientError):
        # botocore's own words tell of retries, also where there were none.
        words = ": ".join(filter(None, (error.operation_name, _code(error), error.response["Error"]["Message"])))
    words = " ".join(words.split()).rstrip(".")
    hint = _HINTS.get(_code(error) or type(error).__name__)
    return f"{words}; {hint}" if hint else words


def _code(error: Exception) -> str:
    """Return the code of what the service itself refused."""
    from botocore.exceptions import ClientError

    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


def _may_have_been_sent(error: Exception) -> bool:
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


# --- AWS ----------------------------------------------------------------------------------------------

# Reading may be repeated: botocore does it, for throttling and for what passes by itself, with jitter and backoff.
_READING: Final = {"mode": "standard", "total_max_attempts": 6}
# Sending may not: after a lost answer botocore would send the command a second time, and a fleet would be patched
# twice at once, each time with a MaxConcurrency of its own. Only a refusal for throttling is repeated, here.
_SENDING: Final = {"mode": "standard", "total_max_attempts": 1}
_SENDING_PAUSES: Final = (1, 2, 4, 8, 16)
_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 30


class AwsRunCommand:
    """Run Command in one account and region."""

    def __init__(self, place: Place, *, sleep: Callable[[float], None] = time.sleep) -> None:
        import boto3

        self._sleep = sleep
        with _errors_in_one_line():
            self._session = boto3.Session(profile_name=place.profile, region_name=place.region)
            self._reader = self._client(_READING)

    def _client(self, retries: Any) -> "SSMClient":  # noqa: ANN401 - the stubs' type exists for the checker only
        from botocore.config import Config

        config = Config(retries=retries, connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS)
        return self._session.client("ssm", config=config)

    @property
    def region(self) -> str:
        """The region that was found."""
        return self._reader.meta.region_name

    def account(self) -> str | None:
        """Return the account's id, or None: a network without a way to STS patches all the same."""
        from botocore.config import Config

        config = Config(retries=_SENDING, connect_timeout=_CONNECT_SECONDS, read_timeout=_CONNECT_SECONDS)  # type: ignore[arg-type]
        try:
            with _errors_in_one_line():
                return self._session.client("sts", config=config).get_caller_identity()["Account"]
        except AwsError:
            return None

    def nodes(self, target: PatchTarget) -> tuple[Node, ...] | None:
        """Return the managed nodes that match. No filter of Systems Manager lists the members of a resource group."""
        if target.resource_type == TargetResourceType.RESOURCE_GROUP:
            return None
        pages = self._reader.get_paginator("describe_instance_information")
        with _errors_in_one_line():
            return tuple(
                Node(each["InstanceId"], each.get("PingStatus", ""))
                for page in pages.paginate(Filters=filters_of(target), PaginationConfig=_PAGE)  # type: ignore[arg-type]
                for each in page["InstanceInformationList"]
            )

    def send(self, request: CommandRequest) -> str:
        """Send the command and return its id."""
        try:
            return self._send(request)
        except KeyboardInterrupt:
            raise MaybeSentError("interrupted while the command was sent") from None
        except _aws_errors() as error:
            kind = MaybeSentError if _may_have_been_sent(error) else AwsError
            raise kind(_in_one_line(error)) from error

    def _send(self, request: CommandRequest) -> str:
        from botocore.exceptions import ClientError

        sender = self._client(_SENDING)
        for pause in _SENDING_PAUSES:
            try:
                return sender.send_command(**request.arguments)["Command"]["CommandId"]
            except ClientError as error:
                if _code(error) not in _THROTTLED:
                    raise
            self._sleep(pause)
        return sender.send_command(**request.arguments)["Command"]["CommandId"]

    def look(self, command_id: str) -> CommandState:
        """Return how the command goes; for some seconds after it was sent AWS may not know it."""
        pages = self._reader.get_paginator("list_command_invocations")
        with _errors_in_one_line():
            commands = self._reader.list_commands(CommandId=command_id)["Commands"]
            if not commands:
                return CommandState()
            command = commands[0]
            # Read after the command, so that a command that is over is never shown with nodes from before its end.
            invocations = tuple(
                Invocation(each["InstanceId"], each.get("InstanceName", ""), each["Status"], each["StatusDetails"])
                for page in pages.paginate(CommandId=command_id, PaginationConfig=_PAGE)  # type: ignore[arg-type]
                for each in page["CommandInvocations"]
            )
        return CommandState(command["Status"], command["StatusDetails"], command["TargetCount"], invocations)
