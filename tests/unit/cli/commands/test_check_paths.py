"""What `check` reads: directories, standard input, several paths."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app
from patching_constructs.template import discovery
from patching_constructs.template.document import LARGEST_JSON
from tests.unit.cli.commands.checking import (
    CUTOFF,
    FINE,
    LATE,
    ROOT,
    assembled,
    checked,
    last_line,
    refused,
    reported,
    written,
)


def files(*paths: Path | str) -> list[str]:
    """Return the templates that are checked, in their order."""
    result = checked(*paths, "--format", "junit")
    return [
        line.partition('name="')[2].partition('"')[0] for line in result.stdout.splitlines() if "<testsuite " in line
    ]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- Directories --------------------------------------------------------------------------------------


def test_a_directory_is_searched_for_files_that_are_named_like_templates(here: Path) -> None:
    for name in ("web/template.yaml", "web/template.json", "db.cfn.yml", "api/Api.template.json", "cfn.json", "b.json"):
        written(here / name, FINE)
    assert files(".") == ["cfn.json", "db.cfn.yml", "api/Api.template.json", "web/template.json", "web/template.yaml"]


def test_a_cdk_out_in_a_directory_is_read_as_one(here: Path) -> None:
    assembled(here / "app" / "cdk.out", Web={"Late": LATE})
    # What an earlier synthesis has left behind.
    written(here / "app" / "cdk.out" / "Old.template.json", {"Late": LATE})
    written(here / "template.json", FINE)
    result = checked(".", "--severity", "error")
    assert result.stdout.startswith("app/cdk.out/Web.template.json (stack my-Web, aws://123456789012/eu-central-1)\n")
    assert last_line(result).startswith("2 templates: 1 error, ")


@pytest.mark.parametrize("manifest", ["{}", "[", '{"name": "a web application"}'])
def test_a_manifest_of_something_else_is_no_cdk_out(here: Path, manifest: str) -> None:
    (here / "manifest.json").write_text(manifest, encoding="utf-8")
    written(here / "template.json", FINE)
    assert files(".") == ["template.json"]


@pytest.mark.parametrize("folder", [".git", ".venv", "venv", "node_modules", "__pycache__", "web/node_modules"])
def test_directories_of_packages_and_hidden_ones_are_not_searched(here: Path, folder: str) -> None:
    written(here / folder / "template.json", FINE)
    written(here / "template.json", FINE)
    assert files(".") == ["template.json"]


def test_a_file_without_resources_is_no_template_in_a_directory(here: Path) -> None:
    (here / "template.yaml").write_text("{{ a template of another kind }}: [", encoding="utf-8")
    written(here / "template.json", FINE)
    assert files(".") == ["template.json"]
    assert "template.yaml:2: it is not valid YAML: " in refused("template.yaml")


def test_a_template_of_a_directory_that_cannot_be_read_is_refused(here: Path) -> None:
    (here / "template.json").write_text('{"Resources": ', encoding="utf-8")
    assert refused(".").startswith("template.json:1: it is not valid JSON: ")
    (here / "template.json").unlink()
    (here / "template.json").symlink_to("template.json")
    assert refused(".") == "template.json: no such file or directory"


def test_a_directory_that_cannot_be_searched_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "closed").mkdir()
    scandir = os.scandir

    def closed(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    assert refused(".") == "closed: cannot be read: Permission denied"


def test_a_directory_without_a_template_is_no_pass(here: Path) -> None:
    written(here / "web.json", FINE)
    assert refused(here) == (
        f"{here}: it contains no template; name a file, or rename the templates such as *.template.json, "
        "*.cfn.yaml or template.yaml"
    )


def test_several_paths_are_checked_in_their_order(here: Path) -> None:
    assembled(here / "cdk.out", Web=FINE)
    written(here / "b.json", FINE)
    written(here / "templates" / "template.json", FINE)
    assert files("templates", "cdk.out", "b.json", "templates/template.json") == [
        "templates/template.json",
        "cdk.out/Web.template.json",
        "b.json",
    ]


def test_the_pattern_of_names_is_that_of_the_pre_commit_hook() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert "".join(hook["files"].split()) == "".join(discovery.TEMPLATE_NAME.pattern.split())


# --- Standard input -----------------------------------------------------------------------------------


def from_stdin(content: str | bytes, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", "-", *arguments], input=content)


LATE_TEMPLATE = json.dumps({"Resources": {"Late": LATE}}, indent=1)


@pytest.mark.parametrize(
    "content", [LATE_TEMPLATE, yaml.safe_dump(json.loads(LATE_TEMPLATE)), b"\xef\xbb\xbf" + LATE_TEMPLATE.encode()]
)
def test_a_template_is_read_from_standard_input(content: str | bytes) -> None:
    result = from_stdin(content, "--severity", "error")
    assert (result.exit_code, reported(result)) == (1, [f"error {CUTOFF}"])
    assert result.stdout.startswith("- (stack stdin)\n\n-:")
    (finding,) = json.loads(from_stdin(content, "--severity", "error", "--format", "json").stdout)["findings"]
    assert (finding["file"], finding["stack"]) == ("-", None)


def test_standard_input_is_checked_with_files(here: Path) -> None:
    written(here / "fine.json", FINE)
    assert (
        from_stdin(LATE_TEMPLATE, "fine.json", "--severity", "error")
        .stdout.splitlines()[-1]
        .startswith("2 templates: ")
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "-: it is not a CloudFormation template: it is empty"),
        ("{", "-:1: it is not valid JSON: Expecting property name enclosed in double quotes, in column 2"),
        (b"\xff", "-:1: it is not a text in UTF-8"),
        (" " * (LARGEST_JSON + 1), "-: it is too large: up to 5,000,000 bytes are read"),
    ],
    ids=["empty", "broken", "no text", "too large"],
)
def test_standard_input_that_is_no_template_is_refused(content: str | bytes, problem: str) -> None:
    result = from_stdin(content)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{problem}\n")


# --- Speed --------------------------------------------------------------------------------------------


def test_one_file_is_checked_in_under_a_second_of_cpu(here: Path) -> None:
    written(here / "template.json", {"Late": LATE})
    code = """
import os, subprocess, sys
subprocess.run([sys.executable, "-m", "patching_constructs.cli", "check", "template.json"], stdout=subprocess.DEVNULL)
used = os.times()
print(used.children_user + used.children_system)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1
