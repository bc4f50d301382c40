"""Whether and how windows are monitored: in `describe`, and in `diff` when that changes."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_sqs as sqs
from typer.testing import CliRunner

from patching_constructs import (
    PatchFreeze,
    PatchMonitoring,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from patching_constructs.cli.app import app
from tests.unit.cli.commands.diffs import changes, effects, lines, weekly
from tests.unit.cli.formats.schemas import validator

Resources = dict[str, Any]
UNSUCCESSFUL = ("CANCELLED", "FAILED", "SKIPPED_OVERLAPPING", "TIMED_OUT")


def described(folder: Path, resources: Resources, *arguments: str, **sections: Any) -> str:
    file = folder / "template.json"
    file.write_text(json.dumps(sections | {"Resources": resources}), encoding="utf-8")
    result = CliRunner().invoke(app, ["describe", str(file), *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def monitoring_of(folder: Path, resources: Resources, **sections: Any) -> list[dict[str, Any] | None]:
    document = json.loads(described(folder, resources, "--format", "json", **sections))
    validator("describe").validate(document)
    return [each["monitoring"] for each in document["windows"]]


# --- Of the construct ---------------------------------------------------------------------------------


def synthesized(*, queue: bool = False, freezes: bool = False, monitored: bool = True, grace: int = 4) -> Resources:
    stack = cdk.Stack(cdk.App(), "Stack")
    install, scan = (
        PatchSchedule(
            stack,
            name,
            schedule=ScheduleExpression.cron(minute="0", hour="3"),
            targets=[PatchTarget.tag("Role", "web")],
            operation=operation,
            freezes=[_freeze()] if freezes else (),
        )
        for name, operation in (("Install", PatchOperation.INSTALL), ("Scan", PatchOperation.SCAN))
    )
    targets = [event_targets.SqsQueue(sqs.Queue(stack, "Queue"))] if queue else []
    if monitored:
        given = timedelta(hours=grace)
        PatchMonitoring(stack, "Monitoring", schedules=[install, scan], targets=targets, grace=given)
    found: Resources = cdk.assertions.Template.from_stack(stack).to_json()["Resources"]
    return found


def _freeze() -> PatchFreeze:
    start, end = (datetime.fromisoformat(each) for each in ("2126-12-18T00:00+01:00", "2127-01-04T00:00+01:00"))
    return PatchFreeze(start=start, end=end, reason="holidays")


def id_of(resources: Resources, start: str, kind: str) -> str:
    (found,) = [name for name, each in resources.items() if name.startswith(start) and each["Type"] == kind]
    return found


def test_the_windows_of_a_monitoring_have_its_alarms_events_and_destinations(tmp_path: Path) -> None:
    resources = synthesized()
    function = id_of(resources, "MonitoringNotify", "AWS::Lambda::Function")
    topic = id_of(resources, "MonitoringTopic", "AWS::SNS::Topic")
    common = {
        "events": [*(f"execution {each}" for each in UNSUCCESSFUL), "window DISABLED"],
        "destinations": [f"function {function}", f"topic {topic}"],
    }
    nodes = ["NodesWithoutEvidence > 0", "NonCompliantNodes > 0"]
    assert monitoring_of(tmp_path, resources) == [
        {"alarms": ["HoursOverdue > 4", *nodes], **common},
        {"alarms": ["HoursOverdue > 4"], **common},
    ]
    row = f"monitored alarms HoursOverdue > 4; execution {', '.join(UNSUCCESSFUL)}; window DISABLED; to function"
    assert f"{row} {function}, topic {topic}" in " ".join(described(tmp_path, resources).split())


def test_all_windows_of_a_schedule_with_freezes_are_monitored(tmp_path: Path) -> None:
    resources = synthesized(freezes=True)
    assert [each and each["alarms"][0] for each in monitoring_of(tmp_path, resources)] == ["HoursOverdue > 4"] * 2
    last = [name for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm" and "After" in name]
    for name in last:
        del resources[name]
    found = monitoring_of(tmp_path, resources)
    assert [each and [alarm for alarm in each["alarms"] if "Hours" in alarm] for each in found] == [[], []]


def test_targets_are_destinations(tmp_path: Path) -> None:
    resources = synthesized(queue=True)
    queue = id_of(resources, "Queue", "AWS::SQS::Queue")
    found = monitoring_of(tmp_path, resources)
    assert [each and each["destinations"] for each in found] == [[f"queue {queue}"]] * 2


def test_a_monitoring_that_is_removed_needs_attention(tmp_path: Path) -> None:
    with_, without = synthesized(), synthesized(monitored=False)
    found = changes(tmp_path, with_, without)
    assert [each["effects"] for each in found] == [["unmonitored"]] * 2
    assert [
        (setting["label"], setting["after"], setting["replacement"]) for setting in found[0]["resources"][0]["settings"]
    ] == [("alarms", None, "no"), ("reported events", None, "no"), ("alarms and events to", None, "no")]
    assert [each["effects"] for each in changes(tmp_path, without, with_)] == [[]] * 2
    text = lines(tmp_path, with_, without)
    assert "  unmonitored: an alarm or an event rule no longer covers this schedule" in text
    assert any(line.startswith("  alarms: HoursOverdue > 4, NodesWithout") and line.endswith("none") for line in text)


def test_another_threshold_is_a_change_and_monitoring_continues(tmp_path: Path) -> None:
    found = changes(tmp_path, synthesized(), synthesized(grace=8))
    assert [each["effects"] for each in found] == [[]] * 2
    (setting,) = found[1]["resources"][0]["settings"]
    assert [setting[each]["description"] for each in ("before", "after")] == ["HoursOverdue > 4", "HoursOverdue > 8"]


# --- Of any template ----------------------------------------------------------------------------------

WINDOW = {"Ref": "Window"}


def alarm(
    value: object = WINDOW, *, name: str = "WindowId", resource: Mapping[str, Any] = {}, **given: Any
) -> Resources:
    properties = {
        "Namespace": "PatchingConstructs",
        "MetricName": "HoursOverdue",
        "Dimensions": [{"Name": name, "Value": value}],
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": 5,
        "EvaluationPeriods": 1,
    }
    return {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties | given, **resource}}


def rule(detail: Mapping[str, Any], *, pattern: Mapping[str, Any] = {}, **given: Any) -> Resources:
    kind = "Maintenance Window Execution State-change Notification"
    properties = {
        "EventPattern": {"source": ["aws.ssm"], "detail-type": [kind], "detail": dict(detail), **pattern},
        "Targets": [{"Arn": {"Ref": "News"}, "Id": "news"}],
    }
    news = {"Type": "AWS::SNS::Topic"}
    return {"Rule": {"Type": "AWS::Events::Rule", "Properties": properties | given}, "News": news}


NONE = "not in these templates"
FAILED = {"window-id": [WINDOW], "status": ["FAILED"]}
TOPIC = "arn:aws:sns:eu-central-1:111111111111:news"
MONITORED: dict[str, tuple[Resources, str]] = {
    "nothing": ({}, NONE),
    "an alarm": (alarm(AlarmActions=[TOPIC, {"Ref": "Parameter"}]), f"alarms HoursOverdue >= 5; to {TOPIC}, unknown"),
    "an alarm of a metric in a list": (
        alarm(
            Namespace=None,
            Metrics=[{"Id": "m", "MetricStat": {"Metric": alarm()["Alarm"]["Properties"]}}],
        ),
        "alarms HoursOverdue >= 5",
    ),
    "another comparison": (alarm(ComparisonOperator="Other"), "alarms HoursOverdue compared with 5"),
    "a threshold that is unknown": (alarm(Threshold={"Ref": "Parameter"}), "alarms HoursOverdue >= unknown until"),
    "an alarm of another window": (alarm({"Ref": "Other"}), NONE),
    "an alarm of a window by its ID": (alarm("mw-0123456789abcdef0"), NONE),
    "an alarm of another dimension": (alarm(name="Stage"), NONE),
    "an alarm of a schedule that nobody names": (alarm("Stack/Install", name="Schedule"), NONE),
    "an alarm of another metric": (alarm(Namespace="AWS/EC2"), NONE),
    "an alarm that is unknown": (alarm(Namespace={"Ref": "Parameter"}), NONE),
    "an alarm under a condition": (alarm(resource={"Condition": "IsProd"}), "alarms HoursOverdue >= 5 if IsProd"),
    "a rule": (rule(FAILED), "execution FAILED; to topic News"),
    "a rule for all windows": (rule({"status": ["FAILED"]}), "execution FAILED; to topic News"),
    "a rule for all statuses": (rule({"window-id": [WINDOW]}), "execution any status; to topic News"),
    "a rule for another window": (rule({"window-id": [{"Ref": "Other"}]}), NONE),
    "a rule with an operator": (rule(FAILED | {"status": [{"prefix": "F"}]}), NONE),
    "a rule for something else": (rule(FAILED, pattern={"detail-type": ["EC2 Command Status-change"]}), NONE),
    "a rule of another service": (rule(FAILED, pattern={"source": ["aws.ec2"]}), NONE),
    "a rule without targets": (rule(FAILED, Targets=[]), NONE),
    "a disabled rule": (rule(FAILED, State="DISABLED"), NONE),
    "a rule that is unknown": (rule(FAILED, pattern={"detail": {"Ref": "Parameter"}}), NONE),
    "a rule with another target": (
        rule(FAILED, Targets=[{"Arn": {"Fn::GetAtt": ["Stream", "Arn"]}}])
        | {"Stream": {"Type": "AWS::Kinesis::Stream"}},
        "execution FAILED; to AWS::Kinesis::Stream Stream",
    ),
}


@pytest.mark.parametrize(("resources", "words"), MONITORED.values(), ids=MONITORED.keys())
def test_only_what_is_certain_monitors_a_window(tmp_path: Path, resources: Resources, words: str) -> None:
    sections = {
        "Parameters": {"Parameter": {"Type": "String"}, "Stage": {"Type": "String"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    }
    document = json.loads(described(tmp_path, weekly() | resources, "--format", "json", **sections))
    found = document["windows"][0]["monitoringDescription"]
    assert found == words or (words != NONE and found.startswith(words))


def test_a_window_that_is_removed_with_its_alarm_is_not_unmonitored(tmp_path: Path) -> None:
    assert "unmonitored" not in effects(tmp_path, weekly() | alarm(), {})
    assert effects(tmp_path, weekly() | rule(FAILED), weekly() | rule(FAILED, State="DISABLED")) == ["unmonitored"]
