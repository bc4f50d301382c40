"""Where the commands of the site run: a directory for each page, a fixed date, and the examples that it needs.

An example is synthesized once for all pages, before the first page is read.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from rich.text import Text

from docs_site import terminal

ROOT: Final = Path(__file__).parents[2]
WORK: Final = ROOT / "build" / "site-work"
NOW: Final = "2026-12-01T09:00:00+00:00"
"""The time at which every command of the site runs, so that its output does not depend on the day of the build."""
COLUMNS: Final = 100

_NEEDED: Final = re.compile(r"^:example: (.+)$", re.MULTILINE)


class Example(NamedTuple):
    """An app in ``examples``, and the context that it is synthesized with."""

    name: str
    context: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Example":
        """Return the example of an option: ``freeze`` or ``freeze freeze=true``."""
        name, *context = text.split()
        return cls(name, tuple(sorted(tuple(pair.split("=", 1)) for pair in context)))  # type: ignore[misc]

    @property
    def app(self) -> Path:
        """The file of the app."""
        return ROOT / "app.py" if self.name == "app" else ROOT / "examples" / f"{self.name}.py"

    @property
    def output(self) -> Path:
        """Its ``cdk.out``."""
        return WORK / "examples" / "-".join([self.name, *(f"{key}-{value}" for key, value in self.context)])


def prepare(pages: Path) -> None:
    """Synthesize every example that a page needs, and write the command that the pages run."""
    command = WORK / "bin" / "patching-constructs"
    command.parent.mkdir(parents=True, exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("at_date.py")} "$@"\n', "utf-8")
    command.chmod(0o755)
    sources = _digest(*sorted((ROOT / "patching_constructs").rglob("*.py")), ROOT / "requirements-docs.lock")
    texts = [page.read_text(encoding="utf-8") for page in pages.rglob("*.md")]
    examples = {Example.parse(found) for text in texts for found in _NEEDED.findall(text)}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda example: _synthesize(example, sources), sorted(examples)))


def directory(page: str) -> Path:
    """Return the directory in which the commands of a page run."""
    return WORK / "pages" / page


def start(page: str) -> None:
    """Empty the directory of a page."""
    shutil.rmtree(directory(page), ignore_errors=True)
    directory(page).mkdir(parents=True)


def place(page: str, example: Example) -> None:
    """Put the ``cdk.out`` of an example into the directory of a page, in place of that of another."""
    shutil.rmtree(directory(page) / "cdk.out", ignore_errors=True)
    shutil.copytree(example.output, directory(page) / "cdk.out")


def run(page: str, command: str) -> tuple[int, Text]:
    """Run a command of a page, and return its exit code and its output with its styles."""
    path = os.pathsep.join([str(WORK / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    settings = {"PATH": path, "NOW": NOW, "HOME": str(directory(page))}
    return terminal.run(["bash", "-o", "pipefail", "-c", command], directory(page), COLUMNS, settings)


def _synthesize(example: Example, sources: str) -> None:
    stamp = example.output.with_suffix(".stamp")
    wanted = sources + _digest(example.app)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    context = json.dumps(settings["context"] | dict(example.context))
    environment = os.environ | {
        "CDK_OUTDIR": str(example.output),
        "CDK_CONTEXT_JSON": context,
        "CDK_VALIDATION": "false",
    }
    shutil.rmtree(example.output, ignore_errors=True)
    subprocess.run([sys.executable, str(example.app)], cwd=ROOT, env=environment, check=True)
    stamp.write_text(wanted, encoding="utf-8")


def _digest(*files: Path) -> str:
    return sha256(b"".join(_contents(files))).hexdigest()


def _contents(files: tuple[Path, ...]) -> Iterator[bytes]:
    return (file.read_bytes() for file in files)
