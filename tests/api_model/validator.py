"""Validate a template: every request that its deployment sends, and everything that is not validated."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.api_model.forms import NoFormError, name_of, ref
from tests.api_model.mappings import MAPPINGS, Created
from tests.api_model.model import Request, unknown_values, violations
from tests.api_model.not_validated import NOT_VALIDATED
from tests.api_model.resolution import Scenario, UnsupportedError, scenarios


@dataclass
class Result:
    """What is wrong with the requests of a template, and what could not be validated."""

    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    """What the service models do not allow, after the logical ID."""
    unmapped: list[str] = field(default_factory=list)
    """Types, properties and functions that the validator does not support: a failure, as a violation is."""
    not_validated: dict[str, str] = field(default_factory=dict)
    """Logical IDs and types of the resources that no request is made for."""
    unknown: set[str] = field(default_factory=set)
    """Values that are known only after deployment, which match every requirement."""

    @property
    def problems(self) -> list[str]:
        """Return everything that must not be."""
        return [*self.violations, *self.unmapped]


def validate(template: Mapping[str, Any]) -> Result:
    """Validate a template, for each combination of its conditions and parameters."""
    result = Result()
    try:
        for scenario in scenarios(template):
            _add(result, scenario)
    except (NoFormError, UnsupportedError) as error:
        result.unmapped.append(str(error))
    for name in ("violations", "unmapped"):
        setattr(result, name, [*dict.fromkeys(getattr(result, name))])
    return result


def _add(result: Result, scenario: Scenario) -> None:
    for logical_id, kind, properties in scenario.resources():
        if kind in NOT_VALIDATED:
            result.not_validated[logical_id] = kind
        elif kind not in MAPPINGS:
            result.unmapped.append(f"{kind} has no mapping, and is not in NOT_VALIDATED")
        else:
            _add_resource(result, logical_id, kind, properties)


def _add_resource(result: Result, logical_id: str, kind: str, properties: dict[str, Any]) -> None:
    created = Created(deepcopy(properties), name_of(logical_id, kind, properties), _ref(logical_id, kind, properties))
    for request in MAPPINGS[kind](created):
        result.requests.append(request)
        result.violations += [f"{logical_id}: {violation}" for violation in violations(request)]
        result.unknown |= set(unknown_values(request.given))
    result.unmapped += [f"{kind}.{name} is in no request" for name in created.properties]


def _ref(logical_id: str, kind: str, properties: dict[str, Any]) -> str:
    try:
        return ref(logical_id, kind, properties)
    except NoFormError:
        return logical_id  # only a mapping that uses it needs the right form


def requests_named(result: Result, name: str) -> Iterator[dict[str, Any]]:
    """Return the inputs of all requests with a name such as ``ssm:SendCommand``."""
    return (request.given for request in result.requests if request.name == name)
