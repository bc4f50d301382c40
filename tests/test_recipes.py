"""The recipes of CONTRIBUTING.md: each names every file that mentions an existing rule, system, target or format."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from patching_constructs import OperatingSystem
from patching_constructs.checks.rules import RULES
from patching_constructs.cli.formats.registry import CalendarFormat, FindingsFormat, RulesFormat

ROOT = Path(__file__).parent.parent
TEXTS = {".css", ".jinja", ".js", ".json", ".md", ".py", ".pyi", ".toml", ".yaml"}
FOLDERS = ("patching_constructs", "tests", "docs", "examples", "tools")
PACKAGE = "patching_constructs/"
# A template of one rule, and an excerpt of it, is of any system, and a decision is about the past.
SAMPLES = (
    "tests/corpus/violating/",
    "tests/corpus/compliant/",
    "patching_constructs/checks/examples.json",
    "docs/decisions/",
)


def read_texts() -> dict[str, str]:
    """Return every text of the repository by its path."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.suffix in TEXTS]
    files += [file for file in ROOT.iterdir() if file.suffix in TEXTS]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


FILES = read_texts()


def places(pattern: str, within: str = "") -> set[str]:
    """Return the files that mention something, without this one and the samples."""
    return {
        name
        for name, text in FILES.items()
        if name.startswith(within) and not name.startswith((*SAMPLES, "tests/test_recipes.py"))
        if re.search(pattern, text)
    }


def recipe(title: str) -> list[str]:
    """Return the files that a recipe lists, in their order."""
    (text,) = re.findall(rf"^### {title}\n(.*?)(?=^##)", FILES["CONTRIBUTING.md"], flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "title", ["a rule", "an operating system", "a kind of target", "a preset of a task", "an output format"]
)
def test_every_file_of_a_recipe_exists(title: str) -> None:
    assert [name for name in recipe(f"Add {title}") if not (ROOT / name).exists()] == []


# --- An operating system ------------------------------------------------------------------------------

SYSTEM_PLACES = recipe("Add an operating system")


@pytest.mark.parametrize("name", ["ALMA_LINUX|AlmaLinux", "ROCKY_LINUX|Rocky ?Linux"])
def test_a_system_like_its_family_is_mentioned_where_the_recipe_says(name: str) -> None:
    assert places(name) == set(SYSTEM_PLACES)


@pytest.mark.parametrize("system", OperatingSystem)
def test_every_system_is_where_the_recipe_says(system: OperatingSystem) -> None:
    assert set(SYSTEM_PLACES) - places(rf"\b{system}\b") <= {"docs/explanation/assumptions.md"}


# Windows, which a template without a system means, has applications; hooks do not run on macOS.
@pytest.mark.parametrize("system", sorted(set(OperatingSystem) - {OperatingSystem.WINDOWS, OperatingSystem.MACOS}))
def test_the_package_decides_about_a_system_in_its_row(system: OperatingSystem) -> None:
    decides = rf"OperatingSystem\.{system}\b|[\"\']{system}[\"\']"
    assert places(decides, PACKAGE) == {"patching_constructs/ssm/operating_systems.py"}


# --- A kind of target ---------------------------------------------------------------------------------


def test_a_kind_of_target_is_mentioned_where_the_recipe_says() -> None:
    assert places(r"\bRESOURCE_GROUP\b", PACKAGE) == set(recipe("Add a kind of target"))


@pytest.mark.parametrize(
    "key", ["InstanceIds", "tag-key", "resource-groups:Name", "resource-groups:ResourceTypeFilters"]
)
def test_the_key_of_a_target_is_written_once(key: str) -> None:
    # The function of a monitoring runs without the rest of the library.
    found = places(rf"[\"\']{key}[\"\']", PACKAGE) - {"patching_constructs/evidence/nodes.py"}
    assert found == {"patching_constructs/ssm/target_keys.py"}


# --- A preset of a task -------------------------------------------------------------------------------


def test_a_preset_is_mentioned_where_the_recipe_says() -> None:
    mentioned = places(r"\bcreate_snapshot\b|\bAWS-CreateSnapshot\b")
    files = recipe("Add a preset of a task")
    assert set(files) <= mentioned
    assert {name for name in mentioned if name.startswith(PACKAGE)} == {
        name for name in files if name.startswith(PACKAGE)
    }


# --- An output format ---------------------------------------------------------------------------------

FORMATS = {"calendar": CalendarFormat, "findings": FindingsFormat, "rules": RulesFormat}


def modules_of(formats: Iterable[str]) -> set[str]:
    return {f"as_{name}.py" for name in formats}


@pytest.mark.parametrize("package", FORMATS)
def test_a_format_is_one_module_and_one_line(package: str) -> None:
    folder = ROOT / "patching_constructs" / "cli" / "formats" / package
    assert {file.name for file in folder.glob("as_*.py")} == modules_of(FORMATS[package])


def test_a_format_is_mentioned_where_the_recipe_says() -> None:
    registry, folder = recipe("Add an output format")
    assert places("(?i)junit", PACKAGE) == {registry, f"{folder}findings/as_junit.py"}


# --- A rule -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_has_its_templates_where_the_recipe_says(rule: str) -> None:
    rules, ids, violating, compliant = recipe("Add a rule")
    name = rule.removeprefix("Patching-")
    (module,) = places(rf'@rule\(\s*"{name}"', rules)
    assert module.startswith(rules)
    assert re.search(rf"\b{name}\b", FILES[ids])
    assert len(list((ROOT / violating / rule).glob("*.*"))) > 1
    assert (ROOT / violating / rule / "example.yaml").exists()
    assert (ROOT / compliant / f"{rule}.yaml").exists()
