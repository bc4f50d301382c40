"""The keys by which targets select nodes, and the tags of patch groups.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from typing import Final

TAG: Final = "tag:"
"""The prefix of a tag's key: ``tag:Env`` selects by the values of the tag ``Env``."""
TAG_KEY: Final = "tag-key"
"""Selects nodes that have the tags in its values, with any value."""
INSTANCE_IDS: Final = "InstanceIds"
RESOURCE_GROUP: Final = "resource-groups:Name"
RESOURCE_TYPES: Final = "resource-groups:ResourceTypeFilters"
"""Narrows a resource group to resources of these types."""
WINDOW_TARGET_IDS: Final = "WindowTargetIds"
"""The key of a task's targets: ids of targets of its window."""


def is_node_key(key: str) -> bool:
    """Return whether the key selects nodes in a target of a window."""
    return key in {TAG_KEY, INSTANCE_IDS} or (key.startswith(TAG) and key != TAG)


def is_group_key(key: str) -> bool:
    """Return whether the key selects or narrows a resource group in a target of a window."""
    return key in {RESOURCE_GROUP, RESOURCE_TYPES}


ASSOCIATION_KEYS: Final = frozenset(
    {
        TAG_KEY,
        INSTANCE_IDS,
        RESOURCE_GROUP,
        "ParameterValues",
        "AutomationAccountIds",
        "AutomationTargetLocations",
        "aws:NoOpAutomationTag",
        "CloudConnector",
    }
)
"""The keys beside ``tag:`` of a State Manager association; the list is not closed."""

EVERY_NODE: Final = "*"
"""A value of ``InstanceIds`` in a State Manager association:
https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-state-manager-targets-and-rate-controls.html
"""

POLICY_TARGET_KEYS: Final = {
    EVERY_NODE: INSTANCE_IDS,
    INSTANCE_IDS: INSTANCE_IDS,
    "ResourceGroups": RESOURCE_GROUP,
    "Tags": TAG,
}
"""The values of ``TargetType`` in a Quick Setup patch policy, with the keys that they select by:
https://docs.aws.amazon.com/quick-setup/latest/APIReference/API_ConfigurationDefinitionInput.html
"""

# A tag key with a space cannot be exposed in instance metadata, so there the key has none:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
PATCH_GROUP_TAG: Final = "Patch Group"
PATCH_GROUP_TAG_IN_METADATA: Final = "PatchGroup"
PATCH_GROUP_KEYS: Final = frozenset({f"{TAG}{PATCH_GROUP_TAG}", f"{TAG}{PATCH_GROUP_TAG_IN_METADATA}"})


def is_hybrid(node_id: str) -> bool:
    """Return whether the id is that of a node that is registered by an activation, and not of an EC2 instance."""
    return node_id.startswith("mi-")
