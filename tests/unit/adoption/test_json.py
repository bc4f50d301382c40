"""What becomes of the resources as JSON: the same facts as in the text, with the same exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.adoption.account import BASELINE, BY_HAND, INSTALL, SCAN
from tests.unit.adoption.apps import adopt
from tests.unit.adoption.test_what_stays import TEMPLATE, changed, with_more
from tests.unit.cli.formats.schemas import validated, validator
from tests.unit.cli.live.aws import FakeAws
from tests.unit.cli.run_command.fakes import REGION

CORPUS = Path(__file__).parents[2] / "corpus"
TEMPLATES = sorted((CORPUS / "good").iterdir())
TOPIC = {"Type": "AWS::SNS::Topic"}


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_what_is_adopted(tmp_path: Path) -> None:
    content = changed("Install.CutoffBehavior", None)
    content["Resources"] |= {"Topic": TOPIC}
    file = written(tmp_path / "my_windows.json", content)
    directory = tmp_path / "app"
    assert validated("adopt", "adopt", file, "--into", directory, "--format", "json") == {
        "version": 1,
        "directory": str(directory),
        "stacks": [
            {
                "stack": "my_windows",
                "id": "my-windows",
                "idReason": "the name of a stack has letters, digits and hyphens, and begins with a letter",
                "adopted": [
                    {"construct": "PatchBaseline", "id": "Baseline", "logicalIds": ["Baseline"]},
                    {"construct": "PatchSchedule", "id": "Window", "logicalIds": ["Window", "Target", "Install"]},
                ],
                "differences": [
                    {
                        "logicalId": "Install",
                        "message": "CutoffBehavior CONTINUE_TASK, the default of the service, is written out",
                    }
                ],
                "kept": [],
                "otherResources": 1,
            }
        ],
        "unsupported": [],
        "ofStacks": [],
    }
    assert (directory / "app.py").exists()


def test_what_stays(tmp_path: Path) -> None:
    content = {"Resources": {"Window": TEMPLATE["Resources"]["Window"] | {"DeletionPolicy": "Snapshot"}}}
    result = adopt(written(tmp_path / "a b.json", content), "--into", tmp_path / "app", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "version": 1,
        "directory": None,
        "stacks": [
            {
                "stack": "a b",
                "id": None,
                "idReason": None,
                "adopted": [],
                "differences": [],
                "kept": [
                    {
                        "logicalId": "Window",
                        "resourceType": "AWS::SSM::MaintenanceWindow",
                        "reason": "DeletionPolicy must be one of Delete, Retain, RetainExceptOnCreate, got 'Snapshot'",
                    }
                ],
                "otherResources": 0,
            }
        ],
        "unsupported": [],
        "ofStacks": [],
    }


def test_a_template_without_windows_and_baselines(tmp_path: Path) -> None:
    result = adopt(written(tmp_path / "web.json", {"Resources": {"Topic": TOPIC}}), "--format", "json")
    expected: dict[str, Any] = {"version": 1, "directory": None, "stacks": [], "unsupported": [], "ofStacks": []}
    assert (result.exit_code, json.loads(result.stdout)) == (1, expected)


def facts(document: dict[str, Any]) -> list[str]:
    """Return what the text has to contain."""
    found = [f"  {each['logicalId']}: {each['message']}" for each in document["unsupported"]]
    found += [f"  {each['id']}: stack {each['stack']}" for each in document["ofStacks"]]
    for stack in document["stacks"]:
        found += [f"Stack {stack['stack']}\n", *filter(None, (stack["id"], stack["idReason"]))]
        found += [f"  {each['construct']} {each['logicalIds'][0]}" for each in stack["adopted"]]
        found += [name for each in stack["adopted"] for name in each["logicalIds"]]
        found += [text for each in stack["differences"] for text in (each["logicalId"], f": {each['message']}\n")]
        found += [text for each in stack["kept"] for text in (each["logicalId"], f": {each['reason']}\n")]
        if stack["adopted"] and stack["otherResources"]:
            found.append(f"  {stack['otherResources']} resource")
    return found


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_the_text_has_the_same_facts(file: Path) -> None:
    text = adopt(file)
    result = adopt(file, "--format", "json")
    assert result.exit_code == text.exit_code
    assert [each for each in facts(json.loads(result.stdout)) if each not in text.stdout] == []


def test_the_output_is_written_to_a_file(tmp_path: Path) -> None:
    file = written(tmp_path / "web.json", with_more(Topic=TOPIC))
    for format_ in ("text", "json"):
        shown = adopt(file, "--format", format_)
        result = adopt(file, "--format", format_, "--output", tmp_path / "out")
        assert (result.exit_code, result.output) == (0, "")
        assert (tmp_path / "out").read_text(encoding="utf-8") == shown.stdout


# --- From the API -------------------------------------------------------------------------------------


def live() -> dict[str, Any]:
    """Adopt what the API describes, and return the JSON, which is valid and has the facts of the text."""
    text = adopt("--live", "--region", REGION)
    result = adopt("--live", "--region", REGION, "--format", "json")
    found: dict[str, Any] = json.loads(result.stdout)
    validator("adopt").validate(found)
    assert result.exit_code == text.exit_code
    assert [each for each in facts(found) if each not in text.stdout] == []
    return found


@pytest.mark.usefixtures("aws")
def test_what_cloudformation_has_no_property_for() -> None:
    found = live()
    assert found["unsupported"] == [
        {"logicalId": "DrainWindow", "message": "it is disabled, which CloudFormation has no property for"},
        {
            "logicalId": "DrainDrain",
            "message": "it has an AlarmConfiguration, which CloudFormation has no property for",
        },
    ]
    assert [len(stack["adopted"]) for stack in found["stacks"]] == [4]


def test_what_belongs_to_a_stack(aws: FakeAws) -> None:
    tags = [{"Key": "aws:cloudformation:stack-name", "Value": "patching-prod"}]
    aws.operations["ListTagsForResource"] = lambda _: {"TagList": tags}
    found = live()
    ids = (BASELINE["BaselineId"], SCAN, INSTALL, BY_HAND)
    assert found["ofStacks"] == [{"id": each, "stack": "patching-prod"} for each in ids]
    assert found["stacks"] == []
