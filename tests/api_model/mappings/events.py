"""Event rules, schedules of EventBridge Scheduler, alarms and dashboards."""

import json
from collections.abc import Iterator

from tests.api_model.mappings.registry import Created, Properties, requests_of
from tests.api_model.model import Request
from tests.api_model.unknown import Unknown

_UNIVERSAL_TARGET = ":scheduler:::aws-sdk:"
_TIME = "2026-12-01T12:00:00Z"


@requests_of("AWS::Events::Rule")
def rule(created: Created) -> Iterator[Request]:
    targets, pattern = created.take("Targets", []), created.take("EventPattern")
    given = {"Name": created.name} | created.rest()
    if pattern is not None:
        given["EventPattern"] = json.dumps(pattern)
    yield Request("events", "PutRule", given)
    if targets:
        bus = {name: given[name] for name in ("EventBusName",) if name in given}
        yield Request("events", "PutTargets", {"Rule": created.name, "Targets": targets} | bus)


@requests_of("AWS::Scheduler::Schedule")
def schedule(created: Created) -> Iterator[Request]:
    target: Properties = created.properties.get("Target", {})
    yield Request("scheduler", "CreateSchedule", {"Name": created.name} | created.rest())
    yield from _universal(target)


def _universal(target: Properties) -> Iterator[Request]:
    """Return the request of a universal target, which names an operation of any service."""
    arn, text = target.get("Arn", ""), target.get("Input", "{}")
    if _UNIVERSAL_TARGET in arn and not isinstance(text, Unknown):
        service, operation = arn.split(_UNIVERSAL_TARGET)[1].split(":")
        given = json.loads(text.replace("<aws.scheduler.scheduled-time>", _TIME))
        yield Request(service, operation[0].upper() + operation[1:], given)


@requests_of("AWS::CloudWatch::Alarm")
def alarm(created: Created) -> Iterator[Request]:
    yield Request("cloudwatch", "PutMetricAlarm", {"AlarmName": created.name} | created.rest())


@requests_of("AWS::CloudWatch::Dashboard")
def dashboard(created: Created) -> Iterator[Request]:
    yield Request("cloudwatch", "PutDashboard", {"DashboardName": created.name} | created.rest())
