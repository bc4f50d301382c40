"""Rules of the nodes' own templates, and of what a template hides."""

from collections.abc import Iterator

from patching_constructs.checks.finding import Answer, Fault, Severity, UndecidableError
from patching_constructs.checks.model import Hidden, Node
from patching_constructs.checks.rule import CLOUDFORMATION, GUIDE, rule
from patching_constructs.patch_group import PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA

_GROUPS = f"{GUIDE}patch-manager-patch-groups.html"


@rule("MetadataTags", Severity.ERROR, of="nodes", mend="Call the tag PatchGroup.", page=_GROUPS)
def metadata_tags(node: Node) -> Iterator[Answer]:
    """Where instance metadata shows tags, that of a patch group is PatchGroup: no key has a space there."""
    tagged = [tag for tag in node.tags if tag["Key"].text() == PATCH_GROUP_TAG]
    if tagged and node.metadata_options["InstanceMetadataTags"].text() == "enabled":
        yield Fault(tagged[0]["Key"], f"The tag {PATCH_GROUP_TAG!r} has a space, and instance metadata shows the tags.")


@rule("NodePatchGroup", Severity.WARNING, of="nodes", mend="Keep one of the two tags.", page=_GROUPS)
def node_patch_group(node: Node) -> Iterator[Answer]:
    """A node is in one patch group."""
    keys = [tag["Key"] for tag in node.tags if tag["Key"].text() in {PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA}]
    if len(keys) > 1:
        yield Fault(keys[1], f"{node.logical_id} has both {PATCH_GROUP_TAG!r} and {PATCH_GROUP_TAG_IN_METADATA!r}.")


@rule(
    "Unseen",
    Severity.WARNING,
    of="hidden",
    mend="Check the template that comes of it.",
    page=f"{CLOUDFORMATION}intrinsic-function-reference-foreach.html",
)
def unseen(hidden: Hidden) -> Iterator[Answer]:
    """A template is checked whole."""
    yield UndecidableError(hidden.value, f"What {hidden.name} makes cannot be seen here")
