"""Compare a resource of a template with what the emulator returns, property by property."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.read_back.kinds import KINDS, Kind
from tests.integ.stacks import Resource


@dataclass(frozen=True)
class Comparison:
    """What was seen of one resource. A fallback has no properties: the emulator has created nothing."""

    resource: Resource
    equal: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    """A message for each property that differs."""


def compare(emulator: Emulator, resource: Resource) -> Comparison:
    """Read a resource back, and compare each of its properties."""
    comparison = Comparison(resource)
    if resource.fallback:
        return comparison
    kind = KINDS[resource.type]
    wanted_of, seen = (_ordered(each, kind) for each in (resource.properties, kind.read(emulator, resource)))
    for name, wanted in wanted_of.items():
        if name in kind.dropped and name not in seen:
            comparison.dropped.append(name)
        elif name in kind.dropped:
            comparison.different.append(f"{resource}: {name} is returned now; compare it")
        elif same(wanted, seen.get(name)):
            comparison.equal.append(name)
        else:
            comparison.different.append(f"{resource}: {name} is {seen.get(name)!r}, the template has {wanted!r}")
    return comparison


def _ordered(properties: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    return {name: sorted(value) if name in kind.unordered else value for name, value in properties.items()}


def same(wanted: Any, got: Any) -> bool:
    """Return whether two values are equal. CloudFormation accepts numbers and booleans as strings."""
    match wanted, got:
        case dict(), dict():
            return wanted.keys() == got.keys() and all(same(value, got[name]) for name, value in wanted.items())
        case list(), list():
            return len(wanted) == len(got) and all(map(same, wanted, got))
        case (dict() | list(), _) | (_, dict() | list()):
            return False
    return got is not None and str(wanted).lower() == str(got).lower()
