"""The documents tell the same story as the code."""

import inspect
import re
from datetime import timedelta
from pathlib import Path

import pytest

from patching_constructs import PatchSchedule, RateControl

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARAMETERS = {
    name: parameter
    for name, parameter in inspect.signature(PatchSchedule.__init__).parameters.items()
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY
}
REQUIRED = ["schedule", "targets", "operation"]


def in_words(default: object) -> str:
    """Say a default as the documents do; what is left out is told by what then happens."""
    match default:
        case timedelta():
            hours = default // timedelta(hours=1)
            return f"{hours} hour{'' if hours == 1 else 's'}"
        case RateControl(number, "%"):
            return f"{number} percent"
        case None:
            return ""
        case _:
            return str(default)


def documented() -> dict[str, str]:
    """Return what the docstring says of every argument."""
    arguments = (inspect.getdoc(PatchSchedule) or "").split("Args:\n")[1].split("\n\n")[0]
    pieces = re.split(r"^    (\w+): ", arguments, flags=re.MULTILINE)[1:]
    return {name: " ".join(text.split()) for name, text in zip(pieces[::2], pieces[1::2], strict=True)}


def tabled() -> dict[str, str]:
    """Return what the README's table says of every default."""
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", README, flags=re.MULTILINE))


def test_the_readme_example_is_app_py() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    _, _, app = (ROOT / "app.py").read_text(encoding="utf-8").partition('"""\n\n')
    assert example == app


def test_every_property_is_documented_and_none_else() -> None:
    assert list(documented()) == ["scope", "id", *PARAMETERS]
    assert list(tabled()) == [name for name in PARAMETERS if name not in REQUIRED]


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name not in REQUIRED])
def test_the_documented_default_is_the_real_one(name: str) -> None:
    words = in_words(PARAMETERS[name].default)
    _, found, said = documented()[name].partition("Default: ")
    assert found
    assert said.startswith(words)
    assert tabled()[name].startswith(words)


@pytest.mark.parametrize("name", REQUIRED)
def test_what_has_no_default_is_required(name: str) -> None:
    assert PARAMETERS[name].default is inspect.Parameter.empty


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_example_is_in_the_readme() -> None:
    for example in (ROOT / "examples").glob("*.py"):
        assert f"(examples/{example.name})" in README


def test_every_decision_is_listed() -> None:
    decisions = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", (decisions / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in decisions.glob("0*.md"))
