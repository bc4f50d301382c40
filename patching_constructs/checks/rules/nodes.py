"""Rules of the nodes' own templates, and of what a template hides."""

from collections.abc import Iterator

from patching_constructs._tokens import is_unresolved
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.ssm.target_keys import PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.iam import Role
from patching_constructs.template.instances import Node
from patching_constructs.template.resource import Resource
from patching_constructs.template.transforms import Transform
from patching_constructs.template.value import UnknownError, listed, shown

_CHECK_WHAT_COMES = "Check the template that comes of it."
_CORE = "AmazonSSMManagedInstanceCore"
_TAGS = (PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA)
_GROUPS = f"{GUIDE}patch-manager-patch-groups.html"


@rule("InstanceMetadataTags", Severity.ERROR, of="nodes", fix="Call the tag PatchGroup.", page=_GROUPS)
def instance_metadata_tags(node: Node, _: Context) -> Iterator[Outcome]:
    """Where instance metadata shows tags, that of a patch group is PatchGroup: no key has a space there."""
    tagged = [tag for tag in node.tags if tag["Key"].text() == PATCH_GROUP_TAG]
    if tagged and node.metadata_options["InstanceMetadataTags"].text() == "enabled":
        yield Violation(
            tagged[0]["Key"], f"The tag {PATCH_GROUP_TAG!r} has a space, and instance metadata shows the tags."
        )


@rule("MultiplePatchGroupTags", Severity.WARNING, of="nodes", fix="Keep one of the two tags.", page=_GROUPS)
def multiple_patch_group_tags(node: Node, _: Context) -> Iterator[Outcome]:
    """A node is in one patch group."""
    keys = [tag["Key"] for tag in node.tags if tag["Key"].text() in _TAGS]
    if len(keys) > 1:
        yield Violation(keys[1], f"{node.logical_id} has both {PATCH_GROUP_TAG!r} and {PATCH_GROUP_TAG_IN_METADATA!r}.")


@rule(
    "NodeRole",
    Severity.NOTE,
    of="nodes",
    fix=f"Give its role {_CORE}, or have Systems Manager manage the hosts of the account by default.",
    page=f"{GUIDE}setup-instance-permissions.html",
)
def node_role(node: Node, deployment: Context) -> Iterator[Outcome]:
    """A node of a patch group has an instance profile that lets Systems Manager reach it."""
    if not any(tag["Key"].text() in _TAGS for tag in node.tags):
        return
    if not node.profile.is_given:
        yield Violation(node.properties, f"{node.logical_id} is in a patch group, and has no instance profile.")
    for role in deployment.roles_of(node):
        if not _is_managed(role, deployment):
            yield Violation(node.profile, f"{role.logical_id}, the role of {node.logical_id}, does not have {_CORE}.")


def _is_managed(role: Role, deployment: Deployment) -> bool:
    policies = listed(role["ManagedPolicyArns"])
    return any(_CORE in policy.shape for policy in policies) or deployment.allows(role, "ssm:UpdateInstanceInformation")


@rule(
    "UnresolvedToken",
    Severity.ERROR,
    of="patching",
    fix="Join it in the template: aws_cdk.Fn.join(...), or give the token as the whole value.",
    page="https://docs.aws.amazon.com/cdk/v2/guide/tokens.html",
)
def unresolved_token(resource: Resource, _: Context) -> Iterator[Outcome]:
    """No token of the CDK is left in a template: it stands for a value that was never filled in."""
    if not resource.properties.is_unknown:
        for value in resource.properties.leaves():
            if isinstance(value.content, str | int | float) and is_unresolved(value.content):
                yield Violation(value, f"{shown(value.content)} has a token that was never resolved.")


@rule(
    "GeneratedResources",
    Severity.WARNING,
    of="transforms",
    fix=_CHECK_WHAT_COMES,
    page=f"{CLOUDFORMATION}intrinsic-function-reference-foreach.html",
)
def generated_resources(transform: Transform, _: Context) -> Iterator[Outcome]:
    """Every resource of a template can be seen."""
    yield UnknownError(transform.value, f"What {transform.name} makes cannot be seen here", _CHECK_WHAT_COMES)
