"""Synthesize apps into one cloud assembly: ``python -m tests.integ.assembly FOLDER app.py ...``.

The apps share a process, because loading the CDK takes longer than an app, and the assembly, because the CDK CLI then
deploys their stacks concurrently.
"""

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.integ.environment import ROOT

NO_CONTEXT: Mapping[str, str] = MappingProxyType({})


def synthesize(folder: Path, files: Iterable[Path], context: Mapping[str, str] = NO_CONTEXT) -> None:
    """Synthesize apps in a process of their own, with the settings of cdk.json and a context."""
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    environment = os.environ | {
        "CDK_CONTEXT_JSON": json.dumps(settings["context"] | context),
        "CDK_VALIDATION": "false",
    }
    command = [sys.executable, "-m", "tests.integ.assembly", str(folder), *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _main(folder: Path, files: list[Path]) -> None:
    for file in files:
        _run(file, folder / file.stem)
    names = [file.stem for file in files]
    nested = {f"assembly-{name}": _nested(name) for name in names}
    version = json.loads((folder / names[0] / "manifest.json").read_text(encoding="utf-8"))["version"]
    manifest = {"version": version, "artifacts": nested}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _run(file: Path, folder: Path) -> None:
    import aws_cdk as cdk  # noqa: PLC0415 - takes a second, and only the process that synthesizes needs it

    def init(app: cdk.App, **properties: Any) -> None:
        original(app, outdir=str(folder), **properties)

    original = cdk.App.__init__
    cdk.App.__init__ = init  # type: ignore[method-assign, assignment]
    try:
        runpy.run_path(str(file), run_name="__main__")
    finally:
        cdk.App.__init__ = original  # type: ignore[method-assign]


def _nested(name: str) -> dict[str, Any]:
    return {"type": "cdk:cloud-assembly", "properties": {"directoryName": name, "displayName": name}}


if __name__ == "__main__":
    out, *apps = map(Path, sys.argv[1:])
    _main(out, apps)
