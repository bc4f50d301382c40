"""Schedules of several windows, paused ones and imported ones, with the topic that the monitoring creates."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import aws_cdk as cdk
import pytest

from patching_constructs import (
    DayOfWeek,
    MaintenanceWindow,
    PatchFreeze,
    PatchMonitoring,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.unit.monitoring.deployed import ACCOUNT, REGION, Deployed, Function
from tests.unit.monitoring.world import DEPLOYED_AT, World, emulated, running

IMPORTED = "mw-0123456789abcdef0"
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
SUNDAY = datetime(2027, 1, 17, 4, tzinfo=UTC)
FREEZE = PatchFreeze(datetime(2027, 1, 20, tzinfo=UTC), datetime(2027, 2, 2, tzinfo=UTC), "Launch")
AFTER_FREEZE = SUNDAY + 3 * WEEK
NODES = {"i-00000000000000001": "Success"}


@pytest.fixture(scope="module")
def fleet() -> Deployed:
    app = cdk.App()
    stack = cdk.Stack(app, "Prod", env=cdk.Environment(account=ACCOUNT, region=REGION))
    sundays = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4)
    frozen = PatchSchedule(
        stack,
        "Frozen",
        schedule=sundays,
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.INSTALL,
        freezes=[FREEZE],
    )
    paused = PatchSchedule(
        stack,
        "Paused",
        schedule=sundays,
        targets=[PatchTarget.patch_group("batch")],
        operation=PatchOperation.INSTALL,
        enabled=False,
    )
    imported = MaintenanceWindow.from_maintenance_window_id(stack, "Imported", IMPORTED)
    PatchMonitoring(stack, "Monitoring", schedules=[frozen, paused, imported])
    return Deployed(app, stack)


@pytest.fixture(scope="module")
def fleet_functions(fleet: Deployed) -> Iterator[Mapping[str, Function]]:
    with running(fleet) as started:
        yield started


@pytest.fixture
def world(fleet: Deployed, fleet_functions: Mapping[str, Function], moto: str) -> Iterator[World]:
    """Return the monitoring after its deployment."""
    with emulated(fleet, fleet_functions, moto) as found:
        imported = {"Name": "legacy", "Schedule": "rate(7 days)", "Duration": 2, "Cutoff": 1}
        found.account.add_window(IMPORTED, imported, DEPLOYED_AT)
        for window in found.account.windows:
            found.account.due(window, SUNDAY)
        found.account.due(windows_of(found, "Frozen")[1], AFTER_FREEZE)
        found.deploy()
        found.evaluate()
        assert found.mails() == []
        yield found


def reach(world: World, moment: datetime) -> None:
    world.pass_time(moment - world.now, step=moment - world.now)


def a_week(world: World, sunday: datetime, windows: Mapping[str, bool]) -> None:
    """Let windows run on a Sunday, and all of them have their next execution a week later.

    Args:
        world: the world.
        sunday: when they open.
        windows: the windows that run, and whether they patch a node.
    """
    reach(world, sunday)
    for window, patches in windows.items():
        world.account.execute(window, sunday, sunday + HOUR, NODES if patches else None)
        world.account.due(window, sunday + WEEK)
    reach(world, sunday + 12 * HOUR)


def windows_of(world: World, schedule: str) -> list[str]:
    """Return the windows of a schedule of the stack, the first one first."""
    resources = world.deployed.resources
    return [
        world.deployed.name(name)
        for name, each in resources.items()
        if each["Type"] == "AWS::SSM::MaintenanceWindow" and name.startswith(schedule)
    ]


def test_a_freeze_is_not_an_execution_that_is_missing(world: World) -> None:
    before, after = windows_of(world, "Frozen")
    (paused,) = windows_of(world, "Paused")
    others = {paused: False, IMPORTED: True}
    a_week(world, SUNDAY, {before: True, **others})
    a_week(world, SUNDAY + WEEK, others)
    a_week(world, SUNDAY + 2 * WEEK, others)
    a_week(world, SUNDAY + 3 * WEEK, {after: True, **others})
    assert (world.problems, world.mails()) == ([], [])


def test_the_window_after_a_freeze_that_does_not_run(world: World) -> None:
    before, after = windows_of(world, "Frozen")
    a_week(world, SUNDAY, {before: True, IMPORTED: True})
    for number in (1, 2):
        a_week(world, SUNDAY + number * WEEK, {IMPORTED: True})
    assert world.mails() == []
    a_week(world, SUNDAY + 3 * WEEK, {IMPORTED: True})
    assert world.subjects() == [f"Patching did not run: {world.account.windows[after]['Name']}"]


def test_an_imported_window_that_does_not_run(world: World) -> None:
    before, _ = windows_of(world, "Frozen")
    a_week(world, SUNDAY, {before: True})
    assert world.subjects() == ["Patching did not run: legacy"]


def test_the_functions_can_do_what_they_do(fleet: Deployed) -> None:
    topic = fleet.of_type("AWS::SNS::Topic")
    (topic_id,) = topic
    (table_id,) = fleet.of_type("AWS::DynamoDB::Table")
    (key_id,) = fleet.of_type("AWS::KMS::Key")
    automation = f"arn:aws:ssm:{REGION}:{ACCOUNT}:automation-execution/00000000-0000-4000-8000-000000000001"
    required = {
        "Notify": [("sns:Publish", fleet.arn(topic_id)), ("ssm:GetAutomationExecution", automation)]
        + [(action, fleet.arn(key_id)) for action in ("kms:GenerateDataKey", "kms:Decrypt")],
        "Watch": [(f"dynamodb:{action}", fleet.arn(table_id)) for action in ("GetItem", "PutItem")]
        + [("cloudwatch:PutMetricData", "*")],
    }
    for name, actions in required.items():
        (function,) = (each for each in fleet.of_type("AWS::Lambda::Function") if each.startswith(f"Monitoring{name}"))
        permissions = fleet.permissions(fleet.arn(function))
        assert {each for each in actions if not permissions.allows(*each)} == set()
