"""The templates at a path: a ``cdk.out``, a file, or a directory with templates at any depth."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs.template.document import LARGEST_JSON, LARGEST_MANIFEST, read_document, refuse
from patching_constructs.template.sources import Source, sources

# What the CDK, SAM and most people call a template. .pre-commit-hooks.yaml has the same pattern.
TEMPLATE_NAME: Final = re.compile(
    r"""(?x)(
    \.template\.(json|ya?ml)$ |
    \.(cfn|cloudformation)\.(json|ya?ml)$ |
    (^|/)(template|cfn|cloudformation)\.(json|ya?ml)$
    )"""
)
_NAMES: Final = "such as *.template.json, *.cfn.yaml or template.yaml"
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "venv"})
_MANIFEST: Final = "manifest.json"
# The section that every template has.
_RESOURCES: Final = b"Resources"
_KINDS: Final = frozenset({".json", ".template", ".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Discovery:
    """The templates of a path."""

    sources: list[Source]
    passed_over: Counter[str] = field(default_factory=Counter)
    """How many files of a directory could be templates by their kind and are none, such as ``*.json``."""


def discover(path: Path) -> Discovery:
    """Return the templates of a path without reading them.

    A file is a template whatever its name is. In a directory that is not a ``cdk.out``, the templates are the files
    that are named like one and have resources, and each ``cdk.out`` below it is read as one. Hidden directories, and
    those of packages, are not searched.

    Raises:
        PatchingError: there is no such file or directory, or no template in it.
    """
    if not path.is_dir() or _is_cdk_out(path):
        found, named = Discovery(sources(path)), ""
    else:
        passed_over: Counter[str] = Counter()
        found = Discovery([source for each in _below(path, passed_over) for source in sources(each)], passed_over)
        named = f"; name a file, or rename the templates {_NAMES}"
    if not found.sources:
        raise refuse(path, f"it contains no template{named}")
    return found


def _below(directory: Path, passed_over: Counter[str]) -> Iterator[Path]:
    """Find the templates below a directory, and each ``cdk.out``."""
    for name, folders, files in os.walk(directory, onerror=_refuse):
        here = Path(name)
        if here != directory and _is_cdk_out(here):
            folders.clear()
            yield here
            continue
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED)
        for file in sorted(files):
            if TEMPLATE_NAME.search(file) and _has_resources(here / file):
                yield here / file
            elif (kind := Path(file).suffix) in _KINDS:
                passed_over[f"*{kind}"] += 1


def _refuse(error: OSError) -> None:
    raise refuse(Path(str(error.filename)), f"cannot be read: {error.strerror}")


def _is_cdk_out(directory: Path) -> bool:
    """Return whether a directory has the manifest of a ``cdk.out``; web applications have a file of that name too."""
    if not (directory / _MANIFEST).is_file():
        return False
    try:
        content = read_document(directory / _MANIFEST, largest_json=LARGEST_MANIFEST).content
    except PatchingError:
        return False
    return isinstance(content, dict) and isinstance(content.get("artifacts"), dict)


def _has_resources(file: Path) -> bool:
    """Return whether a file can be a template. A file that cannot be read is not passed over in silence."""
    try:
        # A pipe may never end, and a device has no size.
        if file.exists() and not file.is_file():
            return False
        with file.open("rb") as stream:
            return _RESOURCES in stream.read(LARGEST_JSON)
    except OSError:
        return True
