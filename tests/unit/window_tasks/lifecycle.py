"""Services whose state the scripts in ``examples/hooks`` change, and how to run a script."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.unit.window_tasks.fake_aws import ADDRESS, INSTANCE, REGION, FakeAws, Handler, RefusedError

SCRIPTS = Path(__file__).parent.parent.parent.parent / "examples" / "hooks"
GROUP = f"arn:aws:elasticloadbalancing:{REGION}:111111111111:targetgroup/web/0123456789abcdef"
CONTAINER = f"arn:aws:ecs:{REGION}:111111111111:container-instance/web/0123"


class FakeService:
    """A service that can refuse to drain a node, or to put it back."""

    def __init__(self, handlers: dict[str, Handler]) -> None:
        self.aws = FakeAws(handlers)
        self.denied: set[str] = set()

    def check(self, hook: str) -> None:
        if hook in self.denied:
            raise RefusedError(hook)


class TargetGroup(FakeService):
    """A target group whose targets are drained, and become healthy, after two requests."""

    def __init__(self) -> None:
        self.node, self.zone = INSTANCE, ""
        self.states = {8080: "healthy", 9090: "unhealthy"}
        self.waiting = 0
        self.registered_as = "healthy"
        super().__init__(
            {
                "DescribeTargetHealth": self.describe,
                "DeregisterTargets": lambda given: self.change(given, "drain", "draining"),
                "RegisterTargets": lambda given: self.change(given, "return", "initial"),
            }
        )

    def change(self, given: dict[str, Any], hook: str, state: str) -> dict[str, Any]:
        self.check(hook)
        self.waiting = 2
        for target in given["Targets"]:
            zone = {"AvailabilityZone": self.zone} if self.node == ADDRESS and self.zone else {}
            assert target == {"Id": self.node, "Port": target["Port"]} | zone
            self.states[target["Port"]] = state
        return {}

    def describe(self, _: dict[str, Any]) -> dict[str, Any]:
        self.waiting -= 1
        if self.waiting < 0:
            settled = {"initial": self.registered_as, "draining": ""}
            states = {port: settled.get(state, state) for port, state in self.states.items()}
            self.states = {port: state for port, state in states.items() if state}
        own = [(self.node, port, state) for port, state in self.states.items()]
        zone = {"AvailabilityZone": self.zone} if self.zone else {}
        return {
            "TargetHealthDescriptions": [
                {"Target": {"Id": node, "Port": port} | zone, "TargetHealth": {"State": state}}
                for node, port, state in [*own, ("i-0000000000000000a", 80, "healthy")]
            ]
        }

    def leave(self) -> None:
        self.states = {}

    @property
    def is_in_service(self) -> bool:
        return set(self.states) == {8080, 9090} and "draining" not in self.states.values()


class ContainerInstance(FakeService):
    """A container instance whose tasks stop one after the other, except for standalone tasks."""

    def __init__(self) -> None:
        self.status, self.running, self.pending, self.standalone = "ACTIVE", 2, 1, 0
        super().__init__(
            {
                "ListContainerInstances": self.find,
                "DescribeContainerInstances": self.describe,
                "UpdateContainerInstancesState": self.update,
            }
        )

    def find(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["filter"] == f"ec2InstanceId == {INSTANCE}"
        return {"containerInstanceArns": [CONTAINER]}

    def describe(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["containerInstances"] == [CONTAINER]
        if self.status == "DRAINING" and self.running > self.standalone:
            self.running -= 1
        elif self.status == "DRAINING":
            self.pending = max(0, self.pending - 1)
        counts = {"runningTasksCount": self.running, "pendingTasksCount": self.pending}
        return {"containerInstances": [{"containerInstanceArn": CONTAINER, "status": self.status} | counts]}

    def update(self, given: dict[str, Any]) -> dict[str, Any]:
        if {"DRAINING": "drain", "ACTIVE": "return"}[given["status"]] in self.denied:
            return {"containerInstances": [], "failures": [{"arn": CONTAINER, "reason": "MISSING"}]}
        self.status = given["status"]
        return {"containerInstances": [{"status": self.status}], "failures": []}

    def leave(self) -> None:
        self.status, self.running, self.pending = "DRAINING", 0, 0

    @property
    def is_in_service(self) -> bool:
        return self.status == "ACTIVE"


class ScalingGroup(FakeService):
    """An instance of an auto scaling group that enters and exits standby after one more request."""

    def __init__(self) -> None:
        self.state, self.next = "InService", ""
        super().__init__(
            {
                "DescribeAutoScalingInstances": self.describe,
                "EnterStandby": lambda given: self.change(given, "drain", "EnteringStandby", "Standby"),
                "ExitStandby": lambda given: self.change(given, "return", "Pending", "InService"),
            }
        )

    def change(self, given: dict[str, Any], hook: str, state: str, following: str) -> dict[str, Any]:
        assert (given["AutoScalingGroupName"], given["InstanceIds"]) == ("web", [INSTANCE])
        assert given.get("ShouldDecrementDesiredCapacity", True) is True
        self.check(hook)
        self.state, self.next = state, following
        return {"Activities": []}

    def describe(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given == {"InstanceIds": [INSTANCE]}
        found = {"InstanceId": INSTANCE, "AutoScalingGroupName": "web", "LifecycleState": self.state}
        self.state, self.next = self.next or self.state, ""
        return {"AutoScalingInstances": [found]}

    def leave(self) -> None:
        self.state, self.next = "Standby", ""

    @property
    def is_in_service(self) -> bool:
        return self.state == "InService"


Service = TargetGroup | ContainerInstance | ScalingGroup


@dataclass
class Case:
    """A script with the service that it calls."""

    script: str
    service: Service
    variables: dict[str, str] = field(default_factory=dict)
    drain: str = ""
    back: str = ""
    describe: str = ""

    @staticmethod
    def is_reading(operation: str) -> bool:
        return operation.startswith(("Describe", "List"))


def cases() -> dict[str, Case]:
    return {
        "target group": Case(
            "target_group.sh",
            TargetGroup(),
            {"TARGET_GROUP_ARN": GROUP},
            "DeregisterTargets",
            "RegisterTargets",
            "DescribeTargetHealth",
        ),
        "ECS": Case(
            "ecs.sh",
            ContainerInstance(),
            {"CLUSTER": "web"},
            "UpdateContainerInstancesState",
            "UpdateContainerInstancesState",
            "DescribeContainerInstances",
        ),
        "auto scaling": Case(
            "auto_scaling.sh",
            ScalingGroup(),
            {},
            "EnterStandby",
            "ExitStandby",
            "DescribeAutoScalingInstances",
        ),
    }


@contextmanager
def served(name: str) -> Iterator[Case]:
    """Return a case whose endpoint is closed at the end."""
    case = cases()[name]
    yield case
    case.service.aws.shutdown()
    case.service.aws.server_close()
    assert case.service.aws.invalid == [], "every request is one that the model of the service accepts"


@contextmanager
def started(case: Case, hook: str, folder: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Start a hook on a node whose metadata service, and the ``aws`` in the PATH, use the endpoint."""
    url = case.service.aws.url
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": url,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": url,
        "AWS_MAX_ATTEMPTS": "1",
        "STATE_DIR": str(folder / "state"),
        "INTERVAL": "0",
        "ATTEMPTS": "6",
        "HOOK": hook,
    }
    command = ["sh", str(SCRIPTS / case.script)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment | case.variables | variables, stdout=pipe, stderr=pipe, text=True
    ) as process:
        yield process


@dataclass(frozen=True)
class Ran:
    returncode: int
    stdout: str
    stderr: str


def run(case: Case, hook: str, folder: Path, **variables: str) -> Ran:
    with started(case, hook, folder, **variables) as process:
        output, errors = process.communicate()
    return Ran(process.returncode, output, errors)
