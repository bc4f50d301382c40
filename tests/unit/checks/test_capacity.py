"""The rule about the capacity in the metadata of a window: what it finds, and what it leaves to other rules."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from tests.unit.nodes import REF, Resources, window, written

RULE = "Patching-CapacityExceedsWindow"
TODAY = datetime(2026, 11, 23, tzinfo=UTC)
ASSUMED = "Assumed: no node fails or is offline; a node starts as soon as another one has finished"


def fleet(capacity: object, **properties: object) -> Resources:
    resources = window("Sunday", {"tag:Patch Group": ["web"]})
    resources["Sunday"]["Metadata"] = {"PatchingConstructs": {"Capacity": capacity}}
    resources["SundayTask"]["Properties"] |= properties
    return resources


def found(file: Path) -> list[Finding]:
    return [each for each in check_paths([file], now=TODAY) if each.rule.id == RULE]


def texts(file: Path) -> list[tuple[str, str]]:
    return [(each.problem, each.fix) for each in found(file)]


def test_nodes_that_do_not_fit(tmp_path: Path) -> None:
    file = written(tmp_path, fleet({"Nodes": 40, "MinutesPerNode": 12}, MaxConcurrency="2"))
    assert texts(file) == [
        (
            "With 40 nodes, 2 at the same time, and 12 min each, patching takes 4 h (20 waves), but the window is open "
            f"for 2 h: 20 nodes have not started then. {ASSUMED}.",
            "Set MaxConcurrency to 4 or Duration to 4.",
        )
    ]


def test_nodes_that_fit_into_no_window(tmp_path: Path) -> None:
    ((_, fix),) = texts(written(tmp_path, fleet({"Nodes": 1, "MinutesPerNode": 1440}, CutoffBehavior="CANCEL_TASK")))
    assert fix == (
        "Make patching faster, because one node alone does not fit into the longest window (24 h with the same cutoff)."
    )


def test_nodes_that_need_a_higher_concurrency_and_a_longer_window(tmp_path: Path) -> None:
    capacity = {"Nodes": 5, "MinutesPerNode": 400}
    ((_, fix),) = texts(written(tmp_path, fleet(capacity, CutoffBehavior="CANCEL_TASK", MaxConcurrency="10%")))
    assert fix == "Set MaxConcurrency to 100% and Duration to 8."


def test_metadata_that_is_invalid(tmp_path: Path) -> None:
    file = written(tmp_path, fleet({"Nodes": 4, "MinutesPerNode": "long"}))
    assert texts(file) == [
        ("MinutesPerNode must be a number of minutes from 0.1 to 1440, got 'long'.", "Correct the metadata.")
    ]


MANY = {"Nodes": 40, "MinutesPerNode": 1440}


@pytest.mark.parametrize(
    "resources",
    [
        fleet({"Nodes": 10, "MinutesPerNode": 12}),
        window("Sunday", {"tag:Patch Group": ["web"]}),
        # Nothing patches.
        fleet(MANY, TaskArn="AWS-UpdateSSMAgent"),
        {name: each for name, each in fleet(MANY).items() if name != "SundayTask"},
        # Other rules report these properties.
        fleet(MANY, MaxConcurrency="many"),
        fleet(MANY, CutoffBehavior="STOP"),
    ],
    ids=["fits", "no capacity", "another document", "frozen", "concurrency", "cutoff behavior"],
)
def test_nothing_to_report(tmp_path: Path, resources: Resources) -> None:
    assert found(written(tmp_path, resources)) == []


def with_parameter(folder: Path, resources: Resources, **parameter: object) -> Path:
    file = folder / "fleet.json"
    content: dict[str, Any] = {"Parameters": {"Parameter": {"Type": "Number"} | parameter}, "Resources": resources}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_a_parameter_is_unknown_unless_all_of_its_values_decide(tmp_path: Path) -> None:
    resources = fleet({"Nodes": REF, "MinutesPerNode": 12})

    def statuses(**parameter: object) -> list[Status]:
        return [each.status for each in found(with_parameter(tmp_path, resources, **parameter))]

    assert statuses() == [Status.UNKNOWN]
    assert statuses(AllowedValues=[10, 11]) == [Status.UNKNOWN]
    assert statuses(AllowedValues=[11, 12]) == [Status.FAIL]
    assert statuses(AllowedValues=[9, 10]) == []
