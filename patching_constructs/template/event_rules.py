"""EventBridge rules, and the documents that their targets run.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
"""

from functools import cached_property
from typing import Final

from patching_constructs.template.commands import Command
from patching_constructs.template.resource import Resource
from patching_constructs.template.texts import from_json, from_json_template
from patching_constructs.template.value import Value

EVENT_RULE: Final = "AWS::Events::Rule"
_DOCUMENT: Final = ":document/"
_RUNBOOK: Final = ":automation-definition/"


class EventRule(Resource):
    """An EventBridge rule."""

    @property
    def pattern(self) -> Value:
        """The events that it matches.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self["EventPattern"]

    @cached_property
    def document_targets(self) -> list[Value]:
        """Its targets that run a document, as far as their ARNs are known.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        targets = [target for target in self["Targets"].items() if not target.is_unknown]
        return [target for target in targets if any(kind in target["Arn"].shape for kind in (_DOCUMENT, _RUNBOOK))]

    @cached_property
    def commands(self) -> list[Command]:
        """The runs of documents by its targets, without those whose parameters come from an event.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [EventCommand(self, target) for target in self.document_targets if _has_known_input(target)]


class EventCommand(Command):
    """A run of a document by a target of an EventBridge rule.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RunCommandParameters.html
    """

    stops_by_default = True

    @property
    def document(self) -> Value:
        """The target's ``Arn``."""
        return self.at["Arn"]

    @property
    def document_in_template(self) -> Value:
        """The document's name; of a runbook the ARN ends with the version."""
        arn = self.document
        return arn.name_after(_DOCUMENT) if self.is_run_command else arn.name_after(_RUNBOOK, ":")

    @property
    def document_version(self) -> Value:
        """No version: a target cannot give one."""
        return self.at["DocumentVersion"]

    @cached_property
    def parameters(self) -> Value:
        """The parameters that the target gives, as a text of JSON."""
        return input_of(self.at) or self.at["Input"]

    @cached_property
    def is_run_command(self) -> bool:
        """Whether it is the ARN of a document, and not of a runbook."""
        return _DOCUMENT in self.document.shape

    @property
    def filters(self) -> list[Value]:
        """The entries of the target's ``RunCommandTargets``."""
        return self.at["RunCommandParameters"]["RunCommandTargets"].items()


def is_from_event(target: Value) -> bool:
    """Return whether all parameters come from the event that the rule matches.

    Raises:
        UnknownError: that is unknown until deployment.
    """
    if target["InputTransformer"].is_given:
        return input_of(target) is None
    return target["InputPath"].is_given


def input_of(target: Value) -> Value | None:
    """Return the parameters that a target gives; what a transformer takes from the event is unknown. None: no JSON.

    Raises:
        UnknownError: they are unknown until deployment.
    """
    transformer = target["InputTransformer"]
    return from_json_template(transformer["InputTemplate"]) if transformer.is_given else from_json(target["Input"])


def _has_known_input(target: Value) -> bool:
    # What is no JSON has a rule of its own.
    return not is_from_event(target) and input_of(target) is not None
