"""``describe`` and ``calendar`` of what patches outside of maintenance windows."""

import json
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.template import WINDOW
from tests.unit.cli.formats.schemas import validator
from tests.unit.template.test_upcoming_runs import RUNBOOK, association, policy, rule, schedule
from tests.unit.template.written import written

UNKNOWN = {"Ref": "Parameter"}
FROM = ("--from", "2026-11-23")


def output(command: str, template: Path, resources: dict[str, Any], *options: str) -> str:
    written(template, resources)
    done = CliRunner().invoke(app, [command, str(template), *options])
    assert done.exit_code == 0, done.output
    return done.output


def rows(template: Path, **resources: Any) -> dict[str, str]:
    text = output("describe", template, resources)
    return {line[:9].strip(): line[11:].strip() for line in text.splitlines() if line.strip()}


# --- describe -----------------------------------------------------------------------------------------


def test_an_association_is_described(template: Path) -> None:
    resource = association("cron(0 3 ? * SUN *)", AssociationName="weekly", ScheduleOffset=1)
    resource["Metadata"] = {"aws:cdk:path": "App/Weekly"}
    assert rows(template, Weekly=resource) == {
        "run": "State Manager association weekly (stack Patching)",
        "construct": "App/Weekly",
        "schedule": "At 03:00, 1 day after every Sunday",
        "also": "at deployment, on edits and when its targets change",
        "time zone": "UTC",
        "targets": "Patch Group = web",
        "operation": "Scan: report missing patches",
        "reboot": "no",
        "document": "AWS-RunPatchBaseline",
    }


WORDS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "that waits": (
        association(ApplyOnlyAtCronInterval=True, ScheduleOffset=2),
        {"schedule": "At 03:00, every day, plus 2 days", "also": ""},
    ),
    "that may wait": (
        association(ApplyOnlyAtCronInterval=UNKNOWN),
        {
            "also": (
                "perhaps at deployment, on edits and when its targets change: "
                "ApplyOnlyAtCronInterval is unknown until deployment"
            )
        },
    ),
    "without a schedule": (
        association(None),
        {"schedule": "no schedule: it runs at deployment, on edits and when its targets change", "also": ""},
    ),
    "with an unknown schedule": (
        association(UNKNOWN),
        {"schedule": "its ScheduleExpression is unknown until deployment"},
    ),
    "with unknown targets": (association(Targets=UNKNOWN), {"targets": "unknown until deployment"}),
    "with an unknown value": (
        association(Targets=[{"Key": "tag:Role", "Values": [UNKNOWN, "web"]}, {"Key": "tag-key", "Values": ["Stage"]}]),
        {"targets": "Role = unknown until deployment | web and has the tag Stage"},
    ),
    "without targets": (association(Targets=[]), {"targets": "none"}),
    "with an unknown operation": (
        association(Parameters={"Operation": [UNKNOWN]}),
        {"operation": "unknown until deployment", "reboot": "unknown until deployment"},
    ),
    "with unknown parameters": (
        association(Parameters=UNKNOWN),
        {"operation": "unknown until deployment", "reboot": "unknown until deployment"},
    ),
    "of EventBridge": (
        rule("rate(7 days)"),
        {
            "run": "EventBridge rule Run (stack Patching)",
            "schedule": "Every 7 days",
            "operation": "Install: install missing patches",
            "reboot": "if a patch was installed",
        },
    ),
    "of EventBridge Scheduler": (
        schedule("at(2027-01-31T02:00:00)", ScheduleExpressionTimezone="Europe/Rome"),
        {
            "run": "EventBridge Scheduler schedule Run (stack Patching)",
            "schedule": "Once, on 2027-01-31 at 01:00:00 UTC",
            "time zone": "Europe/Rome",
        },
    ),
    "of Quick Setup": (
        policy(TargetOrganizationalUnits="ou-1"),
        {"run": "Quick Setup patch policy policy (stack Patching)", "targets": "known when it runs"},
    ),
}


@pytest.mark.parametrize(("resource", "expected"), WORDS.values(), ids=WORDS.keys())
def test_a_run_in_words(template: Path, resource: dict[str, Any], expected: dict[str, str]) -> None:
    found = rows(template, Run=resource)
    assert {name: found.get(name, "") for name in expected} == expected


def test_what_a_runbook_is_given_is_known_when_it_runs(template: Path) -> None:
    step = {
        "DocumentName": "AWS-RunPatchBaseline",
        "InstanceIds": ["{{ Node }}"],
        "Parameters": {"Operation": "{{ Operation }}"},
    }
    content = {"mainSteps": [{"action": "aws:runCommand", "inputs": step}]}
    runbook = {"Type": "AWS::SSM::Document", "Properties": {"Content": content}}
    found = rows(template, Run=association(Name={"Ref": "Runbook"}), Runbook=runbook)
    assert {name: found[name] for name in ("targets", "operation", "reboot")} == {
        "targets": "known when it runs",
        "operation": "known when it runs",
        "reboot": "known when it runs",
    }


def test_what_is_described_twice_is_described_once_each(template: Path) -> None:
    text = output("describe", template, {"A": association(), "B": rule()})
    assert text.count("run  ") == 2


def test_a_template_without_schedules(template: Path) -> None:
    lines = output("describe", template, {"Runbook": RUNBOOK}).splitlines()
    assert lines[0] == f"{template}: no maintenance windows"
    assert lines[1].rstrip() == "document      Runbook (stack Patching)"


def test_describe_in_json(template: Path) -> None:
    resources = {"A": association(), "B": schedule(ScheduleExpressionTimezone=UNKNOWN), "C": rule("rate(1 days)")}
    document = json.loads(output("describe", template, resources, "--format", "json"))
    validator("describe").validate(document)
    assert document["windows"] == []
    first, invalid, unknown = document["runs"]
    first["settings"].sort(key=lambda setting: setting["property"])
    assert first == {
        "stack": "Patching",
        "logicalId": "A",
        "constructPath": None,
        "kind": "association",
        "name": "A",
        "schedule": "cron(0 3 * * ? *)",
        "scheduleDescription": "At 03:00, every day",
        "runsBesides": "at deployment, on edits and when its targets change",
        "timeZone": "UTC",
        "targetsDescription": "Patch Group = web",
        "commands": [
            {
                "document": "AWS-RunPatchBaseline",
                "operation": "Scan",
                "operationDescription": "Scan: report missing patches",
                "rebootDescription": "no",
            }
        ],
        "unknownReason": None,
        "invalidReason": None,
        "assumptions": [],
        "settings": [
            {"property": "Name", "value": "AWS-RunPatchBaseline", "description": "AWS-RunPatchBaseline"},
            {"property": "Parameters.Operation", "value": ["Scan"], "description": "Scan"},
            {"property": "ScheduleExpression", "value": "cron(0 3 * * ? *)", "description": "cron(0 3 * * ? *)"},
            {
                "property": "Targets",
                "value": [{"Key": "tag:Patch Group", "Values": ["web"]}],
                "description": "Patch Group = web",
            },
        ],
        "problems": [],
    }
    assert (unknown["timeZone"], unknown["unknownReason"]) == (
        None,
        "its ScheduleExpressionTimezone is unknown until deployment",
    )
    assert invalid["invalidReason"].startswith("schedule must have a singular unit after 1")


# --- calendar -----------------------------------------------------------------------------------------


def test_the_table_lists_runs_after_the_windows(template: Path) -> None:
    window = {
        "Type": WINDOW,
        "Properties": {"Name": "night", "Schedule": "cron(0 1 * * ? *)", "Duration": 2, "Cutoff": 1},
    }
    resources = {"Night": window, "A": association("rate(1 day)"), "B": rule(State="DISABLED")}
    text = output("calendar", template, resources, *FROM, "--next", "1")
    windows, _, runs = text.partition("outside of maintenance windows")
    assert "night" in windows
    assert " ".join(runs.split()) == (
        "Mon 2026-11-23 00:00 UTC A (association): operation: Scan; targets: Patch Group = web "
        "assumed start: A: a rate counts from the deployment, which is not known here; assumed to be deployed now "
        "B (rule): it is disabled"
    )


def test_the_table_has_no_windows_where_there_are_none(template: Path) -> None:
    text = output("calendar", template, {"A": rule()}, *FROM, "--next", "1", "--tz", "Asia/Tokyo")
    assert text.split("\n") == [
        "outside of maintenance windows",
        "  Mon 2026-11-23 12:00 JST (03:00 UTC)  A (rule): operation: Install; targets: Patch Group = web",
        "",
    ]


def test_calendar_in_json(template: Path) -> None:
    resources = {"A": rule(), "B": rule(State="DISABLED"), "C": rule("rate(1 days)")}
    document = json.loads(output("calendar", template, resources, *FROM, "--next", "1", "--format", "json"))
    validator("calendar").validate(document)
    identity = {"stack": "Patching", "constructPath": None, "kind": "rule"}
    assert document["runs"] == [
        identity
        | {
            "logicalId": "A",
            "name": "A",
            "start": "2026-11-23T03:00:00+00:00",
            "timeZone": "UTC",
            "localStart": "2026-11-23T03:00:00+00:00",
            "condition": None,
            "operations": ["Install"],
            "rebootDescriptions": ["if a patch was installed"],
            "targetsDescription": "Patch Group = web",
            "notes": [],
        }
    ]
    assert [(each["logicalId"], each["status"]) for each in document["unknownRuns"]] == [
        ("B", "unknown"),
        ("C", "invalid"),
    ]


def test_calendar_as_icalendar(template: Path) -> None:
    zone = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    text = output("calendar", template, {"A": schedule(**zone)}, *FROM, "--next", "2", "--format", "ics")
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Scan: web", "Scan: web"]
    assert len({str(event["uid"]) for event in events}) == 2
    assert events[0].decoded("dtstart").isoformat() == "2026-11-23T03:00:00+01:00"
    assert "dtend" not in events[0]
    assert str(events[0]["description"]).splitlines() == [
        "Starts: 2026-11-23 03:00 Europe/Berlin (02:00 UTC). How long it runs is unknown.",
        "Outside of maintenance windows: EventBridge Scheduler schedule A",
        "Stack: Patching",
        "Targets: Patch Group = web",
    ]


# --- Values that are not known ------------------------------------------------------------------------


def test_a_reboot_option_that_is_filled_in_when_the_runbook_runs(template: Path) -> None:
    inputs = {
        "DocumentName": "AWS-RunPatchBaseline",
        "Parameters": {"Operation": ["Install"], "RebootOption": ["{{ Reboot }}"]},
    }
    content = {"schemaVersion": "0.3", "mainSteps": [{"name": "patch", "action": "aws:runCommand", "inputs": inputs}]}
    runbook = {"Type": "AWS::SSM::Document", "Properties": {"DocumentType": "Automation", "Content": content}}
    resources = {"Runbook": runbook, "A": association(Name={"Ref": "Runbook"}, Parameters=None)}
    (run,) = json.loads(output("describe", template, resources, "--format", "json"))["runs"]
    assert run["commands"][0]["operation"] == "Install"
    assert run["commands"][0]["rebootDescription"] == "known when it runs"


def test_a_patch_policy_with_a_reboot_option_from_a_parameter(template: Path) -> None:
    parameters = {
        "ConfigurationOptionsPatchOperation": "ScanAndInstall",
        "ConfigurationOptionsScanValue": "cron(0 1 * * ? *)",
        "ConfigurationOptionsInstallValue": "cron(0 2 ? * SAT *)",
        "RebootOption": UNKNOWN,
        "TargetType": "*",
    }
    definition = {"Type": "AWSQuickSetupType-PatchPolicy", "Parameters": parameters}
    manager = {
        "Type": "AWS::SSMQuickSetup::ConfigurationManager",
        "Properties": {"ConfigurationDefinitions": [definition]},
    }
    runs = json.loads(output("describe", template, {"Policy": manager}, "--format", "json"))["runs"]
    assert [each["commands"][0]["rebootDescription"] for each in runs] == ["no", "unknown until deployment"]


def test_the_definition_of_a_patch_policy_with_two_schedules_is_described_once(template: Path) -> None:
    resource = policy(
        ConfigurationOptionsPatchOperation="ScanAndInstall", ConfigurationOptionsInstallValue="cron(0 2 ? * SAT *)"
    )
    text = output("describe", template, {"Policy": resource})
    assert text.count("\nschedule ") == 2
    assert text.count("\ninstall schedule of definition 1 ") == 1


def test_a_patch_policy_with_two_schedules_whose_nodes_are_unknown_is_listed_once(template: Path) -> None:
    resource = policy(
        ConfigurationOptionsPatchOperation="ScanAndInstall",
        ConfigurationOptionsInstallValue="cron(0 2 ? * SAT *)",
        TargetOrganizationalUnits="ou-ab12-11112222",
    )
    reason = "The nodes of a patch policy of organizational units are in other accounts"
    assert json.loads(output("coverage", template, {"Policy": resource}, "--format", "json"))["unresolved"] == [
        {"stack": "Patching", "logicalId": "Policy", "reason": reason}
    ]
