"""The formats of a compliance report: the tables, and JSON that can be read again."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from patching_constructs.cli.formats.registry import ReportFormat, render_report
from patching_constructs.cli.formats.report.shown_report import ShownReport
from patching_constructs.cli.json_values import json_literal
from patching_constructs.cli.report.saved_report import read_saved_report
from patching_constructs.planning.recorded_executions import RecordedExecution, Result
from patching_constructs.reporting.grouping import Grouping
from patching_constructs.reporting.nodes import UNKNOWN_ACCOUNT, NodeStatus
from patching_constructs.reporting.patches import PatchStatus
from tests.refusals import refused
from tests.unit.cli.formats.schemas import REFERENCE, content_of, validator
from tests.unit.reporting.samples import FAILURE, sample_report
from tests.unit.reporting.test_report import BY_GROUP, HERE, NOW, STATE, WEB, node, patch, report, window

SAMPLES = {
    "no nodes": sample_report(0, history=0),
    "three nodes": sample_report(3),
    "many nodes": sample_report(300, failures=(FAILURE,)),
    "a sync": sample_report(30, windows=False),
    "by tag": replace(sample_report(30), grouping=Grouping.parsed("tag:Env") or Grouping(), filters=("--group prod",)),
}


# --- JSON ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_the_json_is_valid_and_the_same_report_again(name: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(render_report(ShownReport(report=SAMPLES[name]), ReportFormat.JSON))
    validator("report").validate(json.loads(file.read_text()))
    assert read_saved_report("SOURCE", file) == SAMPLES[name]


def test_statuses_leave_out_nodes_and_no_numbers(tmp_path: Path) -> None:
    text = render_report(
        ShownReport(report=SAMPLES["three nodes"], statuses=[NodeStatus.NO_EVIDENCE]), ReportFormat.JSON
    )
    document = json.loads(text)
    validator("report").validate(document)
    assert (len(document["nodes"]), document["counts"]["nodes"], document["statuses"]) == (1, 3, ["noEvidence"])
    file = tmp_path / "report.json"
    file.write_text(text)
    assert refused(lambda: read_saved_report("--history", file)) == (
        f"--history must have the nodes of all statuses, got {file} with --status; write it without --status"
    )


def test_an_account_that_is_unknown_is_null(tmp_path: Path) -> None:
    here = replace(HERE, account=UNKNOWN_ACCOUNT)
    found = report(replace(node(), place=here), failures=(replace(FAILURE, place=here), replace(FAILURE, place=None)))
    file = tmp_path / "report.json"
    file.write_text(render_report(ShownReport(report=found), ReportFormat.JSON))
    document = json.loads(file.read_text())
    validator("report").validate(document)
    assert [each["account"] for each in (*document["nodes"], *document["failures"])] == [None] * 3
    assert read_saved_report("SOURCE", file) == found


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"version": 2}', "5", "not json"],
)
def test_another_file_is_no_report(content: str, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(content)
    assert refused(lambda: read_saved_report("SOURCE", file)) == (
        f"SOURCE must be a report in JSON of version 1, got {file}; "
        "write it with patching-constructs report --format json"
    )


@pytest.mark.parametrize("changed", [{"groupBy": "color"}, {"version": 2}, {"madeAt": "2026-12-01"}, {"nodes": [{}]}])
def test_a_changed_report_is_none(changed: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    document = json.loads(render_report(ShownReport(report=SAMPLES["three nodes"]), ReportFormat.JSON))
    file.write_text(json.dumps(document | changed))
    assert refused(lambda: read_saved_report("SOURCE", file)).startswith("SOURCE must be a report in JSON of version 1")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert refused(lambda: read_saved_report("--history", tmp_path)) == (
        f"--history {tmp_path} cannot be read: Is a directory"
    )


def test_the_schema_has_every_literal() -> None:
    definitions = content_of(REFERENCE / "report.schema.json")["$defs"]
    assert definitions["node"]["properties"]["status"]["enum"] == [json_literal(each) for each in NodeStatus]
    assert definitions["patch"]["properties"]["status"]["enum"] == list(PatchStatus)
    assert definitions["execution"]["properties"]["result"]["enum"] == list(Result)


# --- Tables -------------------------------------------------------------------------------------------


def table(shown: ShownReport) -> list[str]:
    return render_report(shown, ReportFormat.TABLE).splitlines()


def test_the_table_of_a_fleet() -> None:
    last = RecordedExecution(
        window_id="mw-web", id="1", status="SUCCESS", started=NOW - timedelta(days=2), result=Result.NOTHING_RAN
    )
    windows = (
        window("web", targets=(BY_GROUP,), executions=(last,), next_execution=NOW + timedelta(days=5)),
        window("other", targets=({"tag:Patch Group": frozenset(["database"])},), is_enabled=False, executions=()),
    )
    needs = replace(STATE, missing=2, failed=1, pending_reboot=1, critical_non_compliant=1)
    old = replace(STATE, ended=NOW - timedelta(days=30))
    found = report(
        node(1, tags=WEB, name="first"),
        node(2, tags=WEB, state=needs, patches=(patch("KB1", days=9),), non_compliant_since=NOW - timedelta(days=14)),
        node(3, tags=WEB, state=replace(STATE, missing=40)),
        node(4, tags={"Patch Group": "database"}, state=old),
        node(5, tags={}, state=None),
        windows=windows,
    )
    assert table(ShownReport(report=found)) == [
        "5 nodes on 2026-12-01 00:00 UTC: eu-central-1 of account 111111111111",
        "1 compliant (20 %), 2 non-compliant, 2 without evidence",
        "42 missing patches on 2 nodes, 1 failed patch on 1 node, pending reboots on 1 node",
        "",
        "patch group      nodes  compliant  non-compliant  no evidence  missing  failed  reboots  oldest patch  "
        "last execution                next execution",
        "database             1    0 (0 %)              -            1        -       -        -  -             "
        "-                             none",
        "web                  3   1 (33 %)              2            -       42       1        1  9 d           "
        "2026-11-29 00:00 nothing ran  2026-12-06 00:00",
        "none or unknown      1    0 (0 %)              -            1        -       -        -  -             "
        "-                             no window",
        "",
        "nodes: need attention",
        "node                 name  group     result                    since       oldest patch  last operation",
        "i-00000000000000002  -     web       2 missing, 1 failed, 1    2026-11-17  KB1 9 d       Scan 2026-11-30",
        "                                     pending reboot",
        "i-00000000000000003  -     web       40 missing                -           -             Scan 2026-11-30",
        "i-00000000000000004  -     database  evidence is too old       -           -             Scan 2026-11-01",
        "i-00000000000000005  -     -         never evaluated           -           -             -",
    ]


def test_the_times_of_the_table_are_in_one_time_zone() -> None:
    windows = (window("web", targets=(BY_GROUP,), executions=(), next_execution=NOW),)
    lines = table(ShownReport(report=report(node(1, tags=WEB), windows=windows), zone=ZoneInfo("Asia/Kolkata")))
    assert lines[0].startswith("1 node on 2026-12-01 05:30 IST: ")
    assert lines[-1].endswith("2026-12-01 05:30")


def test_compliant_nodes_are_listed_if_they_are_asked_for() -> None:
    shown = ShownReport(report=report(node(1)), statuses=[NodeStatus.COMPLIANT])
    assert table(shown)[-3:] == [
        "nodes: compliant",
        "node                 name  group  result     since  oldest patch  last operation",
        "i-00000000000000001  -     web    compliant  -      -             Scan 2026-11-30",
    ]
    assert "nodes: " not in "\n".join(table(ShownReport(report=report(node(1)))))


def test_the_table_says_how_many_nodes_it_leaves_out() -> None:
    lines = table(ShownReport(report=SAMPLES["many nodes"], most=5))
    assert "and 110 more; list all with --status, -o FILE or --format json" in lines
    assert not any("more; list" in line for line in table(ShownReport(report=SAMPLES["many nodes"])))


def test_a_report_without_windows_has_no_column_of_them() -> None:
    lines = table(ShownReport(report=SAMPLES["a sync"]))
    assert not any("execution" in line for line in lines)


def test_what_is_unknown_of_windows_is_said() -> None:
    resources = window("group", targets=({"resource-groups:Name": frozenset(["web"])},))
    lines = table(ShownReport(report=report(node(1, tags=WEB), windows=(resources,))))
    assert lines[-1].endswith("-               unknown")


def test_the_table_has_the_trend_the_failures_and_the_filters() -> None:
    found = replace(SAMPLES["many nodes"], filters=("--group web",))
    lines = table(ShownReport(report=found))
    assert lines[1] == "only --group web"
    assert "  2026-11-24 09:30   68 %  204 of 300" in lines
    assert any(line.startswith("  patches of nodes (12), us-east-1 of account 222222222222: ") for line in lines)
    without_place = replace(report(node(1)), failures=(replace(FAILURE, place=None, reason="denied"),))
    assert table(ShownReport(report=without_place))[-1] == "  patches of nodes (12): denied"


def test_a_table_shows_100_percent_only_if_all_nodes_are_compliant() -> None:
    almost = report(*[node(number) for number in range(249)], node(249, state=None))
    assert table(ShownReport(report=almost))[1] == "249 compliant (99 %), 1 without evidence"


def test_a_fleet_without_nodes() -> None:
    assert table(ShownReport(report=report())) == [
        "0 nodes on 2026-12-01 00:00 UTC: eu-central-1 of account 111111111111",
        "0 compliant",
    ]


def test_a_narrow_terminal_gets_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patching_constructs.cli.formats.console._PLAIN_WIDTH", 60)
    monkeypatch.setattr("patching_constructs.cli.formats.console.console_text.__kwdefaults__", {"plain_width": 60})
    lines = table(ShownReport(report=report(node(1, tags=WEB, state=replace(STATE, failed=2)), windows=())))
    assert lines[-4:] == [
        "i-00000000000000001",
        "  group           web",
        "  result          2 failed",
        "  last operation  Scan 2026-11-30",
    ]
