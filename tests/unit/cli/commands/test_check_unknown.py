"""Findings that are unknown until deployment: one line a template, `--unknown`, `--strict`, and every format."""

import json
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks import alternatives
from tests.unit.cli.commands.checking import (
    CUTOFF,
    FINE,
    FRIDAY,
    LATE,
    NAME,
    UNKNOWN,
    UNUSED,
    assembled,
    checked,
    last_line,
    reported,
    window,
    written,
)

QUIET = ("--ignore", UNUSED)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "unknown.json", {"Unknown": UNKNOWN})
    return Path("unknown.json")


def test_a_template_has_one_line_for_all_its_unknown_findings(file: Path) -> None:
    written(file, {"Unknown": window(Name={"Ref": "Name"}, Schedule={"Ref": "When"})})
    result = checked(file, *QUIET)
    assert result.stdout == (
        "unknown.json: 2 values are unknown until deployment (needed by 7 rules); list with --unknown\n"
        "\n"
        "1 template, no findings; 7 unknown until deployment; 1 ignored; 1 below warning\n"
    )
    assert result.exit_code == 0


def test_one_value_and_one_rule_are_counted_in_the_singular(file: Path) -> None:
    assert checked(file, *QUIET).stdout.splitlines()[0] == (
        "unknown.json: 1 value is unknown until deployment (needed by 1 rule); list with --unknown"
    )


PARAMETERS = {"Parameters": {name: {"Type": "String"} for name in ("Name", "When", "Unused", "Stage")}}
COUNTED = {
    "one parameter in many places": (
        [window(Name={"Ref": "Name"}), window(Name={"Fn::Sub": "a-${Name}"})],
        "1 parameter is",
    ),
    "two parameters of one value": (
        [window(Name={"Fn::Join": ["", [{"Ref": "Name"}, {"Ref": "When"}]]})],
        "2 parameters are",
    ),
    "the parameter of a condition": (
        [window(Name={"Fn::If": ["Named", "a", "web"]}), window(Name={"Fn::Sub": ["${a}", {"a": {"Ref": "Stage"}}]})],
        "1 parameter is",
    ),
    "one import in two places": ([window(Name={"Fn::ImportValue": "name"})] * 2, "1 value is"),
    "a parameter, an import and a stored value": (
        [
            window(Name={"Ref": "Name"}),
            window(Name={"Fn::ImportValue": "name"}),
            window(Name="{{resolve:ssm:name}}"),
        ],
        "1 parameter and 2 other values are",
    ),
}


@pytest.mark.parametrize(("windows", "counted"), COUNTED.values(), ids=COUNTED.keys())
def test_what_can_be_made_known_is_counted(file: Path, windows: list[dict[str, Any]], counted: str) -> None:
    conditions = {"Named": {"Fn::Not": [{"Condition": "Staged"}]}, "Staged": {"Fn::Equals": [{"Ref": "Stage"}, "x"]}}
    written(file, {f"W{place}": each for place, each in enumerate(windows)}, Conditions=conditions, **PARAMETERS)
    (line,) = [line for line in checked(file, *QUIET).stdout.splitlines() if "list with --unknown" in line]
    assert line.startswith(f"unknown.json: {counted} unknown until deployment (needed by ")


def test_the_line_follows_the_violations_of_its_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assembled(tmp_path / "cdk.out", Web={"Late": LATE, "Unknown": UNKNOWN}, Db=FINE, Api={"Unknown": UNKNOWN})
    lines = [line for line in checked(*QUIET).stdout.splitlines() if line.startswith("cdk.out")]
    assert lines == [
        "cdk.out/Web.template.json (stack my-Web, aws://123456789012/eu-central-1)",
        f"cdk.out/Web.template.json:9: error {CUTOFF}",
        "cdk.out/Web.template.json: 1 value is unknown until deployment (needed by 1 rule); list with --unknown",
        "cdk.out/Api.template.json: 1 value is unknown until deployment (needed by 1 rule); list with --unknown",
    ]


@pytest.mark.parametrize("options", [("--unknown",), ("--severity", "note"), ("--unknown", "--severity", "error")])
def test_they_are_listed_and_do_not_change_the_exit_code(file: Path, options: tuple[str, ...]) -> None:
    result = checked(file, *QUIET, *options)
    assert (result.exit_code, reported(result)) == (0, [f"note {NAME} unknown until deployment"])
    assert last_line(result) == "1 template: 0 errors, 0 warnings, 0 notes, 1 unknown until deployment; 1 ignored"


def test_strict_lists_them_and_exits_with_1(file: Path) -> None:
    result = checked(file, *QUIET, "--strict")
    assert (result.exit_code, reported(result)) == (1, [f"note {NAME} unknown until deployment"])


def test_strict_without_unknown_findings_exits_with_0(tmp_path: Path) -> None:
    assert checked(written(tmp_path / "fine.json", FINE), "--strict").exit_code == 0


def test_strict_does_not_fail_for_a_rule_below_the_severity(file: Path) -> None:
    written(file, {"Unknown": window(Schedule={"Ref": "When"})})
    findings = json.loads(checked(file, "--format", "json", "--severity", "note").stdout)["findings"]
    others = ",".join({each["rule"] for each in findings} - {FRIDAY})
    result = checked(file, "--strict", "--ignore", others)
    assert (result.exit_code, reported(result)) == (0, [])
    assert last_line(result).endswith("; 1 below warning")
    result = checked(file, "--strict", "--ignore", others, "--severity", "note")
    assert (result.exit_code, reported(result)) == (1, [f"note {FRIDAY} unknown until deployment"])


def test_rules_that_are_not_checked_with_every_combination_are_named_once(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alternatives, "MOST_COMBINATIONS", 1)
    sections = {"Parameters": {"Name": {"Type": "String", "AllowedValues": ["a", "b"]}}}
    written(file, {"One": UNKNOWN, "Other": UNKNOWN}, **sections)
    notes = [line for line in checked(file, *QUIET).stderr.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: not every combination of possible values was checked; some results are unknown until deployment: "
        "Patching-ResourceName"
    ]


def test_a_note_that_is_reported_is_a_violation(file: Path) -> None:
    written(file, {"Early": window(Schedule="cron(0 4 ? * FRI#2 *)")})
    assert checked(file, *QUIET, "--severity", "note").exit_code == 1


@pytest.mark.parametrize("format_", ["json", "sarif", "junit", "github"])
@pytest.mark.parametrize("listed", [(), ("--unknown",), ("--severity", "note"), ("--strict",)], ids=" ".join)
def test_every_format_lists_them_with_the_same_options(file: Path, format_: str, listed: tuple[str, ...]) -> None:
    result = checked(file, *QUIET, "--format", format_, *listed)
    assert (NAME in result.stdout.partition('"results"')[2 if format_ == "sarif" else 0]) is bool(listed)
    assert result.exit_code == int("--strict" in listed)


def test_json_counts_them_whether_they_are_listed_or_not(file: Path) -> None:
    for options, listed in (((), []), (("--unknown",), ["unknown"])):
        document = json.loads(checked(file, *QUIET, "--format", "json", *options).stdout)
        assert [each["status"] for each in document["findings"]] == listed
        assert document["summary"]["unknown"] == 1


def test_of_violations_unknown_lists_no_more_than_the_severity(file: Path) -> None:
    written(file, {"Early": window(Schedule="cron(0 4 ? * FRI#2 *)")})
    result = checked(file, "--unknown")
    assert reported(result) == [f"warning {UNUSED}"]
    assert last_line(result) == (
        "1 template: 0 errors, 1 warning, 0 notes, 0 unknown until deployment; 1 below warning"
    )
