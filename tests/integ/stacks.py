"""The stacks of an app in the emulator: the template's resources with their physical ids."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.integ.emulator.process import Emulator
from tests.integ.intrinsics import Values

FALLBACK: Final = "is not supported but was deployed as a fallback"


@dataclass(frozen=True)
class Resource:
    """A deployed resource, with the properties of the template in which intrinsic functions have been replaced.

    A fallback has none.
    """

    stack: str
    logical_id: str
    type: str
    physical_id: str
    properties: Mapping[str, Any]
    fallback: bool
    """The emulator does not know the type, and has created nothing."""

    def __str__(self) -> str:
        return f"{self.stack}/{self.logical_id} ({self.type})"


def stacks_of(assembly: Path) -> dict[str, dict[str, Any]]:
    """Return the templates of an app by the name of their stack."""
    artifacts = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    return {
        name: json.loads((assembly / artifact["properties"]["templateFile"]).read_text(encoding="utf-8"))
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }


def deployed(emulator: Emulator, stack: str, template: Mapping[str, Any]) -> list[Resource]:
    """Return the resources of a stack."""
    cloudformation = emulator.client("cloudformation")
    listed = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    physical = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}
    values = Values(template, physical, _parameters(cloudformation, stack), emulator)
    fallbacks = _fallbacks(cloudformation, stack)
    return [
        Resource(
            stack,
            logical_id,
            body["Type"],
            physical[logical_id],
            {} if logical_id in fallbacks else values.resolved(body.get("Properties", {})),
            logical_id in fallbacks,
        )
        for logical_id, body in template["Resources"].items()
        if logical_id in physical
    ]


def _parameters(cloudformation: Any, stack: str) -> dict[str, str]:
    (described,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {
        each["ParameterKey"]: each.get("ResolvedValue", each["ParameterValue"])
        for each in described.get("Parameters", [])
    }


def _fallbacks(cloudformation: Any, stack: str) -> set[str]:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    return {each["LogicalResourceId"] for each in events if FALLBACK in each.get("ResourceStatusReason", "")}
