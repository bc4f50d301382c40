"""Templates to read, and what is read of them."""

import json
from pathlib import Path
from typing import Any

from patching_constructs.template import TARGET, TASK, WINDOW, Value, WindowTask, read_windows


def window(**properties: Any) -> dict[str, Any]:
    return {"Type": WINDOW, "Properties": properties}


def target(window_id: object, **properties: Any) -> dict[str, Any]:
    return {"Type": TARGET, "Properties": {"WindowId": window_id} | properties}


def task(window_id: object, **properties: Any) -> dict[str, Any]:
    return {"Type": TASK, "Properties": {"WindowId": window_id} | properties}


def written(file: Path, resources: dict[str, Any], **sections: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"Resources": resources} | sections), encoding="utf-8")
    return file


STACK, STAGE = "aws:cloudformation:stack", "cdk:cloud-assembly"
ANYWHERE = "aws://unknown-account/unknown-region"


def stack(name: str, **properties: str) -> dict[str, Any]:
    """Write a manifest's entry for a stack."""
    return {
        "type": STACK,
        "environment": ANYWHERE,
        "properties": {"templateFile": f"{name}.template.json"} | properties,
    }


def assembled(folder: Path, artifacts: object, **files: object) -> Path:
    """Write a ``cdk.out``, or the folder of a stage, with its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"manifest": {"artifacts": artifacts}, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def name_of(file: Path, name: object, *, use_defaults: bool = False, **sections: Any) -> Value:
    """Return what is read for a window's name."""
    (read,) = read_windows(written(file, {"W": window(Name=name)}, **sections), use_defaults=use_defaults)
    return read.name


def texts(*values: Value) -> list[str | None]:
    return [value.text() for value in values]


def parameters_of(task: WindowTask) -> dict[str, list[str | None]]:
    return {name: texts(*value.each()) for name, value in task.parameters.items()}


def yaml_window(name: str) -> str:
    return f"Resources: {{W: {{Type: {WINDOW}, Properties: {{Name: {name}}}}}}}"
