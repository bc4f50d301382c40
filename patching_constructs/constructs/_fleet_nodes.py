"""What the nodes of a fleet must have access to: the output and the overrides of all of its schedules."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from aws_cdk import aws_iam as iam

from patching_constructs.constructs.patch_nodes import Override, PatchNodes
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.task_actions import RunCommand

_OVERRIDES: Final = ("baseline_override", "install_override_list")
_Each = TypeVar("_Each")


class NodeAccess:
    """The outputs and the overrides of the schedules of a fleet, each once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._outputs: list[CommandOutput] = []
        self._overrides: list[Override] = []

    def add(self, properties: Mapping[str, Any]) -> None:
        """Add those of a schedule with these properties."""
        for task in (*properties.get("before", ()), *properties.get("after", ())):
            if isinstance(getattr(task, "action", None), RunCommand):
                _add(self._outputs, task.action.output)
        _add(self._outputs, properties.get("output"))
        for name in _OVERRIDES:
            _add(self._overrides, properties.get(name))

    def grants(self, nodes: PatchNodes) -> Iterator[iam.Grant]:
        """Grant the role of nodes access to all of them."""
        yield nodes.grant_patching(overrides=self._overrides)
        for output in self._outputs:
            yield nodes.grant_patching(output=output)


def _add(items: list[_Each], item: _Each | None) -> None:
    if item is not None and item not in items:
        items.append(item)
