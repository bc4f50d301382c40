"""Outputs of the command line that are checked against their published schemas."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from typer.testing import CliRunner

from patching_constructs.cli.app import app

ROOT = Path(__file__).parents[4]
REFERENCE = ROOT / "docs" / "reference"
SARIF = ROOT / "tests" / "data" / "sarif-schema-2.1.0.json"


def content_of(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = content_of(REFERENCE / f"{name}.schema.json")
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@cache
def sarif_validator() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(content_of(SARIF), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def output(*arguments: str | Path) -> str:
    """Run a command that reads what it is given, and return its standard output."""
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code in {0, 1}, result.output
    return result.stdout


def validated(name: str, *arguments: str | Path) -> Any:
    """Run a command and return its JSON, which is valid."""
    document = json.loads(output(*arguments))
    validator(name).validate(document)
    return document


def validated_sarif(*arguments: str | Path) -> Any:
    """Run a check and return its SARIF log, which is valid."""
    log = json.loads(output("check", *arguments, "--format", "sarif"))
    sarif_validator().validate(log)
    return log
