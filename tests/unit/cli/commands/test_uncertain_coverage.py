"""``patching-constructs coverage``: what the templates do not show, frozen windows, and how the table says it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.commands.test_coverage import FROM, IN_WEB, gaps, names, rows, text
from tests.unit.cli.formats.schemas import validated
from tests.unit.nodes import REF, WEB, Resources, association, baseline, instance, window, written

# --- What the templates do not show -------------------------------------------------------------------


def read(folder: Path, *parts: Resources) -> dict[str, Any]:
    found: dict[str, Any] = validated("coverage", "coverage", written(folder, *parts), *FROM, "--format", "json")
    return found


def test_a_target_by_another_tag_may_select_the_nodes(tmp_path: Path) -> None:
    prod, web = rows(tmp_path, window("Sunday", {"tag:Env": ["prod"]}), window("Monday", {"tag:Role": ["web"]}, "Scan"))
    assert (gaps(prod), prod["uncertainOperations"]) == (["unknown"], ["Scan"])
    assert (gaps(web), web["uncertainOperations"]) == (["unknown"], ["Install"])


def test_a_target_with_another_value_does_not_select_the_nodes(tmp_path: Path) -> None:
    prod, dev = rows(tmp_path, window("Sunday", {"tag:Env": ["prod"]}), window("Monday", {"tag:Env": ["dev"]}, "Scan"))
    assert (gaps(prod), gaps(dev)) == (["noScan"], ["noInstall"])


def test_a_target_with_fewer_tags_selects_the_nodes_too(tmp_path: Path) -> None:
    narrow, wide = rows(
        tmp_path,
        window("Sunday", {"tag:Env": ["prod"], "tag:Role": ["web"]}),
        association("Daily", {"tag:Env": ["prod"]}, AssociationName="daily"),
    )
    assert (names(narrow["installs"]), names(narrow["scans"]), gaps(narrow)) == (["Sunday"], ["Daily"], [])
    assert (wide["installs"], names(wide["scans"]), gaps(wide)) == ([], ["Daily"], ["unknown"])


def test_a_task_of_one_of_two_windows_has_no_known_execution(tmp_path: Path) -> None:
    found = window("Sunday", IN_WEB) | {"Monday": window("Monday", IN_WEB)["Monday"]}
    either = {"Fn::If": ["IsProd", {"Ref": "Sunday"}, {"Ref": "Monday"}]}
    (task,) = [each for each in found.values() if each["Type"] == "AWS::SSM::MaintenanceWindowTask"]
    task["Properties"]["WindowId"] = either
    file = tmp_path / "either.json"
    conditions = {"IsProd": {"Fn::Equals": [REF, "prod"]}}
    parameters = {REF["Ref"]: {"Type": "String"}}
    template = {"Parameters": parameters, "Conditions": conditions, "Resources": found}
    file.write_text(json.dumps(template), encoding="utf-8")
    (row,) = validated("coverage", "coverage", file, *FROM, "--format", "json")["nodeGroups"]
    assert row["nextExecution"] is None


def test_nodes_of_several_targets_are_one_row(tmp_path: Path) -> None:
    both = {"tag:Patch Group": ["db", "web"]}
    web, db = rows(tmp_path, window("Sunday", IN_WEB), window("Monday", both, "Scan"))
    assert (web["patchGroup"], names(web["installs"]), names(web["scans"])) == ("web", ["Sunday"], ["Monday"])
    assert (db["patchGroup"], db["installs"], names(db["scans"])) == ("db", [], ["Monday"])


def test_nodes_with_tags_that_are_unknown_may_be_scanned(tmp_path: Path) -> None:
    tags = [{"Key": "Patch Group", "Value": "web"}, {"Key": REF, "Value": "x"}]
    scans = window("Monday", {"tag:Env": ["prod"]}, "Scan")
    row, _ = rows(tmp_path, window("Sunday", IN_WEB), scans, instance("Node", tags))
    assert (names(row["installs"]), gaps(row)) == (["Sunday"], ["unknown", "noBaseline"])


def without_task(name: str, filters: object) -> Resources:
    found = window(name, filters)
    return {key: found[key] for key in (name, f"{name}Target")}


def frozen(name: str, filters: object) -> Resources:
    found = without_task(name, filters)
    found[name]["Metadata"] = {"PatchingConstructs": {"Frozen": True}}
    return found


@pytest.mark.parametrize("nodes", [{}, instance("Node", WEB)])
def test_a_frozen_window_selects_nodes(tmp_path: Path, nodes: Resources) -> None:
    (row,) = rows(tmp_path, frozen("Sunday", IN_WEB), nodes, baseline("Linux", ["web"]))
    assert row["gaps"] == [{"kind": "frozen", "message": "frozen: sunday"}]
    assert row["frozen"] == [{"stack": "fleet", "logicalId": "Sunday", "name": "sunday"}]


def test_nodes_of_a_frozen_window_can_be_scanned(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, frozen("Sunday", IN_WEB), association("Daily", IN_WEB), instance("Node", WEB))
    assert gaps(row) == ["noInstall", "frozen", "noBaseline"]


UNKNOWN_REF = 'is unknown until deployment: \'{"Ref":"Parameter"}\''
UNUSED = "no task of the window runs on it"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (frozen("Sunday", {"Patch Group": ["web"]}), {"SundayTarget": "'Patch Group' is not a valid key of a target"}),
        (window("Sunday", {"Patch Group": ["web"]}), {"SundayTarget": "'Patch Group' is not a valid key of a target"}),
        (
            frozen("Sunday", [{"Key": REF, "Values": ["web"]}]),
            {"SundayTarget": f"Key {UNKNOWN_REF}"},
        ),
        (without_task("Sunday", IN_WEB), {"SundayTarget": UNUSED}),
    ],
)
def test_targets_without_known_nodes_are_listed(tmp_path: Path, parts: Resources, expected: dict[str, str]) -> None:
    found = read(tmp_path, parts)
    assert found["nodeGroups"] == []
    assert {each["logicalId"]: each["reason"] for each in found["unresolved"]} == expected


def with_targets(targets: object) -> Resources:
    found = window("Sunday", IN_WEB)
    found["SundayTask"]["Properties"]["Targets"] = targets
    return found


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (
            [{"Key": "tag:Env", "Values": ["x"]}],
            {"SundayTask": "the templates do not show which nodes it selects", "SundayTarget": UNUSED},
        ),
        (REF, {"SundayTask": f"Targets {UNKNOWN_REF}"}),
        (
            [{"Key": "WindowTargetIds", "Values": [REF]}],
            {"SundayTask": "the templates do not show which nodes it selects"},
        ),
    ],
)
def test_tasks_without_known_nodes_are_listed(tmp_path: Path, targets: object, expected: dict[str, str]) -> None:
    found = read(tmp_path, with_targets(targets))
    assert {each["logicalId"]: each["reason"] for each in found["unresolved"]} == expected


def test_targets_without_known_nodes_are_below_the_table(tmp_path: Path) -> None:
    lines = text(written(tmp_path, without_task("Sunday", IN_WEB))).splitlines()
    assert "".join(lines[:-3]).endswith("fleet.json: no nodes are known")
    assert lines[-3:] == ["", "not assigned to nodes", f"  SundayTarget: {UNUSED}"]


# --- In words -----------------------------------------------------------------------------------------


def test_the_table_has_names_and_what_is_unknown(tmp_path: Path) -> None:
    parts = window("Sunday", IN_WEB, REF), association("Daily", {"tag:Env": ["prod"]}, AssociationName="daily-scan")
    lines = text(written(tmp_path, *parts, baseline("Linux", ["web"]))).splitlines()
    assert [re.split("  +", line) for line in lines[1:3]] == [
        ["Patch Group = web", "linux", "sunday (unknown)", "sunday (unknown)", "Sun 2026-11-29 03:00 UTC", "unknown"],
        ["Env = prod", "-", "daily-scan", "unknown", "Mon 2026-11-23 00:00 UTC", "unknown"],
    ]
    assert lines[4:7] == [
        "gaps",
        "  Patch Group = web: the operation, Scan or Install, is unknown until deployment",
        "  Env = prod: the templates do not show whether another target selects these nodes",
    ]


def test_rows_with_the_same_gaps_are_listed_together(tmp_path: Path) -> None:
    parts = window("Sunday", {"tag:Env": ["prod"]}), window("Monday", {"tag:Env": ["dev"]})
    lines = text(written(tmp_path, *parts)).splitlines()
    assert lines[-1] == "  Env = prod, Env = dev: nothing scans between installs"


def test_rows_are_below_each_other_in_a_narrow_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text(written(tmp_path, window("Sunday-after-Patch-Tuesday", IN_WEB))))
    assert [line.rstrip() for line in plain.splitlines()[:6]] == [
        "Patch Group = web",
        "  baseline        -",
        "  scan            -",
        "  install         sunday-after-patch-tuesday",
        "  next execution  Sun 2026-11-29 03:00 UTC",
        "  gaps            2",
    ]
