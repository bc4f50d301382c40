"""Which properties CloudFormation cannot update, so that it replaces the resource.

These are ``createOnlyProperties`` and ``conditionalCreateOnlyProperties`` of the resource schemas:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

import re
from enum import StrEnum
from typing import Final

from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.event_rules import EVENT_RULE
from patching_constructs.template.maintenance_windows import TARGET, TASK, WINDOW
from patching_constructs.template.patch_policies import CONFIGURATION_MANAGER
from patching_constructs.template.runbooks import DOCUMENT
from patching_constructs.template.scheduler import SCHEDULE
from patching_constructs.template.stack_sets import STACK_SET


class Replacement(StrEnum):
    """Whether CloudFormation replaces a resource when a property changes."""

    NO = "no"
    PERHAPS = "perhaps"
    """It depends on other properties."""
    YES = "yes"


REPLACING: Final[dict[str, frozenset[str]]] = {
    WINDOW: frozenset(),
    TARGET: frozenset({"WindowId"}),
    TASK: frozenset({"TaskType", "WindowId"}),
    BASELINE: frozenset({"OperatingSystem"}),
    ASSOCIATION: frozenset({"InstanceId"}),
    DOCUMENT: frozenset({"DocumentType", "Name"}),
    EVENT_RULE: frozenset({"Name"}),
    SCHEDULE: frozenset({"Name"}),
    CONFIGURATION_MANAGER: frozenset({"ConfigurationDefinitions.*.Type", "ConfigurationDefinitions.*.TypeVersion"}),
    STACK_SET: frozenset({"PermissionModel", "StackSetName"}),
}
"""The properties by resource type, with dots between their keys and ``*`` for any item of a list."""
PERHAPS_REPLACING: Final[dict[str, frozenset[str]]] = {
    DOCUMENT: frozenset({"Attachments", "Content", "DocumentFormat", "Requires", "TargetType", "VersionName"}),
    EVENT_RULE: frozenset({"EventBusName"}),
}
NEW_VERSION: Final = "NewVersion"
"""The ``UpdateMethod`` of a document of which CloudFormation creates a new version instead of replacing it:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html
"""
VERSIONED: Final = frozenset({"Attachments", "Content", "DocumentFormat", "TargetType", "VersionName"})
"""The properties of a document that a new version can have:
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocument.html
"""


def general_name(name: str) -> str:
    """Return a property with ``*`` for the place of an item of a list: ``Targets.*.Arn``."""
    return re.sub(r"\.[0-9]+(?=\.|$)", ".*", name)


def replacement_of(resource_type: str, name: str, *, update_method: object = None) -> Replacement:
    """Return whether a change of a property replaces the resource.

    Args:
        resource_type: the type of the resource.
        name: the property, with dots between its keys, and the place of an item of a list.
        update_method: the ``UpdateMethod`` of a document after the change.
    """
    general = general_name(name)
    if general in REPLACING.get(resource_type, ()):
        return Replacement.YES
    first = general.partition(".")[0]
    if first in VERSIONED and resource_type == DOCUMENT and update_method == NEW_VERSION:
        return Replacement.NO
    return Replacement.PERHAPS if first in PERHAPS_REPLACING.get(resource_type, ()) else Replacement.NO
