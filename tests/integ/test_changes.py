"""A change of a schedule, an operation, a tag or a ring never replaces a live window."""

from typing import Final

import pytest

from tests.integ.changes.app import control, versions
from tests.integ.changes.change_sets import Change

pytestmark = pytest.mark.integ
Changes = dict[str, Change]

WINDOW: Final = "AWS::SSM::MaintenanceWindow"
TARGET: Final = "AWS::SSM::MaintenanceWindowTarget"
TASK: Final = "AWS::SSM::MaintenanceWindowTask"


def announced(change: Change) -> list[tuple[str, str]]:
    return [(each.action, each.type) for each in change.announced]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("schedule", [("Modify", WINDOW)]),
        ("operation", [("Modify", TASK)]),
        ("tag", [("Modify", TARGET)]),
        ("ring-added", [("Add", WINDOW), ("Add", TARGET), ("Add", TASK)]),
        ("ring-removed", [("Remove", WINDOW), ("Remove", TARGET), ("Remove", TASK)]),
    ],
)
def test_a_change_set_lists_only_what_has_changed(name: str, expected: list[tuple[str, str]], changes: Changes) -> None:
    assert announced(changes[name]) == expected


def test_live_windows_remain(changes: Changes) -> None:
    first = changes["first"].physical_ids
    for version in versions():
        assert changes[version.name].physical_ids.items() >= first.items(), version.name


def test_a_replacement_is_announced(changes: Changes) -> None:
    """Without this, the other tests would also pass with an emulator that announces none."""
    listed = changes[control().name].announced
    assert [each.action for each in listed if each.type == "AWS::SSM::PatchBaseline"] == ["Replace"]
    windows = [each for each in listed if each.type == WINDOW]
    assert [each.action for each in windows] == ["Add", "Remove"]
