"""The managed nodes of an account and Region, and their tags.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

from collections.abc import Mapping
from typing import Final

from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.request import Answer, Request
from patching_constructs.reporting.nodes import Node, Place

Tags = Mapping[str, Mapping[str, str]]
"""The tags of each node, by its id."""

_NODES: Final = Request(operation="describe_instance_information", result="InstanceInformationList", page_size=50)
_TAGS: Final = Request(
    service="resourcegroupstaggingapi",
    operation="get_resources",
    result="ResourceTagMappingList",
    parameters={"ResourceTypeFilters": ["ec2:instance", "ssm:managed-instance"]},
    page_size=100,
)
_NAME: Final = "Name"


def read_nodes(reader: LiveReader) -> list[Answer]:
    """Return the nodes as the service describes them. It does not describe stopped and terminated instances.

    Raises:
        AwsError: they cannot be read.
    """
    return reader.read(_NODES)


def read_tags(reader: LiveReader) -> Tags:
    """Return the tags of all nodes that have some.

    Raises:
        AwsError: they cannot be read.
    """
    return {
        each["ResourceARN"].rpartition("/")[2]: {tag["Key"]: tag["Value"] for tag in each.get("Tags", ())}
        for each in reader.read(_TAGS)
    }


def node_of(found: Answer, place: Place, tags: Tags | None) -> Node:
    """Return a node without its patch state.

    Args:
        found: the node as the service describes it.
        place: the account and Region.
        tags: the tags of all nodes; None where they were not read.
    """
    own = None if tags is None else tags.get(found["InstanceId"], {})
    platform = " ".join(filter(None, (found.get("PlatformName"), found.get("PlatformVersion"))))
    return Node(
        id=found["InstanceId"],
        place=place,
        name=(own or {}).get(_NAME) or found.get("Name") or found.get("ComputerName") or None,
        platform=platform or None,
        ping=found.get("PingStatus"),
        last_ping=found.get("LastPingDateTime"),
        tags=own,
    )
