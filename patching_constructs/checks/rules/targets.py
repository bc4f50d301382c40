"""Rules of targets: which nodes a window reaches, if any."""

import re
from collections.abc import Iterator

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
)
from patching_constructs.template.associations import Association
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import Registration, WindowTarget
from patching_constructs.template.node_filters import is_by_id
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
    fix="Write the Ref of the window, or the id of one that exists.",
    page=f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindowtarget.html",
)
def window_id(registration: Registration, deployment: Context) -> Iterator[Outcome]:
    """A target and a task belong to a window."""
    given = registration["WindowId"]
    if not given.is_given or deployment.window_of(registration):
        return
    if given.reference:
        yield Violation(given, f"WindowId refers to {given.reference}, which is no maintenance window.")
    elif not limits.WINDOW_ID.fullmatch(given.text() or ""):
        yield Violation(given, f"WindowId must be like mw-0123456789abcdef0, got {shown(given.content)}.")


@rule("TargetResourceType", Severity.ERROR, of="targets", fix="Write INSTANCE or RESOURCE_GROUP.", page=_REGISTER)
def target_resource_type(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A target is made of instances or of a resource group."""
    yield from literal(target["ResourceType"], TargetResourceType)


@rule(
    "TargetKey",
    Severity.ERROR,
    of="selectors",
    fix="Write tag:<key>, tag-key or InstanceIds for instances, resource-groups:Name for a group.",
    page=_TARGET,
)
def target_key(target: WindowTarget | Association, deployment: Context) -> Iterator[Outcome]:
    """A target chooses by a key that the service knows, in its very case."""
    if isinstance(target, Association):
        yield from for_each(_entries(target, deployment), _key_of_an_association)
        return
    checks = {TargetResourceType.INSTANCE: _node_key, TargetResourceType.RESOURCE_GROUP: _group_key}
    kind = target["ResourceType"].text()
    if kind in checks:
        yield from for_each(target.filters, checks[TargetResourceType(kind)])


def _node_key(entry: Value) -> Iterator[Outcome]:
    key = entry["Key"]
    if re.fullmatch("tag:.+", key.shape):
        return
    text = key.text()
    if text is None or text in {TAG_KEY, INSTANCE_IDS}:
        return
    if text in {_GROUP, _GROUP_TYPES}:
        yield Violation(key, f"Key {shown(text)} goes with ResourceType RESOURCE_GROUP.", "Write RESOURCE_GROUP there.")
    else:
        yield Violation(key, f"Key must be tag:<key>, tag-key or InstanceIds, got {shown(text)}.", _node_key_fix(text))


def _entries(target: WindowTarget | Association, deployment: Deployment) -> list[Value]:
    """Return what nodes to patch are chosen by."""
    return target.filters if isinstance(target, WindowTarget) or deployment.command_of(target).is_patching else []


def _key_of_an_association(entry: Value) -> Iterator[Outcome]:
    # An association takes more kinds: those of an automation's parameters, and groups beside tags.
    if entry["Key"].text() not in {_GROUP, "ParameterValues", "AutomationAccountIds", "AutomationTargetLocations"}:
        yield from _node_key(entry)


def _node_key_fix(text: str) -> str | None:
    if text.lower() == "instanceids":
        return "Write InstanceIds."
    bare = re.sub("^tag[:=]", "", text, flags=re.IGNORECASE).strip()
    return f"Write tag:{bare}." if bare and re.fullmatch("[^:]+", bare) else None


def _group_key(entry: Value) -> Iterator[Outcome]:
    key = entry["Key"]
    text = key.text()
    if text is not None and text not in {_GROUP, _GROUP_TYPES}:
        yield Violation(key, f"Key must be {_GROUP} or {_GROUP_TYPES} for a RESOURCE_GROUP, got {shown(text)}.")


@rule(
    "TargetFilterCount",
    Severity.ERROR,
    of="targets",
    fix="Write 1-5 entries; a node matches all of them.",
    page=_REGISTER,
)
def target_filter_count(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A target has 1-5 entries."""
    if target["Targets"].is_given:
        yield from count(target["Targets"], 1, limits.TARGET_FILTERS)


@rule("TargetValueCount", Severity.ERROR, of="targets", fix="Split it into several targets.", page=_TARGET)
def target_value_count(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """An entry of a target has 1-50 values."""
    yield from for_each(target.filters, _value_count)


def _value_count(entry: Value) -> Iterator[Outcome]:
    key = entry["Key"].text() or ""
    if key.startswith(_BY_TAG) or key == INSTANCE_IDS:
        yield from count(entry["Values"], 1, limits.TARGET_VALUES)


@rule(
    "TargetWildcard",
    Severity.ERROR,
    of="targets",
    fix="For any value choose by Key tag-key, with the tag's key as the value.",
    page=_EXAMPLES,
)
def target_wildcard(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A tag is compared as it is: * is no wildcard in a target of a window."""
    yield from for_each(_tag_values(target), _wildcard)


def _wildcard(value: Value) -> Iterator[Outcome]:
    if "*" in (value.text() or ""):
        yield Violation(value, f"The value {shown(value.content)} matches no node: * is no wildcard.")


@rule("TargetComma", Severity.ERROR, of="targets", fix="Make every value an item of its own.", page=_EXAMPLES)
def target_comma(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A value has no comma, which the service takes for a list."""
    yield from for_each(_tag_values(target, _GROUP), _comma)


def _comma(value: Value) -> Iterator[Outcome]:
    if "," in (value.text() or ""):
        yield Violation(value, f"The value {shown(value.content)} has a comma, which the service takes for a list.")


def _tag_values(target: WindowTarget, *others: str) -> Iterator[Value]:
    for entry in target.filters:
        key = entry["Key"].text() or ""
        if key.startswith(_BY_TAG) or key in others:
            yield from entry["Values"].items()


@rule(
    "DuplicateTargetKey",
    Severity.WARNING,
    of="targets",
    fix="Give all the values to one entry: any of them is enough.",
    page=_TARGET,
)
def duplicate_target_key(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A target names a key once: no node has two values of a tag."""
    seen: set[str] = set()
    for entry in target.filters:
        text = entry["Key"].text() or ""
        if text in seen and text != TAG_KEY:
            yield Violation(entry["Key"], f"Key {shown(text)} stands twice, and a node would have to match both.")
        seen.add(text)


@rule(
    "TargetNodeId",
    Severity.ERROR,
    of="registrations",
    fix="Write the id of an instance (i-...) or of a managed node (mi-...).",
    page=_TARGET,
)
def target_node_id(registration: Registration, _: Context) -> Iterator[Outcome]:
    """A node is named by its id."""
    entries = registration["Targets"].items()
    yield from for_each([value for each in entries if is_by_id(each) for value in each["Values"].items()], _node_id)


def _node_id(value: Value) -> Iterator[Outcome]:
    if value.reference is None and not limits.NODE_ID.fullmatch(value.text() or ""):
        yield Violation(value, f"A node's id must be like i-0123456789abcdef0, got {shown(value.content)}.")


@rule(
    "TargetResourceGroup",
    Severity.ERROR,
    of="targets",
    fix="Write one resource-groups:Name entry with one group; give every group a target of its own.",
    page=_EXAMPLES,
)
def target_resource_group(target: WindowTarget, _: Context) -> Iterator[Outcome]:
    """A resource group is chosen by its one name, and narrowed by types of resources."""
    if target["ResourceType"].text() != TargetResourceType.RESOURCE_GROUP:
        return
    entries = target.filters
    names = [entry for entry in entries if entry["Key"].text() == _GROUP]
    if len(names) != 1 or len(names[0]["Values"].items()) != 1:
        yield Violation(target["Targets"], f"Targets must have {_GROUP} once, with one value.")
    yield from for_each(_resource_types(target), _resource_type)


def _resource_types(target: WindowTarget) -> list[Value]:
    return [value for each in target.filters if each["Key"].text() == _GROUP_TYPES for value in each["Values"].items()]


def _resource_type(value: Value) -> Iterator[Outcome]:
    if not limits.RESOURCE_TYPE.fullmatch(value.text() or ""):
        problem = f"A type of resources must be of another form, got {shown(value.content)}."
        yield Violation(value, problem, "Write a type such as AWS::EC2::Instance.")


@rule(
    "TargetNodeType",
    Severity.WARNING,
    of="targets",
    fix=f"Write {' or '.join(limits.NODE_TYPES)}, or leave the entry out.",
    page=_EXAMPLES,
)
def target_node_type(target: WindowTarget, deployment: Context) -> Iterator[Outcome]:
    """A resource group is narrowed to types of nodes, in their very case: a command runs on nodes only."""
    if target["ResourceType"].text() == TargetResourceType.RESOURCE_GROUP:
        yield from for_each(_resource_types(target), lambda kind: _node_type(target, deployment, kind))


def _node_type(target: WindowTarget, deployment: Deployment, kind: Value) -> Iterator[Outcome]:
    text = kind.text() or ""
    meant = node_type_in_another_case(text)
    if meant:
        yield Violation(
            kind, f"{shown(text)} is {meant} in another case, and types are case-sensitive.", f"Write {meant}."
        )
    elif limits.RESOURCE_TYPE.fullmatch(text) and text not in limits.NODE_TYPES and _runs_commands(target, deployment):
        yield Violation(kind, f"{shown(text)} is no type of nodes, and a command runs on nodes only.")


def _runs_commands(target: WindowTarget, deployment: Deployment) -> bool:
    """Return whether a command is aimed at the target; another task may run on other resources."""
    window = deployment.window_of(target)
    tasks = window.tasks if window else []
    return any(task.runs_command and target.logical_id in task.target_references for task in tasks)


@rule(
    "PatchGroupTagKey",
    Severity.WARNING,
    of="selectors",
    fix="Write tag:Patch Group, or tag:PatchGroup where instance metadata shows the tags.",
    page=f"{GUIDE}patch-manager-patch-groups.html",
)
def patch_group_tag_key(target: WindowTarget | Association, deployment: Context) -> Iterator[Outcome]:
    """The tag of a patch group is called Patch Group, or PatchGroup, in this very case."""
    yield from for_each([entry["Key"] for entry in _entries(target, deployment)], _nearly_patch_group)


def _nearly_patch_group(key: Value) -> Iterator[Outcome]:
    tag = (key.text() or "").removeprefix(TAG)
    if tag not in {PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA} and re.fullmatch(
        "patch[ _.:/-]*groups?", tag, re.IGNORECASE
    ):
        yield Violation(key, f"Key {shown(key.content)} is not the tag of a patch group.")


@rule("UnusedTarget", Severity.WARNING, of="targets", fix="Let a task aim at it, or take it out.", page=_EXAMPLES)
def unused_target(target: WindowTarget, deployment: Context) -> Iterator[Outcome]:
    """Every target is aimed at by a task."""
    window = deployment.window_of(target)
    if window is None or not window.tasks:
        # A window without tasks is another rule's finding.
        return
    if target.logical_id in window.used_targets:
        return
    if window.unknown_target_id is not None:
        window.unknown_target_id.known()
    yield Violation(target.value, f"No task of {window.logical_id} aims at the target {target.logical_id}.")
