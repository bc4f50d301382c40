"""Findings that are unknown until deployment: one line a template, `--unknown`, `--strict`, and every format."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.commands.test_check import (
    CUTOFF,
    FINE,
    LATE,
    NAME,
    UNKNOWN,
    UNUSED,
    assembled,
    checked,
    last_line,
    plain_output,
    reported,
    window,
    written,
)

__all__ = ["plain_output"]
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
        "unknown.json: 2 values are unknown until deployment (needed by 8 rules); list with --unknown\n"
        "\n"
        "1 template, no findings; 8 unknown until deployment; 1 ignored\n"
    )
    assert result.exit_code == 0


def test_one_value_and_one_rule_are_counted_in_the_singular(file: Path) -> None:
    assert checked(file, *QUIET).stdout.splitlines()[0] == (
        "unknown.json: 1 value is unknown until deployment (needed by 1 rule); list with --unknown"
    )


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
