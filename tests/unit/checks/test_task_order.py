"""The order of tasks in a window, where the place of one of them is unknown until deployment."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.template.document import read_document
from tests.unit.checks.test_corpus import CORPUS, TODAY

EXAMPLE = CORPUS / "violating" / "Patching-RebootBeforeInstall" / "example.yaml"


def found(folder: Path, priority: object) -> list[Finding]:
    """Check the example with another reboot at a priority."""
    content: Any = deepcopy(read_document(EXAMPLE).content)
    reboot = deepcopy(content["Resources"]["RestartTask"])
    reboot["Properties"]["Priority"] = priority
    content["Resources"]["RestartAgain"] = reboot
    content["Parameters"] = {"Place": {"Type": "Number"}}
    file = folder / "order.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return [each for each in check_paths([file], now=TODAY) if each.rule.id == "Patching-RebootBeforeInstall"]


def test_a_later_reboot_completes_the_install(tmp_path: Path) -> None:
    assert found(tmp_path, 3) == []


def test_an_earlier_reboot_does_not(tmp_path: Path) -> None:
    assert [each.status for each in found(tmp_path, 1)] == [Status.FAIL]


def test_a_reboot_with_an_unknown_priority_can_be_the_later_one(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, {"Ref": "Place"})
    assert finding.status is Status.UNKNOWN
    assert finding.reason == 'Priority is unknown until deployment: \'{"Ref":"Place"}\''
