"""The gates of schedules: runbooks of the templates that patch only under conditions."""

from dataclasses import dataclass

from patching_constructs.ssm.gate_input import CONDITIONS, DECIDE, LISTS, PATCH, GateInput
from patching_constructs.template.resource import Resource
from patching_constructs.template.runbooks import SsmDocument
from patching_constructs.template.value import UnknownError, Value


@dataclass(frozen=True, slots=True)
class Gate:
    """The runbook of a gate."""

    document: SsmDocument
    given: Value
    """The input of the decision."""
    command: Value
    """The input of the patch step."""

    def condition(self, name: GateInput) -> Value:
        """Return a condition."""
        return self.given.at(name)


def gate_of(resource: Resource | None) -> Gate | None:
    """Return the gate that a document is; None for any other document."""
    if not isinstance(resource, SsmDocument):
        return None
    try:
        steps = {step["name"].text(): step for step in resource.steps}
        if not {DECIDE, PATCH} <= steps.keys():
            return None
        given = steps[DECIDE]["inputs"]["InputPayload"]
        return Gate(resource, given, steps[PATCH]["inputs"]) if _is_complete(given) else None
    except UnknownError:
        return None


def _is_complete(given: Value) -> bool:
    written = {name: value.content for name, value in given.entries()}
    numbers = [written.get(name) for name in CONDITIONS if name not in LISTS]
    return set(CONDITIONS) <= written.keys() and not any(
        each in (None, "") or isinstance(each, list | dict) for each in numbers
    )
