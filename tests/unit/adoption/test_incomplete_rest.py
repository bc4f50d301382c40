"""The CDK cannot include a resource without a required property, so that nothing is adopted beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.adoption.apps import adopt
from tests.unit.adoption.test_what_stays import TEMPLATE, changed

COPIED = ("Window", "Target", "Install")


def with_a_copy(content: dict[str, Any]) -> dict[str, Any]:
    """Return the template with a second window, its target and its task, which are those of the content."""
    text = json.dumps({f"Other{name}": content["Resources"][name] for name in COPIED})
    for name in COPIED:
        text = text.replace(f'{{"Ref": "{name}"}}', f'{{"Ref": "Other{name}"}}')
    return {"Resources": TEMPLATE["Resources"] | json.loads(text)}


@pytest.mark.parametrize(
    ("path", "value"),
    [("Window.Name", None), ("Window.Schedule", {"Ref": "AWS::NoValue"}), ("Install.TaskArn", None)],
)
def test_nothing_is_adopted_beside_it(path: str, value: object, tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    file.write_text(json.dumps(with_a_copy(changed(path, value))), encoding="utf-8")
    result = adopt(file, "--into", tmp_path / "app")
    resource, _, name = path.partition(".")
    assert result.exit_code == 1
    assert (
        f"    Baseline, Window, Target, Install: the CDK cannot include Other{resource}, whose {name} is missing\n"
        in result.output
    )
    assert f"    OtherWindow, OtherTarget, OtherInstall: {name} is missing\n" in result.output
    assert not (tmp_path / "app").exists()


@pytest.mark.parametrize(
    ("resource", "missing"),
    [({"Type": "AWS::SSM::PatchBaseline"}, "Name"), ({"Properties": {"Name": "web"}}, "Type"), ("", "Type")],
)
def test_a_resource_without_properties_or_type(resource: object, missing: str, tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    content = {"Resources": TEMPLATE["Resources"] | {"Other": resource}}
    file.write_text(json.dumps(content), encoding="utf-8")
    reason = f"the CDK cannot include Other, whose {missing} is missing"
    assert f"    Baseline, Window, Target, Install: {reason}\n" in adopt(file).output
