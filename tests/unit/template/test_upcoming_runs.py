"""What patches outside of maintenance windows, and when it runs next."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.planning.coverage import EVERY_NODE
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.reading import read_templates
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.upcoming_runs import UpcomingRuns, read_schedules, upcoming_runs
from patching_constructs.template.value import UnknownError
from tests.unit.template.written import assembled, stack, window, written

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
TARGETS = [{"Key": "tag:Patch Group", "Values": ["web"]}]
NIGHTLY = "cron(0 3 * * ? *)"


def association(schedule: object = NIGHTLY, **own: Any) -> dict[str, Any]:
    properties = {"Name": "AWS-RunPatchBaseline", "Targets": TARGETS, "Parameters": {"Operation": ["Scan"]}}
    return {"Type": "AWS::SSM::Association", "Properties": properties | {"ScheduleExpression": schedule} | own}


def rule(schedule: object = NIGHTLY, **own: Any) -> dict[str, Any]:
    target = {
        "Id": "patch",
        "Arn": "arn:aws:ssm:eu-west-1::document/AWS-RunPatchBaseline",
        "Input": '{"Operation": ["Install"]}',
        "RunCommandParameters": {"RunCommandTargets": TARGETS},
    }
    return {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": schedule, "Targets": [target]} | own}


def schedule(expression: object = NIGHTLY, **own: Any) -> dict[str, Any]:
    request = {"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Scan"]}, "Targets": TARGETS}
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand", "Input": json.dumps(request)}
    return {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {"ScheduleExpression": expression, "Target": target} | own,
    }


def policy(**parameters: object) -> dict[str, Any]:
    given = {"ConfigurationOptionsScanValue": NIGHTLY, "TargetType": "*"} | parameters
    definitions = [{"Type": "AWSQuickSetupType-PatchPolicy", "Parameters": given}]
    return {
        "Type": "AWS::SSMQuickSetup::ConfigurationManager",
        "Properties": {"Name": "policy", "ConfigurationDefinitions": definitions},
    }


def runs(template: Path, **resources: Any) -> list[ScheduledRun]:
    return list(read_schedules(written(template, resources)).runs)


def upcoming(template: Path, count: int = 1, after: datetime = MONDAY, **resources: Any) -> UpcomingRuns:
    return upcoming_runs(runs(template, **resources), after=after, count=count)


def starts(found: UpcomingRuns) -> list[str]:
    return [f"{each.occurrence.start:%Y-%m-%d %H:%M}" for each in found.executions]


def reasons(found: UpcomingRuns) -> list[tuple[str, bool]]:
    return [(each.reason, each.is_invalid) for each in found.unknown]


# --- When ---------------------------------------------------------------------------------------------


def test_all_are_listed_in_order(template: Path) -> None:
    found = upcoming(
        template,
        Late=association("cron(0 9 * * ? *)", AssociationName="late"),
        Rule=rule("cron(0 5 * * ? *)", Name={"Fn::GetAtt": ["Late", "Name"]}),
        Schedule=schedule("cron(0 4 * * ? *)", Name="four"),
        Policy=policy(),
    )
    assert [each.run.label for each in found.executions] == ["policy", "four", "Rule", "late"]
    assert [str(each.run.kind) for each in found.executions] == ["patch policy", "schedule", "rule", "association"]
    assert found.unknown == ()


def test_they_end_before_until(template: Path) -> None:
    until = datetime(2026, 11, 25, tzinfo=UTC)
    found = upcoming_runs(runs(template, A=association()), after=MONDAY, until=until)
    assert starts(found) == ["2026-11-23 03:00", "2026-11-24 03:00"]


def test_an_offset_moves_the_cron_of_an_association(template: Path) -> None:
    found = upcoming(template, A=association("cron(0 0 ? * THU#2 *)", ScheduleOffset=3))
    assert starts(found) == ["2026-12-13 00:00"]


def test_a_rate_is_assumed_to_begin_now(template: Path) -> None:
    (found,) = upcoming(template, A=association("rate(7 days)")).executions
    assert found.occurrence.start == MONDAY
    assert found.notes == ("a rate counts from the deployment, which is not known here; assumed to be deployed now",)


def test_a_rate_of_scheduler_begins_at_its_start_date(template: Path) -> None:
    found = upcoming(template, S=schedule("rate(7 days)", StartDate="2026-12-01T01:00:00"))
    assert starts(found) == ["2026-12-01 01:00"]
    assert found.executions[0].notes == ()


def test_scheduler_has_a_time_zone_and_dates(template: Path) -> None:
    own = {"ScheduleExpressionTimezone": "Europe/Berlin", "EndDate": "2026-11-25T00:00:00+00:00"}
    found = upcoming(template, count=5, S=schedule("cron(0 3 * * ? *)", **own))
    assert starts(found) == ["2026-11-23 02:00", "2026-11-24 02:00"]
    assert str(found.executions[0].run.time_zone and found.executions[0].run.time_zone.text()) == "Europe/Berlin"


@pytest.mark.parametrize(("zone", "start"), [("America/New_York", "2026-12-01 08:00"), (None, "2026-12-01 03:00")])
def test_scheduler_runs_once_by_the_clock_of_its_zone(template: Path, zone: str | None, start: str) -> None:
    found = upcoming(template, S=schedule("at(2026-12-01T03:00:00)", ScheduleExpressionTimezone=zone))
    assert starts(found) == [start]


def test_a_rate_of_scheduler_has_no_time_zone(template: Path) -> None:
    found = upcoming(template, S=schedule("rate(1 day)", ScheduleExpressionTimezone="Europe/Berlin"))
    assert starts(found) == ["2026-11-23 00:00"]


def test_scheduler_skips_what_the_clock_skips(template: Path) -> None:
    own = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    found = upcoming(template, after=before, S=schedule("cron(30 2 * * ? *)", **own))
    assert starts(found) == ["2027-03-29 00:30"]


# --- What is not known --------------------------------------------------------------------------------

UNKNOWN = {
    "no schedule": (
        association(None),
        ("no schedule: it runs at deployment, on edits and when its targets change", False),
    ),
    "an empty one": (
        association(""),
        ("no schedule: it runs at deployment, on edits and when its targets change", False),
    ),
    "a policy without one": (policy(ConfigurationOptionsScanValue=None), ("no schedule", False)),
    "a parameter": (association({"Ref": "When"}), ("its ScheduleExpression is unknown until deployment", False)),
    "a form that is not documented": (
        association("cron(0 4 L-3 * ? *)"),
        ("AWS does not document what cron(0 4 L-3 * ? *) means", False),
    ),
    "a form of EventBridge that is not documented": (
        schedule("cron(0 4 L-3 * ? *)"),
        ("AWS does not document what cron(0 4 L-3 * ? *) means", False),
    ),
    "a rule that is disabled": (rule(State="DISABLED"), ("it is disabled", False)),
    "a schedule that is disabled": (schedule(State="DISABLED"), ("it is disabled", False)),
    "a time that is after the last year in UTC": (
        schedule("at(9999-12-31T23:59:59)", ScheduleExpressionTimezone="America/New_York"),
        ("AWS does not document what at(9999-12-31T23:59:59) means", False),
    ),
    "an invalid one": (
        rule("rate(1 days)"),
        (
            "invalid: schedule must have a singular unit after 1 and a plural unit after any other number, "
            "got 'rate(1 days)'; write rate(1 day)",
            True,
        ),
    ),
    "an invalid date": (
        schedule(StartDate="tomorrow"),
        ("invalid: StartDate must be an ISO-8601 date and time, got 'tomorrow'", True),
    ),
}


@pytest.mark.parametrize(("resource", "reason"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_why_times_are_not_known(template: Path, resource: dict[str, Any], reason: tuple[str, bool]) -> None:
    found = upcoming(template, Resource=resource)
    assert found.executions == ()
    assert reasons(found) == [reason]


def test_a_zone_that_does_not_exist_is_invalid(template: Path) -> None:
    ((reason, is_invalid),) = reasons(upcoming(template, S=schedule(ScheduleExpressionTimezone="Europe/Nowhere")))
    assert reason.startswith("invalid: time_zone ")
    assert is_invalid


# --- What is a run ------------------------------------------------------------------------------------

RUNBOOK = {
    "Type": "AWS::SSM::Document",
    "Properties": {
        "DocumentType": "Automation",
        "Content": {
            "mainSteps": [
                {"action": "aws:sleep"},
                {
                    "action": "aws:runCommand",
                    "inputs": {"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": "Install"}},
                },
                {"action": "aws:executeAwsApi", "inputs": {"Service": "ssm", "Api": "ListCommands"}},
            ]
        },
    },
}
NOT_PATCHING = {
    "another document": association(Name="AWS-UpdateSSMAgent", Parameters={}),
    "a document that is unknown": association(Name={"Ref": "Document"}),
    "a rule of events": rule(None, EventPattern={"source": ["aws.ec2"]}),
    "a rule with other targets": rule(Targets=[{"Id": "a", "Arn": "arn:aws:sns:eu-west-1:123456789012:a"}]),
    "targets that are unknown": rule(Targets={"Ref": "Targets"}),
    "one target that is unknown": rule(Targets=[{"Ref": "Targets"}]),
    "input of the event": rule(
        Targets=[{"Arn": "arn:aws:ssm:eu-west-1::document/AWS-RunPatchBaseline", "InputPath": "$.detail"}]
    ),
    "another action": schedule(Target={"Arn": "arn:aws:scheduler:::aws-sdk:ssm:listCommands"}),
    "another service": schedule(Target={"Arn": "arn:aws:lambda:eu-west-1:123456789012:function:a"}),
    "an input that is a number": schedule(Target={"Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand", "Input": "99"}),
    "an input that is not JSON": schedule(Target={"Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand", "Input": "a"}),
    "an input that is unknown": schedule(
        Target={"Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand", "Input": {"Ref": "Input"}}
    ),
    "another configuration": {
        "Type": "AWS::SSMQuickSetup::ConfigurationManager",
        "Properties": {"ConfigurationDefinitions": [{"Type": "AWSQuickSetupType-DHMC"}]},
    },
    "a configuration that is unknown": {
        "Type": "AWS::SSMQuickSetup::ConfigurationManager",
        "Properties": {"ConfigurationDefinitions": {"Ref": "Definitions"}},
    },
    "a runbook": RUNBOOK,
    "a document that is no text": {"Type": "AWS::SSM::Document", "Properties": {"Content": "a: ["}},
}


@pytest.mark.parametrize("resource", NOT_PATCHING.values(), ids=NOT_PATCHING.keys())
def test_what_does_not_patch_on_a_schedule(template: Path, resource: dict[str, Any]) -> None:
    assert runs(template, Resource=resource) == []


def test_a_runbook_of_the_template_patches_for_what_starts_it(template: Path) -> None:
    (run,) = runs(template, Runbook=RUNBOOK, A=association(Name={"Ref": "Runbook"}, Parameters={}))
    assert [command.installs for command in run.commands] == [True]


def test_a_policy_scans_and_installs(template: Path) -> None:
    own = {"ConfigurationOptionsPatchOperation": "ScanAndInstall", "ConfigurationOptionsInstallValue": NIGHTLY}
    found = runs(template, Policy=policy(RebootOption="NoReboot", **own))
    assert [[(c.scans, c.installs, c.parameter("RebootOption")) for c in run.commands] for run in found] == [
        [(True, False, None)],
        [(False, True, "NoReboot")],
    ]
    assert [run.commands[0].document_version.is_given for run in found] == [False, False]
    assert [run.commands[0].patch_groups for run in found] == [[], []]


SELECTED: dict[str, tuple[dict[str, object], list[object]]] = {
    "every node": ({"TargetType": "*"}, [EVERY_NODE]),
    "ids": ({"TargetType": "InstanceIds", "TargetInstances": "i-1, i-2"}, [{"InstanceIds": {"i-1", "i-2"}}]),
    "a group": ({"TargetType": "ResourceGroups", "ResourceGroupName": "web"}, [{"resource-groups:Name": {"web"}}]),
    "a tag": (
        {"TargetType": "Tags", "TargetTagKey": "Patch Group", "TargetTagValue": "web"},
        [{"tag:Patch Group": {"web"}}],
    ),
    "nothing": ({"TargetType": None}, []),
}


@pytest.mark.parametrize(("parameters", "selected"), SELECTED.values(), ids=SELECTED.keys())
def test_the_nodes_of_a_policy(template: Path, parameters: dict[str, object], selected: list[object]) -> None:
    (run,) = runs(template, Policy=policy(**parameters))
    assert list(run.commands[0].selections()) == selected


def test_the_nodes_of_organizational_units_are_not_seen(template: Path) -> None:
    (run,) = runs(template, Policy=policy(TargetOrganizationalUnits="ou-1"))
    with pytest.raises(UnknownError, match="organizational units are in other accounts"):
        run.commands[0].selections()


def test_the_nodes_of_a_request(template: Path) -> None:
    request = {"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Scan"]}, "InstanceIds": ["i-1"]}
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand", "Input": json.dumps(request)}
    (run,) = runs(template, S=schedule(Target=target))
    assert list(run.commands[0].selections()) == [{"InstanceIds": {"i-1"}}]


def test_the_nodes_of_a_step_that_are_a_parameter(template: Path) -> None:
    step = {"DocumentName": "AWS-RunPatchBaseline", "InstanceIds": ["{{ Node }}"], "Parameters": {"Operation": "Scan"}}
    content = {"mainSteps": [{"action": "aws:runCommand", "inputs": step}]}
    written(template, {"Runbook": {"Type": "AWS::SSM::Document", "Properties": {"Content": content}}})
    (command,) = Deployment(read_templates(template)).commands
    with pytest.raises(UnknownError, match="The nodes that Runbook runs on are known only when it runs"):
        list(command.selections())


def test_schedules_are_in_the_order_of_the_templates(cdk_out: Path) -> None:
    first, second = {"Resources": {"A": association(), "W": window()}}, {"Resources": {"B": association()}}
    assembled(
        cdk_out,
        {"First": stack("First"), "Second": stack("Second")},
        **{"First.template": first, "Second.template": second},
    )
    found = read_schedules(cdk_out)
    assert [run.resource.logical_id for run in found.runs] == ["A", "B"]
    assert [window.logical_id for window in found.windows] == ["W"]
