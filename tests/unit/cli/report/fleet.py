"""A fleet in AWS: nodes with tags, patch states and patches, and a window that patches them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.cli.live.aws import ACCOUNT, Answer, FakeAws, RefusedError, paged

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
RELEASED = NOW - timedelta(days=40)
WINDOW = "mw-0123456789abcdef0"
EXECUTION = "00000000-0000-4000-8000-000000000001"
COMMAND = "00000000-0000-4000-8000-000000000002"
BASELINE, STRICT = "pb-0123456789abcdef0", "pb-0123456789abcdef1"
PREDEFINED = "arn:aws:ssm:eu-central-1:123456789013:patchbaseline/pb-0123456789abcdef2"
_BASELINES = {BASELINE: "servers", STRICT: "strict", PREDEFINED: "AWS-DefaultPatchBaseline"}


def node_id(number: int) -> str:
    return f"i-{number:017x}"


def state(number: int, **counts: int) -> Answer:
    """Return the patch state of a node."""
    return {
        "InstanceId": node_id(number),
        "PatchGroup": "web",
        "BaselineId": BASELINE,
        "Operation": "Install",
        "OperationStartTime": NOW - timedelta(hours=7),
        "OperationEndTime": NOW - timedelta(hours=6),
        "InstalledCount": 100,
        **counts,
    }


def patch(name: str, status: str = "Missing", severity: str = "Critical") -> Answer:
    """Return a patch of a node."""
    return {
        "KBId": name,
        "Title": f"title of {name}",
        "State": status,
        "Severity": severity,
        "Classification": "SecurityUpdates",
        "InstalledTime": datetime(1970, 1, 1, tzinfo=UTC),
    }


@dataclass
class Fleet:
    """What AWS has of a fleet; a test changes it."""

    nodes: list[Answer] = field(default_factory=list)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    states: dict[str, Answer] = field(default_factory=dict)
    patches: dict[str, list[Answer]] = field(default_factory=dict)
    windows: list[Answer] = field(default_factory=list)
    targets: list[Answer] = field(default_factory=list)
    executions: list[Answer] = field(default_factory=list)

    @classmethod
    def of(cls, count: int) -> "Fleet":
        """Return a fleet of which every tenth node has a missing patch, and every twentieth no patch state."""
        numbers = range(count)
        found = cls(
            nodes=[described(number) for number in numbers],
            tags={node_id(number): {"Patch Group": "web", "Name": f"web-{number}"} for number in numbers},
            states={
                node_id(number): state(number, MissingCount=1 if number % 10 == 1 else 0)
                for number in numbers
                if number % 20 != 2
            },
            patches={node_id(number): [patch("KB5000001")] for number in numbers if number % 10 == 1},
        )
        found.windows = [
            {
                "WindowId": WINDOW,
                "Name": "web",
                "Enabled": True,
                "Duration": 3,
                "Cutoff": 1,
                "Schedule": "cron(0 3 ? * SUN *)",
                "NextExecutionTime": "2026-12-06T03:00Z",
            }
        ]
        found.targets = [
            {"WindowId": WINDOW, "Targets": [{"Key": "tag:Patch Group", "Values": ["web"]}], "ResourceType": "INSTANCE"}
        ]
        found.executions = [execution(NOW - timedelta(hours=8))]
        return found

    def aws(self) -> FakeAws:
        """Return AWS with this fleet."""
        return FakeAws(
            {
                "DescribeInstanceInformation": lambda given: paged("InstanceInformationList", self.nodes, given),
                "GetResources": self._resources,
                "DescribeInstancePatchStates": self._states,
                "DescribeInstancePatches": self._patches,
                "DescribeAvailablePatches": _releases,
                "DescribePatchBaselines": _baselines,
                "GetPatchBaseline": _baseline,
                "DescribeMaintenanceWindows": lambda given: paged("WindowIdentities", self.windows, given),
                "DescribeMaintenanceWindowTargets": lambda given: paged("Targets", self.targets, given),
                "DescribeMaintenanceWindowExecutions": lambda given: paged("WindowExecutions", self.executions, given),
                "DescribeMaintenanceWindowExecutionTasks": _tasks,
                "DescribeMaintenanceWindowExecutionTaskInvocations": _task_invocations,
                "ListCommands": _commands,
                "ListCommandInvocations": _invocations,
            }
        )

    def _resources(self, given: Mapping[str, Any]) -> Answer:
        assert given["ResourceTypeFilters"] == ["ec2:instance", "ssm:managed-instance"]
        found = [
            {
                "ResourceARN": f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/{name}",
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            }
            for name, tags in self.tags.items()
        ]
        return paged("ResourceTagMappingList", found, given, size="ResourcesPerPage")

    def _states(self, given: Mapping[str, Any]) -> Answer:
        found = [self.states[each] for each in given["InstanceIds"] if each in self.states]
        return paged("InstancePatchStates", found, given)

    def _patches(self, given: Mapping[str, Any]) -> Answer:
        assert given["Filters"][0]["Key"] == "State"
        return paged("Patches", self.patches.get(given["InstanceId"], []), given)


def described(number: int, **values: Any) -> Answer:
    """Return a node as the service describes it."""
    return {
        "InstanceId": node_id(number),
        "PingStatus": "Online",
        "LastPingDateTime": NOW,
        "PlatformName": "Microsoft Windows Server 2022 Datacenter",
        "PlatformVersion": "10.0.20348",
        "ComputerName": f"computer-{number}",
        **values,
    }


def execution(started: datetime, status: str = "SUCCESS", name: str = EXECUTION) -> Answer:
    """Return an execution of the window."""
    return {
        "WindowId": WINDOW,
        "WindowExecutionId": name,
        "Status": status,
        "StartTime": started,
        "EndTime": started + timedelta(hours=1),
    }


def _releases(given: Mapping[str, Any]) -> Answer:
    (filter_,) = given["Filters"]
    assert filter_["Key"] == "PATCH_ID"
    found: list[Answer] = [
        {"KbNumber": each, "ReleaseDate": RELEASED + day} for each in filter_["Values"] for day in _DAYS
    ]
    found += [{"KbNumber": filter_["Values"][0]}, {"Name": "curl", "ReleaseDate": RELEASED}]
    return paged("Patches", found, given)


# A patch is listed for several products.
_DAYS: Sequence[timedelta] = (timedelta(days=1), timedelta(), timedelta(days=2))


def _baseline(given: Mapping[str, Any]) -> Answer:
    if given["BaselineId"] not in _BASELINES:
        raise RefusedError("DoesNotExistException")
    is_strict = given["BaselineId"] == STRICT
    status = {"AvailableSecurityUpdatesComplianceStatus": "NON_COMPLIANT"} if is_strict else {}
    return {"BaselineId": given["BaselineId"], "Name": _BASELINES[given["BaselineId"]], **status}


def _baselines(given: Mapping[str, Any]) -> Answer:
    found = [{"BaselineId": each, "BaselineName": name} for each, name in _BASELINES.items()]
    return paged("BaselineIdentities", found, given)


def _tasks(given: Mapping[str, Any]) -> Answer:
    task = {
        "WindowExecutionId": given["WindowExecutionId"],
        "TaskExecutionId": EXECUTION,
        "Status": "SUCCESS",
        "TaskArn": "AWS-RunPatchBaseline",
        "TaskType": "RUN_COMMAND",
    }
    return {"WindowExecutionTaskIdentities": [task]}


def _task_invocations(_: Mapping[str, Any]) -> Answer:
    invocation = {"InvocationId": EXECUTION, "ExecutionId": COMMAND, "Status": "SUCCESS"}
    return {"WindowExecutionTaskInvocationIdentities": [invocation]}


def _commands(given: Mapping[str, Any]) -> Answer:
    command = {
        "CommandId": given["CommandId"],
        "DocumentName": "AWS-RunPatchBaseline",
        "Parameters": {"Operation": ["Install"]},
        "Status": "Success",
        "TargetCount": 1,
    }
    return {"Commands": [command]}


def _invocations(given: Mapping[str, Any]) -> Answer:
    invocation = {
        "InstanceId": node_id(1),
        "CommandId": given["CommandId"],
        "DocumentName": "AWS-RunPatchBaseline",
        "Status": "Success",
    }
    return {"CommandInvocations": [invocation]}
