"""A patch group has one baseline for an operating system: a second one stays in the template."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.unit.adoption.apps import adopt, differences, normalized, synthesized, template
from tests.unit.adoption.test_what_stays import TEMPLATE

REASON = "  Stays in the template:\n    Other: Baseline registers the patch group 'web' for AMAZON_LINUX_2023 too\n"


def with_two(first: dict[str, Any], second: dict[str, Any], **attributes: str) -> dict[str, Any]:
    one = deepcopy(TEMPLATE["Resources"]["Baseline"]) | attributes
    other = deepcopy(one)
    one["Properties"] |= first
    other["Properties"] |= {"Name": "other"} | second
    parameters = {"Group": {"Type": "String"}}
    conditions = {"Always": {"Fn::Equals": ["a", "a"]}}
    resources = {"Baseline": one, "Other": other}
    return {"Parameters": parameters, "Conditions": conditions, "Resources": resources}


def output_of(content: dict[str, Any], directory: Path) -> str:
    file = directory / "web.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    output = adopt(file, "--into", directory / "app").output
    found = template(synthesized(directory / "app"))
    assert list(differences(normalized(content), normalized(found))) == []
    return output


def test_the_second_baseline_stays(tmp_path: Path) -> None:
    assert REASON in output_of(with_two({"PatchGroups": ["db", "web"]}, {"PatchGroups": ["web"]}), tmp_path)


WEB = {"PatchGroups": ["web"]}
LINUX_2 = WEB | {"OperatingSystem": "AMAZON_LINUX_2"}
TOKEN = {"PatchGroups": [{"Ref": "Group"}]}


@pytest.mark.parametrize(
    "content",
    [
        with_two(WEB, {"PatchGroups": ["db"]}),
        with_two(WEB, LINUX_2),
        with_two(TOKEN, TOKEN),
        with_two(WEB, WEB, Condition="Always"),
    ],
    ids=["groups", "operating-systems", "tokens", "conditions"],
)
def test_both_are_adopted(content: dict[str, Any], tmp_path: Path) -> None:
    assert "Stays in the template" not in output_of(content, tmp_path)
