"""A baseline file: old findings are counted, new ones reported, and entries without a finding noted."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.commands.checking import (
    CUTOFF,
    FINE,
    LATE,
    NAME,
    UNKNOWN,
    UNUSED,
    assembled,
    checked,
    last_line,
    refused,
    reported,
    window,
    written,
)

KNOWN = Path("known-findings.json")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def late() -> Path:
    return written(Path("late.json"), {"Late": LATE})


def known() -> list[dict[str, str]]:
    content = json.loads(KNOWN.read_text(encoding="utf-8"))
    assert content["version"] == 1
    entries = content["findings"]
    assert isinstance(entries, list)
    return entries


def write_baseline(*arguments: str | Path) -> str:
    result = checked(*arguments, "--write-baseline", KNOWN)
    assert (result.exit_code, result.stdout) == (0, "")
    return result.stderr


def test_a_baseline_has_the_findings_and_passes(late: Path) -> None:
    assert write_baseline(late) == "known-findings.json: 2 findings written\n"
    assert known() == [
        {"file": "late.json", "logicalId": "Late", "property": "", "rule": UNUSED, "status": "fail"},
        {"file": "late.json", "logicalId": "Late", "property": "Properties.Cutoff", "rule": CUTOFF, "status": "fail"},
    ]
    result = checked(late, "--baseline", KNOWN)
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "1 template, no findings; 2 in the baseline file\n",
        "",
    )
    assert json.loads(checked(late, "--baseline", KNOWN, "--format", "json").stdout)["summary"]["inBaselineFile"] == 2


def test_one_finding_is_counted_in_the_singular(late: Path) -> None:
    assert write_baseline(late, "--severity", "error") == "known-findings.json: 1 finding written\n"
    assert reported(checked(late, "--baseline", KNOWN)) == [f"warning {UNUSED}"]


def test_lines_and_values_can_change(late: Path) -> None:
    write_baseline(late)
    written(late, {"Topic": FINE["Topic"], "Late": window(Cutoff=5, Duration=5)}, Description="Moved")
    assert checked(late, "--baseline", KNOWN).exit_code == 0


def test_a_new_finding_is_reported(late: Path) -> None:
    write_baseline(late)
    written(late, {"Late": LATE, "Later": LATE})
    result = checked(late, "--baseline", KNOWN)
    assert reported(result) == [f"warning {UNUSED}", f"error {CUTOFF}"]
    assert last_line(result).endswith("; 2 in the baseline file")
    assert result.exit_code == 1


def test_the_same_template_in_another_directory_is_new(late: Path) -> None:
    write_baseline(late)
    other = written(Path("web/late.json"), {"Late": LATE})
    assert reported(checked(other, "--baseline", KNOWN)) == [f"warning {UNUSED}", f"error {CUTOFF}"]


def test_paths_are_from_the_directory_of_the_baseline(late: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_baseline(late)
    Path("web").mkdir()
    monkeypatch.chdir("web")
    assert checked("../late.json", "--baseline", f"../{KNOWN}").exit_code == 0


def test_stacks_of_a_cdk_out_are_told_apart() -> None:
    write_baseline(assembled(Path("cdk.out"), Web={"Late": LATE}))
    assembled(Path("cdk.out"), Web={"Late": LATE}, Db={"Late": LATE})
    result = checked("--baseline", KNOWN)
    assert len(reported(result)) == 2
    assert result.stdout.startswith("cdk.out/Db.template.json ")


def test_unknown_findings_are_written_if_they_are_listed() -> None:
    file = written(Path("unknown.json"), {"Unknown": UNKNOWN})
    write_baseline(file)
    assert [each["rule"] for each in known()] == [UNUSED]
    write_baseline(file, "--unknown")
    assert {(each["rule"], each["status"]) for each in known()} == {(UNUSED, "fail"), (NAME, "unknown")}
    assert checked(file, "--strict", "--baseline", KNOWN).exit_code == 0
    # What was unknown and is a violation now is new.
    written(file, {"Unknown": window(Name="!")})
    assert reported(checked(file, "--baseline", KNOWN)) == [f"error {NAME}"]


def test_ignored_findings_are_not_written(late: Path) -> None:
    write_baseline(late, "--ignore", UNUSED)
    assert [each["rule"] for each in known()] == [CUTOFF]


def test_an_entry_without_a_finding_is_a_note(late: Path) -> None:
    write_baseline(late)
    written(late, {"Late": window()})
    result = checked(late, "--baseline", KNOWN)
    assert result.stderr == (
        f"note: known-findings.json: 1 entry has no finding any more ({CUTOFF} of Late in late.json); "
        "update it with --write-baseline\n"
    )
    assert result.exit_code == 0
    written(late, FINE)
    assert checked(late, "--baseline", KNOWN).stderr == (
        f"note: known-findings.json: 2 entries have no finding any more (for example {UNUSED} of Late in late.json); "
        "update it with --write-baseline\n"
    )


def test_an_entry_of_a_template_that_is_not_checked_is_stale_only_if_it_is_gone(late: Path) -> None:
    other = written(Path("other.json"), {"Late": LATE})
    write_baseline(late, other)
    assert checked(late, "--baseline", KNOWN).stderr == ""
    other.unlink()
    assert checked(late, "--baseline", KNOWN).stderr.startswith("note: known-findings.json: 2 entries have no finding")


def test_an_entry_without_a_resource_is_named_by_its_file() -> None:
    file = written(Path("include.json"), {}, Transform=[{"Name": "AWS::Include"}])
    write_baseline(file, "--unknown")
    written(file, {})
    assert "(Patching-GeneratedResources of include.json)" in checked(file, "--baseline", KNOWN).stderr


def test_what_cannot_be_written_is_refused(late: Path) -> None:
    assert refused(late, "--write-baseline", "no/known.json") == (
        "no/known.json: cannot be written: No such file or directory"
    )


def test_a_report_and_a_baseline_cannot_be_written_at_once(late: Path) -> None:
    assert refused(late, "-o", "report.txt", "--write-baseline", KNOWN) == (
        "--output cannot be used with --write-baseline, which reports no findings; leave --output out"
    )


def test_a_baseline_cannot_be_read_and_written_at_once(late: Path) -> None:
    assert refused(late, "--baseline", KNOWN, "--write-baseline", KNOWN) == (
        "--baseline cannot be used with --write-baseline, which reports no findings; leave --baseline out"
    )


ENTRY = {"file": "a.json", "logicalId": "", "property": "", "rule": "Patching-Removed", "status": "fail"}


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"version": 2, "findings": []},
        {"version": 1},
        {"version": 1, "findings": {}},
        {"version": 1, "findings": ["text"]},
        {"version": 1, "findings": [{}]},
        {"version": 1, "findings": [ENTRY | {"line": 1}]},
        {"version": 1, "findings": [ENTRY | {"rule": 1}]},
    ],
)
def test_a_file_that_is_no_baseline_is_refused(late: Path, content: Any) -> None:
    KNOWN.write_text(json.dumps(content), encoding="utf-8")
    assert refused(late, "--baseline", KNOWN) == (
        "known-findings.json: it is not a baseline file of version 1; write it with --write-baseline"
    )


def test_a_baseline_that_is_missing_is_refused(late: Path) -> None:
    assert refused(late, "--baseline", KNOWN).startswith("known-findings.json: cannot be read: ")


def test_a_rule_that_exists_no_longer_is_stale(late: Path) -> None:
    KNOWN.write_text(json.dumps({"version": 1, "findings": [ENTRY]}), encoding="utf-8")
    assert "(Patching-Removed of a.json)" in checked(late, "--baseline", KNOWN).stderr
