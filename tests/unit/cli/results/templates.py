"""Templates with maintenance windows, alone or in a ``cdk.out``."""

import json
from pathlib import Path
from typing import Any

from patching_constructs._template_metadata import METADATA_KEY
from tests.unit.cli.live.aws import ACCOUNT
from tests.unit.cli.results.account import REGION


def template(folder: Path, *, metadata: dict[str, Any] | None = None, **windows: dict[str, Any]) -> Path:
    """Write a template by itself; each window has its logical id as its name."""
    minimal = {"Schedule": "cron(0 3 * * ? *)", "Duration": 2, "Cutoff": 1}
    resources = {
        name: {
            "Type": "AWS::SSM::MaintenanceWindow",
            "Metadata": {METADATA_KEY: (metadata or {}).get(name, {})},
            "Properties": {"Name": name} | minimal | properties,
        }
        for name, properties in windows.items()
    }
    file = folder / "fleet.template.json"
    file.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return file


def cdk_out(folder: Path, stack: str = "Patching", place: str = f"aws://{ACCOUNT}/{REGION}", **given: Any) -> Path:
    """Write a ``cdk.out`` with one stack; see `template`."""
    template(folder, **given).rename(folder / f"{stack}.template.json")
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": place,
        "properties": {"templateFile": f"{stack}.template.json"},
    }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {stack: artifact}}), encoding="utf-8")
    return folder
