"""Rules for targets: the nodes of a maintenance window."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._value_checks import count, for_each, literal
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.targets import TargetResourceType, node_type_in_another_case
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import (
    INSTANCE_IDS,
    PATCH_GROUP_TAG,
    PATCH_GROUP_TAG_IN_METADATA,
    RESOURCE_GROUP,
    RESOURCE_TYPES,
    TAG,
    TAG_KEY,
    is_group_key,
    is_node_key,
)
from patching_constructs.template.associations import Association
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import Registration, WindowTarget
from patching_constructs.template.task_runs import used_targets
from patching_constructs.template.value import Value, shown

_EXAMPLES = f"{GUIDE}mw-cli-tutorial-targets-examples.html"
_REGISTER = f"{API}API_RegisterTargetWithMaintenanceWindow.html"
_TARGET = f"{API}API_Target.html"
_BY_TAG = (TAG, TAG_KEY)
_GROUP, _GROUP_TYPES = RESOURCE_GROUP, RESOURCE_TYPES


@rule(
    "WindowId",
    Severity.ERROR,
    of="registrations",
    fix="Set WindowId to the Ref of a window in the template, or to the ID of an existing window.",
    page=f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindowtarget.html",
)
def window_id(registration: Registration, deployment: Context) -> Iterator[Outcome]:
    """WindowId must identify a maintenance window."""
    given = registration["WindowId"]
    if not given.is_given or deployment.window_of(registration):
        return
    if given.reference:
        yield Violation(given, f"WindowId must refer to a maintenance window, got {given.reference}.")
    elif not limits.WINDOW_ID.fullmatch(given.text() or ""):
        yield Violation(given, f"WindowId must have the form mw-0123456789abcdef0, got {shown(given.content)}.")


@rule(
    "TargetResourceType",
    Severity.ERROR,
    of="targets",
    fix="Set ResourceType to INSTANCE or RESOURCE_GROUP.",
    page=_REGISTER,
)
def target_resource_type(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """ResourceType of a target must be INSTANCE or RESOURCE_GROUP."""
    yield from literal(target["ResourceType"], TargetResourceType)


@rule(
    "TargetKey",
    Severity.ERROR,
    of="selectors",
    fix="Use tag:<key>, tag-key, or InstanceIds for instances, or resource-groups:Name for a resource group.",
    page=_TARGET,
)
def target_key(target: WindowTarget | Association, deployment: Context) -> Iterator[Outcome]:
    """A target key must be one that Systems Manager supports; keys are case-sensitive."""
    if isinstance(target, Association):
        yield from for_each(_entries(target, deployment), _key_of_an_association)
        return
    checks = {TargetResourceType.INSTANCE: _node_key, TargetResourceType.RESOURCE_GROUP: _group_key}
    kind = target["ResourceType"].text()
    # `TargetResourceType` reports any other type. Then a key must be supported for one of the two.
    yield from for_each(target.filters, checks[TargetResourceType(kind)] if kind in checks else _any_key)


def _any_key(entry: Value) -> Iterator[Outcome]:
    if not is_group_key(entry["Key"].text() or ""):
        yield from _node_key(entry)


def _node_key(entry: Value) -> Iterator[Outcome]:
    key = entry["Key"]
    if is_node_key(key.shape):
        return
    text = key.text()
    if text is None:
        return
    if is_group_key(text):
        yield Violation(
            key, f"Key {shown(text)} requires ResourceType: RESOURCE_GROUP.", "Set ResourceType to RESOURCE_GROUP."
        )
    else:
        yield Violation(key, f"Key must be tag:<key>, tag-key, or InstanceIds, got {shown(text)}.", _node_key_fix(text))


def _entries(target: WindowTarget | Association, deployment: Deployment) -> list[Value]:
    """Return the entries that select the nodes to patch."""
    return target.filters if isinstance(target, WindowTarget) or deployment.command_of(target).is_patching else []


def _key_of_an_association(entry: Value) -> Iterator[Outcome]:
    # The list of keys is not closed, but the service rejects this one:
    # https://github.com/hashicorp/terraform-provider-aws/issues/15895
    key = entry["Key"]
    text = None if key.shape.startswith(TAG) else key.text()
    if text == "ResourceGroup":
        yield Violation(key, f"Key {shown(text)} is not supported for associations.", f"Use {_GROUP}.")


def _node_key_fix(text: str) -> str | None:
    if text.lower() == INSTANCE_IDS.lower():
        return f"Use {INSTANCE_IDS}."
    if _is_like_a_group(text):
        return f"Use {_GROUP} for a resource group."
    bare = re.sub("^tag[:=]", "", text, flags=re.IGNORECASE).strip()
    return f"Use tag:{bare}." if bare and re.fullmatch("[^:]+", bare) else None


def _is_like_a_group(text: str) -> bool:
    return re.fullmatch("resource[ _-]?groups?(?::.*)?", text, re.IGNORECASE) is not None


def _group_key(entry: Value) -> Iterator[Outcome]:
    key = entry["Key"]
    text = key.text()
    if text is not None and not is_group_key(text):
        yield Violation(
            key, f"Key must be {_GROUP} or {_GROUP_TYPES} for ResourceType: RESOURCE_GROUP, got {shown(text)}."
        )


@rule(
    "TargetFilterCount",
    Severity.ERROR,
    of="targets",
    fix="Use 1-5 entries; a node must match all of them.",
    page=_REGISTER,
)
def target_filter_count(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """Targets of a window target must have 1-5 entries."""
    if target["Targets"].is_given:
        yield from count(target["Targets"], 1, limits.TARGET_FILTERS)


@rule("TargetValueCount", Severity.ERROR, of="targets", fix="Distribute the values over several targets.", page=_TARGET)
def target_value_count(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """An entry of a target must have 1-50 values."""
    yield from for_each(target.filters, _value_count)


def _value_count(entry: Value) -> Iterator[Outcome]:
    key = entry["Key"].text() or ""
    if key.startswith(_BY_TAG) or key == INSTANCE_IDS:
        yield from count(entry["Values"], 1, limits.TARGET_VALUES)


@rule(
    "TagValueCount",
    Severity.WARNING,
    of="selectors",
    fix="Select the nodes by fewer values, for example by another tag, or distribute the values over several targets.",
    page=f"{GUIDE}send-commands-multiple.html",
)
def tag_value_count(target: WindowTarget | Association, deployment: Context) -> Iterator[Outcome]:
    """A tag of a target should have at most 5 values; more are accepted by the API, but not documented for commands."""
    yield from for_each(_entries(target, deployment), _many_tag_values)


def _many_tag_values(entry: Value) -> Iterator[Outcome]:
    if (entry["Key"].text() or "").startswith(TAG):
        number = entry["Values"].count()
        if limits.TAG_VALUES < number <= limits.TARGET_VALUES:
            yield Violation(entry["Values"], f"A tag should have at most {limits.TAG_VALUES} values, got {number}.")


@rule(
    "TargetWildcard",
    Severity.ERROR,
    of="targets",
    fix="To match any value, set Key to tag-key and Values to the key of the tag.",
    page=_EXAMPLES,
)
def target_wildcard(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """Tag values of a target must not contain wildcards."""
    yield from for_each(target.filters, partial(_each_tag_value, _wildcard))


def _wildcard(value: Value) -> Iterator[Outcome]:
    if "*" in (value.example() or ""):
        yield Violation(value, f"Wildcards are not supported in tag values, got {shown(value.content)}.")


@rule("TargetComma", Severity.ERROR, of="targets", fix="List each value as a separate item.", page=_EXAMPLES)
def target_comma(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """Values of a target must not contain commas."""
    yield from for_each(target.filters, partial(_each_tag_value, _comma, with_groups=True))


def _comma(value: Value) -> Iterator[Outcome]:
    if "," in (value.example() or ""):
        yield Violation(value, f"Values must not contain commas, got {shown(value.content)}.")


def _each_tag_value(
    check: Callable[[Value], Iterator[Outcome]], entry: Value, *, with_groups: bool = False
) -> Iterator[Outcome]:
    """Check the values of a tag. A key that is not supported, which `TargetKey` reports, is taken for that of a tag."""
    key = entry["Key"].shape
    if (with_groups or not _is_like_a_group(key)) and key.lower() != INSTANCE_IDS.lower():
        yield from for_each(entry["Values"].items(), check)


@rule(
    "DuplicateTargetKey",
    Severity.WARNING,
    of="targets",
    fix="Put all values in one entry; a node needs to match only one of them.",
    page=_TARGET,
)
def duplicate_target_key(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A target should use each key only once."""
    seen: set[str] = set()
    for entry in target.filters:
        text = entry["Key"].text() or ""
        if text in seen and text != TAG_KEY:
            yield Violation(
                entry["Key"], f"Key {shown(text)} is used more than once, and a node must match every entry."
            )
        seen.add(text)


@rule(
    "TargetNodeId",
    Severity.ERROR,
    of="registrations",
    fix="Use the ID of an instance (i-...) or of a managed node (mi-...).",
    page=_TARGET,
)
def target_node_id(registration: Registration, _: Context) -> Iterator[Outcome]:
    """InstanceIds must contain IDs of instances or managed nodes."""
    yield from for_each(registration["Targets"].items(), _node_ids)


def _node_ids(entry: Value) -> Iterator[Outcome]:
    # `TargetKey` reports the key in another case.
    if (entry["Key"].text() or "").lower() == INSTANCE_IDS.lower():
        yield from for_each(entry["Values"].items(), _node_id)


def _node_id(value: Value) -> Iterator[Outcome]:
    if value.reference is None and not limits.NODE_ID.fullmatch(value.text() or ""):
        yield Violation(
            value,
            f"InstanceIds must have the form i-0123456789abcdef0 or mi-0123456789abcdef0, got {shown(value.content)}.",
        )


@rule(
    "TargetResourceGroup",
    Severity.ERROR,
    of="targets",
    fix="Use one resource-groups:Name entry with one group, and a separate target for each group.",
    page=_EXAMPLES,
)
def target_resource_group(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A resource group target must have exactly one group name, and valid resource types."""
    if target["ResourceType"].text() != TargetResourceType.RESOURCE_GROUP:
        return
    entries = target.filters
    names = [entry for entry in entries if entry["Key"].text() == _GROUP]
    if len(names) != 1 or names[0]["Values"].count() != 1:
        yield Violation(target["Targets"], f"Targets must have exactly one {_GROUP} entry with one value.")
    yield from for_each(_resource_types(target), _resource_type)


def _resource_types(target: WindowTarget) -> list[Value]:
    return [value for each in target.filters if each["Key"].text() == _GROUP_TYPES for value in each["Values"].items()]


def _resource_type(value: Value) -> Iterator[Outcome]:
    if not limits.RESOURCE_TYPE.fullmatch(value.text() or ""):
        problem = f"A resource type must have the form AWS::EC2::Instance, got {shown(value.content)}."
        yield Violation(value, problem, "Use a type such as AWS::EC2::Instance.")


@rule(
    "TargetNodeType",
    Severity.WARNING,
    of="targets",
    fix=f"Use {' or '.join(limits.NODE_TYPES)}, or remove the entry.",
    page=_EXAMPLES,
)
def target_node_type(target: WindowTarget, deployment: Context) -> Iterator[Outcome]:
    """Resource types of a resource group target should be node types; they are case-sensitive."""
    if target["ResourceType"].text() == TargetResourceType.RESOURCE_GROUP:
        yield from for_each(_resource_types(target), lambda kind: _node_type(target, deployment, kind))


def _node_type(target: WindowTarget, deployment: Deployment, kind: Value) -> Iterator[Outcome]:
    text = kind.text() or ""
    meant = node_type_in_another_case(text)
    if meant:
        yield Violation(
            kind, f"Resource types are case-sensitive, got {shown(text)} instead of {meant}.", f"Use {meant}."
        )
    elif limits.RESOURCE_TYPE.fullmatch(text) and text not in limits.NODE_TYPES and _runs_commands(target, deployment):
        yield Violation(kind, f"Commands run only on nodes, got the resource type {shown(text)}.")


def _runs_commands(target: WindowTarget, deployment: Deployment) -> bool:
    """Return whether a command uses the target; other task types can run on other resources."""
    window = deployment.window_of(target)
    tasks = window.tasks if window else []
    return any(task.runs_command and target.referent in task.target_references for task in tasks)


@rule(
    "PatchGroupTagKey",
    Severity.WARNING,
    of="selectors",
    fix="Use tag:Patch Group, or tag:PatchGroup if instance metadata exposes tags.",
    page=f"{GUIDE}patch-manager-patch-groups.html",
)
def patch_group_tag_key(target: WindowTarget | Association, deployment: Context) -> Iterator[Outcome]:
    """The key of a patch group tag should be Patch Group or PatchGroup; keys are case-sensitive."""
    yield from for_each([entry["Key"] for entry in _entries(target, deployment)], _nearly_patch_group)


def _nearly_patch_group(key: Value) -> Iterator[Outcome]:
    tag = (key.text() or "").removeprefix(TAG)
    if tag not in {PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA} and re.fullmatch(
        "patch[ _.:/-]*groups?", tag, re.IGNORECASE
    ):
        yield Violation(
            key, f"Key {shown(key.content)} is not a patch group tag, which must be Patch Group or PatchGroup."
        )


@rule("UnusedTarget", Severity.WARNING, of="targets", fix="Add the target to a task, or remove it.", page=_EXAMPLES)
def unused_target(target: WindowTarget, deployment: Context) -> Iterator[Outcome]:
    """Every target should be used by a task."""
    window = deployment.window_of(target)
    if window is None or not window.tasks:
        # `WindowWithoutTask` reports a window without tasks.
        return
    if target.referent in used_targets(window):
        return
    if window.unknown_target_id is not None:
        window.unknown_target_id.known()
    yield Violation(target.value, f"No task of {window.logical_id} uses the target {target.logical_id}.")
