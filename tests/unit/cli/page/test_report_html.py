"""The page of the report as text: its content, and that it is the same every time."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patching_constructs.cli.compliance_words import NEEDS, STATUSES, grouping_in_words, needs_in_words
from patching_constructs.cli.page.report.build import build_page
from patching_constructs.planning.recorded_executions import RecordedExecution, Result
from patching_constructs.reporting.grouping import Grouping, GroupKind
from patching_constructs.reporting.nodes import NodeStatus
from patching_constructs.reporting.patches import Patch, PatchStatus
from patching_constructs.reporting.report import ComplianceReport, ReadFailure, ReportSource, SourceKind
from patching_constructs.reporting.windows import ReportWindow
from tests.unit.cli.page.reader import HOSTILE, Reader
from tests.unit.cli.page.small_reports import HOUR, LIVE, PLACE, node, report_of, state
from tests.unit.reporting.samples import FAILURE, MADE_AT, PLACES, sample_report


def read(report: ComplianceReport) -> Reader:
    return Reader(build_page(report))


# --- The same every time, and nothing loads -----------------------------------------------------------

PRINT = (
    "import sys; from tests.unit.reporting.samples import *;"
    "from patching_constructs.cli.page.report.build import build_page;"
    "sys.stdout.buffer.write(build_page(sample_report(30)).encode())"
)


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    one, other = (
        subprocess.run(
            [sys.executable, "-c", PRINT], env={"PYTHONHASHSEED": seed, "TZ": zone}, capture_output=True, check=True
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    )
    assert one == other == build_page(sample_report(30)).encode()


def test_nothing_is_fetched_and_nothing_is_in_attributes() -> None:
    text = build_page(sample_report(300, failures=(FAILURE,)))
    assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'()]*", text)) == {"http://www.w3.org/2000/svg"}
    attributes = [pair for _, attrs in Reader(text).tags for pair in attrs.items()]
    links = {value for name, value in attributes if name in {"src", "href"}}
    assert all(link and link.startswith(("#", "data:")) for link in links)
    assert not [name for name, _ in attributes if name == "style" or name.startswith("on")]


def test_hostile_names_are_text() -> None:
    failure = ReadFailure(what=HOSTILE, reason=HOSTILE)
    patch = Patch(id=HOSTILE, title=HOSTILE, status=PatchStatus.MISSING)
    hostile = node(HOSTILE, platform=HOSTILE, tags={"Patch Group": HOSTILE}, state=state(missing=1), patches=(patch,))
    page = read(report_of(hostile, sources=(replace(LIVE, name=HOSTILE),), failures=(failure,)))
    assert [tag for tag, _ in page.tags if tag in {"img", "script", "style"}] == ["style", "script", "script"]
    assert page.text.count(HOSTILE) == 5
    assert page.data["nodes"][0][1] == HOSTILE


# --- What the script reads ----------------------------------------------------------------------------


def test_a_node_refers_to_what_it_has_in_common_with_others() -> None:
    two_days_ago, yesterday = MADE_AT - 48 * HOUR, MADE_AT - 24 * HOUR
    failed, cves = PatchStatus.FAILED, ("CVE-1", "CVE-2")
    patch = Patch(id="KB1", title="One", status=failed, released=two_days_ago, cve_ids=cves)
    pending = Patch(id="KB2", title="Two", status=PatchStatus.PENDING_REBOOT, first_seen=yesterday)
    own = node(
        tags={"Patch Group": "web"},
        platform="Ubuntu",
        ping="Online",
        last_ping=MADE_AT,
        state=state(failed=1, pending_reboot=1, critical_non_compliant=1, installed=7, baseline_id="pb-1"),
        patches=(patch, pending),
        non_compliant_since=yesterday,
    )
    data = read(report_of(own, node(None, node_id="i-2", tags={"Patch Group": "web"}), windows=())).data
    made = int(MADE_AT.timestamp())
    last = [[0, 1, None], [1, 2, made - 86_400]], [made - 10_800, 2, 3, 4, 3, 7, 1]
    assert data["nodes"] == [
        ["i-1", "web", 0, 0, 0, 0, None, [[1, 1], [2, 1]], [made - 172_800, True], made - 86_400, 1, made, 0, *last],
        ["i-2", None, 0, 0, 3, 1, "never-evaluated", [], None, None, 3, None, 0, None, None],
    ]
    assert data["texts"] == ["Ubuntu", "Online", "Scan", None, "pb-1"]
    assert data["patches"] == [["KB1", "One", "", "", "CVE-1, CVE-2", made - 172_800], ["KB2", "Two", "", "", "", None]]
    assert (data["groups"], data["places"]) == (["web"], [["111111111111", "eu-central-1"]])
    assert data["windowSets"] == [[[], True]]


def test_updates_that_the_baseline_does_not_require_are_not_needed() -> None:
    patches = (Patch(id="KB1", title="One", status=PatchStatus.AVAILABLE),)
    states = [state(available_security_updates=1, are_available_updates_required=each) for each in (True, False)]
    data = read(report_of(*(node(state=each, patches=patches) for each in states))).data
    assert [(each[7], len(each[13])) for each in data["nodes"]] == [([[4, 1]], 1), ([], 0)]
    assert list(data["needs"])[4] == "available"


def test_windows_have_their_executions_and_results() -> None:
    started = MADE_AT - 72 * HOUR
    given = (
        (Result.FAILED, "D", ""),
        (Result.NOTHING_RAN, "", "R"),
        (Result.RUNNING, "", ""),
        (Result.SUCCEEDED, "", ""),
    )
    executions = tuple(
        RecordedExecution(
            window_id="mw-1", id="e", status="X", started=started, result=result, details=details, reason=reason
        )
        for result, details, reason in given
    )
    target = {"tag:Env": frozenset(["prod"])}
    windows = (
        ReportWindow(id="mw-1", place=PLACE, name="one", targets=(target,), executions=executions),
        ReportWindow(id="mw-2", place=PLACE, name="two", is_enabled=False, targets=()),
    )
    data = read(report_of(node(tags={"Env": "prod"}), windows=windows)).data
    seconds = int(started.timestamp())
    expected = [["failed", "D"], ["nothingRan", "R"], ["running", ""], ["succeeded", ""]]
    assert data["windows"] == [
        ["mw-1", "one", 0, True, "", None, None, None, [[result, seconds, None, text] for result, text in expected]],
        ["mw-2", "two", 0, False, "", None, None, None, None],
    ]
    assert data["windowSets"] == [[[0], True]]
    signs = {name: each["sign"] for name, each in data["results"].items()}
    assert signs["succeeded"] == "compliant"
    assert signs["failed"] == signs["nothingRan"] == signs["didNotRun"] == "non-compliant"
    assert signs["running"] == signs["unknown"] == "no-evidence"


def test_without_windows_what_selects_a_node_is_unknown() -> None:
    data = read(report_of(node(), windows=None)).data
    assert (data["windows"], data["windowSets"]) == (None, [[[], False]])


def test_the_history_ends_with_the_report_itself() -> None:
    data = read(sample_report(300, history=2)).data
    made = int(MADE_AT.timestamp())
    assert [each[0] for each in data["history"]] == [made - 1_209_600, made - 604_800, made]
    assert data["history"][-1] == [made, 185, 94, 21]


def test_the_range_contains_every_time() -> None:
    window = ReportWindow(id="mw-1", place=PLACE, name="one", next_execution=MADE_AT + 90 * 24 * HOUR)
    old = replace(state(), ended=datetime(2020, 1, 1, tzinfo=UTC))
    data = read(report_of(node(state=old), windows=(window,))).data
    assert data["after"] == int(old.ended.timestamp())
    assert data["until"] == int((MADE_AT + 90 * 24 * HOUR).timestamp())


def test_the_time_zone_and_the_statuses_can_be_given() -> None:
    report = report_of(node())
    given = Reader(build_page(report, zone=ZoneInfo("Asia/Tokyo"), statuses={NodeStatus.NO_EVIDENCE})).data
    assert (given["zone"], given["listed"]) == ("Asia/Tokyo", ["no-evidence"])
    default = read(report).data
    assert (default["zone"], default["listed"]) == (None, ["non-compliant", "no-evidence", "compliant"])


def test_the_page_of_10_000_nodes_is_small() -> None:
    text = build_page(sample_report(10_000, history=1))
    assert len(text.encode()) < 5_000_000
    assert len(Reader(text).data["nodes"]) == 10_000


# --- What is written without the script ---------------------------------------------------------------


def test_the_header_has_the_time_and_the_sources() -> None:
    assert (
        "Patch report Made on 2026-12-01 09:30 UTC Live: eu-central-1 of account 111111111111 Times in"
        in read(report_of(node())).text
    )
    several = report_of(sources=tuple(replace(LIVE, name=str(place)) for place in PLACES))
    assert "Live: eu-central-1 of account 111111111111 and 2 more Times in" in read(several).text
    sync = report_of(sources=(ReportSource(kind=SourceKind.SYNC, name="s3://bucket/prefix"),))
    assert "UTC s3://bucket/prefix Times in" in read(sync).text
    filtered = replace(sync, filters=("--group web", "--region eu-central-1"))
    assert "s3://bucket/prefix Only --group web --region eu-central-1 Times in" in read(filtered).text


def test_what_could_not_be_read_is_on_top_and_listed_by_reason() -> None:
    failures = tuple(ReadFailure(what=f"node {number}", reason="AccessDenied", place=PLACE) for number in range(52))
    text = read(report_of(node(), failures=(*failures, ReadFailure(what="windows", reason="Throttled")))).text
    assert "This report is incomplete. Its numbers lack what could not be read ." in text
    assert "Could not be read AccessDenied node 0 in eu-central-1 of account 111111111111 node 1 in" in text
    assert "node 49 in eu-central-1 of account 111111111111 and 2 more Throttled windows" in text
    complete = read(report_of(node())).text
    assert "incomplete" not in complete
    assert "could not be read" not in complete.lower()


def test_without_javascript_there_is_a_table_with_what_needs_attention_first() -> None:
    nodes = [
        node("good", state=state()),
        node("bad", state=state(missing=3, failed=1)),
        node(None, node_id="i-2"),
        node("old", state=replace(state(), ended=MADE_AT - timedelta(days=30)), tags={"Patch Group": "web"}),
    ]
    text = read(report_of(*nodes)).text
    assert (
        "4 nodes: 1 non-compliant, 2 no evidence, 1 compliant. The views need JavaScript. This table lists the nodes: "
        "Node Status Reason Last evaluated Patch group Account and Region "
        "bad (i-1) Non-compliant 3 missing, 1 failed 2026-12-01 06:30 UTC none eu-central-1 of account 111111111111 "
        "i-2 No evidence Never evaluated never none eu-central-1 of account 111111111111 "
        "old (i-1) No evidence Evidence is too old 2026-11-01 09:30 UTC web eu-central-1 of account 111111111111 "
        "good (i-1) Compliant 2026-12-01 06:30 UTC none eu-central-1 of account 111111111111"
    ) in text


def test_one_node_is_singular() -> None:
    assert "1 node: 0 non-compliant, 1 no evidence, 0 compliant." in read(report_of(node())).text


def test_the_table_ends_after_500_nodes() -> None:
    page = read(sample_report(600, history=0))
    assert "This table lists the first 500 of 600 nodes:" in page.text
    assert len([tag for tag, attrs in page.tags if tag == "th" and attrs.get("scope") == "row"]) == 500


# --- Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ""),
        ({"missing": 1200, "pending_reboot": 1}, "1,200 missing, 1 pending reboot"),
        ({"rejected": 2, "failed": 1}, "1 failed, 2 rejected"),
        ({"available_security_updates": 2}, ""),
        ({"available_security_updates": 2, "are_available_updates_required": True}, "2 available"),
        ({"is_reported_non_compliant": True}, "reported as non-compliant"),
        ({"is_reported_non_compliant": True, "missing": 1}, "1 missing"),
    ],
)
def test_what_a_node_needs(given: dict[str, Any], expected: str) -> None:
    assert needs_in_words(state(**given)) == expected
    assert bool(expected) is not state(**given).is_compliant


@pytest.mark.parametrize(
    ("grouping", "words"),
    [
        (Grouping(), "Patch group"),
        (Grouping(GroupKind.ACCOUNT), "Account"),
        (Grouping(GroupKind.TAG, "Role"), "Tag Role"),
    ],
)
def test_what_nodes_have_in_common(grouping: Grouping, words: str) -> None:
    assert grouping_in_words(grouping) == words


def test_every_status_and_need_has_words() -> None:
    assert set(STATUSES) == set(NodeStatus)
    assert all(each.title and each.explanation.endswith(".") for each in (*STATUSES.values(), *NEEDS.values()))
