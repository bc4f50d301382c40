"""A patch group: the tag value that connects nodes, their baselines and their schedules.

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

# [model: PatchGroup] allows letters and numbers of all scripts, spaces and these.
_NAME: Final = re.compile(r"(?:[^\W_]|[ _.:/=+\-@])*")


@dataclass(frozen=True, slots=True)
class PatchGroup:
    """A patch group, defined once and shared by its nodes, their baselines and their schedules.

    A node is in at most one patch group. A group has at most one baseline per operating system.

    Args:
        name: the group's name, 1-256 characters: the value of the nodes' tag, case-sensitive.
        instance_metadata_tags: whether the nodes expose their tags in instance metadata. Such keys have no spaces, so
            the tag key is ``PatchGroup``. Default: False, the tag key is ``Patch Group``.

    Raises:
        PatchingError: a property has another type, or the name is empty, too long, or has an invalid character.

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
        """The key of the nodes' tag: ``Patch Group``, or ``PatchGroup`` if instance metadata exposes the tags."""
        return PATCH_GROUP_TAG_IN_METADATA if self.instance_metadata_tags else PATCH_GROUP_TAG


def _check_name(name: str) -> None:
    if is_unresolved(name):
        return
    if not name.strip() or len(name) > limits.TAG_VALUE_LENGTH:
        raise refusal("PatchGroup name", f"must have 1-{limits.TAG_VALUE_LENGTH} characters", repr(name))
    if "," in name:
        rule = "must not contain commas, which the service interprets as a list"
        raise refusal("PatchGroup name", rule, repr(name), "create one PatchGroup per group")
    if "*" in name:
        raise refusal("PatchGroup name", "must not contain wildcards", repr(name), "list every group")
    if not _NAME.fullmatch(name):
        raise refusal("PatchGroup name", "must contain only letters, numbers, spaces and _.:/=+-@", repr(name))
