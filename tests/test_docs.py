"""The documentation agrees with the code."""

import inspect
import re
from datetime import timedelta
from pathlib import Path

import pytest

from patching_constructs import MaintenanceWindow, PatchBaseline, PatchFleet, PatchSchedule, RateControl

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSTRUCTS = (PatchSchedule, PatchBaseline, MaintenanceWindow, PatchFleet)
REQUIRED = {"schedule", "targets", "operation", "operating_system", "patch_group", "operating_systems", "scan"}


def parameters(construct: type) -> dict[str, inspect.Parameter]:
    """Return the properties of a construct, which are keyword-only."""
    return {
        name: parameter
        for name, parameter in inspect.signature(vars(construct)["__init__"]).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


PROPERTIES = [(construct, name) for construct in CONSTRUCTS for name in parameters(construct)]


def in_words(default: object) -> str:
    """Return a default as it is documented; an empty string for None and an empty tuple."""
    match default:
        case timedelta():
            hours = default // timedelta(hours=1)
            return f"{hours} hour{'' if hours == 1 else 's'}"
        case RateControl(number, "%"):
            return f"{number} percent"
        case None | ():
            return ""
        case _:
            return str(default)


def documented(construct: type) -> dict[str, str]:
    """Return the documentation of every argument in the docstring."""
    arguments = (inspect.getdoc(construct) or "").split("Args:\n")[1].split("\n\n")[0]
    pieces = re.split(r"^    (\w+): ", arguments, flags=re.MULTILINE)[1:]
    return {name: " ".join(text.split()) for name, text in zip(pieces[::2], pieces[1::2], strict=True)}


def test_the_readme_example_is_app_py() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    _, _, app = (ROOT / "app.py").read_text(encoding="utf-8").partition('"""\n\n')
    assert example == app


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_property_is_documented_and_none_else(construct: type) -> None:
    assert list(documented(construct)) == ["scope", "id", *parameters(construct)]


@pytest.mark.parametrize(("construct", "name"), PROPERTIES)
def test_the_documented_default_is_the_real_one(construct: type, name: str) -> None:
    default = parameters(construct)[name].default
    if default is inspect.Parameter.empty:
        assert name in REQUIRED
        return
    words = in_words(default)
    _, found, actual = documented(construct)[name].partition("Default: ")
    assert found
    assert actual.startswith(words)


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_decision_is_listed() -> None:
    decisions = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", (decisions / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in decisions.glob("0*.md"))
