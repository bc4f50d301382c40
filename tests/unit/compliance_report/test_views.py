"""What the views return, by an SQL engine over files of a sync."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from patching_constructs.ssm.inventory import NON_COMPLIANT_COUNTS
from tests.unit.compliance_report.athena import TYPES, Athena, columns_of, definition_of
from tests.unit.compliance_report.synced import SyncedFolder, patch, summary

Query = Callable[[], Athena]
OTHER = ("444455556666", "us-east-1")


def compliance(athena: Athena) -> dict[str, str]:
    return {row["node_id"]: row["compliance"] for row in athena.select("SELECT node_id, compliance FROM nodes")}


# --- The catalog --------------------------------------------------------------------------------------


def test_the_types_of_the_columns_are_those_that_the_sql_returns(query: Query) -> None:
    athena = query()
    for view in athena.views:
        in_trino = {each["name"]: TYPES[each["type"]] for each in definition_of(view)["columns"]}
        assert columns_of(view) == in_trino == athena.described(view["Name"]), view["Name"]


def test_the_views_are_in_the_database_of_the_tables(query: Query, template: Any) -> None:
    (database,) = [each for each in template["Resources"].values() if each["Type"] == "AWS::Glue::Database"]
    for view in query().views:
        definition = definition_of(view)
        assert definition["catalog"] == "awsdatacatalog"
        assert definition["schema"] == database["Properties"]["DatabaseInput"]["Name"]


# --- nodes --------------------------------------------------------------------------------------------


def test_a_node_has_its_place_and_what_its_files_say(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1", place=OTHER, scanned=summary(MissingCount="3", OperationType="Install", RebootOption="NoReboot"))
    assert query().select("SELECT * FROM nodes") == [
        {
            "account_id": "444455556666",
            "region": "us-east-1",
            "node_id": "i-1",
            "computer_name": "i-1.example",
            "platform_type": "Linux",
            "platform_name": "Amazon Linux",
            "platform_version": "2023",
            "agent_version": None,
            "node_state": "Active",
            "patch_group": "web",
            "baseline_id": "pb-0",
            "operation": "Install",
            "reboot_option": "NoReboot",
            "scanned_at": datetime(2026, 11, 28, 4),  # noqa: DTZ001 - a timestamp of Athena, in UTC
            "compliance": "NON_COMPLIANT",
            "installed_count": 120,
            "installed_other_count": 7,
            "missing_count": 3,
            "failed_count": 0,
            "rejected_count": 0,
            "pending_reboot_count": 0,
            "critical_non_compliant_count": None,
            "security_non_compliant_count": None,
            "other_non_compliant_count": None,
            "non_compliant_patch_count": 0,
        }
    ]


@pytest.mark.parametrize("count", NON_COMPLIANT_COUNTS)
def test_each_count_makes_a_node_non_compliant(query: Query, folder: SyncedFolder, count: str) -> None:
    folder.node("i-1", scanned=summary(**{count: "1"}))
    assert compliance(query()) == {"i-1": "NON_COMPLIANT"}


def test_other_counts_do_not(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1", scanned=summary(NotApplicableCount="800", UnreportedNotApplicableCount="9"))
    assert compliance(query()) == {"i-1": "COMPLIANT"}


def test_an_available_security_update_makes_a_node_non_compliant_if_its_item_says_so(
    query: Query, folder: SyncedFolder
) -> None:
    update = patch("KB1", "AvailableSecurityUpdate")
    folder.node("i-1", scanned=summary(), items=[patch("KB2", "Installed"), update])
    folder.node("i-2", scanned=summary(), items=[{**update, "Status": "COMPLIANT"}])
    assert compliance(query()) == {"i-1": "NON_COMPLIANT", "i-2": "COMPLIANT"}


def test_an_item_of_another_type_does_not(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1", scanned=summary(), items=[patch("0123", ComplianceType="Association")])
    assert compliance(query()) == {"i-1": "COMPLIANT"}


def test_a_terminated_node_is_left_out(query: Query, folder: SyncedFolder) -> None:
    for state in ("Terminated", "Stopped", "ConnectionLost"):
        folder.node(
            f"i-{state}",
            information={"InstanceStatus": state},
            scanned=summary(),
            items=[patch("kernel")],
            tags={"Stage": "prod"},
        )
    athena = query()
    left = {"i-Stopped", "i-ConnectionLost"}
    for view in ("nodes", "patches", "node_tags", "non_compliant_nodes", "non_compliant_patches"):
        assert {row["node_id"] for row in athena.select(f"SELECT node_id FROM {view}")} == left, view


def test_a_node_without_a_state_is_not_terminated(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1", information={"InstanceStatus": None}, scanned=summary())
    folder.write("PatchSummary", "i-2", [summary()])
    assert compliance(query()) == {"i-1": "COMPLIANT", "i-2": "COMPLIANT"}


def test_a_node_that_was_never_scanned_has_no_evidence(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1")
    assert compliance(query()) == {"i-1": "NO_EVIDENCE"}


@pytest.mark.parametrize(
    ("scanned", "expected"), [("2026-11-26T12:00:00Z", "NON_COMPLIANT"), ("2026-11-26T11:59:59Z", "NO_EVIDENCE")]
)
def test_the_limit_of_evidence(query: Query, folder: SyncedFolder, scanned: str, expected: str) -> None:
    folder.node("i-1", scanned=summary(OperationEndTime=scanned, MissingCount="1"))
    assert compliance(query()) == {"i-1": expected}


@pytest.mark.parametrize("damaged", ["", "{", '{"MissingCount": "many", "OperationEndTime": "yesterday"}'])
def test_a_damaged_summary_is_no_evidence(query: Query, folder: SyncedFolder, damaged: str) -> None:
    folder.node("i-1")
    key = "AWS:PatchSummary/accountid=111122223333/region=eu-central-1/resourcetype=ManagedInstanceInventory/i-1.json"
    folder.write_text(key, f"{damaged}\n")
    assert compliance(query()) == {"i-1": "NO_EVIDENCE"}


def test_the_test_file_of_the_service_is_left_out(query: Query, folder: SyncedFolder) -> None:
    for kind in ("InstanceInformation", "PatchSummary", "ComplianceItem", "Tag"):
        folder.write_text(f"AWS:{kind}/accountid=111122223333/test.json", "test")
    athena = query()
    assert [row for view in athena.views for row in athena.select(f"SELECT * FROM {view['Name']}")] == []


def test_the_same_id_in_two_places_is_two_nodes(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1", scanned=summary())
    folder.node("i-1", place=OTHER, scanned=summary(MissingCount="1"), items=[patch("kernel")])
    rows = query().select("SELECT account_id, compliance FROM nodes ORDER BY account_id")
    assert [tuple(row.values()) for row in rows] == [("111122223333", "COMPLIANT"), ("444455556666", "NON_COMPLIANT")]


# --- patches, node_tags -------------------------------------------------------------------------------


def test_a_patch_has_both_severities_and_times(query: Query, folder: SyncedFolder) -> None:
    installed = patch(
        "bash", "InstalledPendingReboot", InstalledTime="2026-11-20T05:00:00Z", CVEIds="CVE-2026-1,CVE-2026-2"
    )
    folder.node("i-1", items=[installed, patch("0123", ComplianceType="Association")])
    assert query().select("SELECT * FROM patches") == [
        {
            "account_id": "111122223333",
            "region": "eu-central-1",
            "node_id": "i-1",
            "patch_group": "web",
            "patch_id": "bash",
            "title": "bash:1.2",
            "classification": "Security",
            "vendor_severity": "Important",
            "compliance_level": "CRITICAL",
            "state": "InstalledPendingReboot",
            "status": "NON_COMPLIANT",
            "baseline_id": None,
            "cve_ids": "CVE-2026-1,CVE-2026-2",
            "installed_at": datetime(2026, 11, 20, 5),  # noqa: DTZ001
            "scanned_at": datetime(2026, 11, 28, 3, 59),  # noqa: DTZ001
        }
    ]


def test_tags(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-1", tags={"Stage": "prod", "Name": "a"})
    rows = query().select("SELECT tag_key, tag_value FROM node_tags ORDER BY tag_key")
    assert [tuple(row.values()) for row in rows] == [("Name", "a"), ("Stage", "prod")]


# --- The saved queries --------------------------------------------------------------------------------


def test_nodes_by_group_and_age(query: Query, folder: SyncedFolder) -> None:
    athena = query()
    for age in (0, 6, 7, 29, 30, 89, 90, 400):
        folder.node(f"i-{age}", scanned=summary(MissingCount="1"), items=[patch("kernel")])
    folder.node("i-compliant", scanned=summary(PatchGroup="db"))
    folder.node("i-unknown", scanned=summary(PatchGroup="db", MissingCount="1"))
    folder.node("i-never")
    athena.read()
    columns = "recorded_on, account_id, region, node_id, compliance"
    for age in (0, 6, 7, 29, 30, 89, 90, 400):
        day = (athena.now - timedelta(days=age)).date()
        values = f"DATE '{day}', '111122223333', 'eu-central-1', 'i-{age}', 'NON_COMPLIANT'"
        athena.select(f"INSERT INTO compliance_history ({columns}) VALUES ({values})")
    rows = [tuple(row.values()) for row in athena.saved_query("Non-compliant nodes by patch group and age")]
    assert rows == [
        ("web", 8, 0, 0, 8, 2, 2, 2, 2, 0),
        ("db", 2, 1, 0, 1, 0, 0, 0, 0, 1),
        (None, 1, 0, 1, 0, 0, 0, 0, 0, 0),
    ]


def test_pending_reboots(query: Query, folder: SyncedFolder) -> None:
    def waiting(*times: str) -> list[Any]:
        return [patch(f"p{time}", "InstalledPendingReboot", InstalledTime=time) for time in times]

    folder.node("i-1", scanned=summary(InstalledPendingRebootCount="1"), items=waiting("2026-11-27T12:00:00Z"))
    folder.node(
        "i-2",
        scanned=summary(InstalledPendingRebootCount="2"),
        items=waiting("2026-11-20T12:00:00Z", "2026-11-19T12:00:00Z"),
    )
    folder.node("i-3", scanned=summary(InstalledPendingRebootCount="1"))
    folder.node("i-4", scanned=summary(MissingCount="1"), items=[patch("kernel")])
    rows = query().saved_query("Pending reboots")
    assert [(row["node_id"], row["pending_reboot_count"], row["waiting_days"]) for row in rows] == [
        ("i-2", 2, 10),
        ("i-1", 1, 2),
        ("i-3", 1, None),
    ]


def test_the_oldest_missing_critical_patches(query: Query, folder: SyncedFolder) -> None:
    athena = query()
    critical = [patch("kernel"), patch("glibc", "Failed", Severity="UNSPECIFIED", PatchSeverity="Critical")]
    others = [
        patch("vim", Severity="MEDIUM"),
        patch("bash", "InstalledPendingReboot"),
        patch("openssl", "InstalledRejected"),
        patch("curl", "Installed"),
    ]
    folder.node("i-2", scanned=summary(MissingCount="1"), items=[patch("kernel")])
    athena.read()
    athena.record()
    athena.now += timedelta(days=1)
    folder.node("i-1", place=OTHER, scanned=summary(MissingCount="1", FailedCount="1"), items=[*critical, *others])
    athena.read()
    athena.record()
    assert athena.saved_query("Oldest missing critical patches") == [
        {
            "patch_id": "kernel",
            "title": "kernel:1.2",
            "first_seen_on": date(2026, 11, 29),
            "seen_days": 1,
            "nodes": 2,
            "accounts": 2,
            "first_node": "i-1",
        },
        {
            "patch_id": "glibc",
            "title": "glibc:1.2",
            "first_seen_on": date(2026, 11, 30),
            "seen_days": 0,
            "nodes": 1,
            "accounts": 1,
            "first_node": "i-1",
        },
    ]


def test_nodes_without_evidence(query: Query, folder: SyncedFolder) -> None:
    folder.node("i-old", scanned=summary(OperationEndTime="2026-11-01T00:00:00Z"))
    folder.node("i-never")
    folder.node("i-new", scanned=summary())
    rows = query().saved_query("Nodes without evidence")
    assert [row["node_id"] for row in rows] == ["i-never", "i-old"]
