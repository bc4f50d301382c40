"""The command line reads a schedule with a gate as one that patches, and says under which conditions."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from patching_constructs import (
    CommandNotification,
    MaintenanceWindow,
    PatchFreeze,
    PatchGate,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RebootOption,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.template.gates import gate_of
from patching_constructs.template.runbooks import SsmDocument
from tests.unit.cli.formats.schemas import output, validated

FROM = ("--from", "2026-12-01")
Change = Callable[[dict[str, Any]], object]


def synthesized(folder: Path, *, has_gate: bool = True, properties: dict[str, Any] | None = None, **gate: Any) -> Path:
    """Synthesize staging, and production with a gate."""
    app = cdk.App(outdir=str(folder))
    staging = PatchSchedule(
        cdk.Stack(app, "Staging"),
        "Install",
        window_name="staging",
        schedule=ScheduleExpression.patch_tuesday(days_after=3, hour=4),
        targets=[PatchTarget.patch_group("staging")],
        operation=PatchOperation.INSTALL,
    )
    given: dict[str, Any] = {"after": staging, "bake_time": timedelta(days=2), "calendars": ["freezes"]} | gate
    options: dict[str, Any] = {
        "schedule": ScheduleExpression.patch_tuesday(days_after=7, hour=4),
        "targets": [PatchTarget.patch_group("web")],
        "operation": PatchOperation.INSTALL,
        "gate": PatchGate(**given) if has_gate else None,
    }
    PatchSchedule(cdk.Stack(app, "Production"), "Install", window_name="production", **options | (properties or {}))
    app.synth()
    return folder


def changed(folder: Path, change: Change) -> Path:
    """Change the resources of production."""
    file = folder / "Production.template.json"
    template = json.loads(file.read_text(encoding="utf-8"))
    change(template["Resources"])
    file.write_text(json.dumps(template), encoding="utf-8")
    return folder


def rows_of(text: str, window: str) -> list[str]:
    """Return the rows of a window in the output of describe."""
    (found,) = [part for part in text.strip().split("\n\n") if f" {window} (stack" in part.splitlines()[0]]
    # A line that continues a row begins with spaces.
    return [" ".join(row.split()) for row in re.split(r"\n(?! )", found)]


# --- describe -----------------------------------------------------------------------------------------


def test_describe_has_the_conditions_in_words(tmp_path: Path) -> None:
    folder = synthesized(tmp_path, max_failed=1, start_within=timedelta(minutes=90))
    text = output("describe", folder)
    rows = rows_of(text, "production")
    assert rows[5:] == [
        "cutoff 1 h before the end: no new tasks start, and the runbook of the gate cancels a running patch command "
        "before, if possible",
        "monitored not in these templates",
        "targets Patch Group = web",
        "task InstallTask4886269D: AWS-RunPatchBaseline with a gate, priority 1",
        "operation Install: install missing patches",
        "reboot if a patch was installed",
        "task role InstallAutomationRole69498343.Arn",
        "gate change calendars that must be open: freezes",
        "gate the last execution of staging must have succeeded: ended at least 2 d ago, began at most 28 d ago, "
        "failed nodes: at most 1, pending reboots: at most 0",
        "gate patching must begin within 1 h 30 min of the start of the window, and is canceled after 1 h 30 min",
        "concurrency 10%",
        "error threshold 10%",
    ]
    # The runbook is described with its window.
    assert "\ndocument " not in text


def test_describe_has_both_roles_of_a_gated_task_with_a_notification(tmp_path: Path) -> None:
    topic = sns.Topic.from_topic_arn(cdk.Stack(), "Topic", "arn:aws:sns:eu-central-1:111122223333:patching")
    folder = synthesized(tmp_path, properties={"notification": CommandNotification(topic=topic)})
    rows = rows_of(output("describe", folder), "production")
    assert [row for row in rows if " role " in row] == [
        "task role InstallAutomationRole69498343.Arn",
        "notification role InstallNotificationRoleE79E3BC6.Arn",
    ]


def test_describe_of_an_imported_window_and_a_condition_that_is_unknown(tmp_path: Path) -> None:
    stack = cdk.Stack(cdk.App(outdir=str(tmp_path)), "Stack")
    failed = cdk.CfnParameter(stack, "Failed", type="Number", default=1)
    imported = MaintenanceWindow.from_maintenance_window_id(stack, "Before", "mw-0123456789abcdef0")
    PatchSchedule(
        stack,
        "Install",
        window_name="production",
        schedule=ScheduleExpression.daily(hour=4),
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.SCAN,
        gate=PatchGate(after=imported, max_failed=failed.value_as_number),
    )
    cdk.App.of(stack).synth()  # type: ignore[union-attr]
    gate = [row for row in rows_of(output("describe", tmp_path), "production") if row.startswith("gate ")]
    assert gate[0] == (
        "gate the last execution of mw-0123456789abcdef0 must have succeeded: ended at least 0 s ago, began at most "
        "1 d ago, failed nodes: at most unknown until deployment: parameter Failed (default 1), "
        "pending reboots: at most 0"
    )


def test_describe_of_a_gate_with_calendars_only(tmp_path: Path) -> None:
    rows = rows_of(output("describe", synthesized(tmp_path, after=None, bake_time=None)), "production")
    assert [row for row in rows if row.startswith("gate ")] == [
        "gate change calendars that must be open: freezes",
        "gate patching must begin within 15 min of the start of the window, and is canceled after 2 h 45 min",
    ]


def test_describe_shows_a_length_that_is_not_a_number_as_it_is(tmp_path: Path) -> None:
    def change(resources: dict[str, Any]) -> None:
        content_of(resources)["mainSteps"][0]["inputs"]["InputPayload"]["StartWithinSeconds"] = "15 min"

    rows = rows_of(output("describe", changed(synthesized(tmp_path), change)), "production")
    assert any(row.startswith("gate patching must begin within 15 min of the start") for row in rows)


def test_json_has_the_conditions(tmp_path: Path) -> None:
    document = validated("describe", "describe", synthesized(tmp_path), "--format", "json")
    tasks = {window["name"]: window["tasks"] for window in document["windows"]}
    assert tasks["staging"][0]["gate"] is None
    gate = tasks["production"][0]["gate"]
    assert tasks["production"][0]["operationDescription"] == "Install: install missing patches"
    assert {name: gate[name] for name in gate if name.endswith(("Seconds", "Failed", "Reboots"))} == {
        "bakeTimeSeconds": 172800,
        "maxAgeSeconds": 28 * 24 * 3600,
        "maxFailed": 0,
        "maxPendingReboots": 0,
        "startWithinSeconds": 900,
        "longestRunSeconds": 9900,
    }
    assert (gate["calendars"], gate["windowsBefore"]) == (["freezes"], ["staging"])
    assert len(gate["descriptions"]) == 3
    assert {each["property"] for each in gate["settings"]} >= {"Gate.Calendars", "MaxConcurrency", "Targets"}


# --- calendar, coverage and check ---------------------------------------------------------------------


def test_the_calendar_shows_an_install(tmp_path: Path) -> None:
    folder = synthesized(tmp_path, properties={"after": [WindowTask.shell_script("uptime")]})
    text = output("calendar", folder, *FROM)
    assert "Install, AWS-RunShellScript" in text
    assert "unknown" not in text


def test_the_nodes_are_covered_by_the_window(tmp_path: Path) -> None:
    document = validated("coverage", "coverage", synthesized(tmp_path), *FROM, "--format", "json")
    (row,) = [each for each in document["nodeGroups"] if each["patchGroup"] == "web"]
    (install,) = row["installs"] if "installs" in row else row["runs"]
    assert "production" in json.dumps(install)
    assert "2026-12-15" in json.dumps(row)


def test_after_a_freeze_the_next_window_covers_the_nodes(tmp_path: Path) -> None:
    freeze = PatchFreeze(
        datetime(2026, 12, 10, tzinfo=UTC), datetime(2027, 1, 10, tzinfo=UTC), reason="end of the year"
    )
    folder = synthesized(tmp_path, properties={"freezes": [freeze]})
    expected = {"2026-12-01": "2027-01-19", "2026-11-01": "2026-11-17"}
    for start, first in expected.items():
        document = validated("coverage", "coverage", folder, "--from", start, "--format", "json")
        (row,) = [each for each in document["nodeGroups"] if each["patchGroup"] == "web"]
        assert first in json.dumps(row), row


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"operation": PatchOperation.SCAN},
        {"after": [WindowTask.shell_script("uptime")]},
        {"targets": [PatchTarget.resource_group("web", "AWS::EC2::Instance")]},
        {"enabled": False},
    ],
    ids=str,
)
def test_check_finds_nothing(properties: dict[str, Any], tmp_path: Path) -> None:
    document = validated("check", "check", synthesized(tmp_path, properties=properties), "--format", "json")
    assert document["findings"] == []


def rules_of(folder: Path) -> list[str]:
    found = validated("check", "check", folder, "--format", "json")["findings"]
    return [each["rule"] for each in found]


def test_check_compares_the_command_of_a_gate_with_other_tasks(tmp_path: Path) -> None:
    after = [WindowTask.reboot(), WindowTask.scan()]
    folder = synthesized(tmp_path, properties={"reboot_option": RebootOption.NO_REBOOT, "after": after})
    assert rules_of(folder) == []

    def before_the_install(resources: dict[str, Any]) -> None:
        (reboot,) = [each for name, each in resources.items() if name.startswith("InstallReboot")]
        reboot["Properties"]["Priority"] = 0

    assert "Patching-RebootBeforeInstall" in rules_of(changed(folder, before_the_install))


def test_a_target_that_the_runbook_does_not_select_is_unused(tmp_path: Path) -> None:
    def other_nodes(resources: dict[str, Any]) -> None:
        (target,) = [each for each in resources.values() if each["Type"] == "AWS::SSM::MaintenanceWindowTarget"]
        target["Properties"]["Targets"][0]["Values"] = ["db"]

    assert rules_of(changed(synthesized(tmp_path), other_nodes)) == ["Patching-UnusedTarget"]


# --- diff ---------------------------------------------------------------------------------------------


def lines_of_diff(before: Path, after: Path) -> list[str]:
    return [line.strip() for line in output("diff", before, after).splitlines()]


def test_diff_shows_each_condition(tmp_path: Path) -> None:
    before = synthesized(tmp_path / "before")
    after = synthesized(tmp_path / "after", bake_time=timedelta(days=3), calendars=["freezes", "regional"])
    assert lines_of_diff(before, after) == [
        "~ maintenance window production (stack Production)",
        "Production/Install",
        "~ document InstallGateDocumentEAECD748",
        "gate: change calendars: freezes -> freezes, regional",
        "gate: bake time: 2 d -> 3 d",
        "",
        "1 changed",
    ]
    validated("diff", "diff", before, after, "--format", "json")


def test_a_schedule_that_gets_a_gate_still_installs(tmp_path: Path) -> None:
    before, after = synthesized(tmp_path / "before", has_gate=False), synthesized(tmp_path / "after")
    for one, other in ((before, after), (after, before)):
        lines = lines_of_diff(one, other)
        assert not any(line.startswith(("unpatched", "installs", "reboots", "widened")) for line in lines)


def test_a_changed_script_is_seen(tmp_path: Path) -> None:
    def another_script(resources: dict[str, Any]) -> None:
        (document,) = [each for each in resources.values() if each["Type"] == "AWS::SSM::Document"]
        document["Properties"]["Content"]["mainSteps"][0]["inputs"]["Script"] = "def decide(*_): return {}"

    before = synthesized(tmp_path / "before")
    after = changed(synthesized(tmp_path / "after"), another_script)
    assert any(line.startswith("gate: scripts: ") for line in lines_of_diff(before, after))


# --- now ----------------------------------------------------------------------------------------------


def test_now_runs_the_command_and_notes_that_the_gate_is_not_checked(tmp_path: Path) -> None:
    folder = synthesized(tmp_path, properties={"after": [WindowTask.shell_script("uptime")]})
    given = ("--from-template", folder, "--schedule", "production", "--dry-run")
    document = validated("now", "now", *given)
    assert document["notes"][1:] == [
        "the conditions of the gate are not checked",
        "the other tasks of the window are not run: InstallShellScript3F305BD5",
    ]
    assert document["sendCommand"]["DocumentName"] == "AWS-RunPatchBaseline"
    assert document["sendCommand"]["Targets"] == [{"Key": "tag:Patch Group", "Values": ["web"]}]


# --- Other runbooks -----------------------------------------------------------------------------------


def documents(folder: Path) -> list[SsmDocument]:
    from patching_constructs.template.deployment import Deployment  # noqa: PLC0415
    from patching_constructs.template.reading import read_templates  # noqa: PLC0415

    found = Deployment(read_templates(folder)).resources
    return [each for each in found if isinstance(each, SsmDocument)]


def content_of(resources: dict[str, Any]) -> dict[str, Any]:
    (document,) = [each for each in resources.values() if each["Type"] == "AWS::SSM::Document"]
    content: dict[str, Any] = document["Properties"]["Content"]
    return content


@pytest.mark.parametrize(
    "change",
    [
        lambda resources: content_of(resources)["mainSteps"].pop(0),
        lambda resources: content_of(resources)["mainSteps"][0]["inputs"]["InputPayload"].pop("MaxFailed"),
        lambda resources: content_of(resources)["mainSteps"][0]["inputs"]["InputPayload"].update(MaxAgeSeconds=[]),
        lambda resources: content_of(resources).update(mainSteps={"Ref": "Steps"}),
    ],
)
def test_another_runbook_is_no_gate(change: Change, tmp_path: Path) -> None:
    (document,) = documents(changed(synthesized(tmp_path), change))
    assert gate_of(document) is None
    assert gate_of(None) is None
    text = output("describe", tmp_path)
    assert "\ndocument " in text
    assert "\ngate " not in text


def test_a_runbook_that_is_no_gate_and_patches(tmp_path: Path) -> None:
    changed(synthesized(tmp_path), lambda resources: content_of(resources)["mainSteps"].pop(0))
    text = output("describe", tmp_path)
    assert text.count("Install: install missing patches") == 2
    assert text.count("if a patch was installed") == 2
