"""Rules for instances and launch templates, and for tokens and generated resources in any template."""

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
from patching_constructs.template.node_groups import NodeGroup
from patching_constructs.template.resource import Resource
from patching_constructs.template.transforms import Transform
from patching_constructs.template.value import UnknownError, check_choices, listed, shown

_CHECK_PROCESSED = "Check the processed template."
_CORE = "AmazonSSMManagedInstanceCore"
_TAGS = (PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA)
_WHICH_TAGS = "It is unknown until deployment which tags the nodes have"
_GROUPS = f"{GUIDE}patch-manager-patch-groups.html"


@rule("InstanceMetadataTags", Severity.ERROR, of="launches", fix="Rename the tag key to PatchGroup.", page=_GROUPS)
def instance_metadata_tags(group: NodeGroup, _: Context) -> Iterator[Outcome]:
    """The patch group tag must be PatchGroup if instance metadata exposes tags."""
    keys = [tag.key for tag in group.patch_tags if tag.name == PATCH_GROUP_TAG]
    option = group.metadata_tags
    if not keys:
        check_choices(group.value, group.choices, _WHICH_TAGS)
        # A key that is unknown until deployment may be the one.
        keys = [tag.at("Key") for tag in group.resource.tags if option is not None and tag.at("Key").is_unknown]
        for key in keys[:1]:
            key.known()
        return
    # The tags of a launch template beside its own option are reported there.
    is_here = group.has_own(keys[0]) or (option is not None and group.has_own(option))
    if is_here and option is not None and option.text() == "enabled":
        problem = f"Tag keys must not contain spaces if InstanceMetadataTags is enabled, got {PATCH_GROUP_TAG!r}."
        yield Violation(keys[0], problem)
    elif option is None:
        check_choices(keys[0], group.choices, "It is unknown until deployment if instance metadata exposes the tags")


@rule("MultiplePatchGroupTags", Severity.WARNING, of="launches", fix="Remove one of the two tags.", page=_GROUPS)
def multiple_patch_group_tags(group: NodeGroup, _: Context) -> Iterator[Outcome]:
    """A node should have only one patch group."""
    if len(group.patch_tags) < len(_TAGS):
        check_choices(group.value, group.choices, _WHICH_TAGS)
        return
    own = [tag.key for tag in group.patch_tags if group.has_own(tag.key)]
    # Equal values under both keys are one group.
    values = {tag.value.identity: tag.value for tag in group.patch_tags}
    if own and len(values) > 1 and len({value.text() for value in values.values()}) > 1:
        last = max(own, key=lambda key: key.path)
        names = f"the tag {PATCH_GROUP_TAG!r} and the tag {PATCH_GROUP_TAG_IN_METADATA!r}"
        yield Violation(last, f"{group.resource.logical_id} has both {names}, with different values.")


@rule(
    "NodeRole",
    Severity.NOTE,
    of="nodes",
    fix=f"Attach {_CORE} to the role, or use Default Host Management Configuration.",
    page=f"{GUIDE}setup-instance-permissions.html",
)
def node_role(node: Node, deployment: Context) -> Iterator[Outcome]:
    """A node in a patch group should have an instance profile with permissions for Systems Manager."""
    if not any(tag["Key"].text() in _TAGS for tag in node.tags):
        return
    if not node.profile.is_given:
        yield Violation(node.properties, f"{node.logical_id} is in a patch group, but has no instance profile.")
    for role in deployment.roles_of(node):
        if not _is_managed(role, deployment):
            yield Violation(
                node.profile,
                f"{role.logical_id}, the role of {node.logical_id}, has neither {_CORE} nor permission "
                "for ssm:UpdateInstanceInformation.",
            )


def _is_managed(role: Role, deployment: Deployment) -> bool:
    policies = listed(role["ManagedPolicyArns"])
    return any(_CORE in policy.shape for policy in policies) or deployment.allows(role, "ssm:UpdateInstanceInformation")


@rule(
    "UnresolvedToken",
    Severity.ERROR,
    of="patching",
    fix="Build the value with aws_cdk.Fn.join(...), or pass the token as the whole value.",
    page="https://docs.aws.amazon.com/cdk/v2/guide/tokens.html",
)
def unresolved_token(resource: Resource, _: Context) -> Iterator[Outcome]:
    """A template must not contain unresolved CDK tokens."""
    if not resource.properties.is_unknown:
        for value in resource.properties.leaves():
            if isinstance(value.content, str | int | float) and is_unresolved(value.content):
                yield Violation(value, f"{shown(value.content)} contains an unresolved CDK token.")


@rule(
    "GeneratedResources",
    Severity.WARNING,
    of="transforms",
    fix=_CHECK_PROCESSED,
    page=f"{CLOUDFORMATION}intrinsic-function-reference-foreach.html",
)
def generated_resources(transform: Transform, _: Context) -> Iterator[Outcome]:
    """All resources should be declared in the template."""
    yield UnknownError(
        transform.value, f"The resources that {transform.name} generates are unknown until deployment", _CHECK_PROCESSED
    )
