"""The calls to AWS that `now` needs, with boto3.

boto3 is imported where it is used: `--help` and a dry run do not wait for it.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from patching_constructs.cli.aws_answers import refuse_other_answers
from patching_constructs.cli.aws_errors import (
    THROTTLED,
    AwsError,
    aws_errors,
    error_code,
    errors_in_one_line,
    in_one_line,
)
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.errors import MaybeSentError, may_have_been_sent
from patching_constructs.cli.run_command.request import CommandRequest, filters_of
from patching_constructs.cli.run_command.state import CommandState, Invocation, Node
from patching_constructs.properties.targets import PatchTarget, TargetResourceType

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

# The most that one page of any of the three lists may hold [model: MaxResultsEC2Compatible, CommandMaxResults].
_PAGE: Final = {"PageSize": 50}
# Reads are retried by botocore, for throttling and transient errors, with jitter and backoff.
_READING: Final = {"mode": "standard", "total_max_attempts": 6}
# SendCommand is not: after a lost response botocore would send the command a second time, and two commands would patch
# the fleet at the same time, each with its own MaxConcurrency. Only throttling is retried, below.
_SENDING: Final = {"mode": "standard", "total_max_attempts": 1}
_SENDING_PAUSES: Final = (1, 2, 4, 8, 16)
_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 30


class AwsRunCommand:
    """Run Command in one account and Region."""

    def __init__(self, place: Place, *, sleep: Callable[[float], None] = time.sleep) -> None:
        import boto3

        self._sleep = sleep
        with errors_in_one_line():
            self._session = boto3.Session(profile_name=place.profile, region_name=place.region)
            self._reader = self._client(_READING)

    def _client(self, retries: Any) -> "SSMClient":  # noqa: ANN401 - the type of the stubs exists for the type checker only
        from botocore.config import Config

        config = Config(retries=retries, connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS)
        client = self._session.client("ssm", config=config)
        refuse_other_answers(client)
        return client

    @property
    def region(self) -> str:
        """The Region that commands are sent to."""
        return self._reader.meta.region_name

    def account(self) -> str | None:
        """Return the account id, or None: a network without access to STS can still patch."""
        from botocore.config import Config

        config = Config(retries=_SENDING, connect_timeout=_CONNECT_SECONDS, read_timeout=_CONNECT_SECONDS)  # type: ignore[arg-type]
        try:
            with errors_in_one_line():
                return self._session.client("sts", config=config).get_caller_identity()["Account"]
        except AwsError:
            return None

    def nodes(self, target: PatchTarget) -> tuple[Node, ...] | None:
        """Return the managed nodes that match; those of a resource group are not listed by Systems Manager."""
        if target.resource_type == TargetResourceType.RESOURCE_GROUP:
            return None
        pages = self._reader.get_paginator("describe_instance_information")
        with errors_in_one_line():
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
        except aws_errors() as error:
            kind = MaybeSentError if may_have_been_sent(error) else AwsError
            raise kind(in_one_line(error)) from error

    def _send(self, request: CommandRequest) -> str:
        from botocore.exceptions import ClientError

        sender = self._client(_SENDING)
        for pause in _SENDING_PAUSES:
            try:
                return sender.send_command(**request.arguments)["Command"]["CommandId"]
            except ClientError as error:
                if error_code(error) not in THROTTLED:
                    raise
            self._sleep(pause)
        return sender.send_command(**request.arguments)["Command"]["CommandId"]

    def state(self, command_id: str) -> CommandState:
        """Return the status of the command, Pending while AWS does not list it yet."""
        pages = self._reader.get_paginator("list_command_invocations")
        with errors_in_one_line():
            commands = self._reader.list_commands(CommandId=command_id)["Commands"]
            if not commands:
                return CommandState()
            command = commands[0]
            # Read after the command, so that a command that has ended is never shown with older invocations.
            invocations = tuple(
                Invocation(each["InstanceId"], each.get("InstanceName", ""), each["Status"], each["StatusDetails"])
                for page in pages.paginate(CommandId=command_id, PaginationConfig=_PAGE)  # type: ignore[arg-type]
                for each in page["CommandInvocations"]
            )
        return CommandState(command["Status"], command["StatusDetails"], command["TargetCount"], invocations)
