"""The scripts in ``examples/hooks``, run with the real AWS CLI against an endpoint on this machine."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.window_tasks.fake_aws import RefusedError
from tests.unit.window_tasks.lifecycle import Case, run, served, started

pytestmark = pytest.mark.usefixtures("aws_cli")


@pytest.fixture(params=["target group", "ECS", "auto scaling"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with served(request.param) as found:
        yield found


def files_in(folder: Path) -> list[Path]:
    return [*(folder / "state").iterdir()]


def fail_once_after(case: Case, change: str) -> list[str]:
    """Let the first request that reads the state after a change fail; the list is empty then."""
    describe, failures = case.service.aws.handlers[case.describe], ["once"]

    def fail(given: dict[str, Any]) -> dict[str, Any]:
        if case.service.aws.changes[-1:] == [change] and failures:
            raise RefusedError(failures.pop())
        return describe(given)

    case.service.aws.handlers[case.describe] = fail
    return failures


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
    case.service.denied = {"drain"}
    ran = run(case, "drain", tmp_path)
    assert ran.returncode != 0
    assert "draining failed" in ran.stderr
    assert case.service.is_in_service
    assert files_in(tmp_path) == []


def test_if_it_fails_in_the_middle_the_node_is_put_back(case: Case, tmp_path: Path) -> None:
    failures = fail_once_after(case, case.drain)
    ran = run(case, "drain", tmp_path)
    assert (failures, ran.returncode != 0) == ([], True)
    assert "draining failed" in ran.stderr
    assert case.service.is_in_service
    assert case.service.aws.changes == [case.drain, case.back]
    assert run(case, "return", tmp_path).returncode == 0
    assert case.service.aws.changes == [case.drain, case.back], "there is nothing left to return"


def test_if_it_cannot_be_put_back_either_the_next_return_does_it(case: Case, tmp_path: Path) -> None:
    fail_once_after(case, case.drain)
    case.service.denied = {"return"}
    ran = run(case, "drain", tmp_path)
    assert ran.returncode != 0
    assert "the next run with HOOK=return" in ran.stderr
    assert not case.service.is_in_service
    case.service.denied = set()
    assert run(case, "return", tmp_path).returncode == 0
    assert case.service.is_in_service
    assert files_in(tmp_path) == []


def test_if_returning_is_denied_the_next_return_does_it(case: Case, tmp_path: Path) -> None:
    run(case, "drain", tmp_path)
    case.service.denied = {"return"}
    ran = run(case, "return", tmp_path)
    assert ran.returncode != 0
    assert "the next run with HOOK=return" in ran.stderr
    assert not case.service.is_in_service
    case.service.denied = set()
    assert run(case, "return", tmp_path).returncode == 0
    assert case.service.is_in_service
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("name", ["target group", "auto scaling"])
def test_a_node_that_returned_and_is_taken_out_on_purpose_stays_out(name: str, tmp_path: Path) -> None:
    with served(name) as case:
        run(case, "drain", tmp_path)
        failures = fail_once_after(case, case.back)
        ran = run(case, "return", tmp_path)
        assert (failures, ran.returncode) == ([], 1), "it was put back, but whether it is healthy is not known"
        assert "not known to be" in ran.stderr
        case.service.leave()
        assert run(case, "return", tmp_path).returncode == 0
        assert case.service.aws.changes == [case.drain, case.back]
        assert files_in(tmp_path) == []


def test_a_node_that_is_not_in_service_stays_so(case: Case, tmp_path: Path) -> None:
    case.service.leave()
    for hook in ("drain", "return"):
        assert run(case, hook, tmp_path).returncode == 0
    assert case.service.aws.changes == []


@pytest.fixture
def target_group() -> Iterator[Case]:
    with served("target group") as found:
        yield found


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
