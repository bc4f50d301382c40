"""``patching-constructs report`` of a resource data sync, in a bucket or a folder, and of earlier reports."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine
from moto import mock_aws

from tests.unit.cli.report.fleet import NOW
from tests.unit.cli.report.synced import ACCOUNT, REGION, item, key, lines, node_files, uploaded, written
from tests.unit.cli.report.test_report_live import nodes_of, ran, reported
from tests.unit.cli.run_command.fakes import alone_with

FIRST, SECOND, THIRD = (f"i-{number:017x}" for number in (1, 2, 3))


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    alone_with("http://127.0.0.1:9", monkeypatch, tmp_path)
    monkeypatch.chdir(tmp_path)
    with time_machine.travel(NOW, tick=False):
        yield


def synced(tmp_path: Path, *files: dict[str, str]) -> Path:
    return written(tmp_path / "sync", *files)


# --- A node -------------------------------------------------------------------------------------------


def test_a_node_of_a_sync(tmp_path: Path) -> None:
    missing = item("curl.x86_64", "Missing")
    others = [missing, item("bash", "Installed", "COMPLIANT")]
    files = node_files(FIRST, items=others, tags={"Name": "web", "Patch Group": "web"}, MissingCount="1")
    document = reported(synced(tmp_path, files))
    assert document["sources"] == [{"kind": "sync", "name": str(tmp_path / "sync")}]
    assert document["windows"] is None
    (node,) = document["nodes"]
    assert node == {
        "id": FIRST,
        "account": ACCOUNT,
        "region": REGION,
        "name": "web",
        "group": "web",
        "platform": "Amazon Linux 2023",
        "ping": "Online",
        "lastPing": None,
        "tags": {"Name": "web", "Patch Group": "web"},
        "status": "nonCompliant",
        "missingEvidence": None,
        "nonCompliantSince": None,
        "state": {
            "operation": "Install",
            "end": "2026-12-01T02:50:00+00:00",
            "patchGroup": "web",
            "baselineId": "pb-0123456789abcdef0",
            "baselineName": None,
            "rebootOption": "RebootIfNeeded",
            "installed": 120,
            "installedOther": 7,
            "missing": 1,
            "failed": 0,
            "rejected": 0,
            "pendingReboot": 0,
            "availableSecurityUpdates": 0,
            "areAvailableUpdatesRequired": False,
            "criticalNonCompliant": 0,
            "securityNonCompliant": 0,
            "otherNonCompliant": 0,
            "isReportedNonCompliant": True,
        },
        "patches": [
            {
                "id": "curl.x86_64",
                "title": "title of curl.x86_64",
                "status": "Missing",
                "severity": "Important",
                "classification": "Security",
                "cveIds": ["CVE-2026-1", "CVE-2026-2"],
                "releasedAt": None,
                "firstSeen": None,
            }
        ],
    }


@pytest.mark.parametrize(
    "count", ["MissingCount", "FailedCount", "InstalledRejectedCount", "InstalledPendingRebootCount"]
)
def test_each_count_is_read_from_its_string(tmp_path: Path, count: str) -> None:
    files = node_files(FIRST, **{count: "2"})  # type: ignore[arg-type]
    (node,) = reported(synced(tmp_path, files))["nodes"]
    assert node["status"] == "nonCompliant"


def test_an_available_update_counts_where_its_item_is_non_compliant(tmp_path: Path) -> None:
    files = [
        node_files(FIRST, items=[item("KB1", "AvailableSecurityUpdate", "COMPLIANT")]),
        node_files(SECOND, items=[item("KB1", "AvailableSecurityUpdate")]),
        node_files(THIRD, items=[item("KB1", "SomethingNew")]),
    ]
    found = nodes_of(reported(synced(tmp_path, *files)))
    assert [found[each]["status"] for each in (FIRST, SECOND, THIRD)] == ["compliant", "nonCompliant", "nonCompliant"]
    assert [len(found[each]["patches"]) for each in (FIRST, SECOND, THIRD)] == [1, 1, 0]


def test_terminated_nodes_are_left_out_and_stopped_ones_are_not(tmp_path: Path) -> None:
    files = [node_files(FIRST, status="Terminated"), node_files(SECOND, status="Stopped"), node_files(THIRD)]
    assert {name: each["ping"] for name, each in nodes_of(reported(synced(tmp_path, *files))).items()} == {
        SECOND: "Stopped",
        THIRD: "Online",
    }


def test_a_node_with_few_files(tmp_path: Path) -> None:
    files = node_files(FIRST)
    summary, items = key("AWS:PatchSummary", FIRST), key("AWS:ComplianceItem", FIRST)
    only = {summary: files[summary]}
    (node,) = reported(synced(tmp_path, only))["nodes"]
    assert (node["name"], node["platform"], node["ping"], node["tags"], node["patches"]) == (None,) * 5
    assert (node["group"], node["status"]) == ("web", "compliant")
    (node,) = reported(written(tmp_path / "other", {items: files[items]}))["nodes"]
    assert (node["missingEvidence"], node["state"]) == ("neverEvaluated", None)


def test_times_and_counts_that_are_missing(tmp_path: Path) -> None:
    files = node_files(FIRST, OperationEndTime="", MissingCount="", CriticalNonCompliantCount="")
    (node,) = reported(synced(tmp_path, files))["nodes"]
    assert (node["state"]["end"], node["state"]["missing"]) == ("2026-12-01T03:00:00+00:00", 0)
    assert node["state"]["criticalNonCompliant"] is None
    (node,) = reported(written(tmp_path / "local", node_files(FIRST, OperationEndTime="2026-12-01T02:50:00")))["nodes"]
    assert node["state"]["end"] == "2026-12-01T02:50:00+00:00"


BROKEN = {
    "no JSON": "{",
    "no object": "[]",
    "no count": lines(FIRST, [{"OperationEndTime": "2026-12-01T02:50:00Z", "MissingCount": "many"}]),
    "no time": lines(FIRST, [{"OperationEndTime": "yesterday"}]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_broken_is_named_and_the_rest_is_reported(tmp_path: Path, name: str) -> None:
    summary = key("AWS:PatchSummary", FIRST)
    folder = synced(tmp_path, {summary: BROKEN[name]}, node_files(SECOND))
    document = reported(folder, code=3)
    assert list(nodes_of(document)) == [SECOND]
    (failure,) = document["failures"]
    assert (failure["what"], failure["account"], failure["region"]) == ("nodes", ACCOUNT, REGION)
    assert failure["reason"].startswith(f"{(folder / summary).as_posix()}: ")


# --- A folder, a file, a bucket -----------------------------------------------------------------------


def test_one_file_of_a_sync_is_a_source(tmp_path: Path) -> None:
    folder = synced(tmp_path, node_files(FIRST), node_files(SECOND))
    document = reported(folder / key("AWS:PatchSummary", FIRST))
    assert list(nodes_of(document)) == [FIRST]


def test_accounts_and_regions_of_a_sync_are_filtered(tmp_path: Path) -> None:
    other = {"account": "222222222222", "region": "us-east-1"}
    folder = synced(tmp_path, node_files(FIRST), node_files(SECOND, place=other))
    assert reported(folder)["counts"]["nodes"] == 2
    assert list(nodes_of(reported(folder, "--account", ACCOUNT))) == [FIRST]
    document = reported(folder, "--region", "us-east-1", "--group-by", "account")
    assert list(nodes_of(document)) == [SECOND]
    assert [each["name"] for each in document["groups"]] == ["222222222222"]


@pytest.mark.parametrize(
    ("url", "prefix"), [("s3://sync", ""), ("s3://sync/to/here", "to/here/"), ("s3://sync/to/", "to/")]
)
def test_a_bucket_is_read(url: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="sync")
        test_file = {f"AWS:InstanceInformation/accountid={ACCOUNT}/test.json": "{}"}
        uploaded(client, "sync", prefix, node_files(FIRST, MissingCount="1"), node_files(SECOND), test_file)
        uploaded(client, "sync", "elsewhere/", node_files(THIRD))
        document = reported(url)
    assert {name: each["status"] for name, each in nodes_of(document).items()} == {
        FIRST: "nonCompliant",
        SECOND: "compliant",
    }
    assert document["sources"] == [{"kind": "sync", "name": url}]


def test_an_object_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="sync")
        summary = key("AWS:PatchSummary", FIRST)
        uploaded(client, "sync", "", node_files(SECOND), {summary: "{}"})
        client.put_object(
            Bucket="sync", Key=summary, Body=b"{}", SSECustomerKey="0" * 32, SSECustomerAlgorithm="AES256"
        )
        client.put_object(Bucket="sync", Key=key("AWS:Tag", FIRST), Body=b"\xff")
        document = reported("s3://sync", code=3)
    assert list(nodes_of(document)) == [SECOND]
    assert document["failures"][0]["reason"].startswith(f"{key('AWS:Tag', FIRST)}: 'utf-8' codec")


# --- Earlier reports ----------------------------------------------------------------------------------


def saved(file: Path, folder: Path, *options: str, days_ago: int = 0) -> Path:
    with time_machine.travel(NOW - timedelta(days=days_ago), tick=False):
        run = ran(folder, "--format", "json", "-o", file, *options)
    assert run.code in {0, 3}, run.err
    return file


def test_an_earlier_report_is_a_source(tmp_path: Path) -> None:
    folder = synced(tmp_path, node_files(FIRST, MissingCount="1"), node_files(SECOND))
    file = saved(tmp_path / "report.json", folder, "--evidence-limit", "3", "--group-by", "region", days_ago=0)
    document = reported(file)
    assert document == json.loads(file.read_text())
    assert reported(file, "--evidence-limit", "9", "--group-by", "account")["evidenceLimitDays"] == 9
    assert ran(file).lines[0] == f"2 nodes on 2026-12-01 09:00 UTC: {folder}"


def test_several_sources_are_one_report(tmp_path: Path) -> None:
    one = saved(tmp_path / "one.json", synced(tmp_path, node_files(FIRST)), "--group", "web", days_ago=1)
    other = written(tmp_path / "other", node_files(FIRST, MissingCount="3"), node_files(SECOND))
    document = reported(one, other)
    assert document["madeAt"] == NOW.isoformat()
    assert {name: each["status"] for name, each in nodes_of(document).items()} == {
        FIRST: "nonCompliant",
        SECOND: "compliant",
    }
    assert (len(document["sources"]), document["windows"], document["filters"]) == (2, None, ["--group web"])


def test_the_history_of_earlier_reports(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    needs = node_files(FIRST, MissingCount="1", items=[item("curl", "Missing")])
    folder = synced(tmp_path, needs, node_files(SECOND))
    for days in (14, 7):
        saved(reports / f"{days}.json", folder, "--evidence-limit", "300", days_ago=days)
    document = reported(folder, "--history", reports)
    node = nodes_of(document)[FIRST]
    assert node["nonCompliantSince"] == node["patches"][0]["firstSeen"] == (NOW - timedelta(days=14)).isoformat()
    assert [(each["madeAt"], each["counts"]["nonCompliant"]) for each in document["history"]] == [
        ((NOW - timedelta(days=days)).isoformat(), 1) for days in (14, 7)
    ]
    assert "compliant nodes in earlier reports" in ran(folder, "--history", reports).lines


NOT_COMPARABLE: dict[str, tuple[dict[str, Any], str]] = {
    "later": ({"madeAt": "2027-01-01T00:00:00+00:00"}, "it is not earlier"),
    "incomplete": (
        {"failures": [{"account": None, "region": None, "what": "nodes", "reason": "denied"}]},
        "it is incomplete",
    ),
    "filtered": ({"filters": ["--group web", "--account 1"]}, "it has only the nodes of --account 1, --group web"),
    "elsewhere": ({"nodes": []}, f"it has no nodes in {REGION} of account {ACCOUNT}"),
}


@pytest.mark.parametrize("name", NOT_COMPARABLE)
def test_a_report_that_is_not_comparable_is_no_part_of_the_history(tmp_path: Path, name: str) -> None:
    changed, reason = NOT_COMPARABLE[name]
    folder = synced(tmp_path, node_files(FIRST))
    file = saved(tmp_path / "earlier.json", folder, days_ago=1)
    file.write_text(json.dumps(json.loads(file.read_text()) | changed))
    run = ran(folder, "--history", file, "--format", "json")
    assert (run.code, run.err) == (0, f"note: {file} is no part of the history: {reason}\n")
    assert json.loads(run.out)["history"] == []


def test_a_filtered_report_is_comparable_with_one_of_the_same_filters(tmp_path: Path) -> None:
    folder = synced(tmp_path, node_files(FIRST), node_files(SECOND, tags={"Patch Group": "database"}))
    file = saved(tmp_path / "earlier.json", folder, "--group", "web", days_ago=1)
    document = reported(folder, "--group", "web", "--history", file)
    assert [each["counts"]["nodes"] for each in document["history"]] == [1]


# --- Refusals -----------------------------------------------------------------------------------------


def test_sources_that_are_none(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    no_sync = (
        " has no files of a resource data sync; specify the bucket with its prefix, or a folder to which its objects "
        "were copied\n"
    )
    assert (ran(empty).code, ran(empty).err) == (2, f"{empty}{no_sync}")
    assert ran("nowhere").err == "SOURCE nowhere does not exist\n"
    assert ran("s3://").err == "SOURCE must be s3://BUCKET or s3://BUCKET/PREFIX, got 's3://'\n"
    assert ran("s3://sync", "--profile", "nobody").err == (
        "s3://sync cannot be read: The config profile (nobody) could not be found\n"
    )
    assert ran(synced(tmp_path, node_files(FIRST)), "--history", empty).err == (
        f"--history must be a report or a folder with reports, got {empty} without *.json\n"
    )


def test_a_bucket_that_cannot_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with mock_aws():
        run = ran("s3://nobodys")
    assert (run.code, run.err) == (
        2,
        "s3://nobodys cannot be read: ListObjectsV2: NoSuchBucket: The specified bucket does not exist\n",
    )
