"""The page of evidence is what the records say, and the records are of the tests that there are."""

import inspect
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from constructs import Construct

import patching_constructs
from tests.proof.evidence import Evidence
from tests.proof.features import FEATURES, features_of
from tests.proof.marked import ROOT, marked_files
from tests.proof.record import Outcome, Record, Seen, read, read_all, seen, write
from tests.proof.table import AWS, cell, page

PAGE = ROOT / "docs" / "reference" / "evidence.md"
RECORDED = [outcome for record in read_all() for outcome in record.outcomes]


def test_the_page_is_what_the_records_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(read_all()), "run `make proof`"


def test_every_recorded_test_passed() -> None:
    assert [outcome.key for outcome in RECORDED if outcome.failed or outcome.skipped or not outcome.passed] == []


def test_every_row_says_that_nothing_ran_on_aws() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert len(rows) == len(FEATURES)
    assert all(row.endswith(f"| {AWS} |") for row in rows)


def test_every_public_construct_has_a_row() -> None:
    public = {name: getattr(patching_constructs, name) for name in patching_constructs.__all__}
    constructs = {name for name, each in public.items() if inspect.isclass(each) and issubclass(each, Construct)}
    assert constructs - FEATURES.keys() == set()
    assert FEATURES.keys() - public.keys() == set()


@pytest.mark.sweep
def test_the_records_are_of_the_marked_tests(tmp_path: Path) -> None:
    # In a process of its own, because only that one collects all tests.
    collected = tmp_path / "collected.json"
    command = [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:randomly", "-p", "no:xdist", "--collect-only"]
    files = [str(file) for file in marked_files()]
    done = subprocess.run([*command, "--marks", str(collected), *files], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()[-2000:]
    marked = {tuple(each) for each in json.loads(collected.read_text(encoding="utf-8"))}
    recorded = {outcome.key for outcome in RECORDED}
    has_deployed = any(Evidence(evidence) is Evidence.EMULATOR for _, _, evidence in recorded)
    wanted = {key for key in marked if has_deployed or key[2] != Evidence.EMULATOR}
    assert (recorded - wanted, wanted - recorded) == (set(), set()), "run `make proof`"


# --- The parts ----------------------------------------------------------------------------------------


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = {"AWS::S3::Bucket": seen("AWS::S3::Bucket", equal=["Name"], dropped=["Tags"])}
    outcomes = [Outcome("test", "PatchSchedule", "emulator", passed=1, seen=found), Outcome("a", "b", "unit", passed=2)]
    record = Record("make integ", "2026-12-01", {"tool": "1"}, outcomes)
    write(tmp_path / "record.json", record)
    again = read(tmp_path / "record.json")
    assert sorted(again.outcomes, key=lambda each: each.key) == sorted(outcomes, key=lambda each: each.key)
    assert (again.command, again.date, again.tools) == (record.command, record.date, record.tools)


def test_a_record_of_another_version_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text('{"version": 2}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"record\.json has version 2, not 1$"):
        read(tmp_path / "record.json")


def test_a_fallback_is_no_evidence() -> None:
    outcome = Outcome("test", "ChangeCalendar", "emulator", passed=1)
    assert cell([outcome]) == "no evidence"
    outcome.seen["AWS::SSM::Document"] = seen("AWS::SSM::Document", fallback=1)
    assert cell([outcome]) == "no evidence"
    outcome.seen["AWS::SSM::Document"].add(seen("AWS::SSM::Document", equal=["Name", "Content"]))
    assert cell([outcome]) == "2 properties"
    outcome.failed = 1
    assert cell([outcome]) == "failed"


def test_what_was_seen_is_added() -> None:
    total = Seen("AWS::S3::Bucket")
    total.add(seen("AWS::S3::Bucket", equal=["Name", "Tags"]))
    total.add(seen("AWS::S3::Bucket", equal=["Name"], dropped=["Tags"]))
    assert (total.resources, total.equal, total.dropped) == (2, Counter(Name=2, Tags=1), Counter(Tags=1))


def test_a_feature_that_renders_a_property_has_no_evidence_from_another() -> None:
    given = seen("AWS::S3::Bucket", equal=["Name", "Tags"], dropped=["Rules"])
    assert given.of(["AWS::S3::Bucket"]) == given
    assert given.of(["AWS::S3::Bucket.Tags", "AWS::S3::Bucket.Rules"]) == seen(
        "AWS::S3::Bucket", equal=["Tags"], dropped=["Rules"]
    )
    assert given.of(["AWS::S3::Bucket.Other"]) == seen("AWS::S3::Bucket")
    assert given.of(["AWS::S3::BucketPolicy", "AWS::S3::BucketPolicy.Bucket"]) is None


def test_the_features_of_an_example_are_those_that_it_imports() -> None:
    assert features_of(ROOT / "app.py") == ["PatchSchedule"]
    assert "MaintenanceWindowEvents" in features_of(ROOT / "examples" / "events.py")
