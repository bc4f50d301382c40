"""The templates of the examples, synthesized in this process without the CDK's own validation."""

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]


def templates_of(example: Path, folder: Path, patch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """Run an example with the settings of cdk.json, and return its templates by the names of their files."""
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    init = cdk.App.__init__

    # Not by variables of the environment: the process of Node has read them already.
    def init_in_folder(app: cdk.App, **properties: Any) -> None:
        init(app, outdir=str(folder), **properties | {"context": settings | properties.get("context", {})})

    patch.setattr(cdk.App, "__init__", init_in_folder)
    runpy.run_path(str(example), run_name="__main__")
    return dict(templates_in(folder))


def templates_in(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.rglob("*.template.json")):
        yield file.name, json.loads(file.read_text(encoding="utf-8"))
