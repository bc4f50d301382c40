"""The dialogs of a node, a patch and a window, which lead to each other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from patching_constructs.cli.page.report.build import build_page
from patching_constructs.planning.recorded_executions import RecordedExecution, Result
from patching_constructs.reporting.nodes import Node
from patching_constructs.reporting.patches import Patch, PatchStatus
from patching_constructs.reporting.windows import ReportWindow
from tests.unit.cli.page.browser.driver import Show, rows_of
from tests.unit.cli.page.browser.report.driver import NOW, panel, words
from tests.unit.cli.page.small_reports import PLACE, node, report_of, state
from tests.unit.reporting.samples import MADE_AT

DASH = "\N{EN DASH}"
RELEASED = Patch(
    id="KB1",
    title="Cumulative update",
    status=PatchStatus.MISSING,
    severity="Critical",
    classification="SecurityUpdates",
    cve_ids=("CVE-2026-1", "CVE-2026-2"),
    released=MADE_AT - timedelta(days=40),
)
SEEN = Patch(id="openssl", title="openssl", status=PatchStatus.FAILED, first_seen=MADE_AT - timedelta(days=50))
NEW = Patch(id="curl", title="curl-8", status=PatchStatus.PENDING_REBOOT)
BAD = node(
    tags={"Patch Group": "web", "Env": "prod"},
    platform="Ubuntu 24.04",
    ping="ConnectionLost",
    last_ping=MADE_AT - timedelta(hours=2),
    state=state(
        missing=1,
        failed=1,
        pending_reboot=1,
        installed=1,
        baseline_id="pb-1",
        baseline_name="web",
        reboot_option="NoReboot",
    ),
    patches=(NEW, RELEASED, SEEN),
    non_compliant_since=MADE_AT - timedelta(days=50),
)
WINDOW = ReportWindow(
    id="mw-1",
    place=PLACE,
    name="nightly",
    schedule="cron(0 3 * * ? *)",
    time_zone="Europe/Berlin",
    duration_hours=3,
    next_execution=MADE_AT + timedelta(days=1),
    targets=({"tag:Env": frozenset(["prod"])},),
    executions=(
        RecordedExecution(
            window_id="mw-1",
            id="e",
            status="FAILED",
            started=MADE_AT - timedelta(days=1),
            result=Result.FAILED,
            details="1 of 3 nodes failed",
        ),
    ),
)


def opened(show: Show, *nodes: Node, windows: tuple[ReportWindow, ...] | None = (WINDOW,)) -> Page:
    page = show(build_page(report_of(*nodes, windows=windows)), now=NOW)
    panel(page).get_by_role("button", name=nodes[0].name or nodes[0].id).click()
    return page


def facts(dialog: Locator) -> dict[str, str]:
    return {words(each.locator("dt")): words(each.locator("dd")) for each in dialog.locator("dl > div").all()}


def test_a_node_has_its_patches_its_windows_and_its_facts(show: Show) -> None:
    dialog = opened(show, BAD).get_by_role("dialog", name="web")
    assert words(dialog.locator(".lead")) == "Non-compliant 1 missing, 1 failed, 1 pending reboot"
    assert rows_of(dialog.get_by_role("region", name="Patches").get_by_role("table")) == [
        ["Patch", "Reason", "Severity", "Age"],
        ["openssl", "Failed", DASH, "\u2265 50 days"],
        ["KB1 Cumulative update", "Missing", "Critical", "40 days"],
        ["curl curl-8", "Pending reboot", DASH, "unknown"],
    ]
    assert rows_of(dialog.get_by_role("region", name="Windows").get_by_role("table")) == [
        ["Window", "Last execution", "Next execution"],
        ["nightly mw-1", "Failed 31 h ago", "Tomorrow 10:30"],
    ]
    assert facts(dialog) == {
        "Node": "i-1",
        "Account, Region": "111111111111, eu-central-1",
        "Patch group": "web",
        "Platform": "Ubuntu 24.04",
        "Connection": "Connection lost, last ping Tue 1 Dec 2026, 08:30 CET",
        "Non-compliant": "at least since Mon 12 Oct 2026, 11:30 CEST",
        "Last evaluated": "Tue 1 Dec 2026, 07:30 CET, Scan",
        "Patch baseline": "web, pb-1",
        "Reboot option": "NoReboot",
        "Installed": "1 patch",
    }


def test_what_is_unknown_of_a_node_is_left_out(show: Show) -> None:
    dialog = opened(show, node(None)).get_by_role("dialog", name="i-1")
    assert facts(dialog) == {
        "Node": "i-1",
        "Account, Region": "111111111111, eu-central-1",
        "Patch group": "No group",
        "Last evaluated": "never",
    }
    expect(dialog).to_contain_text("Never evaluated. No patch operation has ended on the node.")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            replace(BAD, state=replace(state(), ended=MADE_AT - timedelta(days=30))),
            "Evidence is too old: 30 days ago, the limit is 7 days.",
        ),
        (node(is_state_read=False), "Not read. The patch state of the node could not be read."),
        (replace(BAD, patches=None), "The patches of this node were not read."),
        (replace(BAD, tags={"Env": "dev"}), "No maintenance window selects this node."),
        (replace(BAD, tags=None), "Whether a window selects this node is unknown."),
        (node(state=state(installed=1234)), "1,234 patches"),
    ],
)
def test_what_is_known_of_a_node_is_explained(show: Show, given: Node, text: str) -> None:
    expect(opened(show, given).get_by_role("dialog")).to_contain_text(text)


def test_without_windows_there_are_none_in_the_dialog(show: Show) -> None:
    dialog = opened(show, BAD, windows=None).get_by_role("dialog")
    expect(dialog).not_to_contain_text("window")


def test_a_patch_has_its_facts_and_leads_to_its_nodes(show: Show) -> None:
    other = node("other", node_id="i-2", state=state(failed=1), patches=(replace(RELEASED, status=PatchStatus.FAILED),))
    page = opened(show, BAD, other, node("good", node_id="i-3", state=state()))
    page.get_by_role("dialog").get_by_role("button", name="KB1").click()
    dialog = page.get_by_role("dialog", name="KB1")
    assert facts(dialog) == {
        "Title": "Cumulative update",
        "Severity": "Critical",
        "Classification": "SecurityUpdates",
        "CVE": "CVE-2026-1, CVE-2026-2",
        "Released": "Thu 22 Oct 2026, 11:30 CEST",
        "Nodes": "2: 1 missing, 1 failed",
    }
    dialog.get_by_role("button", name="Show 2 nodes").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#status")).to_have_text("2 of 3 nodes shown")


def test_a_patch_without_a_release_date(show: Show) -> None:
    page = opened(show, BAD)
    page.get_by_role("dialog").get_by_role("button", name="openssl").click()
    assert facts(page.get_by_role("dialog")) == {
        "Needed since": "at least Mon 12 Oct 2026, 11:30 CEST",
        "Nodes": "1: 1 failed",
    }


def test_a_window_has_its_executions_and_leads_to_its_nodes(show: Show) -> None:
    page = opened(show, BAD, node("other", node_id="i-2"))
    page.get_by_role("dialog").get_by_role("button", name="nightly").click()
    dialog = page.get_by_role("dialog", name="nightly")
    assert rows_of(dialog.get_by_role("table")) == [
        ["Start", "Result", "Details"],
        ["Mon 30 Nov 2026, 10:30 CET", "Failed", "1 of 3 nodes failed"],
    ]
    assert facts(dialog) == {
        "Window": "mw-1",
        "Account, Region": "111111111111, eu-central-1",
        "Schedule": "cron(0 3 * * ? *) Europe/Berlin",
        "Duration": "3 h",
        "State": "Enabled",
        "Next execution": "Wed 2 Dec 2026, 10:30 CET",
        "Nodes": "1 non-compliant",
    }
    dialog.get_by_role("button", name="Show 1 node").click()
    expect(page.get_by_role("combobox", name="Window")).to_have_count(0)
    expect(page.locator("#status")).to_have_text("1 of 2 nodes shown")


@pytest.mark.parametrize(
    ("executions", "text"),
    [
        (None, "The executions of this window were not read."),
        ((), "Systems Manager lists no execution of this window."),
    ],
)
def test_a_window_without_executions(show: Show, executions: tuple[()] | None, text: str) -> None:
    unused = ReportWindow(id="mw-2", place=PLACE, name="unused", is_enabled=False, targets=(), executions=executions)
    page = show(build_page(report_of(BAD, windows=(unused,))), now=NOW, link="#view=windows")
    panel(page).get_by_role("button", name="unused").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(text)
    assert facts(dialog) | {"Window": "", "Account, Region": ""} == {
        "Window": "",
        "Account, Region": "",
        "State": "Disabled",
        "Next execution": "none known",
        "Nodes": "none",
    }
    expect(dialog.get_by_role("button", name="Show")).to_have_count(0)


def test_the_dialog_leads_back_and_closes(show: Show) -> None:
    page = opened(show, BAD)
    page.get_by_role("dialog").get_by_role("button", name="KB1").click()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("dialog", name="web")).to_be_visible()
    expect(page.get_by_role("button", name="Back to the list")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(panel(page).get_by_role("button", name="web")).to_be_focused()
