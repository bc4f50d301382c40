"""The same changes, judged by the resource schemas of AWS instead of an emulator: none replaces a resource."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.integ.changes.app import STACK, Version, control, synthesize, versions
from tests.integ.stacks import stacks_of

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Resources]:
    folder = tmp_path_factory.mktemp("versions")
    synthesize(folder)
    return {each.name: stacks_of(folder / each.name)[STACK]["Resources"] for each in (*versions(), control())}


@pytest.mark.parametrize(("before", "after"), [*pairwise(versions())], ids=lambda version: str(version.name))
def test_a_change_sets_no_create_only_property(
    before: Version, after: Version, resources: dict[str, Resources]
) -> None:
    assert list(replaced(resources[before.name], resources[after.name])) == []
    assert resources[before.name] != resources[after.name]


def test_a_create_only_property_is_recognized(resources: dict[str, Resources]) -> None:
    assert list(replaced(resources[versions()[-1].name], resources[control().name])) == [
        "Baseline013357C7: OperatingSystem"
    ]


def replaced(before: Resources, after: Resources) -> Iterator[str]:
    """Return the create-only properties that differ. A resource of another type is replaced as well."""
    for logical_id in before.keys() & after.keys():
        kind = before[logical_id]["Type"]
        assert after[logical_id]["Type"] == kind
        old, new = before[logical_id]["Properties"], after[logical_id]["Properties"]
        for name in sorted(create_only(kind)):
            if old.get(name) != new.get(name):
                yield f"{logical_id}: {name}"


def create_only(kind: str) -> list[str]:
    schema: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return [path.removeprefix("/properties/") for path in schema.get("createOnlyProperties", [])]
