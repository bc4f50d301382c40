"""Commands of the AWS CLI that a person can run after, or instead of, `now`."""

import json
import re
import shlex
from dataclasses import dataclass

from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.properties.command import SNAPSHOT_ID


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
