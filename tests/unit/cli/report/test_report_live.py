"""``patching-constructs report`` against AWS on this machine: the whole fleet, and everything that can fail."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.cli.live.client import LiveReader
from tests.unit.cli.formats.schemas import validator
from tests.unit.cli.live.aws import ACCOUNT, FakeAws, RefusedError, serving
from tests.unit.cli.report.fleet import (
    BASELINE,
    NOW,
    PREDEFINED,
    RELEASED,
    STRICT,
    WINDOW,
    Fleet,
    described,
    execution,
    node_id,
    patch,
    state,
)
from tests.unit.cli.run_command.fakes import REGION, Run, alone_with

DENIED = RefusedError("AccessDeniedException")


@pytest.fixture
def fleet() -> Fleet:
    return Fleet.of(60)


@pytest.fixture
def aws(fleet: Fleet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeAws]:
    fake = fleet.aws()
    with serving(fake) as url, time_machine.travel(NOW, tick=False):
        alone_with(url, monkeypatch, tmp_path)
        monkeypatch.chdir(tmp_path)
        yield fake


def ran(*arguments: str | Path) -> Run:
    result = CliRunner().invoke(app, ["report", *map(str, arguments)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


def reported(*arguments: str | Path, code: int = 0) -> Any:
    """Return the report in JSON, which is valid."""
    run = ran(*arguments, "--format", "json")
    assert run.code == code, run.err
    document = json.loads(run.out)
    validator("report").validate(document)
    return document


def nodes_of(document: Any) -> dict[str, Any]:
    return {each["id"]: each for each in document["nodes"]}


# --- What is read -------------------------------------------------------------------------------------


def test_the_report_of_a_fleet(aws: FakeAws) -> None:
    document = reported()
    assert document["madeAt"] == NOW.isoformat()
    assert document["sources"] == [{"kind": "live", "name": f"{REGION} of account {ACCOUNT}"}]
    counts = document["counts"]
    assert (counts["nodes"], counts["compliant"], counts["nonCompliant"], counts["noEvidence"]) == (60, 51, 6, 3)
    (group,) = document["groups"]
    assert (group["name"], group["windows"], group["nodesWithoutWindow"]) == ("web", [WINDOW], 0)
    assert group["oldestPatch"] == RELEASED.isoformat()
    assert (group["lastExecution"]["result"], group["nextExecution"]["start"]) == (
        "succeeded",
        "2026-12-06T03:00:00+00:00",
    )
    node = nodes_of(document)[node_id(11)]
    assert node | {"state": None, "patches": None} == {
        "id": node_id(11),
        "account": ACCOUNT,
        "region": REGION,
        "name": "web-11",
        "group": "web",
        "platform": "Microsoft Windows Server 2022 Datacenter 10.0.20348",
        "ping": "Online",
        "lastPing": NOW.isoformat(),
        "tags": {"Patch Group": "web", "Name": "web-11"},
        "status": "nonCompliant",
        "missingEvidence": None,
        "nonCompliantSince": None,
        "state": None,
        "patches": None,
    }
    assert (node["state"]["missing"], node["state"]["baselineName"]) == (1, "servers")
    assert node["patches"] == [
        {
            "id": "KB5000001",
            "title": "title of KB5000001",
            "status": "Missing",
            "severity": "Critical",
            "classification": "SecurityUpdates",
            "cveIds": [],
            "releasedAt": RELEASED.isoformat(),
            "firstSeen": None,
        }
    ]
    assert nodes_of(document)[node_id(0)]["patches"] == []
    assert nodes_of(document)[node_id(2)]["patches"] is None
    assert nodes_of(document)[node_id(2)]["missingEvidence"] == "neverEvaluated"
    # Two pages of nodes and of states, one of tags, and one request for each non-compliant node.
    assert len(aws.requests("DescribeInstanceInformation")) == len(aws.requests("DescribeInstancePatchStates")) == 2
    assert (len(aws.requests("GetResources")), len(aws.requests("DescribeInstancePatches"))) == (1, 6)
    assert (len(aws.requests("DescribePatchBaselines")), len(aws.requests("GetPatchBaseline"))) == (1, 0)
    assert len(aws.requests("DescribeAvailablePatches")) == 1


def test_without_patches_nothing_is_asked_for_single_nodes(aws: FakeAws) -> None:
    document = reported("--without-patches")
    assert document["counts"]["missingPatches"] == 6
    assert {each["patches"] is None for each in document["nodes"]} == {True}
    assert aws.requests("DescribeInstancePatches") == aws.requests("DescribeAvailablePatches") == []


def test_only_patches_that_need_attention_are_listed(fleet: Fleet, aws: FakeAws) -> None:
    fleet.patches[node_id(1)] = [
        patch("KB1", "Installed"),
        patch("KB2", "INSTALLED_PENDING_REBOOT"),
        patch("KB3", "Failed") | {"CVEIds": "CVE-2026-1,CVE-2026-2"},
        patch("kernel.x86_64", "InstalledRejected"),
    ]
    found = nodes_of(reported())[node_id(1)]["patches"]
    assert [(each["id"], each["status"], each["cveIds"], bool(each["releasedAt"])) for each in found] == [
        ("KB2", "InstalledPendingReboot", [], True),
        ("KB3", "Failed", ["CVE-2026-1", "CVE-2026-2"], True),
        ("kernel.x86_64", "InstalledRejected", [], False),
    ]
    assert aws.requests("DescribeInstancePatches")[0]["Filters"] == [
        {
            "Key": "State",
            "Values": [
                "Missing",
                "Failed",
                "InstalledRejected",
                "InstalledPendingReboot",
                "AvailableSecurityUpdate",
            ],
        }
    ]


def test_an_available_update_counts_where_the_baseline_says_so(fleet: Fleet, aws: FakeAws) -> None:
    fleet.states[node_id(3)] = state(3, AvailableSecurityUpdateCount=2)
    fleet.states[node_id(4)] = state(4, AvailableSecurityUpdateCount=2) | {"BaselineId": STRICT}
    found = nodes_of(reported())
    assert [found[node_id(number)]["status"] for number in (3, 4)] == ["compliant", "nonCompliant"]
    assert found[node_id(4)]["state"]["baselineName"] == "strict"
    assert sorted(each["BaselineId"] for each in aws.requests("GetPatchBaseline")) == [BASELINE, STRICT]


@pytest.mark.parametrize("in_state", [PREDEFINED, PREDEFINED.rpartition("/")[2]])
def test_a_predefined_baseline_is_read_by_its_arn(fleet: Fleet, aws: FakeAws, in_state: str) -> None:
    fleet.states[node_id(3)] = state(3, AvailableSecurityUpdateCount=2) | {"BaselineId": in_state}
    found = nodes_of(reported())[node_id(3)]
    assert (found["status"], found["state"]["baselineName"]) == ("compliant", "AWS-DefaultPatchBaseline")
    assert aws.requests("GetPatchBaseline") == [{"BaselineId": PREDEFINED}]


def test_a_baseline_that_does_not_exist_any_more_is_named(fleet: Fleet, aws: FakeAws) -> None:
    """It matters only where a node has available updates."""
    gone = {"BaselineId": "pb-0123456789abcdef9"}
    fleet.states[node_id(3)] = state(3) | gone
    assert nodes_of(reported())[node_id(3)]["state"]["baselineName"] is None
    fleet.states[node_id(3)] = state(3, AvailableSecurityUpdateCount=2) | gone
    document = reported(code=3)
    assert [(each["what"], each["reason"]) for each in document["failures"]] == [
        ("patch baselines", "GetPatchBaseline: DoesNotExistException: refused")
    ]
    assert len(aws.requests("GetPatchBaseline")) == 1


def test_no_baselines_are_read_for_nodes_without_a_state(fleet: Fleet, aws: FakeAws) -> None:
    fleet.states = {}
    reported()
    assert aws.requests("DescribePatchBaselines") == []


def test_a_node_has_the_name_of_its_tag_or_its_computer(fleet: Fleet, aws: FakeAws) -> None:
    fleet.tags = {node_id(0): {"Name": "tagged"}}
    fleet.nodes[1] = described(1, Name="hybrid")
    fleet.nodes[3] = {"InstanceId": node_id(3)}
    found = nodes_of(reported())
    assert [found[node_id(number)]["name"] for number in range(4)] == ["tagged", "hybrid", "computer-2", None]
    assert found[node_id(3)]["platform"] is found[node_id(3)]["ping"] is None
    assert len(aws.requests("GetResources")) == 1


def test_the_newest_execution_is_examined(fleet: Fleet, aws: FakeAws) -> None:
    older = "00000000-0000-4000-8000-000000000009"
    fleet.executions.append(execution(NOW - timedelta(days=7), name=older))
    (window,) = reported()["windows"]
    assert [(each["result"], each["reason"]) for each in window["executions"]] == [
        ("succeeded", ""),
        ("unknown", "only the newest execution is examined"),
    ]
    assert len(aws.requests("DescribeMaintenanceWindowExecutionTasks")) == 1
    assert window["targets"] == [[{"key": "tag:Patch Group", "values": ["web"]}]]


def test_several_regions_are_read(aws: FakeAws) -> None:
    document = reported("--region", "us-east-1", "--region", REGION, "--region", "us-east-1", "--group-by", "region")
    assert [each["name"] for each in document["sources"]] == [
        f"us-east-1 of account {ACCOUNT}",
        f"{REGION} of account {ACCOUNT}",
    ]
    assert [(each["name"], each["counts"]["nodes"]) for each in document["groups"]] == [(REGION, 60), ("us-east-1", 60)]
    assert len(aws.requests("GetResources")) == 2


def test_two_profiles_of_one_account_are_read_once(aws: FakeAws, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(f"[profile one]\nregion = {REGION}\n[profile two]\nregion = {REGION}\n")
    (tmp_path / "credentials").write_text(
        "".join(f"[{name}]\naws_access_key_id = a\naws_secret_access_key = b\n" for name in ("one", "two"))
    )
    assert reported("--profile", "one", "--profile", "two")["counts"]["nodes"] == 60
    assert len(aws.requests("GetResources")) == 1


# --- What is shown ------------------------------------------------------------------------------------


def test_the_table(aws: FakeAws) -> None:
    run = ran()
    assert run.code == 0
    assert run.lines[:3] == [
        f"60 nodes on 2026-12-01 09:00 UTC: {REGION} of account {ACCOUNT}",
        "51 compliant (85 %), 6 non-compliant, 3 without evidence",
        "6 missing patches on 6 nodes",
    ]
    assert len(aws.asked) > 0


def test_the_page(aws: FakeAws, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    run = ran("--format", "html", "-o", file)
    assert (run.code, run.out) == (0, "")
    assert "<!doctype html>" in file.read_text().lower()
    assert len(aws.asked) > 0


def test_filters_are_named_in_the_report(fleet: Fleet, aws: FakeAws) -> None:
    fleet.tags[node_id(1)] = {"Patch Group": "database"}
    document = reported("--group", "database", "--account", ACCOUNT)
    assert document["filters"] == ["--group database", f"--account {ACCOUNT}"]
    assert list(nodes_of(document)) == [node_id(1)]
    assert reported("--account", "999999999999")["counts"]["nodes"] == 0
    assert len(aws.requests("GetResources")) == 2


def test_only_some_statuses_are_listed_and_all_nodes_counted(aws: FakeAws) -> None:
    document = reported("--status", "non-compliant", "--status", "no-evidence")
    assert (len(document["nodes"]), document["counts"]["nodes"]) == (9, 60)
    assert len(aws.asked) > 0


def test_nodes_are_grouped_by_a_tag(fleet: Fleet, aws: FakeAws) -> None:
    fleet.tags[node_id(5)] |= {"Team": "blue"}
    document = reported("--group-by", "tag:Team")
    assert [(each["name"], each["counts"]["nodes"]) for each in document["groups"]] == [("blue", 1), (None, 59)]
    assert document["groupBy"] == "tag:Team"
    assert len(aws.asked) > 0


def test_older_evidence_counts_if_the_limit_is_longer(fleet: Fleet, aws: FakeAws) -> None:
    fleet.states[node_id(0)] = state(0) | {"OperationEndTime": NOW - timedelta(days=20)}
    assert nodes_of(reported())[node_id(0)]["missingEvidence"] == "outdated"
    document = reported("--evidence-limit", "21")
    assert (nodes_of(document)[node_id(0)]["status"], document["evidenceLimitDays"]) == ("compliant", 21)
    assert len(aws.asked) > 0


# --- Exit codes ---------------------------------------------------------------------------------------


def test_strict_is_for_ci(fleet: Fleet, aws: FakeAws) -> None:
    assert ran("--strict").code == 1
    fleet.states = {node_id(number): state(number) for number in range(60)}
    assert ran("--strict").code == 0
    fleet.states.pop(node_id(9))
    assert (ran("--strict").code, ran().code) == (1, 0)
    assert len(aws.asked) > 0


@pytest.mark.parametrize(
    ("arguments", "reasons"),
    [
        (["--group", "web", "--group", "nonesuch"], ["no node matches --group nonesuch"]),
        (["--group", "\x1b[1m"], [r"no node matches --group \x1b[1m"]),
        (["--account", "999999999999"], ["no node matches --account 999999999999"]),
        (
            ["--group", "database", "--account", ACCOUNT],
            ["no node matches --group database", f"no node matches --account {ACCOUNT}"],
        ),
    ],
)
def test_strict_requires_nodes_for_each_option(
    fleet: Fleet, aws: FakeAws, arguments: list[str], reasons: list[str]
) -> None:
    fleet.states = {node_id(number): state(number) for number in range(60)}
    strict, lenient = ran(*arguments, "--strict"), ran(*arguments)
    assert (strict.code, strict.err.splitlines()) == (1, reasons)
    assert (lenient.code, lenient.err) == (0, strict.err)
    assert len(aws.asked) > 0


def test_strict_requires_nodes(fleet: Fleet, aws: FakeAws) -> None:
    fleet.nodes.clear()
    run = ran("--strict")
    assert (run.code, run.err) == (1, "there are no nodes, so there is no evidence that a node is compliant\n")
    assert (ran().code, ran().err) == (0, "")
    assert run.lines[0].startswith("0 nodes on ")
    assert len(aws.asked) > 0


def test_an_account_has_twelve_digits(aws: FakeAws) -> None:
    run = ran("--account", "12")
    assert (run.code, run.err) == (2, "--account must be the 12 digits of an account, got '12'\n")
    assert aws.asked == []


def test_what_is_unread_is_not_called_unmatched(aws: FakeAws) -> None:
    aws.errors["DescribeInstanceInformation"] = [DENIED]
    run = ran("--region", REGION, "--region", "us-east-1", "--group", "nonesuch", "--strict")
    assert run.code == 3
    assert "no node matches" not in run.err


UNREAD = {
    "GetResources": ("tags", {"web": 57, None: 3}),
    "DescribeInstancePatchStates": ("patch states (60)", {"web": 60}),
    "DescribePatchBaselines": ("patch baselines", {"web": 60}),
    "GetPatchBaseline": ("patch baselines", {"web": 60}),
    "DescribeInstancePatches": ("patches of nodes (2)", {"web": 60}),
    "DescribeAvailablePatches": ("release dates of patches", {"web": 60}),
    "DescribeMaintenanceWindows": ("maintenance windows", {"web": 60}),
    "DescribeMaintenanceWindowTargets": ("targets of windows", {"web": 60}),
    "DescribeMaintenanceWindowExecutions": ("executions of windows", {"web": 60}),
}


@pytest.mark.parametrize("operation", UNREAD)
def test_what_cannot_be_read_is_named_and_the_rest_is_reported(fleet: Fleet, aws: FakeAws, operation: str) -> None:
    what, groups = UNREAD[operation]
    fleet.states[node_id(3)] = state(3, AvailableSecurityUpdateCount=1)
    aws.errors[operation] = [DENIED] * 2
    document = reported(code=3)
    assert document["failures"] == [
        {
            "account": ACCOUNT,
            "region": REGION,
            "what": what,
            "reason": f"{operation}: AccessDeniedException: refused",
        }
    ]
    assert {each["name"]: each["counts"]["nodes"] for each in document["groups"]} == groups


def test_nodes_whose_state_could_not_be_read_are_without_evidence(aws: FakeAws) -> None:
    aws.errors["DescribeInstancePatchStates"] = [DENIED]
    run = ran("--format", "json")
    reasons = [each["missingEvidence"] for each in json.loads(run.out)["nodes"]]
    assert (run.code, reasons.count("notRead")) in {(3, 50), (3, 10)}
    assert run.err == (
        f"not read: patch states ({reasons.count('notRead')}) in {REGION} of account {ACCOUNT}: "
        "DescribeInstancePatchStates: AccessDeniedException: refused\ndocs/how-to/report.md lists the permissions\n"
    )


def test_another_failure_is_no_matter_of_permissions(aws: FakeAws) -> None:
    aws.errors["DescribeMaintenanceWindows"] = [RefusedError("InternalServerError", 500)] * 3
    assert ran().err == (
        f"not read: maintenance windows in {REGION} of account {ACCOUNT}: DescribeMaintenanceWindows: "
        "InternalServerError: refused\n"
    )
    assert len(aws.requests("DescribeMaintenanceWindows")) == 3


def test_nothing_can_be_read(aws: FakeAws) -> None:
    aws.errors["DescribeInstanceInformation"] = [DENIED]
    run = ran()
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "nothing could be read: DescribeInstanceInformation: AccessDeniedException: refused; docs/how-to/report.md "
        "lists the permissions\n"
    )
    assert aws.requests("GetResources") == aws.requests("DescribeMaintenanceWindows") == []


def test_one_of_two_regions_can_be_read(aws: FakeAws) -> None:
    aws.errors["DescribeInstanceInformation"] = [DENIED]
    document = reported("--region", REGION, "--region", "us-east-1", code=3)
    assert document["counts"]["nodes"] == 60
    assert [each["what"] for each in document["failures"]] == ["nodes"]


def test_an_unknown_profile_is_refused(aws: FakeAws) -> None:
    run = ran("--profile", "nobody")
    assert (run.code, run.err) == (2, "The config profile (nobody) could not be found\n")
    assert aws.asked == []


# --- Continue -----------------------------------------------------------------------------------------


def test_reading_is_continued_from_a_file(aws: FakeAws, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    aws.errors["DescribeInstancePatchStates"] = [DENIED]
    assert ran("--resume", file).code == 3
    first = len(aws.asked)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        document = reported("--resume", file)
    assert document["madeAt"] == NOW.isoformat()
    assert document["counts"]["noEvidence"] == 3
    assert not file.exists()
    again = [name for name, _ in aws.asked[first:]]
    # Only what failed, and the patches of nodes whose states were not known before.
    assert again.count("DescribeInstancePatchStates") == 1
    assert {"DescribeInstanceInformation", "GetResources", "DescribePatchBaselines"}.isdisjoint(again)
    assert not [name for name in again if "MaintenanceWindow" in name or "Command" in name]
    (window,) = document["windows"]
    assert window["executions"][0]["result"] == "succeeded"


def test_what_an_execution_did_is_read_again_if_it_could_not_be(aws: FakeAws, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    aws.errors["DescribeMaintenanceWindowExecutionTasks"] = [DENIED]
    run = ran("--resume", file, "--format", "json")
    (window,) = json.loads(run.out)["windows"]
    assert (window["executions"][0]["result"], window["executions"][0]["reason"]) == (
        "unknown",
        "its tasks could not be read",
    )
    assert (run.code, file.exists()) == (3, True)
    assert "not read: results of executions in " in run.err
    (window,) = reported("--resume", file)["windows"]
    assert window["executions"][0]["result"] == "succeeded"
    assert not file.exists()


def test_an_interruption_says_how_to_continue(aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LiveReader, "read", interrupt)
    file = tmp_path / "answers.jsonl"
    assert (ran("--resume", file).code, ran("--resume", file).err) == (
        130,
        f"interrupted; continue with --resume {file}\n",
    )
    assert ran().err == "interrupted\n"
    assert aws.asked == []


# --- Options without an effect ------------------------------------------------------------------------

REFUSED: dict[tuple[str, ...], str] = {
    ("sync", "--resume", "answers"): "--resume cannot be used with SOURCE: files are read again",
    ("sync", "--without-patches"): "--without-patches cannot be used with SOURCE: files have the patches",
    ("--format", "json", "--tz", "Europe/Berlin"): "--tz cannot be used with --format json: JSON is in UTC",
    ("--group-by", "color"): ("--group-by must be patch-group, account, region, platform or tag:KEY, got 'color'"),
    ("--tz", "Mars"): (
        "--tz must be a name in the IANA time zone database, got 'Mars'; write a name such as 'Europe/Berlin'"
    ),
    ("--history", "nowhere"): "--history nowhere does not exist",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_an_option_without_an_effect_is_refused(aws: FakeAws, arguments: tuple[str, ...]) -> None:
    run = ran(*arguments)
    assert (run.code, run.err.rstrip(), run.out) == (2, REFUSED[arguments], "")
    assert aws.asked == []
