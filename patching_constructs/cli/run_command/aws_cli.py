"""Commands of the AWS CLI that can be run after, or instead of, `now`."""

import json
import re
import shlex
from dataclasses import dataclass

from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.properties.command import SNAPSHOT_ID


@dataclass(frozen=True, slots=True)
class Place:
    """Where commands are sent: a Region and a profile of the AWS configuration, or the defaults of the environment."""

    region: str | None = None
    profile: str | None = None

    def aws(self, *words: str) -> str:
        """Return a command of the AWS CLI for the same place, quoted for a shell."""
        where = {"--region": self.region, "--profile": self.profile}
        options = [word for option, value in where.items() if value for word in (option, value)]
        return shlex.join(["aws", "ssm", *words, *options])

    def aws_send_command(self, request: CommandRequest) -> str:
        """Return the command of the AWS CLI that sends the request."""
        words = [
            word
            for name, value in request.arguments.items()
            for word in ("--" + re.sub(r"\B(?=[A-Z])", "-", name).lower(), *_in_cli_words(value))
        ]
        return self.aws("send-command", *words)

    def aws_show(self, command_id: str, node: str | None = None) -> str:
        """Return the command of the AWS CLI that shows the status and output of a command, on all nodes or on one."""
        # Not get-command-invocation, which requires a step of a document with several.
        only = ["--instance-id", node] if node else []
        return self.aws("list-command-invocations", "--command-id", command_id, *only, "--details")

    def aws_cancel(self, command_id: str) -> str:
        """Return the command of the AWS CLI that cancels a command."""
        return self.aws("cancel-command", "--command-id", command_id)

    def aws_find(self, request: CommandRequest) -> str:
        """Return the command of the AWS CLI that finds the command of a request whose id is unknown."""
        query = f"Commands[?Parameters.{SNAPSHOT_ID}[0]=='{request.snapshot_id}']"
        return self.aws("list-commands", "--query", query)


def _in_cli_words(value: object) -> list[str]:
    # JSON, because the shorthand of the AWS CLI does not support commas and spaces in values.
    match value:
        case str():
            return [value]
        case [str(), *_]:
            return [str(each) for each in value]
        case _:
            return [json.dumps(value)]
