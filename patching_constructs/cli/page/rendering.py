"""A page as one HTML file that needs no network.

Python writes the parts that do not change, with every name escaped; the data is embedded as JSON, and the page's own
script draws it. The content security policy lets nothing else run and nothing load.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_PACKAGE: Final = "patching_constructs.cli.page"

# What every page has: the parts of the style sheet and of the script, in the order in which they are joined. README.md
# describes them.
STYLES: Final = ("base", "controls", "frame", "cards", "filters", "signs", "dialog", "warnings", "small", "print")
SCRIPTS: Final = ("start", "zones", "days", "words", "elements", "theme", "cards", "dialog", "tabs", "frame")


@dataclass(frozen=True, slots=True)
class PageFiles:
    """The files of a page: a folder with its template, and the parts that follow those of every page."""

    folder: str
    styles: Sequence[str]
    scripts: Sequence[str]


def render(page_files: PageFiles, *, data: Mapping[str, Any], page: object) -> str:
    """Write a page: the same input gives the same bytes.

    Args:
        page_files: what the page consists of.
        data: what the script reads.
        page: the values of the page's template.
    """
    folder = page_files.folder
    style = _joined([*_paths("styles", STYLES, "css"), *_paths(f"{folder}/styles", page_files.styles, "css")])
    script = _joined([*_paths("scripts", SCRIPTS, "js"), *_paths(f"{folder}/scripts", page_files.scripts, "js")])
    template = _environment().get_template(f"{folder}/page.html.jinja")
    text = template.render(page=page, data=_json(data), script=script, style=style, policy=_policy(script, style))
    # A template may hold half a surrogate pair, which no file can.
    return text.encode("utf-8", "replace").decode("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(_PACKAGE, ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _paths(folder: str, names: Iterable[str], extension: str) -> list[str]:
    return [f"{folder}/{name}.{extension}" for name in names]


def _joined(paths: Iterable[str]) -> Markup:
    """Join files that are embedded in the page as they are."""
    directory = files(_PACKAGE)
    return Markup("".join(directory.joinpath(path).read_text(encoding="utf-8") for path in paths))  # noqa: S704


def _json(data: Mapping[str, Any]) -> Markup:
    # No "<" is left that could end the script element, or start another.
    return Markup(json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
