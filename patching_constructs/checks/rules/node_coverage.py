"""Rules of nodes, targets and baselines together: whether a node that is meant to be patched is."""

from collections.abc import Iterator

from patching_constructs.checks.context import Context
from patching_constructs.checks.patch_group_names import NamedValue
from patching_constructs.checks.rule import CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._value_checks import any_violation, for_each, reported_at
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.spelling import folded
from patching_constructs.ssm.target_keys import PATCH_GROUP_TAG
from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.auto_scaling import AutoScalingGroup, is_kept
from patching_constructs.template.commands import Command
from patching_constructs.template.maintenance_windows import TASK
from patching_constructs.template.node_groups import NodeGroup
from patching_constructs.template.node_reach import Selector, TargetHolder
from patching_constructs.template.unknown import NO_CHOICES
from patching_constructs.template.value import UnknownError, Value, check_choices, shown

_GROUPS = f"{GUIDE}patch-manager-patch-groups.html"
_TARGETS = f"{GUIDE}mw-cli-tutorial-targets-examples.html"
_PUT = "s3:PutObject"
_OUTPUT_BUCKET = {
    TASK: ("TaskInvocationParameters", "MaintenanceWindowRunCommandParameters", "OutputS3BucketName"),
    ASSOCIATION: ("OutputLocation", "S3Location", "OutputS3BucketName"),
}


@rule(
    "MisspelledNodeTag",
    Severity.WARNING,
    of="node_groups",
    fix="Use the same key and the same value in the tags of the nodes and in the target.",
    page="https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
)
def misspelled_node_tag(group: NodeGroup, deployment: Context) -> Iterator[Outcome]:
    """The tags of nodes should be spelled like the tags that targets select."""
    near = deployment.node_spelling.near_miss(group)
    if near is not None:
        tag = near.tag
        at = tag.value if tag.name == near.key else tag.key
        yield Violation(
            at,
            f"{group.resource.logical_id} has the tag {shown(tag.name)} with the value {shown(tag.value.content)}, and "
            f"{near.selector.holder.logical_id} selects {shown(near.key)} with {shown(near.value)}, so no target in "
            "the templates selects the node. Tags are case-sensitive.",
        )


@rule(
    "UnselectedNode",
    Severity.NOTE,
    of="node_groups",
    fix="Add the tag to a target of a window, or correct the tag. Ignore this if another stack has the window.",
    page=_TARGETS,
)
def unselected_node(group: NodeGroup, deployment: Context) -> Iterator[Outcome]:
    """A node with a patch group should be selected by a maintenance window or an association."""
    reach = deployment.node_reach
    is_meant = group.patch_tags or group.choices
    is_patched = reach.has_selectors or reach.choices
    if is_meant and is_patched and reach.misses(group) and deployment.node_spelling.near_miss(group) is None:
        tag = group.patch_tags[0]
        problem = f"No target or association of the templates selects the nodes of {group.resource.logical_id}."
        yield Violation(tag.value, problem)


@rule(
    "TargetWithoutNodes",
    Severity.NOTE,
    of="target_holders",
    fix="Correct the tag, or remove the target. Ignore this if another stack has the nodes.",
    page=_TARGETS,
)
def target_without_nodes(holder: TargetHolder, deployment: Context) -> Iterator[Outcome]:
    """A target should select nodes of the templates, if these create nodes with patch groups."""
    reach = deployment.node_reach
    selectors, choices = holder.patching()
    if not any(group.patch_tags for group in reach.groups):
        choices |= reach.choices_of_tags if selectors or choices else NO_CHOICES
        selectors = []
    is_unused = [reach.is_unused(choice) for each in selectors for choice in _selections(each)]
    if any(is_unused):
        yield Violation(
            holder.value, f"{holder.resource.logical_id} selects none of the nodes that the templates create."
        )
    else:
        check_choices(holder.value, choices, "It is unknown until deployment if this selects nodes for patching")


def _selections(selector: Selector) -> list[Selection]:
    """Return what is selected; nothing if that is unknown.

    Raises:
        UnknownError: parameters or conditions decide it.
    """
    try:
        return selector.selections()
    except UnknownError as error:
        check_choices(selector.value, error.choices, error.reason)
        return []


@rule(
    "MisspelledPatchGroup",
    Severity.WARNING,
    of="patch_group_values",
    fix="Use the same patch group in the baseline, in the target, and in the tags of the nodes.",
    page=_GROUPS,
)
def misspelled_patch_group(named: NamedValue, deployment: Context) -> Iterator[Outcome]:
    """A patch group should be spelled like the patch group of a baseline."""
    names = deployment.patch_group_names
    name = names.unregistered(named)
    meant = None if name is None else names.registered_like(named, name)
    if meant is not None:
        yield Violation(
            named.value,
            f"{named.holder.logical_id} names the patch group {shown(name)}, and the baseline is registered for "
            f"{shown(meant)}, so the default baseline is used. Patch groups are case-sensitive.",
        )


@rule(
    "PatchGroupWithoutBaseline",
    Severity.NOTE,
    of="patch_group_values",
    fix="Add the patch group to a baseline. Ignore this if another stack registers one.",
    page=_GROUPS,
)
def patch_group_without_baseline(named: NamedValue, deployment: Context) -> Iterator[Outcome]:
    """A patch group should have a baseline, if the templates create baselines for patch groups."""
    names = deployment.patch_group_names
    name = names.unregistered(named)
    if name is not None and names.registered_like(named, name) is None:
        yield Violation(
            named.value,
            f"No baseline of the templates is registered for the patch group {shown(name)}; unless another stack "
            "registers one, the default baseline of the operating system is used.",
        )


@rule(
    "UnpropagatedTag",
    Severity.WARNING,
    of="node_groups",
    fix="Set PropagateAtLaunch to true, or add the tag to the launch template.",
    page=f"{CLOUDFORMATION}aws-properties-autoscaling-autoscalinggroup-tagproperty.html",
)
def unpropagated_tag(group: NodeGroup, _: Context) -> Iterator[Outcome]:
    """An Auto Scaling group should pass the tag of a patch group to its instances."""
    tags = group.resource.at("Tags").each() if isinstance(group.resource, AutoScalingGroup) else []
    yield from for_each(tags, lambda tag: _unpropagated(tag, group))


def _unpropagated(tag: Value, group: NodeGroup) -> Iterator[Violation]:
    key, propagate = tag.at("Key"), tag.at("PropagateAtLaunch")
    check_choices(key, key.choices, "It is unknown until deployment which tag this is")
    name = key.identity
    if not isinstance(name, str) or folded(name) != folded(PATCH_GROUP_TAG):
        return
    check_choices(propagate, propagate.choices, "It is unknown until deployment if the instances get the tag")
    if is_kept(tag) and name not in group.tags:
        check_choices(propagate, group.choices, "It is unknown until deployment if the instances get the tag")
        yield Violation(
            propagate,
            f"The instances of {group.resource.logical_id} do not get the tag {shown(name)}, so they have no patch "
            "group, unless their launch template adds it.",
        )


@rule(
    "OutputPermission",
    Severity.NOTE,
    of="commands",
    fix=f"Allow the role of the nodes {_PUT} on the bucket. Ignore this if the policy of the bucket allows it.",
    page=f"{GUIDE}run-command-setting-up.html",
)
def output_permission(command: Command, deployment: Context) -> Iterator[Outcome]:
    """The nodes should be allowed to write the output of a command to its bucket."""
    bucket = _output_bucket(command)
    if bucket.content is None or not command.is_patching or not bucket.is_given or deployment.has_bucket_policy(bucket):
        return
    reach = deployment.node_reach
    selectors = reach.selectors_of(command)
    found = list(for_each(reach.reached_by(selectors), lambda group: _missing_permissions(group, bucket, deployment)))
    yield from found
    if not any_violation(found):
        check_choices(
            bucket, reach.choices_of_reach(selectors), "It is unknown until deployment which nodes write to it"
        )


def _missing_permissions(group: NodeGroup, bucket: Value, deployment: Context) -> Iterator[Violation]:
    """Check that the roles of some nodes allow them to write to a bucket."""
    with reported_at(bucket):
        for role in [] if group.profile is None else deployment.roles_in(group.profile):
            if not deployment.allows(role, _PUT):
                nodes = group.resource.logical_id
                problem = f"{role.logical_id}, the role of {nodes}, is not allowed {_PUT}, so the output is lost."
                yield Violation(bucket, problem)


def _output_bucket(command: Command) -> Value:
    """Return the bucket that the output of a command is written to."""
    value = command.at
    for key in _OUTPUT_BUCKET.get(command.runner.type, ("OutputS3BucketName",)):
        value = value.at(key)
    return value
