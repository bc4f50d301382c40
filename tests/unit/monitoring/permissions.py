"""What the role of a function allows, as IAM evaluates it: an action and a resource, both with wildcards.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

_RESOURCES = {
    "GetMaintenanceWindow": "maintenancewindow/{WindowId}",
    "DescribeMaintenanceWindowExecutions": "maintenancewindow/{WindowId}",
    "DescribeMaintenanceWindowTargets": "maintenancewindow/{WindowId}",
    "GetAutomationExecution": "automation-execution/{AutomationExecutionId}",
    "GetPatchBaseline": "patchbaseline/{BaselineId}",
}
"""The operations of Systems Manager that can be limited to a resource; others require `*`."""


@dataclass(frozen=True)
class Permissions:
    """The statements of a role."""

    statements: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, role: Mapping[str, Any], policies: Iterable[Mapping[str, Any]]) -> "Permissions":
        """Return the statements of the inline policies of a role, and of other policies for it."""
        documents = [each["PolicyDocument"] for each in [*role.get("Policies", ()), *policies]]
        return cls([statement for document in documents for statement in document["Statement"]])

    def allows(self, action: str, resource: str) -> bool:
        """Return whether a statement allows an action on a resource."""
        return any(
            statement["Effect"] == "Allow"
            and any(fnmatchcase(action, each) for each in _list(statement["Action"]))
            and any(fnmatchcase(resource, each) for each in _list(statement["Resource"]))
            for statement in self.statements
        )

    def refused(self, requests: Iterable[tuple[str, Mapping[str, Any]]], place: str) -> set[str]:
        """Return the requests to Systems Manager that are not allowed, each an operation and its parameters."""
        asked = {(f"ssm:{operation}", _resource(operation, given, place)) for operation, given in requests}
        return {f"{action} on {resource}" for action, resource in asked if not self.allows(action, resource)}


def _resource(operation: str, given: Mapping[str, Any], place: str) -> str:
    if operation not in _RESOURCES:
        return "*"
    resource = _RESOURCES[operation].format_map(given)
    # A request can name a resource by its ARN.
    _, _, arn = resource.partition("/arn:")
    return f"arn:{arn}" if arn else f"arn:aws:ssm:{place}:{resource}"


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
