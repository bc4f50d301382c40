"""Systems Manager and Resource Groups as the function sees them. Each request and each answer is validated."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.gate.service import (
    DOCUMENT,
    INVOCATION,
    NODES,
    NOW,
    OWN,
    TASK,
    RefusedError,
    Service,
    state,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PATCH_GROUP = [{"Key": "tag:PatchGroup", "Values": ["web"]}]
EXPRESSION = "cron(0 3 ? * TUE *)"


class Monitored(Service):
    """A weekly window whose last execution patched three nodes; a test changes the attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.windows = {OWN: window(OWN)}
        self.executions = {OWN: [run(1, NOW - 7 * DAY)]}
        self.tasks_of: dict[str, list[dict[str, Any]]] = {execution_id(1): [task()]}
        self.targets: dict[str, list[list[dict[str, Any]]]] = {OWN: [PATCH_GROUP]}
        self.tags = {node: {"PatchGroup": "web"} for node in NODES}
        self.groups: dict[str, list[str]] = {}
        self.baselines: dict[str, str] = {}
        self.states = {node: state(node, ended=NOW - 7 * DAY) for node in NODES}
        self.given: list[tuple[str, Mapping[str, Any]]] = []
        self.answered: dict[str, int] = {}
        """The number of the first request without the error of its operation."""

    def answer(self, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        self.given.append((operation, given))
        if self.operations.count(operation) + 1 == self.answered.get(operation):
            del self.errors[operation]
        return super().answer(operation, given)

    def GetMaintenanceWindow(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        if given["WindowId"] not in self.windows:
            raise RefusedError("DoesNotExistException")
        return self.windows[given["WindowId"]]

    def DescribeMaintenanceWindowExecutions(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        after = next((each["Values"][0] for each in given.get("Filters", ())), "1970-01-01T00:00:00Z")
        begin = datetime.fromisoformat(after)
        found = [each for each in self.executions[given["WindowId"]] if each.get("StartTime", NOW) >= begin]
        return self._paged("WindowExecutions", found, given)

    def DescribeMaintenanceWindowExecutionTasks(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._paged("WindowExecutionTaskIdentities", self.tasks_of[given["WindowExecutionId"]], given)

    def DescribeMaintenanceWindowTargets(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [{"WindowId": given["WindowId"], "Targets": each} for each in self.targets[given["WindowId"]]]
        return self._paged("Targets", found, given)

    def DescribeInstanceInformation(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [{"InstanceId": node} for node in self.tags if all(self._has(node, f) for f in given["Filters"])]
        return self._paged("InstanceInformationList", found, given)

    def _has(self, node: str, given: Mapping[str, Any]) -> bool:
        key = given["Key"].removeprefix("tag:")
        if key == "InstanceIds":
            return node in given["Values"]
        return self.tags[node].get(key) in given["Values"]

    def GetPatchBaseline(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        if given["BaselineId"] not in self.baselines:
            raise RefusedError("DoesNotExistException")
        return {"AvailableSecurityUpdatesComplianceStatus": self.baselines[given["BaselineId"]]}

    def DescribePatchBaselines(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._paged("BaselineIdentities", [{"BaselineId": each} for each in self.baselines], given)

    def ListGroupResources(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        arns = self.groups[given["Group"]]
        return self._paged("Resources", [{"Identifier": {"ResourceArn": each}} for each in arns], given)


def window(name: str, **changed: Any) -> dict[str, Any]:
    return {
        "WindowId": name,
        "Name": "web-install",
        "Schedule": EXPRESSION,
        "Duration": 4,
        "Cutoff": 1,
        "Enabled": True,
        "NextExecutionTime": f"{NOW + 7 * DAY - timedelta(minutes=5):%Y-%m-%dT%H:%MZ}",
        "CreatedDate": datetime(2026, 1, 1, tzinfo=UTC),
        "ModifiedDate": datetime(2026, 2, 1, tzinfo=UTC),
    } | changed


def execution_id(number: int) -> str:
    return f"00000000-0000-4000-9000-{number:012}"


def run(number: int, start: datetime, status: str = "SUCCESS", *, of: str = OWN) -> dict[str, Any]:
    """Return an execution of an hour, or one that still runs."""
    ended = {} if status in {"PENDING", "IN_PROGRESS"} else {"EndTime": start + HOUR}
    return {
        "WindowId": of,
        "WindowExecutionId": execution_id(number),
        "Status": status,
        "StartTime": start,
        **ended,
    }


def task(kind: str = "RUN_COMMAND", arn: str = DOCUMENT, status: str = "SUCCESS") -> dict[str, Any]:
    return {
        "WindowExecutionId": execution_id(1),
        "TaskExecutionId": TASK,
        "Status": status,
        "TaskArn": arn,
        "TaskType": kind,
    }


def invocation(started: str) -> dict[str, Any]:
    return {"InvocationId": INVOCATION, "ExecutionId": started, "Status": "SUCCESS"}
