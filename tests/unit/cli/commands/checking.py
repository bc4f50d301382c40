"""Templates to check, and what ``patching-constructs check`` prints of them."""

import json
import re
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app

ROOT = Path(__file__).parents[4]
CUTOFF, UNUSED, NAME, FRIDAY = (
    "Patching-CutoffBelowDuration",
    "Patching-WindowWithoutTask",
    "Patching-ResourceName",
    "Patching-PatchTuesday",
)
WINDOW = {"Name": "weekly", "Schedule": "cron(0 4 ? * SUN *)", "Duration": 4, "Cutoff": 1}


def window(**properties: object) -> dict[str, Any]:
    """Write a window that no task uses, which is a warning."""
    given = {"AllowUnassociatedTargets": False} | properties
    return {"Type": "AWS::SSM::MaintenanceWindow", "Properties": WINDOW | given}


# An error, a note and an unknown finding. Each window that is not used is a warning.
LATE = window(Cutoff=4)
EARLY = window(Schedule="cron(0 4 ? * FRI#2 *)")
UNKNOWN = window(Name={"Ref": "Name"})
MIXED = {"Late": LATE, "Early": EARLY, "Unknown": UNKNOWN}
FINE = {"Topic": {"Type": "AWS::SNS::Topic"}}


def written(file: Path, resources: dict[str, Any], **sections: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sections | {"Resources": resources}, indent=1), encoding="utf-8")
    return file


def assembled(folder: Path, **stacks: dict[str, Any]) -> Path:
    """Write a ``cdk.out`` with its stacks."""
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": "aws://123456789012/eu-central-1",
            "properties": {"templateFile": f"{name}.template.json", "stackName": f"my-{name}"},
        }
        for name in stacks
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    for name, resources in stacks.items():
        written(folder / f"{name}.template.json", resources)
    return folder


def checked(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["check", *map(str, arguments)])
    # Only what ends a command in an orderly way may come out of it.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def reported(result: Result) -> list[str]:
    """Return the severity and the id of every finding that is printed."""
    return re.findall(r"^.+:\d+: (.+)$", result.stdout, flags=re.MULTILINE)


def last_line(result: Result) -> str:
    return result.stdout.splitlines()[-1]


def refused(*arguments: str | Path) -> str:
    """Return standard error, where a refusal is one line."""
    result = checked(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    return result.stderr.removesuffix("\n")
