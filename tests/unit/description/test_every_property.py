"""`describe` differs whenever two templates differ in a property; the properties are those of the schemas."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from tests.unit.cli.formats.schemas import validator
from tests.unit.description.properties import RESOURCES, leaves, names, template_with, values_of

pytestmark = pytest.mark.sweep
# A template cannot set these: CloudFormation returns them.
READ_ONLY = {(kind, name) for kind in RESOURCES for name in names(kind, "readOnlyProperties")}
UNDESCRIBED = {
    ("AWS::SSMQuickSetup::ConfigurationManager", "StatusSummaries"): "CloudFormation returns it",
}
DESCRIBED_THEMSELVES = {("AWS::CloudFormation::StackSet", name) for name in ("TemplateBody", "TemplateURL")}
CASES = [
    pytest.param(kind, path, values_of(kind, path, schema), id=f"{kind.removeprefix('AWS::')}.{'.'.join(path)}")
    for kind in RESOURCES
    for path, schema in leaves(kind)
    if (kind, ".".join(path)) not in READ_ONLY and (kind, path[0]) not in {*UNDESCRIBED, *DESCRIBED_THEMSELVES}
]


def output(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code in {0, 1}, result.output
    return result.stdout


@pytest.mark.parametrize(("kind", "path", "values"), CASES)
def test_two_values_of_a_property_are_described_differently(
    tmp_path: Path, kind: str, path: tuple[str, ...], values: tuple[object, object]
) -> None:
    texts, documents = set(), set()
    template = tmp_path / "template.json"
    for value in values:
        template.write_text(json.dumps(template_with(kind, path, value)), encoding="utf-8")
        texts.add(output("describe", str(template)))
        documents.add(output("describe", str(template), "--format", "json"))
    assert len(texts) == 2
    assert len(documents) == 2


@pytest.mark.parametrize(("kind", "path", "values"), CASES)
def test_two_values_of_a_property_are_a_difference(
    tmp_path: Path, kind: str, path: tuple[str, ...], values: tuple[object, object]
) -> None:
    sides = [tmp_path / "old.json", tmp_path / "new.json"]
    for side, value in zip(sides, values, strict=True):
        side.write_text(json.dumps(template_with(kind, path, value)), encoding="utf-8")
    document = json.loads(output("diff", *map(str, sides), "--format", "json"))
    validator("diff").validate(document)
    changed = [each["property"] for change in document["changes"] for each in settings_of(change)]
    assert any(name.startswith(path[0]) for name in changed)


def settings_of(change: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for resource in change["resources"] for each in resource["settings"]]


def test_the_excepted_properties_are_returned_by_cloudformation() -> None:
    for kind, name in UNDESCRIBED:
        assert name in names(kind, "readOnlyProperties")
    assert len(CASES) > 180
