"""Step Functions state machines, and the documents that their states run.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from patching_constructs.template.commands import Command, SentCommand, StartedAutomation
from patching_constructs.template.resource import Resource
from patching_constructs.template.texts import from_json, in_text
from patching_constructs.template.unknown import Unknown
from patching_constructs.template.value import Value

STATE_MACHINES: Final = frozenset({"AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"})
_ACTION: Final = re.compile(r":states:::aws-sdk:ssm:([A-Za-z]+)")
_SUBSTITUTION: Final = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
# A value of JSONata, and the ending of a key whose value is a JSONPath: both are evaluated when the state runs.
_JSONATA: Final = "{%"
_JSONPATH: Final = ".$"


class _StateCommand(SentCommand):
    """A run of a document by a state that calls SendCommand."""

    @property
    def are_nodes_decided_later(self) -> bool:
        """Whether its nodes come from the input of the state machine."""
        return self.node_ids.is_unknown or self.at["Targets"].is_unknown


class _StateAutomation(StartedAutomation):
    """A run of a runbook by a state that calls StartAutomationExecution."""

    are_nodes_decided_later = True


_COMMANDS: Final[Mapping[str, type[SentCommand]]] = {
    "sendCommand": _StateCommand,
    "startAutomationExecution": _StateAutomation,
}


class StateMachine(Resource):
    """A Step Functions state machine."""

    @cached_property
    def commands(self) -> list[Command]:
        """The runs of documents by its states; what comes from their input is unknown.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        definition = self._definition
        return [] if definition is None else list(_commands_of(self, definition))

    @property
    def _definition(self) -> Value | None:
        """The definition, with the substitutions that are known; None for one that is not in the template."""
        text = self["DefinitionString"]
        definition = from_json(text) if text.is_given else self["Definition"]
        if definition is None or not definition.is_given:
            return None
        return in_text(definition, self._known_parts(definition.known()))

    @cached_property
    def _substitutions(self) -> dict[str, str]:
        entries = self["DefinitionSubstitutions"].entries()
        return {name: value.text() or "" for name, value in entries if not value.is_unknown}

    def _known_parts(self, content: object) -> object:
        """Return the content with an `Unknown` for everything that is evaluated when a state runs."""
        content = self.template.intrinsics.resolve(content)
        match content:
            case dict():
                return {
                    str(key).removesuffix(_JSONPATH): Unknown(str(item), scope=object())
                    if str(key).endswith(_JSONPATH)
                    else self._known_parts(item)
                    for key, item in content.items()
                }
            case list():
                return [self._known_parts(item) for item in content]
            case str():
                return self._known_text(content)
            case _:
                return content

    def _known_text(self, text: str) -> object:
        substituted = _SUBSTITUTION.sub(lambda found: self._substitutions.get(found[1], found[0]), text)
        is_known = _JSONATA not in substituted and not _SUBSTITUTION.search(substituted)
        return substituted if is_known else Unknown(text, scope=object())


def _commands_of(machine: StateMachine, definition: Value) -> Iterator[Command]:
    """Return the runs of documents by the states of a definition, and of the definitions within it."""
    level = [definition]
    for each in level:
        for _, state in each["States"].entries():
            kind = _kind_of(state)
            if kind is not None:
                request = state["Arguments"] if state["Arguments"].is_given else state["Parameters"]
                yield kind(machine, request)
            level += [*state["Branches"].items(), state["ItemProcessor"], state["Iterator"]]


def _kind_of(state: Value) -> type[SentCommand] | None:
    action = _ACTION.search(state.at("Resource").shape)
    return _COMMANDS.get(action[1]) if action else None
