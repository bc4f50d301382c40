"""PatchMonitoring: what it creates, and what its functions may do."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Annotations, Match, Template
from aws_cdk.interfaces.aws_sns import ITopicRef

from patching_constructs import PatchMonitoring, PatchSchedule, PatchTarget
from tests.refusals import refused
from tests.unit.constructs.monitored import (
    ALARM,
    API,
    NIGHTLY,
    RULE,
    SCAN,
    WEEKLY,
    WINDOW_ID,
    alarm_names,
    found,
    imported,
    monitoring,
    schedule,
    text_of,
    windows_by_ref,
)

pytestmark = pytest.mark.proves("PatchMonitoring", "unit")

ROOT = Path(__file__).parents[3]


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


# --- What it creates ----------------------------------------------------------------------------------


def three(stack: cdk.Stack) -> list[PatchSchedule]:
    """Return three schedules, two of which have the same nodes, as in the example."""
    scan = schedule(stack, "Scan", schedule=NIGHTLY, operation=SCAN)
    return [scan, schedule(stack), schedule(stack, "Api", schedule=WEEKLY, targets=[API])]


def test_the_resources_for_three_schedules(stack: cdk.Stack) -> None:
    monitoring(stack, *three(stack))
    resources = Template.from_stack(stack).to_json()["Resources"]
    kinds = Counter(each["Type"] for name, each in resources.items() if name.startswith("Monitoring"))
    assert kinds == {
        ALARM: 10,
        RULE: 5,
        "AWS::Lambda::Permission": 5,
        "AWS::IAM::Role": 2,
        "AWS::IAM::Policy": 1,
        "AWS::Lambda::EventInvokeConfig": 1,
        "AWS::Lambda::Function": 2,
        "AWS::Logs::LogGroup": 2,
        "Custom::PatchMonitoringRun": 1,
        "AWS::DynamoDB::Table": 1,
        "AWS::KMS::Key": 1,
        "AWS::SNS::Topic": 1,
        "AWS::SNS::TopicPolicy": 1,
        "AWS::SQS::Queue": 1,
        "AWS::SQS::QueuePolicy": 1,
    }
    page = (ROOT / "docs" / "how-to" / "monitor.md").read_text(encoding="utf-8")
    assert f"it is {kinds.total()} resources: {kinds[ALARM]} alarms, {kinds[RULE]} rules" in page


def test_the_names_of_the_alarms_have_one_prefix(stack: cdk.Stack) -> None:
    monitoring(stack, *three(stack))
    assert alarm_names(stack) == [
        f"AWS::StackName/Monitoring/{name}"
        for name in (
            "DidNotRun/Api",
            "DidNotRun/Install",
            "DidNotRun/Scan",
            "NoEvidence/Api",
            "NoEvidence/Scan",
            "NonCompliant/Api",
            "NonCompliant/Scan",
            "NotifyFails",
            "UndeliveredEvents",
            "WatchFails",
        )
    ]
    pattern = found(stack, RULE)["AlarmChanges"]["EventPattern"]
    assert text_of(pattern["resources"][0]["prefix"], {}) == (
        "arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:AWS::StackName/Monitoring/"
    )
    assert {name: value for name, value in pattern.items() if name != "resources"} == {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {
            "$or": [
                {"state": {"value": ["ALARM"]}},
                {"state": {"value": ["OK"]}, "previousState": {"value": ["ALARM"]}},
            ]
        },
    }


def test_long_names_of_alarms_are_shortened(stack: cdk.Stack) -> None:
    long = "Install" * 20
    PatchMonitoring(
        stack, "Monitoring" * 20, schedules=[schedule(stack, long), schedule(stack, f"{long}2", targets=[API])]
    )
    alarms = Template.from_stack(stack).find_resources(ALARM).values()
    names = [text_of(each["Properties"]["AlarmName"], {}).removeprefix("AWS::StackName") for each in alarms]
    assert len(set(names)) == len(names) == 9
    assert max(map(len, names)) + 128 <= 255


def test_the_alarms(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack))
    alarms = found(stack, ALARM)
    hourly = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Period": 3600}
    ours = {"Namespace": "PatchingConstructs", "Statistic": "Maximum"}
    own = {"TreatMissingData": "notBreaching", "Threshold": 0}
    of_nodes = [
        {"Name": "Monitoring", "Value": {"Fn::Join": ["", [{"Ref": "AWS::StackName"}, "/Monitoring"]]}},
        {"Name": "Schedule", "Value": "Stack/Install"},
    ]
    description = {
        "DidNotRunInstall": "Stack/Install has not run: "
        "no execution has succeeded within 4 h after the end of its window.",
        "NonCompliantInstall": "Nodes of Stack/Install have been non-compliant for longer than 7 days.",
        "NoEvidenceInstall": "Nodes of Stack/Install have not reported their patch state.",
        "WatchFails": "The function that checks executions and nodes fails, "
        "so what it did not read is unknown. See its log.",
        "NotifyFails": "The function that sends messages about patching fails. See its log.",
        "UndeliveredEvents": "Events did not become messages, or did not start a check. They are in the dead-letter "
        "queue.",
    }
    values = {
        "DidNotRunInstall": {**ours, "MetricName": "HoursOverdue", "Threshold": 4, "TreatMissingData": "breaching"},
        "NonCompliantInstall": {
            **ours,
            "MetricName": "NonCompliantNodes",
            "Threshold": 0,
            "TreatMissingData": "ignore",
            "Dimensions": of_nodes,
        },
        "NoEvidenceInstall": {
            **ours,
            "MetricName": "NodesWithoutEvidence",
            "Threshold": 0,
            "TreatMissingData": "ignore",
            "Dimensions": of_nodes,
        },
        "WatchFails": {
            **own,
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Statistic": "Sum",
            "EvaluationPeriods": 2,
        },
        "NotifyFails": {**own, "Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Period": 300},
        "UndeliveredEvents": {
            **own,
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Statistic": "Maximum",
            "Period": 300,
            "TreatMissingData": "ignore",
        },
    }
    assert {name: each["AlarmDescription"] for name, each in alarms.items()} == description
    for name, expected in values.items():
        assert alarms[name] | hourly | expected == alarms[name], name
    (dimension,) = alarms["DidNotRunInstall"]["Dimensions"]
    assert (dimension["Name"], text_of(dimension["Value"], windows_by_ref(stack))) == (
        "WindowId",
        "Install",
    )


def test_two_monitorings_of_a_schedule_have_metrics_of_their_own(stack: cdk.Stack) -> None:
    """Their limits can be different, and stacks of other apps can have the same paths."""
    web = schedule(stack)
    names = ("Strict", "Büro")
    for name, days in zip(names, (1, 7), strict=True):
        PatchMonitoring(stack, name, schedules=[web], non_compliant_after=timedelta(days=days))
    template = Template.from_stack(stack)
    alarms = [each["Properties"] for each in template.find_resources(ALARM).values()]
    found = {
        text_of(each["Value"], {}) for alarm in alarms for each in alarm["Dimensions"] if each["Name"] == "Monitoring"
    }
    functions = [each["Properties"] for each in template.find_resources("AWS::Lambda::Function").values()]
    given = [each["Environment"]["Variables"].get("MONITORING_NAME") for each in functions]
    assert found == {"AWS::StackName/Strict", r"AWS::StackName/B\xfcro"}
    assert {text_of(each, {}) for each in given if each} == found


def test_only_what_must_not_depend_on_the_function_goes_to_the_topic_directly(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack))
    direct = {name for name, each in found(stack, ALARM).items() if "AlarmActions" in each}
    assert direct == {"NotifyFails", "UndeliveredEvents"}


def test_the_rules(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack), imported(stack))
    rules = found(stack, RULE)
    names = {"Unsuccessful", "Disabled", "AlarmChanges", "CheckExecutions", "CheckNodes"}
    assert set(rules) == names
    assert len(made.rules) == 3
    assert len(made.watch_rules) == 2
    assert rules["Unsuccessful"]["EventPattern"]["detail"]["status"] == [
        "FAILED",
        "TIMED_OUT",
        "CANCELLED",
        "SKIPPED_OVERLAPPING",
    ]
    assert rules["Disabled"]["EventPattern"]["detail"]["status"] == ["DISABLED"]
    for name in ("Unsuccessful", "Disabled"):
        ids = [text_of(each, windows_by_ref(stack)) for each in rules[name]["EventPattern"]["detail"]["window-id"]]
        assert ids == ["Install", WINDOW_ID]
    assert rules["CheckExecutions"]["ScheduleExpression"] == "rate(15 minutes)"
    assert rules["CheckNodes"]["ScheduleExpression"] == "rate(1 hour)"
    functions = {name: each["Targets"][0]["Arn"]["Fn::GetAtt"][0][:-8] for name, each in rules.items()}
    assert functions == {name: "MonitoringWatch" if name.startswith("Check") else "MonitoringNotify" for name in rules}
    assert text_of(stack.resolve(made.dead_letter_queue.queue_arn), {})[:26] == "MonitoringUndeliveredQueue"
    queues = {text_of(each["Targets"][0]["DeadLetterConfig"]["Arn"], {})[:26] for each in rules.values()}
    assert queues == {"MonitoringUndeliveredQueue"}


def test_the_functions(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack), log_retention=logs.RetentionDays.ONE_YEAR)
    functions = found(stack, "AWS::Lambda::Function")
    assert {name: (each["Handler"], each["Timeout"]) for name, each in functions.items()} == {
        "Watch": ("evidence.deployment.handle", 600),
        "Notify": ("notify.handler.handle", 60),
    }
    assert {each["Runtime"] for each in functions.values()} == {"python3.14"}
    assert text_of(functions["Watch"]["Environment"]["Variables"]["TABLE_NAME"], {})[:-8] == "MonitoringWatchState"
    assert text_of(functions["Notify"]["Environment"]["Variables"]["TOPIC_ARN"], {})[:-8] == "MonitoringTopic"
    assert text_of(functions["Notify"]["DeadLetterConfig"]["TargetArn"], {})[:26] == "MonitoringUndeliveredQueue"
    assert [each["MaximumRetryAttempts"] for each in found(stack, "AWS::Lambda::EventInvokeConfig").values()] == [0]
    assert {each["RetentionInDays"] for each in found(stack, "AWS::Logs::LogGroup").values()} == {365}
    assert made.notify_function is not None
    assert made.watch_function.function_name != made.notify_function.function_name


def test_logs_are_kept_three_months_by_default(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack))
    assert {each["RetentionInDays"] for each in found(stack, "AWS::Logs::LogGroup").values()} == {90}


def test_the_state_of_the_function(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack))
    (table,) = found(stack, "AWS::DynamoDB::Table").values()
    assert table["KeySchema"] == [{"AttributeName": "Id", "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "Expires", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert stack.resolve(made.state_table.table_name) == {"Ref": "MonitoringWatchState7448D52A"}


# --- Permissions --------------------------------------------------------------------------------------


def allowed(stack: cdk.Stack, role: str) -> dict[str, list[str]]:
    """Return the resources by each action that a role allows."""
    ids = windows_by_ref(stack)
    others = [each for name, each in found(stack, "AWS::IAM::Policy").items() if name.startswith(role)]
    policies = [*found(stack, "AWS::IAM::Role")[role]["Policies"], *others]
    statements = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    result: dict[str, list[str]] = {}
    for each in statements:
        actions = each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
        resources = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        for action in actions:
            result[action] = sorted(text_of(resource, ids) for resource in resources)
    return result


SSM = "arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId"
WINDOWS = [f"{SSM}:maintenancewindow/{name}" for name in ("Api", "Install", "Scan")]
FOR_TASKS = {
    "ssm:DescribeMaintenanceWindowExecutionTasks": ["*"],
    "ssm:DescribeMaintenanceWindowExecutionTaskInvocations": ["*"],
    "ssm:ListCommands": ["*"],
    "ssm:ListCommandInvocations": ["*"],
}


def log(name: str) -> dict[str, list[str]]:
    return {"logs:CreateLogStream": [f"Monitoring{name}.Arn"], "logs:PutLogEvents": [f"Monitoring{name}.Arn"]}


def without_hashes(permissions: dict[str, list[str]]) -> dict[str, list[str]]:
    shown = {
        action: [re.sub(r"[0-9A-F]{8}(\.Arn)?$", r"\1", each) for each in many] for action, many in permissions.items()
    }
    return dict(sorted(shown.items()))


def test_what_the_watch_function_may_do(stack: cdk.Stack) -> None:
    monitoring(stack, *three(stack))
    expected = {
        "ssm:GetMaintenanceWindow": WINDOWS,
        "ssm:DescribeMaintenanceWindowExecutions": WINDOWS,
        "ssm:DescribeMaintenanceWindowTargets": WINDOWS,
        **FOR_TASKS,
        "ssm:DescribeInstanceInformation": ["*"],
        "ssm:DescribeInstancePatchStates": ["*"],
        "ssm:DescribePatchBaselines": ["*"],
        "ssm:GetPatchBaseline": ["arn:AWS::Partition:ssm:AWS::Region:*:patchbaseline/*"],
        "dynamodb:GetItem": ["MonitoringWatchState.Arn"],
        "dynamodb:PutItem": ["MonitoringWatchState.Arn"],
        "cloudwatch:PutMetricData": ["*"],
        **log("WatchLog"),
    }
    assert without_hashes(allowed(stack, "WatchRole")) == dict(sorted(expected.items()))
    role = found(stack, "AWS::IAM::Role")["WatchRole"]
    conditions = [each.get("Condition") for each in role["Policies"][0]["PolicyDocument"]["Statement"]]
    assert list(filter(None, conditions)) == [{"StringEquals": {"cloudwatch:namespace": "PatchingConstructs"}}]
    assert set(role) == {"AssumeRolePolicyDocument", "Policies"}


def test_what_the_notify_function_may_do(stack: cdk.Stack) -> None:
    monitoring(stack, *three(stack))
    expected = {
        "ssm:GetMaintenanceWindow": WINDOWS,
        "ssm:DescribeMaintenanceWindowExecutions": WINDOWS,
        **FOR_TASKS,
        "ssm:GetAutomationExecution": [f"{SSM}:automation-execution/*"],
        "sns:Publish": ["MonitoringTopic"],
        "kms:Decrypt": ["MonitoringTopicKey.Arn"],
        "kms:GenerateDataKey*": ["MonitoringTopicKey.Arn"],
        "sqs:SendMessage": ["MonitoringUndeliveredQueue.Arn"],
        **log("NotifyLog"),
    }
    assert without_hashes(allowed(stack, "NotifyRole")) == dict(sorted(expected.items()))


@pytest.mark.parametrize("known", [True, False])
def test_resource_groups_require_more_permissions(stack: cdk.Stack, known: bool) -> None:  # noqa: FBT001
    monitoring(stack, schedule(stack, targets=[PatchTarget.resource_group("web")]) if known else imported(stack))
    permissions = allowed(stack, "WatchRole")
    assert permissions["resource-groups:ListGroupResources"] == [
        "arn:AWS::Partition:resource-groups:AWS::Region:AWS::AccountId:group/*"
    ]
    for action in ("tag:GetResources", "cloudformation:DescribeStacks", "cloudformation:ListStackResources"):
        assert permissions[action] == ["*"]


# --- The topic and other targets ----------------------------------------------------------------------


def publishers(stack: cdk.Stack) -> list[dict[str, Any]]:
    (policy,) = Template.from_stack(stack).find_resources("AWS::SNS::TopicPolicy").values()
    statements: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return [each for each in statements if each["Effect"] == "Allow"]


FROM_THE_ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_created_topic_is_encrypted_with_a_key_that_alarms_can_use(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack))
    (topic,) = found(stack, "AWS::SNS::Topic").values()
    assert text_of(topic["KmsMasterKeyId"], {})[:-12] == "MonitoringTopicKey"
    (publisher,) = publishers(stack)
    assert (publisher["Principal"], publisher["Condition"]) == (
        {"Service": "cloudwatch.amazonaws.com"},
        FROM_THE_ACCOUNT,
    )
    (key,) = found(stack, "AWS::KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    assert key["KeyPolicy"]["Statement"][1] == {
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Condition": FROM_THE_ACCOUNT,
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Resource": "*",
    }
    made.topic.add_subscription  # noqa: B018 - it is a topic that one can subscribe to


def given_topic(stack: cdk.Stack) -> sns.Topic:
    return sns.Topic(stack, "Given", master_key=kms.Key(stack, "Key"))


def test_a_given_topic_gets_what_alarms_and_the_function_require(stack: cdk.Stack) -> None:
    topic = given_topic(stack)
    made = monitoring(stack, schedule(stack), topic=topic)
    assert made.topic is topic
    assert found(stack, "AWS::SNS::Topic") == found(stack, "AWS::KMS::Key") == {}
    (publisher,) = publishers(stack)
    assert publisher["Condition"] == FROM_THE_ACCOUNT
    assert without_hashes(allowed(stack, "NotifyRole"))["kms:Decrypt"] == ["Key.Arn"]


def test_a_topic_can_be_an_l1_construct_or_imported(stack: cdk.Stack) -> None:
    topic = sns.CfnTopic(stack, "Given")
    made = monitoring(stack, schedule(stack), topic=topic)
    assert stack.resolve(made.topic.topic_arn) == {"Ref": "Given"}
    assert allowed(stack, "NotifyRole")["sns:Publish"] == ["Given"]
    (publisher,) = publishers(stack)
    assert (publisher["Resource"], publisher["Condition"]) == ({"Ref": "Given"}, FROM_THE_ACCOUNT)
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    other = cdk.Stack(cdk.App(), "Other")
    arn = "arn:aws:sns:eu-central-1:111111111111:patching"
    monitoring(other, schedule(other), topic=sns.Topic.from_topic_arn(other, "Given", arn))
    assert allowed(other, "NotifyRole")["sns:Publish"] == [arn]
    assert Template.from_stack(other).find_resources("AWS::SNS::TopicPolicy") == {}


KEY_ARN = "arn:aws:kms:eu-central-1:111111111111:key/00000000-0000-4000-8000-000000000000"
KEY_POLICY = (
    "the policy of the key of the topic is not changed, because the key was imported, or the topic is an L1 construct; "
    "make sure that the policy allows cloudwatch.amazonaws.com to use kms:Decrypt and kms:GenerateDataKey*, as "
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html describes "
    "[ack: patching-constructs:topicKeyPolicyNotChanged]"
)


@pytest.mark.parametrize(
    "given",
    [
        lambda stack: sns.Topic(stack, "Given", master_key=kms.Key.from_key_arn(stack, "Key", KEY_ARN)),
        lambda stack: sns.Topic(stack, "Given", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/topics")),
        lambda stack: sns.CfnTopic(stack, "Given", kms_master_key_id=kms.Key(stack, "Key").key_arn),
        lambda stack: sns.CfnTopic(stack, "Given", kms_master_key_id="alias/topics"),
    ],
    ids=["imported key", "imported alias", "L1 topic", "L1 topic with an alias"],
)
def test_a_key_whose_policy_cannot_be_changed_is_a_warning(
    stack: cdk.Stack, given: Callable[[cdk.Stack], ITopicRef]
) -> None:
    monitoring(stack, schedule(stack), topic=given(stack))
    Annotations.from_stack(stack).has_warning("/Stack/Monitoring", KEY_POLICY)


def test_a_key_behind_an_alias_can_be_changed(stack: cdk.Stack) -> None:
    alias = kms.Alias(stack, "Alias", alias_name="alias/topics", target_key=kms.Key(stack, "Key"))
    monitoring(stack, schedule(stack), topic=sns.Topic(stack, "Given", master_key=alias))
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    (key,) = Template.from_stack(stack).find_resources("AWS::KMS::Key").values()
    assert key["Properties"]["KeyPolicy"]["Statement"][1]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}


def test_more_permissions_for_the_functions(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack))
    assert made.notify_function is not None
    assert made.notify_role is not None
    for function in (made.watch_function, made.notify_function):
        function.add_to_role_policy(iam.PolicyStatement(actions=["ssm:GetParameter"], resources=["*"]))
    for role in (made.watch_role, made.notify_role):
        role.add_to_policy(iam.PolicyStatement(actions=["ssm:GetParameters"], resources=["*"]))
    for name in ("WatchRole", "NotifyRole"):
        assert {"ssm:GetParameter", "ssm:GetParameters"} < set(allowed(stack, name))


def test_a_topic_of_another_stack_causes_no_cycle() -> None:
    app = cdk.App()
    shared, stack = cdk.Stack(app, "Shared"), cdk.Stack(app, "Stack")
    monitoring(stack, schedule(stack), topic=given_topic(shared))
    app.synth()


def test_targets_get_the_events_as_they_are(stack: cdk.Stack) -> None:
    queue = sqs.Queue(stack, "Queue")
    made = monitoring(stack, schedule(stack), targets=[event_targets.SqsQueue(queue)])
    assert made.notify_function is None
    assert made.notify_role is None
    assert found(stack, "AWS::SNS::Topic") == {}
    rules = {name: each for name, each in found(stack, RULE).items() if "EventPattern" in each}
    assert {name: [text_of(to["Arn"], {})[:5] for to in each["Targets"]] for name, each in rules.items()} == {
        name: ["Queue"] for name in ("Unsuccessful", "Disabled", "AlarmChanges")
    }
    assert not any("AlarmActions" in each for each in found(stack, ALARM).values())
    assert refused(lambda: made.topic) == (
        "topic must be set if there are targets, got targets alone; set topic [Stack/Monitoring]"
    )


def test_a_topic_and_targets(stack: cdk.Stack) -> None:
    queue = sqs.Queue(stack, "Queue")
    monitoring(stack, schedule(stack), topic=given_topic(stack), targets=[event_targets.SqsQueue(queue)])
    rules = [each for each in found(stack, RULE).values() if "EventPattern" in each]
    assert [len(each["Targets"]) for each in rules] == [2, 2, 2]
