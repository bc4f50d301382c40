"""Systems Manager as the function sees it, and the events that AWS documents.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.gate.service import (
    AUTOMATION,
    COMMAND,
    DOCUMENT,
    EXECUTION,
    NODES,
    RefusedError,
    Service,
    command,
    execution,
)

WINDOW = "mw-0ed7251d3fcf6e0c2"
STARTED = datetime(2025, 6, 2, 14, 48, 28, 39273, tzinfo=UTC)
TOPIC = "arn:aws:sns:us-east-2:123456789012:patching"
ALARM_ARN = "arn:aws:cloudwatch:us-east-2:123456789012:alarm:Prod/Monitoring/DidNotRun"


class Monitored(Service):
    """A window whose last execution failed on one of three nodes."""

    def __init__(self) -> None:
        super().__init__()
        failed = execution(WINDOW, EXECUTION, "FAILED", STARTED, timedelta(minutes=4))
        self.executions = {WINDOW: [failed | {"StatusDetails": "One or more tasks failed"}]}
        self.windows: dict[str, dict[str, Any]] = {
            WINDOW: {"WindowId": WINDOW, "Name": "web-install", "NextExecutionTime": "2025-06-09T14:48Z"}
        }
        self.tasks = [self.tasks[0] | {"Status": "FAILED", "StatusDetails": "Command failed"}]
        self.invocations = [self.invocations[0] | {"Status": "FAILED"}]
        counts = {"StatusDetails": "Failed", "TargetCount": 3, "ErrorCount": 1, "DeliveryTimedOutCount": 1}
        self.commands = [command(COMMAND, status="Failed") | counts]
        self.nodes[NODES[0]] = {"DocumentName": DOCUMENT, "Status": "Failed", "StatusDetails": "Failed"}
        self.nodes[NODES[1]] = {"DocumentName": DOCUMENT, "Status": "TimedOut", "StatusDetails": "DeliveryTimedOut"}
        self.automations: dict[str, dict[str, Any]] = {}
        self.given: dict[str, Mapping[str, Any]] = {}

    def answer(self, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        self.given[operation] = given
        return super().answer(operation, given)

    def GetMaintenanceWindow(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        if given["WindowId"] not in self.windows:
            raise RefusedError("DoesNotExistException")
        return self.windows[given["WindowId"]]

    def ListCommandInvocations(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        (status,) = (each["value"] for each in given["Filters"] if each["key"] == "Status")
        found = [{"InstanceId": node, **each} for node, each in self.nodes.items() if each["Status"] == status]
        return {"CommandInvocations": found[: given["MaxResults"]]}

    def GetAutomationExecution(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"AutomationExecution": self.automations[given["AutomationExecutionId"]]}

    def closed_gate(self, **values: Any) -> None:
        """Let the task be the gate of a schedule, which did not open."""
        self.tasks = [self.tasks[0] | {"TaskType": "AUTOMATION", "TaskArn": "web-gate"}]
        self.invocations = [self.invocations[0] | {"ExecutionId": AUTOMATION}]
        self.automations = {AUTOMATION: {"AutomationExecutionStatus": "Failed", **values}}


def execution_event(status: str = "FAILED", *, without: Collection[str] = ()) -> dict[str, Any]:
    given = {
        "start-time": "2025-06-02T14:48:28.039273Z",
        "end-time": "2025-06-02T14:52:18.083773Z",
        "window-id": WINDOW,
        "window-execution-id": EXECUTION,
        "status": status,
    }
    left = {name: value for name, value in given.items() if name not in without}
    return _event("Maintenance Window Execution State-change Notification", left)


def state_event(status: str, kind: str = "State-change") -> dict[str, Any]:
    return _event(f"Maintenance Window {kind} Notification", {"window-id": WINDOW, "status": status})


def alarm_event(
    metric: str | None = "PatchingConstructs HoursOverdue",
    *,
    state: str = "ALARM",
    points: Sequence[float] = (7.5,),
    dimensions: Mapping[str, str] | None = None,
    **configuration: Any,
) -> dict[str, Any]:
    namespace, _, name = (metric or "").partition(" ")
    stat = {"metric": {"namespace": namespace, "name": name, "dimensions": dimensions or {"WindowId": WINDOW}}}
    metrics = [{"id": "m1", "metricStat": stat | {"period": 3600, "stat": "Maximum"}, "returnData": True}]
    detail = {
        "alarmName": "Prod/Monitoring/DidNotRun",
        "configuration": ({"metrics": metrics} if metric else {"alarmRule": "ALARM(a)"}) | configuration,
        "state": {
            "value": state,
            "reason": "Threshold Crossed: 1 out of the last 1 datapoints was greater than the threshold (6.0).",
            "reasonData": json.dumps({"version": "1.0", "recentDatapoints": list(points), "threshold": 6.0}),
            "timestamp": "2025-06-02T21:00:00.000+0000",
        },
        "previousState": {"value": "OK" if state == "ALARM" else "ALARM"},
    }
    event = _event("CloudWatch Alarm State Change", detail)
    return event | {"source": "aws.cloudwatch", "resources": [ALARM_ARN]}


def _event(kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-0123456789ab",
        "detail-type": kind,
        "source": "aws.ssm",
        "account": "123456789012",
        "time": "2025-06-02T14:52:18Z",
        "region": "us-east-2",
        "resources": [f"arn:aws:ssm:us-east-2:123456789012:maintenancewindow/{WINDOW}"],
        "detail": detail,
    }
