"""Whether an install can start on further nodes after the cutoff: not if it runs on all of its nodes at once."""

from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Status
from tests.unit.checks.test_engine import TODAY, window, written

NODES = [f"i-0123456789abcdef{place}" for place in range(3)]


def by_id(*nodes: object) -> list[dict[str, object]]:
    return [{"Key": "InstanceIds", "Values": list(nodes)}]


TAGGED = [{"Key": "tag:Patch Group", "Values": ["web"]}]
CASES: dict[str, tuple[list[Any], str, bool]] = {
    "nodes with a tag": ([TAGGED], "10%", True),
    "a number of nodes with a tag": ([TAGGED], "50", True),
    "all nodes with a tag": ([TAGGED], "100%", False),
    "one node": ([by_id(NODES[0])], "1", False),
    "one node, by percentage": ([by_id(NODES[0])], "50%", False),
    "one node of the template": ([by_id({"Ref": "Server"})], "1", False),
    "a parameter with nodes": ([by_id({"Ref": "Servers"})], "1", True),
    "as many as there are nodes": ([by_id(*NODES)], "3", False),
    "fewer than there are nodes": ([by_id(*NODES)], "2", True),
    "a part of the nodes": ([by_id(*NODES)], "99%", True),
    "two targets, one after the other": ([by_id(NODES[0]), by_id(NODES[1])], "5", True),
}


@pytest.mark.parametrize(("targets", "at_a_time", "is_reported"), CASES.values(), ids=CASES.keys())
def test_further_nodes(tmp_path: Path, targets: list[Any], at_a_time: str, is_reported: object) -> None:
    resources = window("web")
    task, target = resources["Task"]["Properties"], resources.pop("Target")
    task["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]["Parameters"] = {"Operation": ["Install"]}
    names = [f"Target{place}" for place in range(len(targets))]
    task |= {
        "MaxConcurrency": at_a_time,
        "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": n} for n in names]}],
    }
    for name, entries in zip(names, targets, strict=True):
        resources[name] = target | {"Properties": target["Properties"] | {"Targets": entries}}
    resources["Server"] = {"Type": "AWS::EC2::Instance", "Properties": {}}
    parameters = {"Servers": {"Type": "List<AWS::EC2::Instance::Id>"}}
    file = written(tmp_path / "a.json", resources, Parameters=parameters)
    found = [each for each in check_paths([file], now=TODAY) if each.rule.id == "Patching-InstallAfterCutoff"]
    assert [each.status for each in found] == ([Status.FAIL] if is_reported else [])
