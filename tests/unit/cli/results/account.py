"""An account with maintenance windows and their executions, as AWS on this machine answers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.cli.live.aws import Answer, FakeAws, RefusedError, paged

REGION = "eu-central-1"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
NODE = "i-0123456789abcdef0"
DOCUMENT = "AWS-RunPatchBaseline"


def id_of(name: str) -> str:
    """Return the id of a window, from its name."""
    return f"mw-{name.encode().hex():0<17.17}"


class Account(FakeAws):
    """Windows with executions. A test changes the attributes."""

    def __init__(self) -> None:
        super().__init__(
            {
                "DescribeMaintenanceWindows": self._windows,
                "GetMaintenanceWindow": self._window,
                "DescribeMaintenanceWindowExecutions": self._executions,
                "DescribeMaintenanceWindowExecutionTasks": self._tasks,
                "DescribeMaintenanceWindowExecutionTaskInvocations": self._invocations,
                "ListCommandInvocations": self._command_invocations,
                "ListStackResources": self._stack_resources,
            }
        )
        self.windows: dict[str, Answer] = {}
        self.executions: dict[str, list[Answer]] = {}
        self.tasks: dict[str, list[Answer]] = {}
        self.nodes: dict[str, list[str]] = {}
        self.stacks: dict[str, dict[str, str]] = {}

    def add_window(self, name: str, schedule: str, **properties: Any) -> str:
        """Add a window and return its id."""
        found = id_of(name)
        self.windows[found] = {
            "WindowId": found,
            "Name": name,
            "Enabled": True,
            "Duration": 2,
            "Cutoff": 1,
            "Schedule": schedule,
            "CreatedDate": MADE,
            "ModifiedDate": MADE,
        } | properties
        self.executions[found] = []
        return found

    def add_execution(
        self,
        window: str,
        started: datetime,
        status: str = "SUCCESS",
        *,
        tasks: tuple[str, ...] = ("SUCCESS",),
        nodes: int = 1,
        details: str = "",
    ) -> str:
        """Add an execution with its tasks, each of them a command on some nodes, and return its id."""
        found = f"00000000-0000-4000-8000-{len(self.tasks):012}"
        ended = {} if status == "IN_PROGRESS" else {"EndTime": started + timedelta(minutes=40)}
        words = {"StatusDetails": details} if details else {}
        self.executions[window].append(
            {"WindowId": window, "WindowExecutionId": found, "Status": status, "StartTime": started} | ended | words
        )
        self.tasks[found] = [
            {
                "WindowExecutionId": found,
                "TaskExecutionId": f"{found[:-4]}{task:04}",
                "Status": each,
                "TaskArn": DOCUMENT,
                "TaskType": "RUN_COMMAND",
            }
            for task, each in enumerate(tasks, start=1)
        ]
        self.nodes[found] = [NODE] * nodes
        return found

    # --- Operations -----------------------------------------------------------------------------------

    def _windows(self, given: Mapping[str, Any]) -> Answer:
        dates = ("CreatedDate", "ModifiedDate")
        listed = [{key: value for key, value in each.items() if key not in dates} for each in self.windows.values()]
        return paged("WindowIdentities", listed, given)

    def _window(self, given: Mapping[str, Any]) -> Answer:
        return self.windows[given["WindowId"]]

    def _executions(self, given: Mapping[str, Any]) -> Answer:
        (limit,) = (datetime.fromisoformat(each["Values"][0]) for each in given["Filters"])
        found = [each for each in self.executions[given["WindowId"]] if each["StartTime"] > limit]
        return paged("WindowExecutions", found, given)

    def _tasks(self, given: Mapping[str, Any]) -> Answer:
        return {"WindowExecutionTaskIdentities": self.tasks[given["WindowExecutionId"]]}

    def _invocations(self, given: Mapping[str, Any]) -> Answer:
        execution = given["WindowExecutionId"]
        found = [{"InvocationId": execution, "ExecutionId": execution}] if self.nodes[execution] else []
        return {"WindowExecutionTaskInvocationIdentities": found}

    def _command_invocations(self, given: Mapping[str, Any]) -> Answer:
        nodes = self.nodes[given["CommandId"]]
        return {"CommandInvocations": [{"CommandId": given["CommandId"], "InstanceId": node} for node in nodes]}

    def _stack_resources(self, given: Mapping[str, Any]) -> Answer:
        if given["StackName"] not in self.stacks:
            message = f"Stack with id {given['StackName']} does not exist"
            raise RefusedError("ValidationError", message=message)
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": logical_id,
                    "PhysicalResourceId": window,
                    "ResourceType": "AWS::SSM::MaintenanceWindow",
                    "ResourceStatus": "CREATE_COMPLETE",
                    "LastUpdatedTimestamp": MADE,
                }
                for logical_id, window in self.stacks[given["StackName"]].items()
            ]
        }
