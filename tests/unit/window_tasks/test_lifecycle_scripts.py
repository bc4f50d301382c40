"""The scripts in ``examples/hooks``, run with the real AWS CLI against an endpoint on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.unit.window_tasks.fake_aws import INSTANCE, REGION, FakeAws, RefusedError

SCRIPTS = Path(__file__).parent.parent.parent.parent / "examples" / "hooks"
GROUP = f"arn:aws:elasticloadbalancing:{REGION}:111111111111:targetgroup/web/0123456789abcdef"
CONTAINER = f"arn:aws:ecs:{REGION}:111111111111:container-instance/web/0123"


class TargetGroup:
    """A target group whose targets are drained, and become healthy, after two requests."""

    def __init__(self) -> None:
        self.states = {8080: "healthy", 9090: "unhealthy"}
        self.waiting = 0
        self.aws = FakeAws(
            {
                "DescribeTargetHealth": self.describe,
                "DeregisterTargets": lambda given: self.change(given, "draining"),
                "RegisterTargets": lambda given: self.change(given, "initial"),
            }
        )

    def change(self, given: dict[str, Any], state: str) -> dict[str, Any]:
        assert given["TargetGroupArn"] == GROUP
        self.waiting = 2
        for target in given["Targets"]:
            assert target["Id"] == INSTANCE
            self.states[target["Port"]] = state
        return {}

    def describe(self, _: dict[str, Any]) -> dict[str, Any]:
        self.waiting -= 1
        if self.waiting < 0:
            settled = {"initial": "healthy", "draining": ""}
            states = {port: settled.get(state, state) for port, state in self.states.items()}
            self.states = {port: state for port, state in states.items() if state}
        own = [(INSTANCE, port, state) for port, state in self.states.items()]
        return {
            "TargetHealthDescriptions": [
                {"Target": {"Id": node, "Port": port}, "TargetHealth": {"State": state}}
                for node, port, state in [*own, ("i-0000000000000000a", 80, "healthy")]
            ]
        }

    def deny(self, operation: str) -> None:
        self.aws.deny(operation)

    def leave(self) -> None:
        self.states = {}

    @property
    def is_in_service(self) -> bool:
        return set(self.states) == {8080, 9090} and "draining" not in self.states.values()


class ContainerInstance:
    """A container instance whose two tasks stop one after the other."""

    def __init__(self) -> None:
        self.status, self.tasks, self.failure = "ACTIVE", 2, ""
        self.aws = FakeAws(
            {
                "ListContainerInstances": self.find,
                "DescribeContainerInstances": self.describe,
                "UpdateContainerInstancesState": self.update,
            }
        )

    def find(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given == {"cluster": "web", "filter": f"ec2InstanceId == {INSTANCE}"}
        return {"containerInstanceArns": [CONTAINER]}

    def describe(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given == {"cluster": "web", "containerInstances": [CONTAINER]}
        if self.status == "DRAINING":
            self.tasks = max(0, self.tasks - 1)
        found = {"containerInstanceArn": CONTAINER, "status": self.status, "runningTasksCount": self.tasks}
        return {"containerInstances": [found]}

    def update(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.failure and given["status"] == "DRAINING":
            return {"containerInstances": [], "failures": [{"arn": CONTAINER, "reason": self.failure}]}
        self.status = given["status"]
        return {"containerInstances": [{"status": self.status}], "failures": []}

    def deny(self, _: str) -> None:
        self.failure = "MISSING"

    def leave(self) -> None:
        self.status = "DRAINING"

    @property
    def is_in_service(self) -> bool:
        return self.status == "ACTIVE"


class ScalingGroup:
    """An instance of an auto scaling group that enters and exits standby after one more request."""

    def __init__(self) -> None:
        self.state, self.next = "InService", ""
        self.aws = FakeAws(
            {
                "DescribeAutoScalingInstances": self.describe,
                "EnterStandby": lambda given: self.change(given, "EnteringStandby", "Standby"),
                "ExitStandby": lambda given: self.change(given, "Pending", "InService"),
            }
        )

    def change(self, given: dict[str, Any], state: str, following: str) -> dict[str, Any]:
        assert (given["AutoScalingGroupName"], given["InstanceIds"]) == ("web", [INSTANCE])
        assert given.get("ShouldDecrementDesiredCapacity", True) is True
        self.state, self.next = state, following
        return {"Activities": []}

    def describe(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given == {"InstanceIds": [INSTANCE]}
        found = {"InstanceId": INSTANCE, "AutoScalingGroupName": "web", "LifecycleState": self.state}
        self.state, self.next = self.next or self.state, ""
        return {"AutoScalingInstances": [found]}

    def deny(self, operation: str) -> None:
        self.aws.deny(operation)

    def leave(self) -> None:
        self.state = "Standby"

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


@pytest.fixture(params=["target group", "ECS", "auto scaling"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    found = cases()[request.param]
    yield found
    found.service.aws.shutdown()
    found.service.aws.server_close()
    assert found.service.aws.invalid == [], "every request is one that the model of the service accepts"


@contextmanager
def started(case: Case, hook: str, folder: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Start a hook on a node whose AWS CLI and metadata service use the endpoint."""
    url = case.service.aws.url
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
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
    stderr: str


def run(case: Case, hook: str, folder: Path, **variables: str) -> Ran:
    with started(case, hook, folder, **variables) as process:
        _, errors = process.communicate()
    return Ran(process.returncode, errors)


def test_a_node_is_drained_and_returns_once(case: Case, tmp_path: Path) -> None:
    drained = run(case, "drain", tmp_path)
    assert (drained.returncode, drained.stderr) == (0, "")
    assert not case.service.is_in_service
    returned = run(case, "return", tmp_path)
    assert (returned.returncode, returned.stderr) == (0, "")
    assert case.service.is_in_service
    again = run(case, "return", tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    assert case.service.aws.changes == [case.drain, case.back]
    order = case.service.aws.operations
    first, last = order.index(case.drain), len(order) - order[::-1].index(case.back)
    assert case.describe in order[:first], "it reads the state before it changes it"
    assert all(map(case.is_reading, order[first + 1 : last - 1])), "it waits between the two changes"


def test_if_draining_is_denied_the_hook_fails_and_the_node_is_in_service(case: Case, tmp_path: Path) -> None:
    case.service.deny(case.drain)
    ran = run(case, "drain", tmp_path)
    assert ran.returncode != 0
    assert "draining failed" in ran.stderr
    assert case.service.is_in_service
    assert [*(tmp_path / "state").iterdir()] == []


def test_if_it_fails_in_the_middle_the_node_is_put_back(case: Case, tmp_path: Path) -> None:
    describe, failures = case.service.aws.handlers[case.describe], ["once"]

    def fail_after_the_change(given: dict[str, Any]) -> dict[str, Any]:
        if case.drain in case.service.aws.changes and failures:
            raise RefusedError(failures.pop())
        return describe(given)

    case.service.aws.handlers[case.describe] = fail_after_the_change
    ran = run(case, "drain", tmp_path)
    assert (failures, ran.returncode != 0) == ([], True)
    assert "draining failed" in ran.stderr
    assert case.service.is_in_service
    assert case.service.aws.changes == [case.drain, case.back]
    assert run(case, "return", tmp_path).returncode == 0
    assert case.service.aws.changes == [case.drain, case.back], "there is nothing left to return"


def test_a_node_that_is_not_in_service_stays_so(case: Case, tmp_path: Path) -> None:
    case.service.leave()
    for hook in ("drain", "return"):
        assert run(case, hook, tmp_path).returncode == 0
    assert case.service.aws.changes == []


@pytest.fixture
def target_group() -> Iterator[Case]:
    found = cases()["target group"]
    yield found
    found.service.aws.shutdown()
    found.service.aws.server_close()


def test_if_it_takes_too_long_the_node_is_put_back(target_group: Case, tmp_path: Path) -> None:
    ran = run(target_group, "drain", tmp_path, ATTEMPTS="1")
    assert ran.returncode != 0
    assert "still draining after 1 attempts" in ran.stderr
    assert target_group.service.is_in_service


def test_if_it_is_terminated_the_node_is_put_back(target_group: Case, tmp_path: Path) -> None:
    with started(target_group, "drain", tmp_path, INTERVAL="300") as process:
        while (
            target_group.service.aws.operations[-1:] != ["DescribeTargetHealth"] or not target_group.service.aws.changes
        ):
            time.sleep(0.05)
        # The command that reads the answer ends before the script sleeps.
        time.sleep(1)
        process.terminate()
        assert process.wait(timeout=60) == 143
    assert target_group.service.is_in_service
    assert target_group.service.aws.changes == ["DeregisterTargets", "RegisterTargets"]


def test_without_the_aws_cli_nothing_is_changed(target_group: Case, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("curl", "cat", "mkdir", "sh", "sleep"):
        (tmp_path / "bin" / name).symlink_to(f"/usr/bin/{name}")
    ran = run(target_group, "drain", tmp_path, PATH=str(tmp_path / "bin"))
    assert ran.returncode != 0
    assert target_group.service.aws.operations == []


def test_another_hook_is_an_error(target_group: Case, tmp_path: Path) -> None:
    ran = run(target_group, "stop", tmp_path)
    assert (ran.returncode, ran.stderr) == (2, "HOOK must be drain or return, got stop\n")
    assert target_group.service.aws.operations == []
