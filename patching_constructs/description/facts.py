"""The facts of a resource: everything that its template says and that differs from the default."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from patching_constructs._template_metadata import (
    BAKE_HOURS,
    CAPACITY,
    DAYS_AFTER,
    FREEZE_END,
    FREEZE_REASON,
    FREEZE_START,
    RING,
    ROLLOUT,
    ROLLOUT_NAME,
)
from patching_constructs.description.content import Content, content_of, fingerprint, rest_of
from patching_constructs.description.defaults import default_of
from patching_constructs.properties.command import SNAPSHOT_ID
from patching_constructs.ssm.gate_input import CONDITIONS
from patching_constructs.template.associations import Association
from patching_constructs.template.capacity import capacity_metadata
from patching_constructs.template.commands import bare_name
from patching_constructs.template.event_rules import EVENT_RULE
from patching_constructs.template.gates import Gate, gate_of
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.resource import Resource
from patching_constructs.template.rollout_rings import RolloutRing
from patching_constructs.template.stack_sets import STACK_SET
from patching_constructs.template.texts import from_json
from patching_constructs.template.unknown import Unknown
from patching_constructs.template.value import UnknownError, Value

INPUT: Final = "Input"
"""The property with what a target or a state machine gets."""
GATE: Final = "Gate"
"""What the names of the conditions of a gate begin with."""
FROZEN: Final = "Frozen"
"""The fact that a window is meant to have no task."""
RING_FACTS: Final = tuple(f"{ROLLOUT}.{name}" for name in (ROLLOUT_NAME, RING, DAYS_AFTER, BAKE_HOURS))
"""The facts of a window's place in a rollout."""
FREEZES: Final = "Freezes"
"""The facts that there are freezes."""
_FACTS: Final = frozenset({"PatchRules", "Sources", FREEZES})
"""Lists whose items are one fact each."""
_RESOURCES: Final = frozenset({"ConfigurationDefinitions", "StackInstancesGroup", f"{EVENT_RULE}.Targets"})
"""Lists whose items have facts of their own."""
_DEPLOYED: Final = frozenset({f"{STACK_SET}.TemplateBody", f"{STACK_SET}.TemplateURL"})
"""Properties that are no facts: what a StackSet deploys is described by itself."""
_NOTHING: Final[tuple[Content, ...]] = ("", [], {}, [""])
"""What stands for no value: the handlers of CloudFormation drop it."""
_ATTRIBUTES: Final = ("Condition", "DeletionPolicy", "UpdateReplacePolicy")


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of a resource."""

    name: str
    """The property, with dots between its keys, and the place of an item of a list from 1."""
    content: Content
    value: Value
    """Where the template says so."""
    resource_type: str
    default: str | None = None
    """What it is where the template does not give it, if AWS documents that."""

    @property
    def list_name(self) -> str | None:
        """The property that it is an item of; None for a property of its own."""
        name, _, place = self.name.rpartition(".")
        return name if place.isdecimal() and name.rpartition(".")[2] in _FACTS else None


def facts_of(resource: Resource) -> dict[str, Fact]:
    """Return the facts of a resource by their names, in the order of its template."""
    document = _document_of(resource)
    gate = gate_of(resource)
    found = [*_attributes(resource), *(_of_gate(gate) if gate else _below(resource.type, resource.properties, ()))]
    if isinstance(resource, MaintenanceWindow):
        found = [*_with_end_of_schedule(resource, found), *_freezes(resource)]
    facts = [replace(fact, default=default_of(fact.resource_type, fact.name, document)) for fact in found]
    return {fact.name: fact for fact in facts if fact.content not in _NOTHING and not _is_default(fact)}


def _attributes(resource: Resource) -> Iterator[Fact]:
    for name in _ATTRIBUTES:
        value = resource.value[name]
        if name == "Condition" and resource.condition is not None:
            value = Value(value.template, value.path, Unknown(json.dumps({"Condition": resource.condition})))
        if value.content is not None:
            yield Fact(name, content_of(value), value, resource.type)
    if isinstance(resource, MaintenanceWindow) and resource.is_frozen:
        yield Fact(FROZEN, "true", resource.value, resource.type)
    if isinstance(resource, MaintenanceWindow):
        yield from _capacity(resource)
        if resource.ring is not None:
            yield from _ring(resource, resource.ring)


def _ring(window: MaintenanceWindow, ring: RolloutRing) -> Iterator[Fact]:
    values = (ring.rollout, ring.name, str(ring.days_after), str(ring.bake_hours or ""))
    for name, content in zip(RING_FACTS, values, strict=True):
        yield Fact(name, content, window.value, window.type)


def _capacity(window: MaintenanceWindow) -> Iterator[Fact]:
    """Return the numbers in the metadata of a window, which are no properties."""
    try:
        given = capacity_metadata(window)
    except UnknownError:
        return
    if given.content is not None:
        yield Fact(CAPACITY, content_of(given), given, window.type)


def _with_end_of_schedule(window: MaintenanceWindow, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Return facts with the end date of the last window of the schedule: others end because of a freeze."""
    last = window.of_schedule[-1]
    yield from (fact for fact in facts if last is window or fact.name != last.end_date.name)
    if last is not window:
        yield from _below(window.type, last.end_date, (last.end_date.name,))


def _freezes(window: MaintenanceWindow) -> Iterator[Fact]:
    for place, freeze in enumerate(sorted(window.freezes, key=lambda each: each.start), 1):
        content: Content = {
            FREEZE_START: freeze.start.isoformat(),
            FREEZE_END: freeze.end.isoformat(),
            FREEZE_REASON: freeze.reason,
        }
        yield Fact(f"{FREEZES}.{place}", content, window.value, window.type)


def _of_gate(gate: Gate) -> Iterator[Fact]:
    """Return the facts of the runbook of a gate: its conditions, its command, and what stands for all else."""
    kind = gate.document.type
    for name in CONDITIONS:
        value = gate.condition(name)
        yield Fact(f"{GATE}.{name}", content_of(value), value, kind)
    yield from (fact for fact in _below(kind, gate.command, ()) if fact.name != f"Parameters.{SNAPSHOT_ID}")
    scripts = [step.at("inputs").at("Script").written() for step in gate.document.steps]
    yield Fact(f"{GATE}.Script", fingerprint(scripts), gate.document.value, kind)


def _below(kind: str, value: Value, path: tuple[str, ...]) -> Iterator[Fact]:
    if isinstance(value.content, dict) and not (path and path[-1] == "Content"):
        yield from _of_mapping(kind, value, value.content, path)
    elif (given := _input_of(value, path)) is not None:
        yield from _below(kind, given, path)
    elif value.is_list and path and path[-1] in _FACTS:
        for place, each in enumerate(value.items(), 1):
            yield Fact(".".join((*path, str(place))), content_of(each), each, kind)
        yield from _rest(kind, value, path)
    elif value.is_list and path and (path[-1] in _RESOURCES or f"{kind}.{'.'.join(path)}" in _RESOURCES):
        for place, each in enumerate(value.items(), 1):
            yield from _below(kind, each, (*path, str(place)))
        yield from _rest(kind, value, path)
    else:
        content = content_of(value)
        if content is not None:
            yield Fact(".".join(path) or "Properties", content, value, kind)


def _of_mapping(kind: str, value: Value, content: Mapping[object, object], path: tuple[str, ...]) -> Iterator[Fact]:
    for key, each in value.entries():
        if f"{kind}.{'.'.join((*path, key))}" not in _DEPLOYED:
            yield from _below(kind, each, (*path, key))
    for name, function in content.items():
        if str(name).startswith("Fn::"):
            yield Fact(".".join((*path, str(name))), str(function), value, kind)


def _input_of(value: Value, path: tuple[str, ...]) -> Value | None:
    """Return what an input of an EventBridge target or schedule contains as JSON, as far as it is known."""
    if not path or path[-1] != INPUT or not (value.is_unknown or isinstance(value.content, str)):
        return None
    given = from_json(value)
    return given if given is not None and isinstance(given.content, dict) else None


def _rest(kind: str, value: Value, path: tuple[str, ...]) -> Iterator[Fact]:
    """Return one fact for all items of a list that are too many to be read."""
    rest = rest_of(value)
    if rest is not None:
        yield Fact(".".join(path), rest, value, kind)


def _is_default(fact: Fact) -> bool:
    content = fact.content[0] if isinstance(fact.content, list) and len(fact.content) == 1 else fact.content
    return fact.default is not None and content == fact.default


def _document_of(resource: Resource) -> str | None:
    if not isinstance(resource, WindowTask | Association):
        return None
    try:
        return bare_name(resource.document)
    except UnknownError:
        return None
