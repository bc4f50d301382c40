"""The id of a stack is its name, or a valid one that is similar."""

import json
from pathlib import Path

import pytest

from tests.unit.adoption.apps import adopt, synthesized
from tests.unit.adoption.test_what_stays import TEMPLATE

RULE = "the name of a stack has letters, digits and hyphens, and begins with a letter"


@pytest.mark.parametrize(
    ("name", "id_"), [("my_windows", "my-windows"), ("7 nights.web", "Stack7-nights-web"), ("_web", "web")]
)
def test_a_name_that_no_stack_can_have(name: str, id_: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(TEMPLATE), encoding="utf-8")
    output = adopt(file, "--into", tmp_path / "app").output
    assert output.startswith(f"Stack {name}\n  Its id in the app is {id_}: {RULE}\n")
    assert (synthesized(tmp_path / "app") / f"{id_}.template.json").exists()


def test_a_name_that_a_stack_can_have(tmp_path: Path) -> None:
    file = tmp_path / "web--7.json"
    file.write_text(json.dumps(TEMPLATE), encoding="utf-8")
    output = adopt(file, "--into", tmp_path / "app").output
    assert "id in the app" not in output
    assert (synthesized(tmp_path / "app") / "web--7.template.json").exists()


def test_two_stacks_with_the_same_id(tmp_path: Path) -> None:
    for name in ("a b", "a-b", "a_b"):
        (tmp_path / f"{name}.template.json").write_text(json.dumps(TEMPLATE), encoding="utf-8")
    output = adopt(tmp_path, "--into", tmp_path / "app").output
    assert f"Stack a b\n  Its id in the app is a-b: {RULE}\n" in output
    assert "Stack a-b\n  Its id in the app is a-b2: the app has another stack with this name\n" in output
    assert f"Stack a_b\n  Its id in the app is a-b3: {RULE}\n" in output
    cdk_out = synthesized(tmp_path / "app")
    files = {f"{id_}.template.json" for id_ in ("a-b", "a-b2", "a-b3")}
    assert files <= {each.name for each in cdk_out.iterdir()}
