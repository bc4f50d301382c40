"""PatchMonitoring follows its schedules: what the function knows of them, freezes, targets, and every error."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from patching_constructs import (
    FleetRollout,
    MaintenanceWindow,
    OperatingSystem,
    PatchFleet,
    PatchFreeze,
    PatchFreezes,
    PatchMonitoring,
    PatchRing,
    PatchRollout,
    PatchTarget,
    ScheduleExpression,
    WindowTask,
)
from tests.refusals import refused, untyped
from tests.unit.constructs.monitored import (
    API,
    INSTALL,
    NIGHTLY,
    RULE,
    SCAN,
    TUESDAY,
    WEB,
    WEEKLY,
    WINDOW_ID,
    alarm_names,
    found,
    imported,
    inputs,
    monitoring,
    schedule,
    text_of,
    windows_by_ref,
)

CHRISTMAS = PatchFreeze(datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC), "Christmas")
EASTER = PatchFreeze(datetime(2027, 3, 20, tzinfo=UTC), datetime(2027, 4, 3, tzinfo=UTC), "Easter")
DAY, HOUR = 24 * 3600, 3600
RINGS = [
    PatchRing("dev", targets=[PatchTarget.tag("Stage", "dev")], days_after=1),
    PatchRing("prod", targets=[PatchTarget.tag("Stage", "prod")], days_after=8),
]


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def alarms_of(stack: cdk.Stack, kind: str) -> list[str]:
    """Return what the alarms of a kind are about."""
    start = f"AWS::StackName/Monitoring/{kind}/"
    return [name.removeprefix(start) for name in alarm_names(stack) if name.startswith(start)]


# --- What the function knows --------------------------------------------------------------------------


def test_what_the_function_knows_of_executions(stack: cdk.Stack) -> None:
    paused = schedule(stack, "Paused", enabled=False, schedule=WEEKLY)
    monitoring(stack, schedule(stack), paused, imported(stack))
    assert inputs(stack, "executions") == [
        {
            "name": "Stack/Install",
            "windows": ["Install"],
            "longest_wait_seconds": 35 * DAY,
            "expression": "cron(0 4 ? * TUE#2 *)",
            "paused": False,
        },
        {
            "name": "Stack/Paused",
            "windows": ["Paused"],
            "longest_wait_seconds": 7 * DAY,
            "expression": "cron(0 4 ? * SUN *)",
            "paused": True,
        },
        {"name": "Stack/Imported", "windows": [WINDOW_ID], "paused": False},
    ]


def test_what_the_function_knows_of_nodes(stack: cdk.Stack) -> None:
    limit = cdk.Duration.days(3)
    monitoring(stack, schedule(stack), non_compliant_after=limit, evidence_max_age=timedelta(days=2))
    assert inputs(stack, "compliance") == [
        {
            "name": "Stack/Install",
            "windows": ["Install"],
            "compliance": True,
            "non_compliant_after_seconds": 3 * DAY,
            "evidence_max_age_seconds": 2 * DAY,
        }
    ]
    descriptions = [each["AlarmDescription"] for each in found(stack, "AWS::CloudWatch::Alarm").values()]
    assert "Nodes of Stack/Install have been non-compliant for longer than 3 days." in descriptions
    assert "Nodes of Stack/Install have not reported their patch state in the last 2 days." in descriptions


def ages(stack: cdk.Stack) -> dict[str, float | None]:
    """Return the age in hours at which the patch state of a node is outdated, by the schedules."""
    return {
        each["name"].removeprefix("Stack/"): each["evidence_max_age_seconds"] / HOUR
        if "evidence_max_age_seconds" in each
        else None
        for each in inputs(stack, "compliance")
    }


def test_a_patch_state_is_outdated_after_the_next_execution(stack: cdk.Stack) -> None:
    long = schedule(stack, "Api", targets=[API], schedule=WEEKLY, duration=timedelta(hours=6))
    monitoring(stack, schedule(stack), long, imported(stack), grace=timedelta(hours=2))
    assert ages(stack) == {"Install": 35 * 24 + 4 + 2, "Api": 7 * 24 + 6 + 2, "Imported": None}


def test_schedules_with_the_same_targets_share_alarms_and_the_shortest_age(stack: cdk.Stack) -> None:
    scan = schedule(stack, "Scan", schedule=NIGHTLY, operation=SCAN)
    again = schedule(stack, "Again", schedule=WEEKLY, enabled=False)
    monitoring(stack, schedule(stack), scan, again)
    assert ages(stack) == {"Install": 24 + 4 + 4}
    assert alarms_of(stack, "NonCompliant") == alarms_of(stack, "NoEvidence") == ["Install"]
    assert alarms_of(stack, "DidNotRun") == ["Again", "Install", "Scan"]


def test_a_paused_schedule_alone_makes_no_patch_state_outdated(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack, enabled=False))
    assert ages(stack) == {"Install": None}


def test_a_patch_state_may_be_as_old_as_a_freeze_is_long(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack, schedule=NIGHTLY, freezes=[CHRISTMAS]))
    # The last execution is on 19 December at 02:00, and the next one on 3 January at 02:00.
    assert ages(stack) == {"Install": 15 * 24 + 4 + 4}
    (executions,) = inputs(stack, "executions")
    assert executions["longest_wait_seconds"] == DAY


@pytest.mark.parametrize(
    "properties",
    [
        {"schedule": ScheduleExpression.expression(cdk.Token.as_string({"Ref": "Cron"}))},
        {"schedule": ScheduleExpression.at(datetime(2027, 1, 1, tzinfo=UTC))},
        {"duration": cdk.Duration.hours(cdk.Token.as_number({"Ref": "Hours"}))},
        {"end_date": cdk.Token.as_string({"Ref": "End"})},
    ],
)
def test_a_gap_that_is_unknown(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    monitoring(stack, schedule(stack, **properties))
    (known,) = inputs(stack, "executions")
    assert "longest_wait_seconds" not in known
    assert ages(stack) == {"Install": None}


def test_an_expression_that_is_a_token_is_not_compared(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack, schedule=ScheduleExpression.expression(cdk.Token.as_string({"Ref": "Cron"}))))
    (known,) = inputs(stack, "executions")
    assert known == {"name": "Stack/Install", "windows": ["Install"], "paused": False}


def test_names_are_in_ascii(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack, "Büro"))
    assert [each["name"] for each in inputs(stack, "executions")] == [r"Stack/B\xfcro"]


def test_a_long_name_is_shortened(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack, "x" * 300), schedule(stack, "x" * 301))
    names = [each["name"] for each in inputs(stack, "executions")]
    assert [len(each) for each in names] == [255, 255]
    assert len(set(names)) == 2


def test_many_schedules_are_divided_among_several_rules() -> None:
    app = cdk.App()
    fleet, stack = cdk.Stack(app, "Fleet"), cdk.Stack(app, "Stack")
    names = [f"{place:02}{'x' * 300}" for place in range(90)]
    monitoring(stack, *(schedule(fleet, name, targets=[PatchTarget.tag("Role", name[:2])]) for name in names))
    rules = found(stack, RULE)
    targets = [rules[name]["Targets"] for name in ("CheckExecutions", "CheckExecutions2", "CheckNodes", "CheckNodes2")]
    assert max(map(len, targets)) == 5
    assert max(len(each["Input"]) for several in targets for each in several) <= 8192
    for check in ("executions", "compliance"):
        assert [each["name"][6:8] for each in inputs(stack, check)] == [name[:2] for name in names]
    for name in ("Unsuccessful", "Disabled"):
        patterns = [rules[f"{name}{place}"]["EventPattern"] for place in ("", 2, 3)]
        assert [len(pattern["detail"]["window-id"]) for pattern in patterns] == [40, 40, 10]


# The longest texts that references can have.
LONG_TEXTS = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "ap-southeast-1",
    "AWS::AccountId": "1" * 12,
    "AWS::StackName": "s" * 128,
}


def test_the_policies_for_as_many_windows_as_possible_fit_in_a_role(stack: cdk.Stack) -> None:
    windows = [
        ssm.CfnMaintenanceWindow(
            stack,
            f"W{place}",
            name=f"w{place}",
            schedule="rate(7 days)",
            duration=2,
            cutoff=1,
            allow_unassociated_targets=False,
        )
        for place in range(90)
    ]
    monitoring(stack, *windows)
    texts = LONG_TEXTS | {f"W{place}": WINDOW_ID for place in range(90)}
    for name, role in found(stack, "AWS::IAM::Role").items():
        document = json.loads(json.dumps(role["Policies"][0]["PolicyDocument"]))
        for each in document["Statement"]:
            values = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
            each["Resource"] = [text_of(value, texts) for value in values]
        length = len(json.dumps(document, separators=(",", ":")))
        # The names of the table and of the log group are longer than their logical ids.
        assert 8_000 < length < 10_240 - 2 * 255, name


def test_a_freeze_cannot_add_more_windows_than_possible(stack: cdk.Stack) -> None:
    last = schedule(stack, schedule=WEEKLY)
    windows = [imported(stack, f"W{place}", f"mw-{place:017x}") for place in range(89)]
    monitoring(stack, *windows, last)
    assert refused(lambda: PatchFreezes.of(stack).add(CHRISTMAS)).startswith(
        "schedules must have at most 90 windows, got 91; create several PatchMonitoring, each for some of the schedules"
    )


def test_schedules_of_many_windows_are_divided_among_several_rules(stack: cdk.Stack) -> None:
    several = [schedule(stack, f"S{place}", schedule=WEEKLY, freezes=[CHRISTMAS, EASTER]) for place in range(30)]
    monitoring(stack, *several)
    patterns = [
        each["EventPattern"]["detail"]["window-id"]
        for name, each in found(stack, RULE).items()
        if name.startswith("Unsuccessful")
    ]
    assert [len(each) for each in patterns] == [39, 39, 12]
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_paths_that_differ_in_their_separators_only(stack: cdk.Stack) -> None:
    part = Construct(stack, "A")
    monitoring(stack, schedule(part, "B"), schedule(stack, "A-B"))
    ids = [name for name in found(stack, "AWS::CloudWatch::Alarm") if name.startswith("DidNotRun")]
    assert len(ids) == 2
    assert alarms_of(stack, "DidNotRun") == ["A-B", "A/B"]


@pytest.mark.parametrize("hours", [24, 30])
def test_a_patch_state_that_is_outdated_before_the_next_execution_is_a_warning(stack: cdk.Stack, hours: int) -> None:
    monitoring(
        stack, schedule(stack, schedule=NIGHTLY, duration=timedelta(hours=6)), evidence_max_age=timedelta(hours=hours)
    )
    warnings = Annotations.from_stack(stack)
    if hours == 30:
        warnings.has_no_warning("*", Match.any_value())
        return
    warnings.has_warning(
        "/Stack/Monitoring",
        "evidence_max_age=1 day is shorter than the longest time from an execution of Stack/Install to the end of the "
        "next one, 30 h, so that nodes have no current patch state in between, unless something else scans them "
        "[ack: patching-constructs:shortEvidenceMaxAge]",
    )


# --- What is covered ----------------------------------------------------------------------------------


def fleet(stack: cdk.Stack, **properties: Any) -> PatchFleet:
    times = properties or {"install": TUESDAY}
    return PatchFleet(
        stack,
        "Shop",
        patch_group="shop",
        operating_systems=[OperatingSystem.WINDOWS],
        scan=NIGHTLY,
        **times,
    )


def test_a_fleet_is_its_schedules(stack: cdk.Stack) -> None:
    monitoring(stack, fleet(stack))
    assert alarms_of(stack, "DidNotRun") == ["Shop/Install", "Shop/Scan"]
    assert alarms_of(stack, "NonCompliant") == ["Shop/Scan"]


def test_a_fleet_with_a_rollout_is_its_rings(stack: cdk.Stack) -> None:
    monitoring(stack, fleet(stack, rollout=FleetRollout(TUESDAY, rings=RINGS)))
    assert alarms_of(stack, "DidNotRun") == ["Shop/Rollout/dev", "Shop/Rollout/prod", "Shop/Scan"]
    assert alarms_of(stack, "NonCompliant") == ["Shop/Rollout/dev", "Shop/Rollout/prod", "Shop/Scan"]


def rollout(stack: cdk.Stack) -> PatchRollout:
    return PatchRollout(stack, "Rollout", schedule=TUESDAY, operation=INSTALL, rings=RINGS[:1])


def test_a_rollout_is_its_rings(stack: cdk.Stack) -> None:
    made = rollout(stack)
    monitoring(stack, made)
    assert alarms_of(stack, "DidNotRun") == ["Rollout/dev"]
    assert refused(lambda: made.add_ring(RINGS[1])) == (
        "ring must be added before the rollout is monitored, got 'prod'; create the PatchMonitoring after all rings "
        "[Stack/Rollout]"
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda _: [WindowTask.update_ssm_agent()],
        lambda _: [WindowTask.create_image()],
        lambda stack: [WindowTask.lambda_function(lambda_.Function.from_function_name(stack, "Function", "SSMCheck"))],
        lambda _: [],
    ],
)
def test_a_window_without_patching_has_no_alarm_for_nodes(
    stack: cdk.Stack, make: Callable[[cdk.Stack], list[WindowTask]]
) -> None:
    monitoring(stack, MaintenanceWindow(stack, "Agent", schedule=WEEKLY, targets=[WEB], tasks=make(stack)))
    assert alarms_of(stack, "DidNotRun") == ["Agent"]
    assert alarms_of(stack, "NonCompliant") == []
    assert inputs(stack, "compliance") == []


def test_a_runbook_that_patches_has_alarms_for_nodes(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    task = WindowTask.patch_with_rollback(runbook_role=role, lambda_role=role)
    monitoring(stack, MaintenanceWindow(stack, "Agent", schedule=WEEKLY, targets=[WEB], tasks=[task]))
    assert alarms_of(stack, "NonCompliant") == ["Agent"]


def test_a_scan_that_is_added_later_is_covered(stack: cdk.Stack) -> None:
    made = MaintenanceWindow(stack, "Agent", schedule=WEEKLY, targets=[WEB], tasks=[WindowTask.update_ssm_agent()])
    monitoring(stack, made)
    made.add_task("Scan", WindowTask.scan())
    assert alarms_of(stack, "NonCompliant") == ["Agent"]
    assert [each["name"] for each in inputs(stack, "compliance")] == ["Stack/Agent"]


def test_a_target_that_is_added_later_divides_what_was_shared(stack: cdk.Stack) -> None:
    scan = schedule(stack, "Scan", schedule=NIGHTLY, operation=SCAN)
    monitoring(stack, scan, schedule(stack))
    scan.add_target(API)
    assert alarms_of(stack, "NonCompliant") == ["Install", "Scan"]


def test_windows_by_their_l1_constructs_and_ids(stack: cdk.Stack) -> None:
    window = ssm.CfnMaintenanceWindow(
        stack, "Old", name="old", schedule="rate(1 day)", duration=2, cutoff=1, allow_unassociated_targets=False
    )
    monitoring(stack, window, imported(stack), dashboard=True)
    assert alarms_of(stack, "DidNotRun") == ["Imported", "Old"]
    assert [each["windows"] for each in inputs(stack, "executions")] == [["Old"], [WINDOW_ID]]


def test_windows_of_other_stacks() -> None:
    app = cdk.App()
    fleets, operations = cdk.Stack(app, "Fleets"), cdk.Stack(app, "Operations")
    PatchMonitoring(operations, "Monitoring", schedules=[schedule(fleets)])
    app.synth()
    assert alarms_of(operations, "DidNotRun") == ["Fleets/Install"]


def test_windows_after_freezes_are_covered(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack, schedule=WEEKLY, freezes=[CHRISTMAS]), dashboard=True)
    after = "AfterFreeze20270103T000000Z"
    assert alarms_of(stack, "DidNotRun") == ["Install", f"Install/{after}"]
    assert inputs(stack, "executions")[0]["windows"] == ["Install", f"Install{after}"]
    assert len(made.alarms) == len(alarm_names(stack)) == 7


def test_windows_that_a_freeze_adds_later_are_covered(stack: cdk.Stack) -> None:
    monitoring(stack, schedule(stack, schedule=WEEKLY), dashboard=True)
    PatchFreezes.of(stack).add(CHRISTMAS)
    after = "InstallAfterFreeze20270103T000000Z"
    assert alarms_of(stack, "DidNotRun") == ["Install", "Install/AfterFreeze20270103T000000Z"]
    assert inputs(stack, "executions")[0]["windows"] == ["Install", after]
    ids = windows_by_ref(stack)
    rules = found(stack, RULE)
    for name in ("Unsuccessful", "Disabled"):
        detail = rules[name]["EventPattern"]["detail"]
        assert [text_of(each, ids) for each in detail["window-id"]] == ["Install", after]
    for role in ("WatchRole", "NotifyRole"):
        statement = found(stack, "AWS::IAM::Role")[role]["Policies"][0]["PolicyDocument"]["Statement"][1]
        assert [text_of(each, ids).rpartition("/")[2] for each in statement["Resource"]] == ["Install", after]


def test_a_freeze_cannot_add_a_window_after_the_alarms_were_listed(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack, schedule=WEEKLY), imported(stack))
    assert len(made.alarms) == 9
    assert refused(lambda: PatchFreezes.of(stack).add(CHRISTMAS)) == (
        "freezes must not add a window after the windows of the schedule were listed, got AfterFreeze20270103T000000Z; "
        "add all freezes before the schedule is created [Stack/Install]"
    )


# --- The dashboard ------------------------------------------------------------------------------------


def test_the_dashboard(stack: cdk.Stack) -> None:
    made = monitoring(stack, schedule(stack), imported(stack), dashboard=True)
    assert made.dashboard is not None
    (dashboard,) = found(stack, "AWS::CloudWatch::Dashboard").values()
    body = text_of(dashboard["DashboardBody"], windows_by_ref(stack))
    for title in (
        "Hours since the last success",
        "Hours overdue",
        "Nodes that are non-compliant for too long",
        "Nodes without a current patch state",
    ):
        assert f'"title":"{title}"' in body
    for window in ("Install", WINDOW_ID):
        assert f'["PatchingConstructs","HoursSinceSuccess","WindowId","{window}"' in body
    of_nodes = '"Monitoring","AWS::StackName/Monitoring","Schedule","Stack/Install"'
    assert f'["PatchingConstructs","NonCompliantNodes",{of_nodes}' in body
    assert re.search(r'"horizontal":\[{[^]]*"value":4[^0-9]', body)


def test_no_dashboard_by_default(stack: cdk.Stack) -> None:
    assert monitoring(stack, schedule(stack)).dashboard is None
    assert found(stack, "AWS::CloudWatch::Dashboard") == {}


# --- Errors -------------------------------------------------------------------------------------------

KINDS = "PatchSchedule, MaintenanceWindow, PatchRollout, PatchFleet or IMaintenanceWindowRef"
IMPORT = "import a window by its id with MaintenanceWindow.from_maintenance_window_id(...)"
KNOWN = "must be known at synthesis, because the limits of alarms are computed from it, got a token"
ERRORS: dict[str, tuple[Callable[[cdk.Stack], dict[str, Any]], str]] = {
    "no schedule": (lambda _: {"schedules": []}, "schedules must contain at least 1 schedule, got 0"),
    "an empty rollout": (
        lambda stack: {"schedules": [PatchRollout(stack, "Empty", schedule=TUESDAY, operation=INSTALL)]},
        "schedules must contain at least 1 schedule, got 0",
    ),
    "not a list": (
        lambda stack: {"schedules": untyped(schedule(stack))},
        f"schedules must be a list of {KINDS}, got an object of type PatchSchedule; wrap it in [...]",
    ),
    "a text": (
        lambda _: {"schedules": untyped(WINDOW_ID)},
        f"schedules must be a list of {KINDS}, got '{WINDOW_ID}'; wrap it in [...]",
    ),
    "an id": (
        lambda _: {"schedules": [untyped(WINDOW_ID)]},
        f"schedules must be a list of {KINDS}, got '{WINDOW_ID}'; {IMPORT}",
    ),
    "twice": (
        lambda stack: {"schedules": [made := fleet(stack), made.scan_schedule]},
        "schedules must not contain a window twice, got Stack/Shop/Scan; a fleet contains its schedules, and a "
        "rollout its rings",
    ),
    "an id twice": (
        lambda stack: {"schedules": [imported(stack, "One"), imported(stack, "Again")]},
        "schedules must not contain a window twice, got Stack/Again; a fleet contains its schedules, and a rollout its "
        "rings",
    ),
    "a schedule and its L1 construct": (
        lambda stack: {"schedules": [made := schedule(stack), made.node.default_child]},
        "schedules must not contain a window twice, got Stack/Install/Resource; a fleet contains its schedules, and a "
        "rollout its rings",
    ),
    "too many windows": (
        lambda stack: {"schedules": [imported(stack, f"W{place}", f"mw-{place:017x}") for place in range(91)]},
        "schedules must have at most 90 windows, got 91; create several PatchMonitoring, each for some of the "
        "schedules",
    ),
    "not a topic": (
        lambda _: {"topic": untyped("arn:aws:sns:eu-central-1:111111111111:patching")},
        "topic must be an ITopicRef, got 'arn:aws:sns:eu-central-1:111111111111:patching'; for a topic by its ARN, use "
        "aws_sns.Topic.from_topic_arn(...)",
    ),
    "a FIFO topic": (
        lambda stack: {"topic": sns.Topic(stack, "Given", fifo=True)},
        "topic must be a standard topic, got a FIFO topic; FIFO topics cannot send mail",
    ),
    "an imported FIFO topic": (
        lambda stack: {
            "topic": sns.Topic.from_topic_arn(stack, "Given", "arn:aws:sns:eu-central-1:111111111111:patching.fifo")
        },
        "topic must be a standard topic, got a FIFO topic; FIFO topics cannot send mail",
    ),
    "a target with the AWS managed key": (
        lambda stack: {
            "targets": [
                event_targets.SnsTopic(
                    sns.Topic(stack, "Given", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/sns"))
                )
            ]
        },
        "targets cannot be encrypted with the AWS managed key, got alias/aws/sns; use a customer managed key, to which "
        "EventBridge can have access",
    ),
    "too many targets": (
        lambda stack: {"targets": [event_targets.SqsQueue(sqs.Queue(stack, f"Q{place}")) for place in range(6)]},
        "targets must have at most 5 items, got 6; use an SNS topic or an event bus as one of them",
    ),
    "too many targets with a topic": (
        lambda stack: {
            "topic": sns.Topic(stack, "Given"),
            "targets": [event_targets.SqsQueue(sqs.Queue(stack, f"Q{place}")) for place in range(5)],
        },
        "targets must have at most 4 items with topic, which is a target too, got 5; use an SNS topic or an event bus "
        "as one of them",
    ),
    "a topic with the AWS managed key": (
        lambda stack: {
            "topic": sns.Topic(stack, "Given", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/sns"))
        },
        "topic cannot be encrypted with the AWS managed key, got alias/aws/sns; use a customer managed key, to which "
        "CloudWatch can have access",
    ),
    "an L1 topic with the AWS managed key": (
        lambda stack: {"topic": sns.CfnTopic(stack, "Given", kms_master_key_id="alias/aws/sns")},
        "topic cannot be encrypted with the AWS managed key, got alias/aws/sns; use a customer managed key, to which "
        "CloudWatch can have access",
    ),
    "a target that is no list": (
        lambda _: {"targets": untyped("queue")},
        "targets must be a list of IRuleTarget, got 'queue'; wrap it in [...]",
    ),
    "a target of another type": (
        lambda _: {"targets": [untyped("queue")]},
        "targets must be a list of IRuleTarget, got 'queue'; use one of aws_cdk.aws_events_targets, such as "
        "SqsQueue(queue)",
    ),
    "a short grace": (
        lambda _: {"grace": timedelta(minutes=5)},
        "grace must be from 15 min to 31 days, in whole seconds, got 5 min",
    ),
    "a grace that is a token": (
        lambda _: {"grace": cdk.Duration.seconds(cdk.Token.as_number({"Ref": "Grace"}))},
        f"grace {KNOWN}",
    ),
    "a long time": (
        lambda _: {"non_compliant_after": timedelta(days=400)},
        "non_compliant_after must be from 1 h to 366 days, in whole seconds, got 400 days",
    ),
    "a short age": (
        lambda _: {"evidence_max_age": timedelta(0)},
        "evidence_max_age must be from 1 h to 366 days, in whole seconds, got 0 s",
    ),
    "a dashboard": (lambda _: {"dashboard": untyped("true")}, "dashboard must be True or False, got 'true'"),
    "a retention": (
        lambda _: {"log_retention": untyped(30)},
        "log_retention must be a RetentionDays, got 30; use a member of aws_cdk.aws_logs.RetentionDays",
    ),
}


@pytest.mark.parametrize(("make", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_every_error(stack: cdk.Stack, make: Callable[[cdk.Stack], dict[str, Any]], message: str) -> None:
    properties = {"schedules": [imported(stack)], **make(stack)}
    assert refused(lambda: PatchMonitoring(stack, "Monitoring", **properties)) == f"{message} [Stack/Monitoring]"
    assert found(stack, "AWS::Lambda::Function") == {}


def in_region(region: str, account: str = "111111111111") -> cdk.Stack:
    return cdk.Stack(cdk.App(), region, env=cdk.Environment(account=account, region=region))


def test_schedules_of_other_regions_and_accounts_are_refused() -> None:
    here = in_region("eu-central-1")
    fix = "create a PatchMonitoring in the account and Region of each schedule [eu-central-1/Monitoring]"
    assert refused(lambda: monitoring(here, schedule(in_region("us-east-1")))) == (
        f"schedules must be in the Region of the monitoring, eu-central-1, got us-east-1; {fix}"
    )
    assert refused(lambda: monitoring(here, schedule(in_region("eu-central-1", "222222222222")))) == (
        f"schedules must be in the account of the monitoring, 111111111111, got 222222222222; {fix}"
    )


def test_a_topic_of_another_region_is_refused() -> None:
    here = in_region("eu-central-1")
    topic = sns.Topic.from_topic_arn(here, "Given", "arn:aws:sns:us-east-1:111111111111:patching")
    assert refused(lambda: monitoring(here, schedule(here), topic=topic)) == (
        "topic must be in the Region of the monitoring, eu-central-1, got us-east-1; CloudWatch publishes only to "
        "topics of its Region [eu-central-1/Monitoring]"
    )
