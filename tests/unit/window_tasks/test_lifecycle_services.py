"""What the scripts in ``examples/hooks`` do with states of each service that are not the usual ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.window_tasks.fake_aws import ADDRESS, INSTANCE
from tests.unit.window_tasks.lifecycle import GROUP, Case, ContainerInstance, ScalingGroup, TargetGroup, run, served

pytestmark = pytest.mark.usefixtures("aws_cli")

# --- Target groups ------------------------------------------------------------------------------------


@pytest.fixture
def web() -> Iterator[tuple[Case, TargetGroup]]:
    with served("target group") as case:
        assert isinstance(case.service, TargetGroup)
        yield case, case.service


@pytest.mark.parametrize(
    ("node", "zone"), [(ADDRESS, "all"), (ADDRESS, ""), (INSTANCE, "eu-central-1a")], ids=["VPN", "IP", "instance"]
)
def test_a_node_is_found_by_its_instance_id_and_by_its_address(
    web: tuple[Case, TargetGroup], tmp_path: Path, node: str, zone: str
) -> None:
    case, group = web
    group.node, group.zone = node, zone
    assert run(case, "drain", tmp_path).returncode == 0
    assert not group.is_in_service
    assert run(case, "return", tmp_path).returncode == 0
    assert group.is_in_service


def test_another_node_is_not_changed(web: tuple[Case, TargetGroup], tmp_path: Path) -> None:
    case, group = web
    group.node = "10.0.0.77"
    ran = run(case, "drain", tmp_path)
    assert (ran.returncode, group.aws.changes) == (0, [])
    assert ran.stdout == f"neither {INSTANCE} nor {ADDRESS} is registered in web/0123456789abcdef\n"


def test_it_waits_for_connections_of_a_node_that_is_deregistered_on_purpose(
    web: tuple[Case, TargetGroup], tmp_path: Path
) -> None:
    case, group = web
    group.states, group.waiting = {8080: "draining"}, 3
    assert run(case, "drain", tmp_path).returncode == 0
    assert group.states == {}
    assert run(case, "return", tmp_path).returncode == 0
    assert group.aws.changes == []


def test_unused_targets_are_left_as_they_are(web: tuple[Case, TargetGroup], tmp_path: Path) -> None:
    case, group = web
    group.states = {8080: "unused"}
    assert run(case, "drain", tmp_path).returncode == 0
    assert run(case, "return", tmp_path).returncode == 0
    assert group.aws.changes == []


@pytest.mark.parametrize(("state", "code"), [("unused", 0), ("unavailable", 0), ("unhealthy", 1)])
def test_it_waits_until_the_node_is_healthy_if_there_are_health_checks(
    web: tuple[Case, TargetGroup], tmp_path: Path, state: str, code: int
) -> None:
    case, group = web
    run(case, "drain", tmp_path)
    group.registered_as = state
    ran = run(case, "return", tmp_path)
    assert ran.returncode == code
    assert ("is registered in web/0123456789abcdef, but is not known to be healthy" in ran.stderr) == bool(code)
    assert [*(tmp_path / "state").iterdir()] == []


def test_hooks_of_two_target_groups_on_a_node_are_independent(web: tuple[Case, TargetGroup], tmp_path: Path) -> None:
    case, first = web
    with served("target group") as other:
        other.variables = {"TARGET_GROUP_ARN": GROUP.replace("web", "api")}
        assert isinstance(other.service, TargetGroup)
        other.service.states = {9090: "healthy"}
        for each in (case, other):
            assert run(each, "drain", tmp_path).returncode == 0
        assert run(other, "return", tmp_path).returncode == 0
        assert (other.service.states, first.states) == ({9090: "healthy"}, {})
        assert run(case, "return", tmp_path).returncode == 0
        assert first.is_in_service


def test_an_empty_file_is_no_node_to_put_back(web: tuple[Case, TargetGroup], tmp_path: Path) -> None:
    case, group = web
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "target-group-web-0123456789abcdef").write_text("")
    assert run(case, "return", tmp_path).returncode == 0
    assert group.aws.changes == []


# --- ECS ----------------------------------------------------------------------------------------------


@pytest.fixture
def cluster() -> Iterator[tuple[Case, ContainerInstance]]:
    with served("ECS") as case:
        assert isinstance(case.service, ContainerInstance)
        yield case, case.service


def test_it_waits_for_pending_tasks(cluster: tuple[Case, ContainerInstance], tmp_path: Path) -> None:
    case, instance = cluster
    instance.running, instance.pending = 0, 3
    assert run(case, "drain", tmp_path).returncode == 0
    assert instance.pending == 0


def test_if_standalone_tasks_take_too_long_the_node_is_put_back(
    cluster: tuple[Case, ContainerInstance], tmp_path: Path
) -> None:
    case, instance = cluster
    instance.standalone = 1
    ran = run(case, "drain", tmp_path)
    assert ran.returncode != 0
    assert "still 1 tasks after 6 attempts; ECS does not stop standalone tasks: wait, or stop them" in ran.stderr
    assert instance.is_in_service


def test_tasks_of_an_instance_that_is_drained_on_purpose_prevent_the_install(
    cluster: tuple[Case, ContainerInstance], tmp_path: Path
) -> None:
    case, instance = cluster
    instance.status, instance.standalone = "DRAINING", 1
    assert run(case, "drain", tmp_path).returncode != 0
    assert run(case, "return", tmp_path).returncode == 0
    assert instance.aws.changes == []


def test_the_name_and_the_arn_of_a_cluster_are_the_same_cluster(
    cluster: tuple[Case, ContainerInstance], tmp_path: Path
) -> None:
    case, instance = cluster
    assert run(case, "drain", tmp_path).returncode == 0
    arn = "arn:aws:ecs:eu-central-1:111111111111:cluster/web"
    assert run(case, "return", tmp_path, CLUSTER=arn).returncode == 0
    assert instance.is_in_service


# --- Auto scaling -------------------------------------------------------------------------------------


@pytest.fixture
def scaling() -> Iterator[tuple[Case, ScalingGroup]]:
    with served("auto scaling") as case:
        assert isinstance(case.service, ScalingGroup)
        yield case, case.service


@pytest.mark.parametrize("state", ["Pending:Wait", "Terminating"])
def test_an_instance_that_starts_or_terminates_is_not_patched(
    scaling: tuple[Case, ScalingGroup], tmp_path: Path, state: str
) -> None:
    case, group = scaling
    group.state = state
    ran = run(case, "drain", tmp_path)
    assert (ran.returncode, ran.stderr) == (1, f"{INSTANCE} is {state}, and can enter standby only from InService\n")
    assert group.aws.changes == []


def test_an_instance_that_is_put_into_service_by_hand_is_not_changed_again(
    scaling: tuple[Case, ScalingGroup], tmp_path: Path
) -> None:
    case, group = scaling
    run(case, "drain", tmp_path)
    group.state = "InService"
    assert run(case, "return", tmp_path).returncode == 0
    group.leave()
    assert run(case, "return", tmp_path).returncode == 0
    assert group.aws.changes == ["EnterStandby"]


def test_an_instance_that_terminates_cannot_return(scaling: tuple[Case, ScalingGroup], tmp_path: Path) -> None:
    case, group = scaling
    run(case, "drain", tmp_path)
    group.state = "Terminating"
    ran = run(case, "return", tmp_path)
    assert ran.returncode == 1
    assert f"{INSTANCE} is Terminating\n" in ran.stderr
    assert group.aws.changes == ["EnterStandby"]
