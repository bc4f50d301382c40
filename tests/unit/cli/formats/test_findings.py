"""What ``patching-constructs check`` writes: text, JSON, SARIF, JUnit XML and workflow commands of GitHub."""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from tests.unit.cli.commands.checking import (
    CUTOFF,
    FRIDAY,
    LATE,
    MIXED,
    NAME,
    ROOT,
    UNKNOWN,
    UNUSED,
    assembled,
    checked,
    window,
    written,
)
from tests.unit.cli.formats.schemas import sarif_validator

# One for each rule, because validation is slow.
CORPUS = sorted((ROOT / "tests" / "corpus" / "violating").glob("*/example.yaml"))
HIDDEN = ROOT / "tests" / "corpus" / "violating" / "Patching-GeneratedResources" / "include.yaml"
# Rules that find something in every window here, and say nothing of how it is written.
QUIET = ("--ignore", UNUSED)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@dataclass(frozen=True)
class Words:
    """What the engine says of a finding."""

    problem: str
    fix: str
    page: str


@cache
def words_of(rule: str) -> Words:
    with TemporaryDirectory() as folder:
        file = written(Path(folder) / "Mixed.template.json", MIXED)
        found = check_paths([file], now=datetime.now(UTC))
    (finding,) = [each for each in found if each.rule.id == rule]
    return Words(finding.problem, finding.fix, finding.rule.page)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    written(tmp_path / "Mixed.template.json", MIXED)
    return Path("Mixed.template.json")


def written_as(format_: str, *arguments: str | Path) -> str:
    return checked("--format", format_, *arguments).stdout


# --- Text ---------------------------------------------------------------------------------------------


def test_text_has_a_part_a_line(mixed: Path) -> None:
    assert written_as("text", mixed, *QUIET, "--ignore", FRIDAY, "--severity", "note") == (
        "Mixed.template.json (stack Mixed)\n"
        "\n"
        f"Mixed.template.json:9: error {CUTOFF}\n"
        "  Mixed/Late\n"
        f"  {words_of(CUTOFF).problem}\n"
        f"  fix: {words_of(CUTOFF).fix}\n"
        "\n"
        f"Mixed.template.json:26: note {NAME} unknown until deployment\n"
        "  Mixed/Unknown\n"
        f"  {words_of(NAME).problem}\n"
        f"  fix: {words_of(NAME).fix}\n"
        "\n"
        "1 template: 1 error, 0 warnings, 0 notes, 1 unknown until deployment; 4 ignored\n"
    )


def test_text_has_the_construct_path(tmp_path: Path) -> None:
    paths = {"Late": "Web/Nightly/Resource", "Later": "", "Latest": {"not": "a path"}}
    resources = {name: LATE | {"Metadata": {"aws:cdk:path": path}} for name, path in paths.items()}
    lines = written_as("text", written(tmp_path / "late.json", resources), *QUIET).splitlines()
    assert [line for line in lines if "/" in line and line.startswith("  ")] == [
        "  Web/Nightly/Resource",
        "  late/Later",
        "  late/Latest",
    ]


def test_text_of_a_finding_without_a_resource_has_the_stack() -> None:
    text = written_as("text", HIDDEN, "--severity", "note")
    assert f"{HIDDEN}:4: note Patching-GeneratedResources unknown until deployment\n  include\n" in text


def test_text_has_no_control_characters_of_a_template(tmp_path: Path) -> None:
    hostile = "[bold]\x1b[31m\n::error::\r\u202e\ud800\x9b :smile:"
    file = written(tmp_path / "late.json", {"Late": LATE | {"Metadata": {"aws:cdk:path": hostile}}})
    assert r"  [bold]\x1b[31m\n::error::\r\u202e\ud800\x9b :smile:" in written_as("text", file).splitlines()


# --- JSON ---------------------------------------------------------------------------------------------


def test_json_of_a_finding(tmp_path: Path) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE | {"Metadata": {"aws:cdk:path": "Web/Late"}}})
    assert json.loads(written_as("json", cdk_out, "--severity", "error")) == {
        "version": 1,
        "findings": [
            {
                "rule": CUTOFF,
                "severity": "error",
                "status": "fail",
                "file": str(cdk_out / "Web.template.json"),
                "line": 9,
                "stack": "my-Web",
                "logicalId": "Late",
                "resourceType": "AWS::SSM::MaintenanceWindow",
                "constructPath": "Web/Late",
                "property": ["Properties", "Cutoff"],
                "message": words_of(CUTOFF).problem,
                "fix": words_of(CUTOFF).fix,
                "documentationUrl": words_of(CUTOFF).page,
            }
        ],
        "summary": {
            "templates": 1,
            "errors": 1,
            "warnings": 0,
            "notes": 0,
            "unknown": 0,
            "ignored": 0,
            "acknowledged": 0,
            "inBaselineFile": 0,
            "belowSeverity": 1,
        },
    }


def test_json_of_the_summary(mixed: Path) -> None:
    document = json.loads(written_as("json", mixed, "--severity", "note", "--ignore", CUTOFF))
    statuses = Counter((each["severity"], each["status"]) for each in document["findings"])
    assert statuses == {("warning", "fail"): 3, ("note", "unknown"): 1, ("note", "fail"): 1}
    assert document["summary"] == {
        "templates": 1,
        "errors": 0,
        "warnings": 3,
        "notes": 1,
        "unknown": 1,
        "ignored": 1,
        "acknowledged": 0,
        "inBaselineFile": 0,
        "belowSeverity": 0,
    }


def test_json_of_a_finding_without_a_resource() -> None:
    (finding,) = json.loads(written_as("json", HIDDEN, "--severity", "note"))["findings"]
    assert (finding["logicalId"], finding["resourceType"], finding["constructPath"]) == (None, None, None)
    assert (finding["stack"], finding["property"]) == (None, ["Transform", 0])


def test_json_without_findings(tmp_path: Path) -> None:
    document = json.loads(written_as("json", written(tmp_path / "fine.json", {})))
    assert (document["findings"], document["summary"]["templates"]) == ([], 1)


def test_json_keeps_values_of_the_template(tmp_path: Path) -> None:
    path = "Fl\u00f6tte/\ud800\x00\n"
    file = written(tmp_path / "late.json", {"Late": LATE | {"Metadata": {"aws:cdk:path": path}}})
    text = written_as("json", file)
    assert text.isascii()
    assert {each["constructPath"] for each in json.loads(text)["findings"]} == {path}


# --- SARIF --------------------------------------------------------------------------------------------


def sarif(*arguments: str | Path) -> dict[str, Any]:
    """Return the one run of a log that is as the schema says."""
    text = written_as("sarif", *arguments)
    assert text.isascii()
    log = json.loads(text)
    sarif_validator().validate(log)
    assert (log["$schema"], log["version"]) == ("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0")
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def physical(result: dict[str, Any]) -> dict[str, Any]:
    (location,) = result["locations"]
    found = location["physicalLocation"]
    assert isinstance(found, dict)
    return found


def test_sarif_names_the_tool(mixed: Path) -> None:
    driver = sarif(mixed)["tool"]["driver"]
    assert driver["name"] == "patching-constructs"
    assert driver["version"] == driver["semanticVersion"] == version("patching-constructs")
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", driver["semanticVersion"])
    assert urlsplit(driver["informationUri"]).scheme == "https"


def test_sarif_has_every_rule(mixed: Path) -> None:
    rules = sarif(mixed)["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == [rule.id for rule in RULES]
    place, rule = next((place, rule) for place, rule in enumerate(RULES) if rule.severity is Severity.ERROR)
    first = rules[place]
    assert first == {
        "id": rule.id,
        "name": rule.id.removeprefix("Patching-"),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} {rule.fix}"},
        "help": {
            "text": f"{rule.title}\n\nHow to fix it: {rule.fix}\n\n{rule.page}",
            "markdown": f"{rule.title}\n\n**How to fix it:** {rule.fix}\n\n[AWS documentation]({rule.page})",
        },
        "helpUri": rule.page,
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["aws", "patching", "systems-manager"],
            "precision": "high",
            "problem.severity": "error",
        },
    }
    levels = {each["defaultConfiguration"]["level"]: each["properties"]["problem.severity"] for each in rules}
    assert levels == {"error": "error", "warning": "warning", "note": "recommendation"}


def test_sarif_has_what_is_accepted_as_suppressions(tmp_path: Path) -> None:
    own = {"Metadata": {"PatchingConstructs": {"Ignore": [{"rule": CUTOFF, "reason": "An old window."}]}}}
    file = written(tmp_path / "late.json", {"Late": LATE | own, "Later": LATE})
    results = [(each["ruleId"], each["suppressions"]) for each in sarif(file, *QUIET)["results"]]
    by_option = [{"kind": "external", "justification": "Ignored with --ignore"}]
    assert sorted(results, key=str) == sorted(
        [
            (CUTOFF, []),
            (CUTOFF, [{"kind": "inSource", "justification": "An old window."}]),
            (UNUSED, by_option),
            (UNUSED, by_option),
        ],
        key=str,
    )


def test_sarif_has_no_suppressions_of_what_would_not_be_reported(tmp_path: Path) -> None:
    file = written(tmp_path / "early.json", {"Early": window(Schedule="cron(0 4 ? * FRI#2 *)"), "Unknown": UNKNOWN})
    assert sarif(file, "--ignore", f"{UNUSED},{FRIDAY},{NAME}", "--severity", "error")["results"] == []


def test_sarif_of_a_finding(tmp_path: Path) -> None:
    file = written(tmp_path / "web" / "late.json", {"Late": LATE | {"Metadata": {"aws:cdk:path": "Web/Late"}}})
    run = sarif(file, *QUIET)
    (result,) = [each for each in run["results"] if each["ruleId"] == CUTOFF]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == CUTOFF
    assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["patchingConstructs/v1"])
    assert result | {"ruleIndex": 0, "partialFingerprints": {}} == {
        "ruleId": CUTOFF,
        "ruleIndex": 0,
        "kind": "fail",
        "level": "error",
        "message": {"text": f"{words_of(CUTOFF).problem} {words_of(CUTOFF).fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "web/late.json", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 9},
                },
                "logicalLocations": [{"fullyQualifiedName": "Web/Late", "name": "Late", "kind": "resource"}],
            }
        ],
        "partialFingerprints": {},
        "suppressions": [],
        "properties": {
            "severity": "error",
            "status": "fail",
            "property": "Properties.Cutoff",
            "fix": words_of(CUTOFF).fix,
        },
    }
    assert run["properties"]["summary"]["ignored"] == 1


def test_sarif_of_an_unknown_finding_is_open_and_without_a_level(mixed: Path) -> None:
    (result,) = [each for each in sarif(mixed, "--severity", "note")["results"] if each["ruleId"] == NAME]
    assert (result["kind"], result["level"]) == ("open", "none")
    assert (result["properties"]["severity"], result["properties"]["status"]) == ("note", "unknown")
    assert result["message"]["text"] == f"{words_of(NAME).problem} {words_of(NAME).fix}"


def test_sarif_levels_are_the_severities(mixed: Path) -> None:
    results = sarif(mixed, "--severity", "note")["results"]
    assert {each["ruleId"]: each["level"] for each in results} == {
        CUTOFF: "error",
        UNUSED: "warning",
        NAME: "none",
        FRIDAY: "note",
    }


def test_sarif_without_findings_has_no_results(tmp_path: Path) -> None:
    assert sarif(written(tmp_path / "fine.json", {}))["results"] == []


def test_sarif_of_a_finding_without_a_resource_has_the_stack() -> None:
    (result,) = sarif(HIDDEN, "--severity", "note")["results"]
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "include"}]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("100% [a]:b #1?.json", "100%25%20%5Ba%5D%3Ab%20%231%3F.json"),
        ("Fl\u00f6tte.json", "Fl%C3%B6tte.json"),
        ("line\nbreak.json", "line%0Abreak.json"),
    ],
)
def test_sarif_percent_encodes_paths(tmp_path: Path, name: str, uri: str) -> None:
    result = sarif(written(tmp_path / name, {"Late": LATE}))["results"][0]
    assert physical(result)["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_sarif_of_a_file_outside_the_working_directory_has_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "a file.json", {"Late": LATE})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    location = physical(sarif(Path("..", file.name))["results"][0])["artifactLocation"]
    assert location == {"uri": file.resolve().as_uri()}
    assert Path(url2pathname(unquote(urlsplit(location["uri"]).path))) == file.resolve()


def test_sarif_names_the_file_behind_a_link(tmp_path: Path) -> None:
    # GitHub shows no alert in a file that is a symbolic link.
    link = tmp_path / "link.json"
    link.symlink_to(written(tmp_path / "real" / "late.json", {"Late": LATE}))
    assert physical(sarif(link)["results"][0])["artifactLocation"]["uri"] == "real/late.json"


def test_sarif_does_not_link_values_of_a_template(tmp_path: Path) -> None:
    file = written(tmp_path / "late.json", {"Late": window(ScheduleTimezone="[here](https://example.com)\n")})
    (result,) = [each for each in sarif(file)["results"] if each["ruleId"] == "Patching-ScheduleTimezone"]
    assert "[here] (https://example.com)" in result["message"]["text"]
    assert "](" not in result["message"]["text"]


def fingerprints(file: Path) -> dict[str, int]:
    """Return the fingerprints with their lines; every finding of a file has its own."""
    results = sarif(file, "--severity", "note")["results"]
    found = {
        each["partialFingerprints"]["patchingConstructs/v1"]: physical(each)["region"]["startLine"] for each in results
    }
    assert len(found) == len(results)
    return found


def test_sarif_fingerprints_do_not_depend_on_lines(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    resources = json.dumps(MIXED)
    file.write_text(f"Resources: {resources}\n", encoding="utf-8")
    before = fingerprints(file)
    file.write_text(f"# moved\n\nDescription: moved\nResources: {resources}\n", encoding="utf-8")
    assert fingerprints(file) == {print_: line + 3 for print_, line in before.items()}


def test_sarif_fingerprints_do_not_depend_on_values(tmp_path: Path) -> None:
    before = fingerprints(written(tmp_path / "late.json", {"Late": LATE}))
    assert fingerprints(written(tmp_path / "late.json", {"Late": window(Cutoff=5, Duration=5)})) == before


def test_sarif_of_the_corpus_is_within_the_limits_of_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    run = sarif(*(file.relative_to(ROOT) for file in CORPUS), "--severity", "note")
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert len(results) > len(CORPUS)
    assert len(results) <= 25_000
    assert len(rules) <= 25_000
    for rule in rules:
        assert len(rule["name"]) <= 255
        assert len(rule["properties"]["tags"]) <= 10
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
    prints = {(physical(each)["artifactLocation"]["uri"], *each["partialFingerprints"].values()) for each in results}
    assert len(prints) == len(results)
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        file = ROOT / unquote(physical(result)["artifactLocation"]["uri"])
        assert 1 <= physical(result)["region"]["startLine"] <= file.read_text(encoding="utf-8").count("\n") + 1


# --- JUnit --------------------------------------------------------------------------------------------


def junit(*arguments: str | Path) -> JUnitXml:
    text = written_as("junit", *arguments)
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<testsuites ')
    assert text.isascii()
    report = JUnitXml.fromstring(text.encode())
    for element in (report, *report):
        cases = [case for suite in report for case in suite] if element is report else list(element)
        counted = Counter(type(each) for case in cases for each in case.result)
        assert (element.tests, element.errors) == (len(cases), 0)
        assert (element.failures, element.skipped) == (counted[Failure], counted[Skipped])
    return report


def cases(report: JUnitXml) -> Iterator[TestCase]:
    for suite in report:
        assert isinstance(suite, TestSuite)
        yield from suite


def test_junit_has_one_suite_per_template_and_one_case_per_finding(mixed: Path, tmp_path: Path) -> None:
    written(tmp_path / "fine.json", {})
    report = junit(mixed, "fine.json", "--severity", "note", *QUIET)
    assert [(suite.name, suite._elem.get("file"), suite.tests) for suite in report] == [
        ("Mixed.template.json", "Mixed.template.json", 3),
        ("fine.json", "fine.json", 1),
    ]
    assert [(case.classname, case.name, case._elem.get("line"), case.is_passed) for case in cases(report)] == [
        (CUTOFF, "Mixed/Late: Properties.Cutoff", "9", False),
        (FRIDAY, "Mixed/Early: Properties.Schedule", "17", True),
        (NAME, "Mixed/Unknown: Properties.Name", "26", False),
        ("patching-constructs check", "no findings", None, True),
    ]
    assert {case._elem.get("file") for case in cases(report)} == {"Mixed.template.json", "fine.json"}


def test_junit_of_an_error_and_of_a_warning_is_a_failure(mixed: Path) -> None:
    failures = [(case.classname, case.result[0]) for case in cases(junit(mixed)) if case.is_failure]
    assert [(rule, failure.type) for rule, failure in failures] == [
        (UNUSED, "warning"),
        (CUTOFF, "error"),
        (UNUSED, "warning"),
        (UNUSED, "warning"),
    ]
    failure = failures[1][1]
    assert failure.message == words_of(CUTOFF).problem
    words = words_of(CUTOFF)
    assert failure.text == f"Mixed.template.json:9\n{words.problem}\nFix: {words.fix}\n{words.page}"


def test_junit_of_an_unknown_finding_is_skipped(mixed: Path) -> None:
    (case,) = [case for case in cases(junit(mixed, "--severity", "note")) if case.is_skipped]
    (skipped,) = case.result
    assert (case.classname, skipped.message) == (NAME, words_of(NAME).problem)
    assert skipped.text.startswith(
        f"Mixed.template.json:26\n{words_of(NAME).problem}\nFix: {words_of(NAME).fix}\nhttps://"
    )


def test_junit_of_a_note_passes(mixed: Path) -> None:
    (case,) = [case for case in cases(junit(mixed, "--severity", "note")) if case.classname == FRIDAY]
    assert not case.result
    assert case.system_out.startswith(f"Mixed.template.json:17\n{words_of(FRIDAY).problem}\n")


def test_junit_of_a_whole_resource_names_no_property(mixed: Path) -> None:
    unused = [case.name for case in cases(junit(mixed)) if case.classname == UNUSED]
    assert unused == ["Mixed/Late", "Mixed/Early", "Mixed/Unknown"]


def test_junit_has_no_character_that_xml_forbids(tmp_path: Path) -> None:
    path = "\x00\x08\x0b\x1b\ud800\ufffe\uffff <&\"'> \u00f6 \U0001f600"
    resources = {"Late": LATE | {"Metadata": {"aws:cdk:path": path}}}
    (case,) = cases(junit(written(tmp_path / "late.json", resources), *QUIET))
    shown = "\\x00\\x08\\x0b\\x1b\\ud800\\ufffe\\uffff <&\"'> \u00f6 \U0001f600"
    assert case.name == f"{shown}: Properties.Cutoff"


# --- GitHub -------------------------------------------------------------------------------------------


def test_github_has_one_command_per_line(mixed: Path) -> None:
    assert written_as("github", mixed, "--severity", "note", *QUIET).splitlines() == [
        f"::error file=Mixed.template.json,line=9,title={CUTOFF}::Mixed/Late%0A"
        f"{words_of(CUTOFF).problem}%0A{words_of(CUTOFF).fix}",
        f"::notice file=Mixed.template.json,line=17,title={FRIDAY}::Mixed/Early%0A"
        f"{words_of(FRIDAY).problem}%0A{words_of(FRIDAY).fix}",
        f"::notice file=Mixed.template.json,line=26,title={NAME} (unknown until deployment)::Mixed/Unknown%0A"
        f"{words_of(NAME).problem}%0A{words_of(NAME).fix}",
    ]


def test_github_of_nothing_is_nothing(tmp_path: Path) -> None:
    assert written_as("github", written(tmp_path / "fine.json", {})) == ""


def test_github_escapes_properties_and_messages_as_it_is_documented(tmp_path: Path) -> None:
    file = written(tmp_path / "50%, a:b" / "late.json", {"Late": LATE | {"Metadata": {"aws:cdk:path": "100%: a, b"}}})
    (line,) = written_as("github", file, *QUIET).splitlines()
    assert line.startswith(f"::error file=50%25%2C a%3Ab/late.json,line=9,title={CUTOFF}::100%25: a, b%0A")


def test_github_does_not_run_commands_of_a_template(tmp_path: Path) -> None:
    hostile = "a\n::stop-commands::x\r\x1b"
    file = written(tmp_path / "late.json", {"Late": LATE | {"Metadata": {"aws:cdk:path": hostile}}})
    (line,) = written_as("github", file, *QUIET).splitlines()
    assert rf"::a\n::stop-commands::x\r\x1b%0A{words_of(CUTOFF).problem}" in line


def test_github_of_a_file_outside_the_working_directory_has_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "late.json", {"Late": LATE})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert f" file={file.resolve().as_posix()},line=" in written_as("github", file)


# --- Any content of a template ------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file's name is text")
def test_every_format_supports_a_file_name_that_is_not_text(tmp_path: Path) -> None:
    file = written(tmp_path / os.fsdecode(b"no\xff.json"), {"Late": LATE}).relative_to(tmp_path)
    assert json.loads(written_as("json", file))["findings"][0]["file"] == "no\udcff.json"
    assert physical(sarif(file)["results"][0])["artifactLocation"]["uri"] == "no%FF.json"
    assert {suite.name for suite in junit(file)} == {r"no\udcff.json"}
    assert r"::warning file=no\udcff.json,line=3," in written_as("github", file)
    assert written_as("text", file).startswith(r"no\udcff.json (stack no\udcff)")


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=30)


@settings(max_examples=8)
@given(logical_id=ANYTHING, path=ANYTHING, zone=ANYTHING, value=ANYTHING)
def test_every_format_supports_any_value_of_a_template(
    tmp_path: Path, logical_id: str, path: str, zone: str, value: str
) -> None:
    resources = {
        f"Late{logical_id}": LATE | {"Metadata": {"aws:cdk:path": path}},
        f"Zone{logical_id}": window(Name=value, ScheduleTimezone=zone),
        f"Unknown{logical_id}": UNKNOWN,
    }
    file = written(tmp_path / "any.json", resources)
    found = json.loads(written_as("json", file, "--severity", "note"))["findings"]
    assert any(each["rule"] == CUTOFF for each in found)
    assert len(sarif(file, "--severity", "note")["results"]) == len(found)
    assert junit(file, "--severity", "note").tests == len(found)
    commands = written_as("github", file, "--severity", "note").splitlines()
    assert [re.match("::(error|warning|notice) file=any.json,line=", each) is None for each in commands] == [
        False for _ in found
    ]
    text = written_as("text", file, "--severity", "note")
    assert len(text.splitlines()) == 3 + 5 * len(found)
    assert all(line.isprintable() for line in text.splitlines())
