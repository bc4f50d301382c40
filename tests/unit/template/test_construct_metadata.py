"""Construct paths, as a template or the metadata of a ``cdk.out`` says them, whatever these hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs import PatchingError
from patching_constructs.cli.app import app
from patching_constructs.template import WINDOW, read_windows
from tests.refusals import refused

TEMPLATE = "Patching.template.json"
ENTRIES: dict[str, Any] = {
    "/Patching": [{"type": "aws:cdk:templateFile", "data": TEMPLATE}],
    "/Patching/Weekly/Resource": [{"type": "aws:cdk:logicalId", "data": "Window"}],
}


def schedule_path(directory: Path, artifact: dict[str, Any], own: dict[str, Any] | None = None) -> str | None:
    """Write a ``cdk.out`` with one window, and return the path of the construct that is read for it."""
    files = {
        "manifest.json": {
            "artifacts": {
                "Patching": {
                    "type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/unknown-region",
                    "properties": {"templateFile": TEMPLATE},
                }
                | artifact
            }
        },
        TEMPLATE: {"Resources": {"Window": {"Type": WINDOW, "Properties": {"Name": "weekly"}} | (own or {})}},
    }
    for name, content in files.items():
        (directory / name).write_text(json.dumps(content), encoding="utf-8")
    (window,) = read_windows(directory)
    return window.schedule_path


def test_the_manifest_of_an_earlier_cdk_holds_the_metadata(tmp_path: Path) -> None:
    assert schedule_path(tmp_path, {"metadata": ENTRIES}) == "Patching/Weekly"


def test_a_file_beside_the_manifest_holds_the_metadata(tmp_path: Path) -> None:
    (tmp_path / "Patching.metadata.json").write_text(json.dumps(ENTRIES), encoding="utf-8")
    assert schedule_path(tmp_path, {"additionalMetadataFile": "Patching.metadata.json"}) == "Patching/Weekly"


def test_the_template_s_own_path_counts_first(tmp_path: Path) -> None:
    own = {"Metadata": {"aws:cdk:path": "Patching/Own/Resource"}}
    assert schedule_path(tmp_path, {"metadata": ENTRIES}, own) == "Patching/Own"


ARTIFACTS: dict[str, dict[str, Any]] = {
    "no metadata": {},
    "metadata that is none": {"metadata": ["/Patching"]},
    "entries that are none": {"metadata": {"/Patching": "x", "/Patching/Weekly/Resource": [None, 1]}},
    "no stack": {"metadata": {"/Patching/Weekly/Resource": ENTRIES["/Patching/Weekly/Resource"]}},
    "data that is none": {"metadata": {"/Patching": [{"type": "aws:cdk:templateFile"}]}},
    "a file that is not there": {"additionalMetadataFile": "Patching.metadata.json"},
    "a file that no name can be": {"additionalMetadataFile": "x" * 300 + "\0"},
    "a file of another type": {"additionalMetadataFile": 1},
}


@pytest.mark.parametrize("artifact", ARTIFACTS.values(), ids=ARTIFACTS.keys())
def test_without_metadata_there_is_no_path(tmp_path: Path, artifact: dict[str, Any]) -> None:
    assert schedule_path(tmp_path, artifact) is None


@pytest.mark.parametrize("metadata", [None, 1, {"aws:cdk:path": ["x"]}], ids=["null", "a number", "a list"])
def test_a_template_s_path_that_is_no_text_counts_for_nothing(tmp_path: Path, metadata: object) -> None:
    assert schedule_path(tmp_path, {"metadata": ENTRIES}, {"Metadata": metadata}) == "Patching/Weekly"


@pytest.mark.parametrize("command", ["check", "calendar --format json", "describe"])
def test_a_metadata_file_that_cannot_be_read_is_one_line_of_every_command(tmp_path: Path, command: str) -> None:
    file = tmp_path / "Patching.metadata.json"
    file.write_text('{"/Patching"', encoding="utf-8")
    with pytest.raises(PatchingError):
        schedule_path(tmp_path, {"additionalMetadataFile": file.name})
    result = CliRunner().invoke(app, [*command.split(), str(tmp_path)])
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


def test_a_metadata_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "Patching.metadata.json"
    file.write_text('{"/Patching"', encoding="utf-8")
    message = refused(lambda: schedule_path(tmp_path, {"additionalMetadataFile": file.name}))
    assert message.startswith(f"{file}:1: ")
