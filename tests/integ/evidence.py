"""The record of the last run: which properties were read back, by type of resource. It is no evidence about AWS."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.integ.environment import HERE, ROOT
from tests.integ.read_back.comparison import Comparison

RECORD: Final = HERE / "evidence.json"
LAST_RUN: Final = ROOT / "build" / "integ" / "evidence.json"
Evidence = dict[str, dict[str, Any]]


def evidence(comparisons: Mapping[str, Iterable[Comparison]]) -> Evidence:
    """Return the evidence by type: the number of resources, and of values that were equal or dropped, by property.

    A type that the emulator does not support also has the names of the apps with resources of the type.
    """
    everything = [(app, each) for app, of_app in comparisons.items() for each in of_app]
    types = sorted({each.resource.type for _, each in everything})
    return {
        kind: _of_type([each for _, each in everything if each.resource.type == kind])
        | {"fallback_apps": sorted({app for app, each in everything if _is_fallback(each, kind)})}
        for kind in types
    }


def names(seen: Evidence) -> Evidence:
    """Return the evidence without its counts, which change with every example."""
    return {
        kind: {
            "equal": sorted(each["equal"]),
            "dropped": sorted(each["dropped"]),
            "fallback_apps": each["fallback_apps"],
        }
        for kind, each in seen.items()
    }


def write(path: Path, seen: Evidence) -> None:
    """Write a record."""
    path.write_text(json.dumps(seen, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Evidence:
    """Read a record."""
    seen: Evidence = json.loads(path.read_text(encoding="utf-8"))
    return seen


def _is_fallback(comparison: Comparison, kind: str) -> bool:
    return comparison.resource.type == kind and comparison.resource.fallback


def _of_type(comparisons: list[Comparison]) -> dict[str, Any]:
    return {
        "resources": len(comparisons),
        "fallback": sum(each.resource.fallback for each in comparisons),
        "equal": _counts(each.equal for each in comparisons),
        "dropped": _counts(each.dropped for each in comparisons),
    }


def _counts(lists: Iterable[list[str]]) -> dict[str, int]:
    return dict(sorted(Counter(name for each in lists for name in each).items()))
