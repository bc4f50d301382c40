"""The published JSON schemas, and all JSON, SARIF and JUnit outputs of every template of the corpus against them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from junitparser import JUnitXml

from patching_constructs.planning.executions import NoteKind
from patching_constructs.template.reading import read_all
from patching_constructs.template.sources import Template, sources
from tests.unit.cli.formats.schemas import (
    REFERENCE,
    ROOT,
    content_of,
    output,
    sarif_validator,
    validated,
    validated_sarif,
    validator,
)

pytestmark = pytest.mark.sweep

SCHEMAS = sorted(REFERENCE.glob("*.schema.json"))
# The request in the format of `now` has the keys of the AWS API.
OURS = [each for each in SCHEMAS if "now" not in each.name]
CORPUS = ROOT / "tests" / "corpus"
KINDS = ["violating", "compliant", "good"]
SUFFIXES = {".yaml", ".yml", ".json"}


def templates(kind: str) -> list[Path]:
    """Return the templates of a part of the corpus. Files that are included by others are not templates."""
    files = (each for each in sorted((CORPUS / kind).rglob("*")) if each.suffix in SUFFIXES)
    return [each for each in files if "Resources" in each.read_text(encoding="utf-8")]


def read(files: list[Path]) -> list[Template]:
    """Return templates with those that they deploy."""
    return read_all(source for file in files for source in sources(file))


def examples(kind: str) -> list[Path]:
    """Return the templates of a part of the corpus, and one for every rule that is violated."""
    return [each for each in templates(kind) if kind != "violating" or each.name == "example.yaml"]


# --- The schemas --------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_a_schema_is_valid_and_names_its_command_and_version(file: Path) -> None:
    schema = content_of(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:patching-constructs:schema:{file.name.partition('.')[0]}:1"
    assert schema["properties"]["version"]["const"] == 1


def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return every property of a schema with the object that it belongs to."""
    match schema:
        case dict():
            for name, each in schema.get("properties", {}).items():
                yield name, each, schema
            for value in schema.values():
                yield from properties(value)
        case list():
            for value in schema:
                yield from properties(value)


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_every_key_is_described_and_no_other_key_is_allowed(file: Path) -> None:
    found = list(properties(content_of(file)))
    assert found
    assert [name for name, each, _ in found if not each.get("description")] == []
    assert [name for name, _, parent in found if parent.get("additionalProperties") is not False] == []


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_keys_are_in_camel_case(file: Path) -> None:
    names = {name for name, _, _ in properties(content_of(file))}
    assert [name for name in names if not name.isidentifier() or not name[0].islower() or "_" in name] == []


UNITS = ("Hours", "Days", "Minutes", "Seconds")
# Other times than a start, an end and what happened once.
TIMES = re.compile(
    "from|until|cutoff|local(Start|Cutoff|End)|(next|earliest)Execution|lastPing|firstSeen|.*(Since|Until)"
)


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_what_is_the_same_has_the_same_form_in_every_format(file: Path) -> None:
    for name, each, _ in properties(content_of(file)):
        kinds = {each.get("type")} if isinstance(each.get("type"), str) else set(each.get("type", ()))
        if "boolean" in kinds:
            assert re.match("(is|are)[A-Z]", name), name
        if each.get("format") == "date-time" and name not in {"start", "end", "oldestPatch"}:
            assert name.endswith("At") or TIMES.fullmatch(name), name
        if kinds & {"integer", "number"} and re.search("duration|cutoff|limit|offset", name, re.IGNORECASE):
            assert name.endswith(UNITS) or name.startswith("not"), name


def literals(schema: Any) -> Iterator[str]:
    """Return every text that a schema lists."""
    match schema:
        case dict():
            yield from (each for each in schema.get("enum", ()) if isinstance(each, str))
            for value in schema.values():
                yield from literals(value)
        case list():
            for value in schema:
                yield from literals(value)


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_listed_values_are_in_camel_case_or_those_of_aws(file: Path) -> None:
    assert [each for each in literals(content_of(file)) if not re.fullmatch(r"[A-Za-z0-9]+|[A-Z_]+", each)] == []


def test_a_finding_has_these_keys() -> None:
    finding = content_of(REFERENCE / "check.schema.json")["$defs"]["finding"]
    assert finding["required"] == list(finding["properties"])
    assert finding["required"] == [
        "rule",
        "severity",
        "status",
        "file",
        "line",
        "stack",
        "logicalId",
        "resourceType",
        "constructPath",
        "property",
        "message",
        "fix",
        "documentationUrl",
    ]


def test_the_kinds_of_notes_are_those_of_the_planner() -> None:
    execution = content_of(REFERENCE / "calendar.schema.json")["$defs"]["execution"]
    kind = execution["properties"]["notes"]["items"]["properties"]["kind"]
    page = (REFERENCE / "output-formats.md").read_text(encoding="utf-8")
    assert kind["enum"] == list(NoteKind)
    assert [each for each in NoteKind if f"| `{each}` |" not in page or f"{each}: " not in kind["description"]] == []


def test_the_page_links_every_schema() -> None:
    page = (REFERENCE / "output-formats.md").read_text(encoding="utf-8")
    assert [file.name for file in SCHEMAS if f"({file.name})" not in page] == []


def test_the_schemas_reject_other_documents() -> None:
    with pytest.raises(jsonschema.ValidationError, match="'findings' is a required property"):
        validator("check").validate({"version": 1, "summary": {}})
    with pytest.raises(jsonschema.ValidationError, match="1 was expected"):
        validator("describe").validate({"version": 2, "windows": [], "runs": [], "resources": [], "unread": []})
    with pytest.raises(jsonschema.ValidationError, match=r"'2\.0\.0' is not one of"):
        sarif_validator().validate({"version": "2.0.0", "runs": []})


# --- The outputs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_findings_of_the_corpus_are_valid_json(kind: str) -> None:
    document = validated("check", "check", *templates(kind), "--severity", "note", "--format", "json")
    assert document["summary"]["templates"] == len(read(templates(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_findings_of_every_rule_are_valid_sarif(kind: str) -> None:
    log = validated_sarif(*examples(kind), "--severity", "note")
    results = log["runs"][0]["results"]
    assert {(each["kind"], each["level"] == "none") for each in results} <= {("fail", False), ("open", True)}


@pytest.mark.parametrize("kind", KINDS)
def test_findings_of_every_rule_are_valid_junit(kind: str) -> None:
    text = output("check", *examples(kind), "--severity", "note", "--format", "junit")
    report = JUnitXml.fromstring(text.encode())
    assert len(list(report)) == len(read(examples(kind)))
    assert report.tests == sum(suite.tests for suite in report)


@pytest.mark.parametrize("kind", KINDS)
def test_executions_and_windows_of_the_corpus_are_valid_json(kind: str) -> None:
    range_ = ("--from", "2027-03-01", "--next", "2")
    for template in templates(kind):
        executions = validated("calendar", "calendar", template, *range_, "--format", "json")
        validated("coverage", "coverage", template, *range_[:2], "--format", "json")
        validated("capacity", "capacity", template, "--nodes", "40", "--minutes-per-node", "12", "--format", "json")
        windows = validated("describe", "describe", template, "--format", "json")["windows"]
        named = {each["logicalId"] for each in executions["executions"] + executions["unknown"]}
        assert named <= {each["logicalId"] for each in windows}


@pytest.mark.parametrize("kind", KINDS)
def test_what_becomes_of_the_corpus_is_valid_json(kind: str) -> None:
    for template in templates(kind):
        for stack in validated("adopt", "adopt", template, "--format", "json")["stacks"]:
            adopted = {name for each in stack["adopted"] for name in each["logicalIds"]}
            assert adopted.isdisjoint(each["logicalId"] for each in stack["kept"])


def test_the_rules_are_valid_json() -> None:
    assert validated("rules", "check", "--list-rules", "--format", "json")["rules"]


@pytest.mark.parametrize(
    "nodes",
    [("--patch-group", "web"), ("--instance-ids", "i-0123456789abcdef0", "--comment", "CVE")],
    ids=["tags", "ids"],
)
def test_a_dry_run_is_valid_json(nodes: tuple[str, ...]) -> None:
    validated("now", "now", "--operation", "Install", *nodes, "--dry-run")
