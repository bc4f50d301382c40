"""A deployed `PatchMonitoring`: Systems Manager is a validated fake, the other services are moto's."""

from collections.abc import Iterator, Mapping

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from moto.server import ThreadedMotoServer

from patching_constructs import (
    DayOfWeek,
    PatchMonitoring,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.unit.monitoring.deployed import ACCOUNT, REGION, Deployed, Function
from tests.unit.monitoring.world import World, emulated, running


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    """Return a weekly schedule that is monitored, and a queue that receives the events themselves."""
    app = cdk.App()
    stack = cdk.Stack(app, "Prod", env=cdk.Environment(account=ACCOUNT, region=REGION))
    schedule = PatchSchedule(
        stack,
        "Web",
        window_name="web-install",
        schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4),
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.INSTALL,
    )
    PatchMonitoring(
        stack,
        "Monitoring",
        schedules=[schedule],
        topic=sns.Topic(stack, "Patching"),
        targets=[event_targets.SqsQueue(sqs.Queue(stack, "Raw"))],
    )
    return Deployed(app, stack)


@pytest.fixture(scope="session")
def functions(deployed: Deployed) -> Iterator[Mapping[str, Function]]:
    with running(deployed) as started:
        yield started


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def world(deployed: Deployed, functions: Mapping[str, Function], moto: str) -> Iterator[World]:
    """Return the monitoring before its deployment."""
    with emulated(deployed, functions, moto) as found:
        yield found
