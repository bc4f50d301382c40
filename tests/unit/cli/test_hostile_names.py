"""No text of a template controls the terminal or breaks a line, in any format but HTML, which has tests of its own."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs._template_metadata import METADATA_KEY, ROLLOUT, rollout_metadata
from patching_constructs.cli.app import app
from tests.unit.cli.run_command.requests import resources

NAME = "\x1b]0;title\x07 \u202e [bold]x[/] \nFORGED line\r"
FORMATS = {
    "check": ("text", "json", "sarif", "junit", "github"),
    "describe": ("text", "json"),
    "calendar": ("table", "json", "ics"),
    "coverage": ("text", "json"),
    "diff": ("text", "json", "markdown"),
}
CASES = [(command, format_) for command, formats in FORMATS.items() for format_ in formats]


def template(tmp_path: Path, name: str, **properties: Any) -> Path:
    found = resources({"Operation": NAME, "RebootOption": NAME})
    found["Window"]["Properties"] |= {"Name": NAME, "Description": NAME, "Schedule": "rate(7 days)", **properties}
    found["Window"]["Metadata"] = {METADATA_KEY: {ROLLOUT: rollout_metadata(NAME, NAME, 1, timedelta(hours=1))}}
    targets = {"Name": NAME, "WindowId": {"Ref": "Window"}, "Targets": [{"Key": f"tag:{NAME}", "Values": [NAME]}]}
    found["Others"] = {"Type": "AWS::SSM::MaintenanceWindowTarget", "Properties": targets}
    found["Task"]["Properties"] |= {"Name": NAME}
    found[NAME] = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": NAME}}
    node = {"Tags": [{"Key": "Patch Group", "Value": NAME}]}
    found["Node"] = {"Type": "AWS::EC2::Instance", "Properties": node}
    file = tmp_path / name
    file.write_text(json.dumps({"Resources": found}), encoding="utf-8")
    return file


def output(tmp_path: Path, command: str, format_: str) -> str:
    files = [template(tmp_path, "new.json", Duration=2, Cutoff=1)]
    if command == "diff":
        files.insert(0, template(tmp_path, "old.json", Duration=3, Cutoff=0))
    file = tmp_path / "output"
    CliRunner().invoke(app, [command, *map(str, files), "--format", format_, "-o", str(file)])
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("command", "format_"), CASES)
def test_no_character_controls_the_terminal(tmp_path: Path, command: str, format_: str) -> None:
    text = output(tmp_path, command, format_)
    assert text
    controls = {each for each in text if not each.isprintable()} - {"\n", "\r"}
    assert not controls


@pytest.mark.parametrize(("command", "format_"), CASES)
def test_no_name_forges_a_line(tmp_path: Path, command: str, format_: str) -> None:
    lines = output(tmp_path, command, format_).splitlines()
    assert not [line for line in lines if line.startswith("FORGED")]


@pytest.mark.parametrize("command", ["describe", "calendar", "coverage"])
def test_a_lone_surrogate_is_written_to_a_file(tmp_path: Path, command: str) -> None:
    source, file = template(tmp_path, "new.json", Duration=2, Cutoff=1, Name="\ud800"), tmp_path / "output"
    result = CliRunner().invoke(app, [command, str(source), "-o", str(file)])
    assert result.exit_code == 0, result.output
    assert file.exists()
