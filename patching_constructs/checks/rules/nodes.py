"""Rules of the nodes' own templates, and of what a template hides."""

from collections.abc import Iterator

from patching_constructs._tokens import is_unresolved
from patching_constructs.checks.finding import Answer, Fault, Severity, UndecidableError, shown
from patching_constructs.checks.model import Hidden, Node, Resource, Role
from patching_constructs.checks.rule import CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.value import Value, listed
from patching_constructs.ssm.target_keys import PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA
from patching_constructs.template.document import DocumentPath

_CHECK_WHAT_COMES = "Check the template that comes of it."
_CORE = "AmazonSSMManagedInstanceCore"
_TAGS = (PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA)
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
    keys = [tag["Key"] for tag in node.tags if tag["Key"].text() in _TAGS]
    if len(keys) > 1:
        yield Fault(keys[1], f"{node.logical_id} has both {PATCH_GROUP_TAG!r} and {PATCH_GROUP_TAG_IN_METADATA!r}.")


@rule(
    "NodeRole",
    Severity.NOTE,
    of="nodes",
    mend=f"Give its role {_CORE}, or have Systems Manager manage the hosts of the account by default.",
    page=f"{GUIDE}setup-instance-permissions.html",
)
def node_role(node: Node) -> Iterator[Answer]:
    """A node of a patch group has an instance profile that lets Systems Manager reach it."""
    if not any(tag["Key"].text() in _TAGS for tag in node.tags):
        return
    if not node.profile.is_given:
        yield Fault(node.properties, f"{node.logical_id} is in a patch group, and has no instance profile.")
    for role in node.roles:
        if not _is_managed(role):
            yield Fault(node.profile, f"{role.logical_id}, the role of {node.logical_id}, does not have {_CORE}.")


def _is_managed(role: Role) -> bool:
    policies = listed(role["ManagedPolicyArns"])
    return any(_CORE in policy.shape for policy in policies) or role.allows("ssm:UpdateInstanceInformation")


@rule(
    "LeakedToken",
    Severity.ERROR,
    of="patching",
    mend="Join it in the template: aws_cdk.Fn.join(...), or give the token as the whole value.",
    page="https://docs.aws.amazon.com/cdk/v2/guide/tokens.html",
)
def leaked_token(resource: Resource) -> Iterator[Answer]:
    """No token of the CDK is left in a template: it stands for a value that was never filled in."""
    if not resource.properties.is_deferred:
        for path, token in _tokens(resource.properties):
            yield Fault(Value(resource, path, token), f"{shown(token)} has a token that was never resolved.")


def _tokens(properties: Value) -> Iterator[tuple[DocumentPath, object]]:
    level: list[tuple[DocumentPath, object]] = [(properties.path, properties.content)]
    for path, content in level:
        match content:
            case dict():
                level += [((*path, key), value) for key, value in content.items()]
            case list():
                level += [((*path, place), value) for place, value in enumerate(content)]
            case str() | int() | float() if is_unresolved(content):
                yield path, content


@rule(
    "Unseen",
    Severity.WARNING,
    of="hidden",
    mend=_CHECK_WHAT_COMES,
    page=f"{CLOUDFORMATION}intrinsic-function-reference-foreach.html",
)
def unseen(hidden: Hidden) -> Iterator[Answer]:
    """Every resource of a template can be seen."""
    yield UndecidableError(hidden.value, f"What {hidden.name} makes cannot be seen here", _CHECK_WHAT_COMES)
