"""Schedules of EventBridge Scheduler, and the documents that they run.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

import re
from functools import cached_property
from typing import Final

from patching_constructs.template.commands import Command, SentCommand, StartedAutomation
from patching_constructs.template.resource import Resource
from patching_constructs.template.texts import from_json
from patching_constructs.template.value import Value

SCHEDULE: Final = "AWS::Scheduler::Schedule"
_ACTION: Final = re.compile("aws-sdk:ssm:([A-Za-z]+)")
_COMMANDS: Final = {"sendCommand": SentCommand, "startAutomationExecution": StartedAutomation}


class Schedule(Resource):
    """A schedule of EventBridge Scheduler."""

    @property
    def input(self) -> Value:
        """The request that it sends, as a text of JSON.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self["Target"]["Input"]

    @property
    def runs_document(self) -> bool:
        """Whether its target runs a document.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self._kind is not None

    @property
    def _kind(self) -> type[SentCommand] | None:
        action = _ACTION.search(self["Target"]["Arn"].shape)
        return _COMMANDS.get(action[1]) if action else None

    @cached_property
    def commands(self) -> list[Command]:
        """The run of a document that it starts, if its target starts one.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        kind = self._kind
        request = from_json(self.input) if kind else None
        # What is no JSON, or is unknown as a whole, has a rule of its own.
        return [] if kind is None or request is None or request.is_unknown else [kind(self, request)]
