"""Each failure of patching, from the event or the state of the service to the alarm and the message.

The rules, alarms, functions and their environment are those of the synthesized template. Events are matched by the rule
engine of moto, alarms are evaluated as AWS documents it, and the functions run in processes of their own, from their
assets, against Systems Manager as botocore models it, and against moto.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.cli.live.aws import RefusedError
from tests.unit.monitoring.cloudwatch import State
from tests.unit.monitoring.deployed import Deployed
from tests.unit.monitoring.world import DEPLOYED_AT, World

EXECUTION = "Maintenance Window Execution State-change Notification"
HOUR = timedelta(hours=1)
FIRST = datetime(2027, 1, 17, 4, tzinfo=UTC)
"""The first execution that is due, on a Sunday."""

SECOND = FIRST + timedelta(days=7)
NODES = {"i-00000000000000001": "Success", "i-00000000000000002": "Success"}


@pytest.fixture
def started(world: World) -> World:
    """Return the monitoring after its first hour, in which nothing was due."""
    world.account.due(world.window_id, FIRST)
    world.deploy()
    world.pass_time(HOUR, step=HOUR)
    assert (world.problems, world.mails()) == ([], [])
    return world


def run_first(world: World, nodes: dict[str, str] | None = None, status: str = "SUCCESS") -> None:
    """Let the first execution take place."""
    world.account.execute(world.window_id, FIRST, FIRST + HOUR, NODES if nodes is None else nodes, status)


def reach(world: World, moment: datetime) -> None:
    """Let time pass until a moment, at which the functions run and the alarms are evaluated."""
    world.pass_time(moment - world.now, step=moment - world.now)


def open_window(world: World) -> None:
    """Let the window open: the service then has another next execution."""
    reach(world, FIRST)
    world.account.due(world.window_id, SECOND)


def state_of(world: World, name: str) -> State:
    (found,) = (state for arn, state in world.states.items() if f"/{name}" in arn)
    return found


# --- Executions that do not succeed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "subject"),
    [
        ("FAILED", "Patching failed: web-install"),
        ("TIMED_OUT", "Patching timed out: web-install"),
        ("CANCELLED", "Patching was canceled: web-install"),
        ("SKIPPED_OVERLAPPING", "Patching was skipped: web-install"),
    ],
)
def test_an_execution_that_does_not_succeed(world: World, status: str, subject: str) -> None:
    nodes = {**NODES, "i-00000000000000002": "Failed"}
    execution = world.account.execute(world.window_id, FIRST, FIRST + HOUR, nodes, status)
    world.now = FIRST + HOUR
    world.send(EXECUTION, {"window-id": world.window_id, "window-execution-id": execution.id, "status": status})
    (mail,) = world.mails()
    assert mail.subject == subject
    assert "of 2 nodes, 1 failed and 0 could not be reached.\n- Nodes: i-00000000000000002 (Failed)" in mail.text
    assert [each["detail"]["status"] for each in world.raw] == [status]


@pytest.mark.parametrize("status", ["PENDING", "IN_PROGRESS", "SUCCESS", "CANCELLING"])
def test_an_execution_that_runs_or_succeeds_is_no_message(world: World, status: str) -> None:
    world.send(EXECUTION, {"window-id": world.window_id, "window-execution-id": "1", "status": status})
    assert (world.mails(), world.raw) == ([], [])


def test_the_execution_of_another_window_is_no_message(world: World) -> None:
    world.send(EXECUTION, {"window-id": "mw-00000000000000000", "window-execution-id": "1", "status": "FAILED"})
    assert (world.mails(), world.raw) == ([], [])


@pytest.mark.parametrize("kind", ["State-change", "Status-change"])
def test_a_window_that_is_disabled(world: World, kind: str) -> None:
    detail = {"window-id": world.window_id, "status": "DISABLED"}
    world.send(f"Maintenance Window {kind} Notification", detail)
    assert world.subjects() == ["Maintenance window disabled: web-install"]


# --- Patching that did not run ----------------------------------------------------------------------------


def test_patching_that_runs_is_no_message(started: World) -> None:
    open_window(started)
    run_first(started)
    reach(started, FIRST + HOUR)
    started.pass_time(12 * HOUR, step=HOUR)
    reach(started, SECOND)
    assert (started.mails(), state_of(started, "DidNotRun")) == ([], State.OK)


def test_patching_that_did_not_run(started: World) -> None:
    open_window(started)
    reach(started, FIRST + 6 * HOUR)
    assert started.mails() == []
    started.pass_time(3 * HOUR, step=HOUR)
    (mail,) = started.mails()
    assert mail.subject == "Patching did not run: web-install"
    assert state_of(started, "DidNotRun") == State.ALARM
    started.account.execute(started.window_id, started.now, started.now + HOUR, NODES)
    started.pass_time(5 * HOUR, step=HOUR)
    assert started.subjects() == ["Patching is no longer overdue: web-install"]
    assert state_of(started, "DidNotRun") == State.OK


@pytest.mark.parametrize("nodes", [None, {}], ids=["without a task", "without a node"])
def test_a_success_that_patched_nothing_does_not_count(started: World, nodes: dict[str, str] | None) -> None:
    open_window(started)
    started.account.execute(started.window_id, FIRST, FIRST + HOUR, nodes)
    reach(started, FIRST + 12 * HOUR)
    assert started.subjects() == ["Patching did not run: web-install"]


def test_an_execution_that_failed_does_not_count(started: World) -> None:
    open_window(started)
    run_first(started, status="FAILED")
    reach(started, FIRST + 12 * HOUR)
    assert started.subjects() == ["Patching did not run: web-install"]


def test_a_window_without_a_next_execution_is_noticed(started: World) -> None:
    """It was disabled, and the event was lost: events are sent with best effort."""
    started.window["Enabled"] = False
    del started.window["NextExecutionTime"]
    started.pass_time(timedelta(days=16), step=timedelta(days=2))
    assert started.subjects() == ["Patching did not run: web-install"]


# --- Nodes ------------------------------------------------------------------------------------------------


BASELINE = "pb-0123456789abcdef0"


def patched(node: str, *, at: datetime, missing: int = 0, available: int = 0) -> dict[str, object]:
    return {
        "InstanceId": node,
        "PatchGroup": "web",
        "BaselineId": BASELINE,
        "Operation": "Install",
        "OperationStartTime": at,
        "OperationEndTime": at,
        "MissingCount": missing,
        "AvailableSecurityUpdateCount": available,
    }


def test_nodes_that_are_non_compliant_for_too_long(started: World) -> None:
    open_window(started)
    run_first(started)
    node = next(iter(NODES))
    started.account.nodes = {node: patched(node, at=FIRST, missing=3)}
    reach(started, FIRST + timedelta(days=6))
    assert started.mails() == []
    reach(started, FIRST + timedelta(days=8))
    assert "Non-compliant nodes: 1 of Prod/Web" in started.subjects()
    assert state_of(started, "NonCompliant") == State.ALARM
    started.account.nodes = {node: patched(node, at=started.now)}
    reach(started, started.now + 4 * HOUR)
    assert "No node is non-compliant for too long: Prod/Web" in started.subjects()


@pytest.mark.parametrize("baseline", [BASELINE, f"arn:aws:ssm:eu-central-1:123456789013:patchbaseline/{BASELINE}"])
@pytest.mark.parametrize(
    ("status", "subjects"), [("NON_COMPLIANT", ["Non-compliant nodes: 1 of Prod/Web"]), ("COMPLIANT", [])]
)
def test_available_security_updates_count_if_the_baseline_says_so(
    started: World, baseline: str, status: str, subjects: list[str]
) -> None:
    open_window(started)
    run_first(started)
    node, other = NODES
    started.account.baselines = {baseline: status}
    started.account.nodes = {node: patched(node, at=FIRST, available=2), other: patched(other, at=FIRST)}
    reach(started, FIRST + timedelta(days=6))
    assert (started.problems, started.mails()) == ([], [])
    reach(started, SECOND + HOUR)
    assert (started.problems, started.subjects()) == ([], subjects)


def test_nodes_without_a_patch_state(started: World) -> None:
    """A node that is new has until the next execution, and the grace, to report one."""
    node, other = NODES
    started.account.nodes = {node: patched(node, at=started.now), other: {}}
    since = started.now + HOUR
    started.pass_time(HOUR)
    open_window(started)
    run_first(started)
    started.account.nodes[node] = patched(node, at=FIRST)
    age = timedelta(days=7) + 8 * HOUR
    reach(started, since + age - HOUR)
    assert (started.problems, started.mails()) == ([], [])
    assert state_of(started, "NoEvidence") == State.OK
    started.pass_time(2 * HOUR, step=HOUR)
    assert started.subjects() == ["Nodes without a patch state: 1 of Prod/Web"]
    assert state_of(started, "NoEvidence") == State.ALARM


# --- The monitoring itself --------------------------------------------------------------------------------


def test_the_first_hours_after_the_deployment_are_silent(world: World) -> None:
    world.account.due(world.window_id, FIRST)
    world.deploy()
    world.evaluate()
    world.pass_time(HOUR)
    assert (world.problems, world.mails()) == ([], [])
    assert state_of(world, "DidNotRun") == State.OK


def test_what_exists_before_an_alarm_for_which_missing_data_is_breaching(deployed: Deployed) -> None:
    """The first data, so that a deployment is no alarm, and the rule, so that the event of the alarm is not lost."""
    alarms = deployed.of_type("AWS::CloudWatch::Alarm")
    (found,) = (name for name, each in alarms.items() if each["TreatMissingData"] == "breaching")
    (rule,) = (
        name
        for name, each in deployed.of_type("AWS::Events::Rule").items()
        if "CloudWatch Alarm State Change" in each.get("EventPattern", {}).get("detail-type", ())
    )
    permissions = [name for name in deployed.of_type("AWS::Lambda::Permission") if "AlarmChanges" in name]
    assert permissions
    assert set(deployed.depends_on(found)) == {rule, *permissions, *deployed.custom_resources()}


def test_patching_that_was_overdue_before_the_deployment(world: World) -> None:
    world.window.update({"Enabled": False, "CreatedDate": DEPLOYED_AT - timedelta(days=90)})
    world.deploy()
    world.evaluate()
    assert world.subjects() == ["Patching did not run: web-install"]


def test_a_function_that_does_not_run(started: World) -> None:
    started.pass_time(3 * HOUR, step=HOUR, watching=False)
    assert started.subjects() == ["It is unknown whether patching ran: web-install"]


def test_nodes_that_are_no_longer_checked(started: World) -> None:
    """The rule `CheckNodes` is disabled, while the executions are still checked."""
    started.account.nodes = {node: patched(node, at=started.now) for node in NODES}
    started.pass_time(HOUR)
    since = f"{started.now:%Y-%m-%d %H:%M}"
    started.pass_time(3 * HOUR, step=HOUR, checks=["executions"])
    assert (started.problems, started.mails()) == ([], [])
    started.pass_time(2 * HOUR, step=HOUR, checks=["executions"])
    assert f"WatchError: the nodes have not been checked since {since} UTC" in started.problems[-1]
    assert [each.partition(": ")[0] for each in started.subjects()] == ["Patch monitoring failed"]
    started.pass_time(3 * HOUR, step=HOUR)
    assert [each.partition(": ")[0] for each in started.subjects()] == ["Patch monitoring works again"]


def test_a_function_that_fails(started: World) -> None:
    started.aws.errors["GetMaintenanceWindow"] = [RefusedError("AccessDeniedException") for _ in range(400)]
    started.pass_time(6 * HOUR, step=HOUR)
    subjects = started.subjects()
    assert any(each.startswith("Patch monitoring failed: ") for each in subjects)
    assert any(each.startswith("It is unknown whether patching ran: ") for each in subjects)


def test_a_message_that_cannot_be_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.environment, "TOPIC_ARN", "arn:aws:sns:eu-central-1:123456789012:deleted")
    detail = {"window-id": world.window_id, "window-execution-id": "1", "status": "FAILED"}
    world.send(EXECUTION, detail)
    assert len(world.problems) == 3
    assert world.mails() == []
    world.evaluate()
    assert state_of(world, "UndeliveredEvents") == State.ALARM
    assert {name.rpartition("/")[2] for name in world.direct} == {"NotifyFails", "UndeliveredEvents"}
    assert world.raw[0]["detail"] == detail


def test_each_run_publishes_every_metric(started: World) -> None:
    started.account.nodes = {node: patched(node, at=DEPLOYED_AT) for node in NODES}
    started.pass_time(HOUR)
    names = {each.name for each in started.samples() if each.time == started.now}
    assert names >= {"HoursOverdue", "NonCompliantNodes", "NodesWithoutEvidence"}
