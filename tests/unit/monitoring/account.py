"""An account with maintenance windows, what they ran, and nodes: the answers of Systems Manager."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.unit.cli.live.aws import Answer, Operation, RefusedError

PATCH_DOCUMENT = "AWS-RunPatchBaseline"


@dataclass
class Command:
    """A command, with the status of each node."""

    id: str
    nodes: Mapping[str, str]
    started: datetime

    def answer(self) -> Answer:
        statuses = list(self.nodes.values())
        status = "Success" if set(statuses) <= {"Success"} else "Failed"
        return {
            "CommandId": self.id,
            "DocumentName": PATCH_DOCUMENT,
            "Status": status,
            "StatusDetails": status,
            "TargetCount": len(statuses),
            "ErrorCount": statuses.count("Failed"),
            "DeliveryTimedOutCount": statuses.count("TimedOut"),
            "RequestedDateTime": self.started,
        }


@dataclass
class Execution:
    """An execution of a window with at most one task, which patches."""

    id: str
    window: str
    start: datetime
    end: datetime
    status: str
    command: Command | None

    def answer(self) -> Answer:
        return {
            "WindowId": self.window,
            "WindowExecutionId": self.id,
            "Status": self.status,
            "StatusDetails": "" if self.status == "SUCCESS" else "One or more tasks failed",
            "StartTime": self.start,
            "EndTime": self.end,
        }


@dataclass
class Account:
    """What Systems Manager knows."""

    windows: dict[str, Answer] = field(default_factory=dict)
    targets: dict[str, Sequence[Answer]] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    nodes: dict[str, Answer] = field(default_factory=dict)
    """The patch states of the nodes that the targets select; empty for a node that has none."""
    baselines: dict[str, str] = field(default_factory=dict)
    """Whether available security updates are non-compliant, by what the service calls each patch baseline."""

    def add_window(self, window_id: str, properties: Mapping[str, Any], created: datetime) -> None:
        """Let a window of a template exist, with one target."""
        kept = ("Name", "Schedule", "Duration", "Cutoff", "StartDate", "EndDate")
        given = {name: each for name, each in properties.items() if name in kept}
        self.windows[window_id] = {**given, "WindowId": window_id, "Enabled": True, "CreatedDate": created}
        self.targets[window_id] = [
            {"ResourceType": "INSTANCE", "Targets": [{"Key": "tag:PatchGroup", "Values": ["web"]}]}
        ]

    def due(self, window_id: str, moment: datetime) -> None:
        """Let a moment be the next execution of a window; there is none after its end date."""
        window = self.windows[window_id]
        window.pop("NextExecutionTime", None)
        if "EndDate" not in window or moment <= datetime.fromisoformat(window["EndDate"]):
            window["NextExecutionTime"] = f"{moment:%Y-%m-%dT%H:%MZ}"

    def execute(
        self, window: str, start: datetime, end: datetime, nodes: Mapping[str, str] | None, status: str = "SUCCESS"
    ) -> Execution:
        """Let a window run: without nodes, it runs no task."""
        number = 2 * len(self.executions)
        command = None if nodes is None else Command(_id(number), nodes, start)
        self.executions.append(Execution(_id(number + 1), window, start, end, status, command))
        return self.executions[-1]

    # --- Operations -----------------------------------------------------------------------------------

    def operations(self) -> Mapping[str, Operation]:
        """Return the operations by their names."""
        return {
            "GetMaintenanceWindow": self._window,
            "DescribeMaintenanceWindowTargets": self._targets,
            "DescribeMaintenanceWindowExecutions": self._executions,
            "DescribeMaintenanceWindowExecutionTasks": self._tasks,
            "DescribeMaintenanceWindowExecutionTaskInvocations": self._invocations,
            "ListCommands": self._commands,
            "ListCommandInvocations": self._command_invocations,
            "DescribeInstanceInformation": self._instances,
            "DescribeInstancePatchStates": self._patch_states,
            "DescribePatchBaselines": self._all_baselines,
            "GetPatchBaseline": self._baseline,
        }

    def _window(self, given: Mapping[str, Any]) -> Answer:
        if given["WindowId"] not in self.windows:
            raise RefusedError("DoesNotExistException")
        return self.windows[given["WindowId"]]

    def _targets(self, given: Mapping[str, Any]) -> Answer:
        return {"Targets": list(self.targets.get(given["WindowId"], ()))}

    def _executions(self, given: Mapping[str, Any]) -> Answer:
        after = [each["Values"][0] for each in given.get("Filters", ()) if each["Key"] == "ExecutedAfter"]
        begun = [each for each in self.executions if not after or each.start >= datetime.fromisoformat(after[0])]
        return {"WindowExecutions": [each.answer() for each in begun if each.window == given["WindowId"]]}

    def _tasks(self, given: Mapping[str, Any]) -> Answer:
        (execution,) = (each for each in self.executions if each.id == given["WindowExecutionId"])
        task = {
            "WindowExecutionId": execution.id,
            "TaskExecutionId": execution.id,
            "Status": execution.status,
            "TaskArn": PATCH_DOCUMENT,
            "TaskType": "RUN_COMMAND",
        }
        return {"WindowExecutionTaskIdentities": [] if execution.command is None else [task]}

    def _invocations(self, given: Mapping[str, Any]) -> Answer:
        (execution,) = (each for each in self.executions if each.id == given["TaskId"])
        assert execution.command is not None
        invocation = {"ExecutionId": execution.command.id, "Status": execution.status}
        return {"WindowExecutionTaskInvocationIdentities": [invocation]}

    def _command(self, given: Mapping[str, Any]) -> Command:
        commands = (each.command for each in self.executions)
        return next(each for each in commands if each is not None and each.id == given["CommandId"])

    def _commands(self, given: Mapping[str, Any]) -> Answer:
        return {"Commands": [self._command(given).answer()]}

    def _command_invocations(self, given: Mapping[str, Any]) -> Answer:
        status = [each["value"] for each in given.get("Filters", ()) if each["key"] == "Status"]
        nodes = self._command(given).nodes.items()
        found = [
            {"InstanceId": node, "CommandId": given["CommandId"], "Status": each, "StatusDetails": each}
            for node, each in nodes
            if not status or each in status
        ]
        return {"CommandInvocations": found}

    def _instances(self, _: Mapping[str, Any]) -> Answer:
        return {"InstanceInformationList": [{"InstanceId": node, "PingStatus": "Online"} for node in self.nodes]}

    def _patch_states(self, given: Mapping[str, Any]) -> Answer:
        found = [self.nodes[node] for node in given["InstanceIds"] if self.nodes[node]]
        return {"InstancePatchStates": found}

    def _all_baselines(self, _: Mapping[str, Any]) -> Answer:
        return {"BaselineIdentities": [{"BaselineId": each} for each in self.baselines]}

    def _baseline(self, given: Mapping[str, Any]) -> Answer:
        if given["BaselineId"] not in self.baselines:
            raise RefusedError("DoesNotExistException")
        status = self.baselines[given["BaselineId"]]
        return {"BaselineId": given["BaselineId"], "AvailableSecurityUpdatesComplianceStatus": status}


def _id(number: int) -> str:
    return str(UUID(int=number))
