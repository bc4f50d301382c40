"""The code of the function, as it is in an asset: it runs without the rest of the library."""

import json
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

import patching_constructs
from patching_constructs.constructs._evidence_code import HANDLER, evidence_code

MODULES = Path(patching_constructs.__file__).parent / "evidence"


@pytest.fixture
def asset(tmp_path: Path) -> Path:
    app = cdk.App(outdir=str(tmp_path / "cdk.out"))
    lambda_.Function(
        cdk.Stack(app, "Stack"),
        "Function",
        code=evidence_code(),
        handler=HANDLER,
        runtime=lambda_.Runtime("python3.13", lambda_.RuntimeFamily.PYTHON),
    )
    app.synth()
    (found,) = (each for each in (tmp_path / "cdk.out").iterdir() if each.name.startswith("asset."))
    return found


def test_the_asset_has_the_modules_and_nothing_else(asset: Path) -> None:
    found = {str(each.relative_to(asset)) for each in asset.rglob("*") if each.is_file()}
    assert found == {f"evidence/{each.name}" for each in MODULES.glob("*.py")}


def test_the_handler_can_be_imported_without_the_library(asset: Path) -> None:
    module, _, name = HANDLER.rpartition(".")
    script = f"""
import importlib, json, sys
handler = getattr(importlib.import_module({module!r}), {name!r})
print(json.dumps([handler.__module__, sorted(each for each in sys.modules if each.startswith("patching_constructs"))]))
"""
    code = f"import sys; sys.path.insert(0, {str(asset)!r}); {script}"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=asset)
    assert json.loads(result.stdout) == [module, []]
