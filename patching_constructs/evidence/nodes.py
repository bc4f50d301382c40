"""The nodes of windows and their patch states, read from Systems Manager.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from .compliance import State

if TYPE_CHECKING:
    from mypy_boto3_resource_groups import ResourceGroupsClient
    from mypy_boto3_ssm import SSMClient

Filters = Sequence[Mapping[str, Any]]
"""A target: keys with values, which a node matches all."""

GROUP_NAME: Final = "resource-groups:Name"
GROUP_TYPES: Final = "resource-groups:ResourceTypeFilters"
_STATES_PER_CALL: Final = 50


class Nodes:
    """The nodes in an account and Region."""

    def __init__(self, ssm: "SSMClient", resource_groups: "Callable[[], ResourceGroupsClient]") -> None:
        """Take the client, and a function that creates the one for groups."""
        self._ssm = ssm
        self._create_resource_groups = resource_groups

    @cached_property
    def _resource_groups(self) -> "ResourceGroupsClient":
        return self._create_resource_groups()

    def targets_of(self, windows: Iterable[str]) -> list[Filters]:
        """Return the targets that are registered with windows."""
        paginator = self._ssm.get_paginator("describe_maintenance_window_targets")
        pages = (page for window in windows for page in paginator.paginate(WindowId=window))
        return [each["Targets"] for page in pages for each in page["Targets"]]

    def selected_by(self, targets: Iterable[Filters]) -> list[str]:
        """Return the ids of the nodes that targets select, in order."""
        # All windows of a schedule have the same targets.
        different = {repr(target): target for target in targets}.values()
        return sorted({node for target in different for node in self._selected(target)})

    def _selected(self, target: Filters) -> Iterator[str]:
        values = {each["Key"]: each["Values"] for each in target}
        if GROUP_NAME in values:
            types = values.get(GROUP_TYPES, ())
            yield from (node for group in values[GROUP_NAME] for node in self._in_group(group, types))
            return
        pages = self._ssm.get_paginator("describe_instance_information").paginate(
            Filters=[{"Key": each["Key"], "Values": each["Values"]} for each in target],
            PaginationConfig={"PageSize": 50},
        )
        yield from (each["InstanceId"] for page in pages for each in page["InstanceInformationList"])

    def _in_group(self, group: str, types: Sequence[str]) -> Iterator[str]:
        filters = [{"Name": "resource-type", "Values": types}] if types else []
        paginator = self._resource_groups.get_paginator("list_group_resources")
        for page in paginator.paginate(Group=group, Filters=filters):  # type: ignore[arg-type]
            for each in page["Resources"]:
                resource = each["Identifier"]["ResourceArn"].rpartition(":")[2]
                kind, _, node = resource.partition("/")
                if kind in ("instance", "managed-instance"):
                    yield node

    def states_of(self, nodes: Sequence[str]) -> dict[str, State]:
        """Return the patch states of nodes, as far as they have one."""
        found: dict[str, State] = {}
        paginator = self._ssm.get_paginator("describe_instance_patch_states")
        for first in range(0, len(nodes), _STATES_PER_CALL):
            for page in paginator.paginate(InstanceIds=nodes[first : first + _STATES_PER_CALL]):
                found |= {each["InstanceId"]: each for each in page["InstancePatchStates"]}
        return found
