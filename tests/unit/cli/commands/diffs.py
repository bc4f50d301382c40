"""Templates that differ, and what `diff` writes for them."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from patching_constructs.cli.app import app
from tests.unit.cli.commands.test_describe import INSTALL, WEB, WEEKLY, resources
from tests.unit.cli.formats.schemas import validator

AT = ("--at", "2027-01-01")
SCAN = {"Operation": ["Scan"]}
NO_REBOOT = INSTALL | {"RebootOption": ["NoReboot"]}
BASELINE: dict[str, Any] = {
    "Type": "AWS::SSM::PatchBaseline",
    "Properties": {"Name": "base", "PatchGroups": ["web"], "OperatingSystem": "UBUNTU"},
}
ASSOCIATION: dict[str, Any] = {
    "Type": "AWS::SSM::Association",
    "Properties": {
        "Name": "AWS-RunPatchBaseline",
        "AssociationName": "daily",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "Parameters": SCAN,
        "Targets": WEB,
    },
}


def weekly(parameters: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """Write a window with a target and a task that scans."""
    return resources(WEEKLY | properties, targets=[WEB], parameters=parameters or SCAN)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["diff", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def written(file: Path, content: dict[str, Any], **sections: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sections | {"Resources": content}), encoding="utf-8")
    return file


def sides(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> tuple[Path, Path]:
    return written(folder / "old" / "fleet.json", old), written(folder / "new" / "fleet.json", new)


def lines(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the lines of the text, without blank ones."""
    code, text, errors = run(*sides(folder, old, new), *AT)
    assert (code, errors) == (1, "")
    return [line for line in text.splitlines() if line]


def changes(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    code, text, _ = run(*sides(folder, old, new), *AT, "--format", "json")
    document = json.loads(text)
    validator("diff").validate(document)
    assert code == (1 if document["changes"] else 0)
    found: list[dict[str, Any]] = document["changes"]
    return found


def effects(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    (change,) = changes(folder, old, new)
    found: list[str] = change["effects"]
    return found


def tag(key: str, *values: object) -> dict[str, Any]:
    return {"Key": key, "Values": list(values)}
