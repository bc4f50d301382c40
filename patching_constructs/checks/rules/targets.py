"""Rules of targets: which nodes a window reaches, if any."""

import re
from collections.abc import Iterator

from patching_constructs.checks.finding import Answer, Fault, Severity, shown
from patching_constructs.checks.model import Association, Command, Registration, Target, is_by_id
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._asking import count, for_each, literal
from patching_constructs.checks.value import Value
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

_EXAMPLES = f"{GUIDE}mw-cli-tutorial-targets-examples.html"
_REGISTER = f"{API}API_RegisterTargetWithMaintenanceWindow.html"
_TARGET = f"{API}API_Target.html"
_BY_TAG = (TAG, TAG_KEY)
_GROUP, _GROUP_TYPES = RESOURCE_GROUP, RESOURCE_TYPES


@rule(
    "TargetWindow",
    Severity.ERROR,
    of="registrations",
    mend="Write the Ref of the window, or the id of one that exists.",
    page=f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindowtarget.html",
)
def target_window(registration: Registration) -> Iterator[Answer]:
    """A target and a task belong to a window."""
    given = registration["WindowId"]
    if not given.is_given or registration.window:
        return
    if given.refers_to:
        yield Fault(given, f"WindowId refers to {given.refers_to.logical_id}, which is no maintenance window.")
    elif not limits.WINDOW_ID.fullmatch(given.text() or ""):
        yield Fault(given, f"WindowId must be like mw-0123456789abcdef0, got {shown(given.content)}.")


@rule("TargetResourceType", Severity.ERROR, of="targets", mend="Write INSTANCE or RESOURCE_GROUP.", page=_REGISTER)
def target_resource_type(target: Target) -> Iterator[Answer]:
    """A target is made of instances or of a resource group."""
    yield from literal(target["ResourceType"], TargetResourceType)


@rule(
    "TargetKey",
    Severity.ERROR,
    of="aimed",
    mend="Write tag:<key>, tag-key or InstanceIds for instances, resource-groups:Name for a group.",
    page=_TARGET,
)
def target_key(target: Target | Association) -> Iterator[Answer]:
    """A target chooses by a key that the service knows, in its very case."""
    if isinstance(target, Association):
        yield from for_each(_entries(target), _key_of_an_association)
        return
    checks = {TargetResourceType.INSTANCE: _node_key, TargetResourceType.RESOURCE_GROUP: _group_key}
    kind = target["ResourceType"].text()
    if kind in checks:
        yield from for_each(target.filters, checks[TargetResourceType(kind)])


def _node_key(entry: Value) -> Iterator[Answer]:
    key = entry["Key"]
    if re.fullmatch("tag:.+", key.shape):
        return
    text = key.text()
    if text is None or text in {TAG_KEY, INSTANCE_IDS}:
        return
    if text in {_GROUP, _GROUP_TYPES}:
        yield Fault(key, f"Key {shown(text)} goes with ResourceType RESOURCE_GROUP.", "Write RESOURCE_GROUP there.")
    else:
        yield Fault(key, f"Key must be tag:<key>, tag-key or InstanceIds, got {shown(text)}.", _node_key_fix(text))


def _entries(target: Target | Association) -> list[Value]:
    """Return what nodes to patch are chosen by."""
    return target.filters if isinstance(target, Target) or Command(target).is_patching else []


def _key_of_an_association(entry: Value) -> Iterator[Answer]:
    # An association takes more kinds: those of an automation's parameters, and groups beside tags.
    if entry["Key"].text() not in {_GROUP, "ParameterValues", "AutomationAccountIds", "AutomationTargetLocations"}:
        yield from _node_key(entry)


def _node_key_fix(text: str) -> str | None:
    if text.lower() == "instanceids":
        return "Write InstanceIds."
    bare = re.sub("^tag[:=]", "", text, flags=re.IGNORECASE).strip()
    return f"Write tag:{bare}." if bare and re.fullmatch("[^:]+", bare) else None


def _group_key(entry: Value) -> Iterator[Answer]:
    key = entry["Key"]
    text = key.text()
    if text is not None and text not in {_GROUP, _GROUP_TYPES}:
        yield Fault(key, f"Key must be {_GROUP} or {_GROUP_TYPES} for a RESOURCE_GROUP, got {shown(text)}.")


@rule(
    "TargetFilterCount",
    Severity.ERROR,
    of="targets",
    mend="Write 1-5 entries; a node matches all of them.",
    page=_REGISTER,
)
def target_filter_count(target: Target) -> Iterator[Answer]:
    """A target has 1-5 entries."""
    if target["Targets"].is_given:
        yield from count(target["Targets"], 1, limits.TARGET_FILTERS)


@rule("TargetValueCount", Severity.ERROR, of="targets", mend="Split it into several targets.", page=_TARGET)
def target_value_count(target: Target) -> Iterator[Answer]:
    """An entry of a target has 1-50 values."""
    yield from for_each(target.filters, _value_count)


def _value_count(entry: Value) -> Iterator[Answer]:
    key = entry["Key"].text() or ""
    if key.startswith(_BY_TAG) or key == INSTANCE_IDS:
        yield from count(entry["Values"], 1, limits.TARGET_VALUES)


@rule(
    "TargetWildcard",
    Severity.ERROR,
    of="targets",
    mend="For any value choose by Key tag-key, with the tag's key as the value.",
    page=_EXAMPLES,
)
def target_wildcard(target: Target) -> Iterator[Answer]:
    """A tag is compared as it is: * is no wildcard in a target of a window."""
    yield from for_each(_tag_values(target), _wildcard)


def _wildcard(value: Value) -> Iterator[Answer]:
    if "*" in (value.text() or ""):
        yield Fault(value, f"The value {shown(value.content)} matches no node: * is no wildcard.")


@rule("TargetComma", Severity.ERROR, of="targets", mend="Make every value an item of its own.", page=_EXAMPLES)
def target_comma(target: Target) -> Iterator[Answer]:
    """A value has no comma, which the service takes for a list."""
    yield from for_each(_tag_values(target, _GROUP), _comma)


def _comma(value: Value) -> Iterator[Answer]:
    if "," in (value.text() or ""):
        yield Fault(value, f"The value {shown(value.content)} has a comma, which the service takes for a list.")


def _tag_values(target: Target, *others: str) -> Iterator[Value]:
    for entry in target.filters:
        key = entry["Key"].text() or ""
        if key.startswith(_BY_TAG) or key in others:
            yield from entry["Values"].items()


@rule(
    "TargetKeyOnce",
    Severity.WARNING,
    of="targets",
    mend="Give all the values to one entry: any of them is enough.",
    page=_TARGET,
)
def target_key_once(target: Target) -> Iterator[Answer]:
    """A target names a key once: no node has two values of a tag."""
    seen: set[str] = set()
    for entry in target.filters:
        text = entry["Key"].text() or ""
        if text in seen and text != TAG_KEY:
            yield Fault(entry["Key"], f"Key {shown(text)} stands twice, and a node would have to match both.")
        seen.add(text)


@rule(
    "TargetNodeId",
    Severity.ERROR,
    of="registrations",
    mend="Write the id of an instance (i-...) or of a managed node (mi-...).",
    page=_TARGET,
)
def target_node_id(registration: Registration) -> Iterator[Answer]:
    """A node is named by its id."""
    entries = registration["Targets"].items()
    yield from for_each([value for each in entries if is_by_id(each) for value in each["Values"].items()], _node_id)


def _node_id(value: Value) -> Iterator[Answer]:
    if value.refers_to is None and not limits.NODE_ID.fullmatch(value.text() or ""):
        yield Fault(value, f"A node's id must be like i-0123456789abcdef0, got {shown(value.content)}.")


@rule(
    "TargetResourceGroup",
    Severity.ERROR,
    of="targets",
    mend="Write one resource-groups:Name entry with one group; give every group a target of its own.",
    page=_EXAMPLES,
)
def target_resource_group(target: Target) -> Iterator[Answer]:
    """A resource group is chosen by its one name, and narrowed by types of resources."""
    if target["ResourceType"].text() != TargetResourceType.RESOURCE_GROUP:
        return
    entries = target.filters
    names = [entry for entry in entries if entry["Key"].text() == _GROUP]
    if len(names) != 1 or len(names[0]["Values"].items()) != 1:
        yield Fault(target["Targets"], f"Targets must have {_GROUP} once, with one value.")
    yield from for_each(_resource_types(target), _resource_type)


def _resource_types(target: Target) -> list[Value]:
    return [value for each in target.filters if each["Key"].text() == _GROUP_TYPES for value in each["Values"].items()]


def _resource_type(value: Value) -> Iterator[Answer]:
    if not limits.RESOURCE_TYPE.fullmatch(value.text() or ""):
        problem = f"A type of resources must be of another form, got {shown(value.content)}."
        yield Fault(value, problem, "Write a type such as AWS::EC2::Instance.")


@rule(
    "TargetNodeType",
    Severity.WARNING,
    of="targets",
    mend=f"Write {' or '.join(limits.NODE_TYPES)}, or leave the entry out.",
    page=_EXAMPLES,
)
def target_node_type(target: Target) -> Iterator[Answer]:
    """A resource group is narrowed to types of nodes, in their very case: a command runs on nodes only."""
    if target["ResourceType"].text() == TargetResourceType.RESOURCE_GROUP:
        yield from for_each(_resource_types(target), lambda kind: _node_type(target, kind))


def _node_type(target: Target, kind: Value) -> Iterator[Answer]:
    text = kind.text() or ""
    meant = node_type_in_another_case(text)
    if meant:
        yield Fault(kind, f"{shown(text)} is {meant} in another case, and types are case-sensitive.", f"Write {meant}.")
    elif limits.RESOURCE_TYPE.fullmatch(text) and text not in limits.NODE_TYPES and _runs_commands(target):
        yield Fault(kind, f"{shown(text)} is no type of nodes, and a command runs on nodes only.")


def _runs_commands(target: Target) -> bool:
    """Return whether a command is aimed at the target; another task may run on other resources."""
    tasks = target.window.tasks if target.window else []
    return any(task.runs_command and target in task.targets for task in tasks)


@rule(
    "PatchGroupTag",
    Severity.WARNING,
    of="aimed",
    mend="Write tag:Patch Group, or tag:PatchGroup where instance metadata shows the tags.",
    page=f"{GUIDE}patch-manager-patch-groups.html",
)
def patch_group_tag(target: Target | Association) -> Iterator[Answer]:
    """The tag of a patch group is called Patch Group, or PatchGroup, in this very case."""
    yield from for_each([entry["Key"] for entry in _entries(target)], _nearly_patch_group)


def _nearly_patch_group(key: Value) -> Iterator[Answer]:
    tag = (key.text() or "").removeprefix(TAG)
    if tag not in {PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA} and re.fullmatch(
        "patch[ _.:/-]*groups?", tag, re.IGNORECASE
    ):
        yield Fault(key, f"Key {shown(key.content)} is not the tag of a patch group.")


@rule("TargetUsed", Severity.WARNING, of="targets", mend="Let a task aim at it, or take it out.", page=_EXAMPLES)
def target_used(target: Target) -> Iterator[Answer]:
    """Every target is aimed at by a task."""
    window = target.window
    if window is None or not window.tasks:
        # A window without tasks is another rule's finding.
        return
    if target in window.used_targets:
        return
    if window.unknown_target is not None:
        window.unknown_target.known()
    yield Fault(target.value, f"No task of {window.logical_id} aims at the target {target.logical_id}.")
