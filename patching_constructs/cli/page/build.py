"""The calendar as one HTML page that needs no network: what happens now and next, a month, a timeline and an agenda.

Python writes the parts that do not change, with every name escaped; the executions are embedded as JSON, and the page's
own script draws them. The content security policy lets nothing else run and nothing load.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.page.data import script_data
from patching_constructs.cli.page.model import CalendarPage

# The parts of the style sheet and of the script, in the order in which they are joined. README.md describes them.
STYLES: Final = (
    "base",
    "controls",
    "frame",
    "strip",
    "filters",
    "lines",
    "month",
    "timeline",
    "agenda",
    "dialog",
    "warnings",
    "small",
    "print",
)
SCRIPTS: Final = (
    "data",
    "zones",
    "days",
    "words",
    "elements",
    "lines",
    "rollouts",
    "state",
    "theme",
    "filters",
    "strip",
    "month",
    "agenda",
    "schedules",
    "dialog",
    "warnings",
    "ticks",
    "lanes",
    "timeline",
    "view",
    "print",
    "age",
    "main",
)


def build_page(calendar: Calendar) -> str:
    """Write the executions as a page to read in a browser: the same input gives the same bytes."""
    page = CalendarPage(calendar)
    script, style = _joined("scripts", SCRIPTS, "js"), _joined("styles", STYLES, "css")
    template = _environment().get_template("page.html.jinja")
    text = template.render(page=page, data=_json(page), script=script, style=style, policy=_policy(script, style))
    # A template may hold half a surrogate pair, which no file can.
    return text.encode("utf-8", "replace").decode("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("patching_constructs.cli.page", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _joined(folder: str, names: Sequence[str], extension: str) -> Markup:
    """Join files that are embedded in the page as they are."""
    directory = files("patching_constructs.cli.page").joinpath(folder)
    texts = (directory.joinpath(f"{name}.{extension}").read_text(encoding="utf-8") for name in names)
    return Markup("".join(texts))  # noqa: S704


def _json(page: CalendarPage) -> Markup:
    # No "<" is left that could end the script element, or start another.
    return Markup(json.dumps(script_data(page), separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
