"""SSM documents of a template, and the documents that their steps run.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runcommand.html
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from patching_constructs.ssm.documents import Parameter
from patching_constructs.template.commands import Command, SentCommand, StartedAutomation
from patching_constructs.template.resource import Resource
from patching_constructs.template.texts import from_json_or_yaml
from patching_constructs.template.value import Value

DOCUMENT: Final = "AWS::SSM::Document"
_SEND_COMMAND: Final = frozenset({"SendCommand", "send_command"})
_START_AUTOMATION: Final = frozenset({"StartAutomationExecution", "start_automation_execution"})


class SsmDocument(Resource):
    """An SSM document that the template creates."""

    @cached_property
    def content(self) -> Value | None:
        """Its content; None if that is not valid JSON or YAML.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return from_json_or_yaml(self["Content"])

    @cached_property
    def parameters(self) -> dict[str, Parameter] | None:
        """The parameters that a run of it can set, without their patterns; None if its content is not valid.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        content = self.content
        return None if content is None else dict(map(_parameter, content["parameters"].entries()))

    @property
    def is_command(self) -> bool:
        """Whether it is run on nodes, and not as an automation.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        return self["DocumentType"].text() in {None, "Command"}

    @cached_property
    def steps(self) -> list[Value]:
        """Its steps, including those of loops; none if the document is not valid JSON or YAML.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        content = self.content
        steps = [] if content is None else content["mainSteps"].items()
        for step in steps:
            steps += step["inputs"]["Steps"].items()
        return steps

    @cached_property
    def commands(self) -> list[Command]:
        """The runs of documents by its steps.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [command for step in self.steps for command in _commands_of(self, step)]


def _parameter(entry: tuple[str, Value]) -> tuple[str, Parameter]:
    name, content = entry
    allowed = content.at("allowedValues")
    texts = () if any(each.is_unknown for each in allowed.each()) else tuple(each.text() for each in allowed.each())
    return name, Parameter(
        name=name,
        type=content.at("type").shape,
        required=content.at("default").content is None,
        allowed_values=tuple(text for text in texts if text is not None),
    )


class _StepCommand(SentCommand):
    """A run of a document by a step of a runbook."""

    is_filled_in = True

    @property
    def are_nodes_decided_later(self) -> bool:
        """Whether its nodes are a parameter of the runbook, or an output of another step."""
        return self.is_decided_later(self.node_ids) or self.is_decided_later(self.at["Targets"])


class _RunCommandStep(_StepCommand):
    """A step ``aws:runCommand``."""

    is_scalar_accepted = True


class _AutomationStep(StartedAutomation):
    """A step ``aws:executeAutomation``."""

    is_filled_in = True
    is_scalar_accepted = True
    are_nodes_decided_later = True

    @cached_property
    def parameters(self) -> Value:
        """The step's ``RuntimeParameters``."""
        return self.at["RuntimeParameters"]


class _StartAutomationStep(StartedAutomation):
    """A step that calls StartAutomationExecution."""

    is_filled_in = True
    are_nodes_decided_later = True


class _DocumentStep(_StepCommand):
    """A step ``aws:runDocument`` of a Command document: it runs another document on the same node."""

    is_scalar_accepted = True
    are_nodes_decided_later = True

    @property
    def document(self) -> Value:
        """The step's ``documentPath``."""
        return self.at.at("documentPath")

    @cached_property
    def parameters(self) -> Value:
        """The step's ``documentParameters``."""
        return self.at["documentParameters"]


def _commands_of(document: SsmDocument, step: Value) -> Iterator[Command]:
    inputs = step["inputs"]
    match step["action"].text():
        case "aws:runCommand":
            yield _RunCommandStep(document, inputs)
        case "aws:executeAutomation":
            yield _AutomationStep(document, inputs)
        case "aws:executeAwsApi" if inputs["Service"].text() == "ssm":
            api = inputs["Api"].text()
            if api in _SEND_COMMAND:
                yield _StepCommand(document, inputs)
            elif api in _START_AUTOMATION:
                yield _StartAutomationStep(document, inputs)
        case "aws:runDocument" if inputs["documentType"].text() == "SSMDocument":
            yield _DocumentStep(document, inputs)
