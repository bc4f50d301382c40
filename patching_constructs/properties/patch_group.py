"""A patch group: the tag value by which nodes, the baseline that judges them and the schedule that patches them meet.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
"""

import re
from dataclasses import KW_ONLY, dataclass
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_flag, check_type
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA

# [model: PatchGroup] has letters and numbers of every script, spaces and these.
_NAME: Final = re.compile(r"(?:[^\W_]|[ _.:/=+\-@])*")


@dataclass(frozen=True, slots=True)
class PatchGroup:
    """A patch group, written once and shared: by the nodes in it, their baselines, and their schedules.

    A node is in one patch group at most. A group has at most one baseline per operating system.

    Args:
        name: the group's name, 1-256 characters: the value of the nodes' tag, case-sensitive.
        instance_metadata_tags: whether the nodes' tags can be read in their instance metadata. A key there has no
            spaces, so the tag is called ``PatchGroup``. Default: False, the tag is ``Patch Group``.

    Raises:
        PatchingError: a property is of another type, or the name is empty, too long, or of a form that the service
            refuses or would match nothing.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
    """

    name: str
    _: KW_ONLY
    instance_metadata_tags: bool = False

    def __post_init__(self) -> None:
        check_type("PatchGroup name", self.name, str)
        check_flag("PatchGroup instance_metadata_tags", self.instance_metadata_tags)
        _check_name(self.name)

    @property
    def tag_key(self) -> str:
        """The key of the nodes' tag: ``Patch Group``, or ``PatchGroup`` where instance metadata shows the tags."""
        return PATCH_GROUP_TAG_IN_METADATA if self.instance_metadata_tags else PATCH_GROUP_TAG


def _check_name(name: str) -> None:
    if is_unresolved(name):
        return
    if not name.strip() or len(name) > limits.TAG_VALUE_LENGTH:
        raise refusal("PatchGroup name", f"must have 1-{limits.TAG_VALUE_LENGTH} characters", repr(name))
    if "," in name:
        fix = "make every group a PatchGroup of its own"
        raise refusal("PatchGroup name", "must have no comma, which the service takes for a list", repr(name), fix)
    if "*" in name:
        rule = "must have no wildcard, which is not supported"
        raise refusal("PatchGroup name", rule, repr(name), "write every group out")
    if not _NAME.fullmatch(name):
        raise refusal("PatchGroup name", "must have letters, numbers, spaces and _.:/=+-@ only", repr(name))
