"""`diff` in Markdown, and laws of its JSON."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from patching_constructs.template import TASK
from tests.unit.cli.commands.diffs import (
    AT,
    BASELINE,
    run,
    sides,
    weekly,
)
from tests.unit.cli.commands.test_describe import INSTALL, ON_TARGET
from tests.unit.cli.formats.schemas import validator

# --- Markdown -----------------------------------------------------------------------------------------


def test_markdown_of_tasks_and_baselines(tmp_path: Path) -> None:
    task = {"Type": TASK, "Properties": ON_TARGET | {"WindowId": {"Ref": "Window"}}}
    new = {name: each for name, each in weekly().items() if name != "Task"} | {"Task2": task}
    code, text, _ = run(*sides(tmp_path, weekly() | {"Base": BASELINE}, new), *AT, "--format", "markdown")
    assert code == 1
    assert text.splitlines() == [
        "### Patching: 1 removed, 1 changed",
        "",
        "#### maintenance window weekly (stack fleet): changed",
        "",
        "> [!WARNING]",
        "> - **Unscanned**: this schedule no longer scans nodes",
        "",
        "| | before | after |",
        "|---|---|---|",
        "| task Task |  | **removed** |",
        "| task Task2: targets |  | `WindowTargetIds = Target0` |",
        "| task Task2: priority |  | `1` |",
        "| task Task2: concurrency |  | `10%` |",
        "| task Task2: error threshold |  | `0` |",
        "",
        "- invalid: Required properties are missing: TaskArn.",
        "",
        "#### baseline base (stack fleet): removed",
    ]


def test_markdown_warns_of_what_is_dangerous(tmp_path: Path) -> None:
    _, text, _ = run(*sides(tmp_path, weekly(), weekly(INSTALL)), *AT, "--format", "markdown")
    assert text == (
        "### Patching: 1 changed\n"
        "\n"
        "#### maintenance window weekly (stack fleet): changed\n"
        "\n"
        "> [!WARNING]\n"
        "> - **Reboots**: nodes can reboot, which they could not before\n"
        "> - **Installs**: patches can be installed, which they could not before\n"
        "\n"
        "| | before | after |\n"
        "|---|---|---|\n"
        "| task Task: operation | `Scan` | `Install` |\n"
    )


def test_markdown_in_values_is_text(tmp_path: Path) -> None:
    _, text, _ = run(
        *sides(tmp_path, weekly(Name="a|b<b>"), weekly(Name="a|b<b>", Description="`x` | @team\n# h")),
        "--format",
        "markdown",
    )
    assert "#### `maintenance window a|b<b> (stack fleet)`: changed" in text
    assert "| description | `none` | `` `x` \\| @team # h `` |" in text


@pytest.mark.parametrize("name", ["https://example.com", "www.example.com", "@team", "#1", "GH-1", "\x1b[31m"])
def test_markdown_has_no_links_and_mentions_of_names(tmp_path: Path, name: str) -> None:
    _, text, _ = run(*sides(tmp_path, weekly(Name=name), weekly(Name=name, Duration=5)), "--format", "markdown")
    shown = name.replace("\x1b", "\\x1b")
    assert f"#### `maintenance window {shown} (stack fleet)`: changed" in text


# --- Laws ---------------------------------------------------------------------------------------------

GOOD = sorted((Path(__file__).parents[3] / "corpus" / "good").glob("*.*"))


@pytest.mark.sweep
@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.name)
def test_a_template_does_not_differ_from_itself(file: Path) -> None:
    assert run(file, file)[0] == 0


@pytest.mark.sweep
@pytest.mark.parametrize(("one", "other"), list(pairwise(GOOD)), ids=lambda file: file.name)
def test_a_change_backwards_has_the_same_differences(one: Path, other: Path) -> None:
    def found(old: Path, new: Path) -> set[tuple[str, str, str]]:
        document = json.loads(run(old, new, *AT, "--format", "json")[1])
        validator("diff").validate(document)
        return {
            (resource["type"], setting["property"], resource["status"])
            for change in document["changes"]
            for resource in change["resources"]
            for setting in resource["settings"]
        }

    backwards = {"added": "removed", "removed": "added"}
    assert found(one, other) == {(kind, name, backwards.get(way, way)) for kind, name, way in found(other, one)}
