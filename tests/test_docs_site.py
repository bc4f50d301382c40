"""The sources of the documentation: what ``make docs`` cannot check. It checks links, names of the API and commands."""

import re
import runpy
import sys
from pathlib import Path

import pytest

import patching_constructs

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
# Generated pages, and decisions, are not read from top to bottom.
PAGES = sorted(path for folder in (".", "how-to", "explanation") for path in (DOCS / folder).glob("*.md"))
GENERATED = {DOCS / name for name in ("rules.md", "what-others-find.md", "changelog.md")}
GUIDES = sorted((DOCS / "how-to").glob("*.md"))
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def included() -> set[Path]:
    """Return every file that a page includes."""
    return {
        (page.parent / name).resolve()
        for page in DOCS.rglob("*.md")
        for name in re.findall(r"^```\{literalinclude\} (\S+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_shown(example: Path) -> None:
    assert example in included(), "include it in a page of docs, with literalinclude"


def test_every_public_name_is_in_the_reference() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (DOCS / "reference").glob("*.md"))
    documented = re.findall(r"^\.\. autoclass:: (\w+)$", pages, flags=re.MULTILINE)
    names = sorted(vars(patching_constructs)["_MODULES"])
    assert sorted(documented) == names, "a page of docs/reference has one autoclass for every public name"


@pytest.mark.parametrize("page", set(PAGES) - GENERATED, ids=lambda path: path.stem)
def test_no_app_is_pasted_into_a_page(page: Path) -> None:
    """An app is included from ``examples``, and other code runs when the site is built."""
    assert "```python\n" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", set(GUIDES) - {DOCS / "how-to" / "index.md"}, ids=lambda path: path.stem)
def test_a_guide_is_listed_and_has_a_next_step(page: Path) -> None:
    assert f"]({page.name})" in (DOCS / "how-to" / "index.md").read_text(encoding="utf-8")
    assert "\n**Next:** " in page.read_text(encoding="utf-8")


# --- Recipes that a reader copies ---------------------------------------------------------------------

(CDK_CLI,) = re.findall(r"^CDK_CLI := (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
RECIPES = [*sorted(set(PAGES) - GENERATED), *EXAMPLES, ROOT / "README.md"]


@pytest.mark.parametrize("file", RECIPES, ids=lambda path: path.stem)
def test_no_recipe_installs_the_package_from_a_registry(file: Path) -> None:
    """The package is not published: on a registry, its name can belong to anyone."""
    by_name = r"pip install .*(?<![./\w])patching-constructs(?:\[\w+\])?(?![\[/\w]| @)"
    assert re.findall(by_name, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_has_the_version_of_the_cdk_cli(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert set(re.findall(r"aws-cdk@[0-9.]+\b", text)) <= {CDK_CLI}
    assert re.findall(r"npx (?:--yes )?cdk\b|npm install \S+ aws-cdk(?!@)|^.*(?<!`)\bcdk synth\b", text) == []


def test_the_picture_of_the_findings_is_current() -> None:
    assert sys.platform != "win32"
    tool = runpy.run_path(str(ROOT / "tools" / "finding_picture.py"))
    current = tool["PICTURE"].read_text(encoding="utf-8")
    assert tool["picture"]() == current, "run make rules"
