"""The function for real: the nodes of schedules."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from patching_constructs.evidence.names import NAMESPACE, EvidenceMetric
from patching_constructs.evidence.watch import WatchError
from tests.unit.evidence.conftest import MONITORING, Function
from tests.unit.evidence.service import DAY, PATCH_GROUP, Monitored, window
from tests.unit.gate.service import BEFORE, NODES, NOW, OWN, state

NAME = "Stack/Install"
SCHEDULE: dict[str, Any] = {"name": NAME, "windows": [OWN], "compliance": True}
BASELINE = "pb-0123456789abcdef0"


def counts(watch: Function, **changed: Any) -> tuple[float, float, float]:
    """Return the nodes, those that are non-compliant and those without evidence."""
    published = watch(SCHEDULE | changed, check="compliance")
    names = (EvidenceMetric.NODES, EvidenceMetric.NON_COMPLIANT_NODES, EvidenceMetric.NODES_WITHOUT_EVIDENCE)
    nodes, non_compliant, without = (published[name, NAME] for name in names)
    return nodes, non_compliant, without


def test_compliant_nodes(watch: Function) -> None:
    assert counts(watch) == (3, 0, 0)
    assert set(watch.units.values()) == {"Count"}


def test_nodes_that_are_non_compliant_for_longer_than_the_limit(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    service.states[NODES[0]] = state(NODES[0], failed=1, ended=NOW - 6 * DAY)
    assert counts(watch) == (3, 0, 0)
    assert counts(watch, non_compliant_after_seconds=5 * 24 * 3600) == (3, 1, 0)
    # A later operation, after which it is still non-compliant.
    service.states[NODES[0]] = state(NODES[0], pending=1, ended=NOW)
    clock.move_to(NOW + 2 * DAY)
    assert counts(watch) == (3, 1, 0)
    service.states[NODES[0]] = state(NODES[0], ended=NOW + DAY)
    assert counts(watch) == (3, 0, 0)
    service.states[NODES[0]] = state(NODES[0], failed=1, ended=NOW + DAY)
    assert counts(watch) == (3, 0, 0)


def test_nodes_with_an_old_state(service: Monitored, watch: Function) -> None:
    service.states[NODES[1]] = state(NODES[1], ended=NOW - 40 * DAY)
    assert counts(watch) == (3, 0, 0)
    assert counts(watch, evidence_max_age_seconds=30 * 24 * 3600) == (3, 0, 1)


@pytest.mark.parametrize("given", [{"evidence_max_age_seconds": 8 * 24 * 3600}, {}])
def test_a_new_node_has_time_until_its_first_operation(
    service: Monitored, watch: Function, clock: time_machine.Traveller, given: dict[str, int]
) -> None:
    service.states[NODES[1]] = state(NODES[1], ended=NOW + 6 * DAY)
    service.states[NODES[2]] = state(NODES[2], ended=NOW + 6 * DAY)
    del service.states[NODES[0]]
    assert counts(watch, **given) == (3, 0, 0)
    clock.move_to(NOW + 6 * DAY)
    assert counts(watch, **given) == (3, 0, 0)
    clock.move_to(NOW + 9 * DAY)
    assert counts(watch, **given) == (3, 0, 1)
    service.states[NODES[0]] = state(NODES[0], ended=NOW + 9 * DAY)
    assert counts(watch, **given) == (3, 0, 0)
    # It is not remembered: after its state is gone, the time begins again.
    del service.states[NODES[0]]
    assert counts(watch, **given) == (3, 0, 0)


def test_no_nodes(service: Monitored, watch: Function) -> None:
    service.tags.clear()
    assert counts(watch) == (0, 0, 0)


def test_available_security_updates(service: Monitored, watch: Function) -> None:
    for node in NODES[:2]:
        service.states[node] |= {"AvailableSecurityUpdateCount": 1}
    service.states[NODES[1]] |= {"BaselineId": "pb-aaaaaaaaaaaaaaaaa"}
    service.baselines = {BASELINE: "NON_COMPLIANT", "pb-aaaaaaaaaaaaaaaaa": "COMPLIANT"}
    assert counts(watch, non_compliant_after_seconds=60) == (3, 1, 0)
    assert service.operations.count("GetPatchBaseline") == 2


def test_a_baseline_is_read_once_in_a_run(service: Monitored, watch: Function) -> None:
    service.states[NODES[0]] |= {"AvailableSecurityUpdateCount": 1}
    service.baselines = {BASELINE: "NON_COMPLIANT"}
    watch(SCHEDULE, SCHEDULE | {"name": "Stack/Other"})
    assert service.operations.count("GetPatchBaseline") == 1


PREDEFINED = "arn:aws:ssm:eu-central-1:123456789013:patchbaseline/pb-bbbbbbbbbbbbbbbbb"


@pytest.mark.parametrize("in_state", [PREDEFINED, "pb-bbbbbbbbbbbbbbbbb"])
def test_a_predefined_baseline_is_read_by_its_arn(service: Monitored, watch: Function, in_state: str) -> None:
    service.states[NODES[0]] |= {"AvailableSecurityUpdateCount": 1, "BaselineId": in_state}
    service.baselines = {BASELINE: "COMPLIANT", PREDEFINED: "NON_COMPLIANT"}
    assert counts(watch, non_compliant_after_seconds=60) == (3, 1, 0)
    assert [given for operation, given in service.given if operation == "GetPatchBaseline"] == [
        {"BaselineId": PREDEFINED}
    ]


def test_baselines_are_read_only_for_available_updates(service: Monitored, watch: Function) -> None:
    assert counts(watch) == (3, 0, 0)
    assert {"GetPatchBaseline", "DescribePatchBaselines"}.isdisjoint(service.operations)


@pytest.mark.parametrize("operation", ["GetPatchBaseline", "DescribePatchBaselines"])
def test_a_baseline_that_cannot_be_read_decides_nothing(service: Monitored, watch: Function, operation: str) -> None:
    """The rest is published, and a node that depends on it stays as it was."""
    for node in NODES[:2]:
        service.states[node] |= {"AvailableSecurityUpdateCount": 1}
    service.states[NODES[1]] |= {"BaselineId": "pb-aaaaaaaaaaaaaaaaa"}
    service.baselines = {BASELINE: "NON_COMPLIANT", "pb-aaaaaaaaaaaaaaaaa": "COMPLIANT"}
    given = SCHEDULE | {"non_compliant_after_seconds": 60}
    assert watch(given, check="compliance")[EvidenceMetric.NON_COMPLIANT_NODES, NAME] == 1
    service.states[NODES[2]] |= {"MissingCount": 1}
    service.errors[operation] = "AccessDeniedException"
    with pytest.raises(WatchError) as error:
        watch(given, check="compliance")
    assert str(error.value).startswith(f"{NAME}, {BASELINE}: AccessDeniedException: ")
    assert watch.published == {
        (EvidenceMetric.NODES, NAME): 3,
        (EvidenceMetric.NON_COMPLIANT_NODES, NAME): 2,
        (EvidenceMetric.NODES_WITHOUT_EVIDENCE, NAME): 0,
    }


def test_a_baseline_that_does_not_exist_any_more_is_no_error(
    service: Monitored, watch: Function, caplog: pytest.LogCaptureFixture
) -> None:
    """It was replaced after the last operation, and the next one has another baseline."""
    service.states[NODES[0]] |= {"AvailableSecurityUpdateCount": 1}
    assert counts(watch, non_compliant_after_seconds=60) == (3, 0, 0)
    assert caplog.messages == [f"{NAME}: the baseline {BASELINE} of the last operation does not exist any more"]
    service.baselines = {BASELINE: "NON_COMPLIANT"}
    assert counts(watch, non_compliant_after_seconds=60) == (3, 1, 0)
    service.baselines = {}
    assert counts(watch, non_compliant_after_seconds=60) == (3, 1, 0)


# --- Targets ------------------------------------------------------------------------------------------


def test_targets_are_alternatives_and_keys_are_not(service: Monitored, watch: Function) -> None:
    service.tags = {NODES[0]: {"PatchGroup": "web", "Env": "prod"}, NODES[1]: {"PatchGroup": "web"}, NODES[2]: {}}
    both = [*PATCH_GROUP, {"Key": "tag:Env", "Values": ["prod"]}]
    service.targets[OWN] = [both]
    assert counts(watch)[0] == 1
    service.targets[OWN] = [both, [{"Key": "InstanceIds", "Values": [NODES[2]]}]]
    assert counts(watch)[0] == 2


def test_given_targets(service: Monitored, watch: Function) -> None:
    service.targets[OWN] = []
    assert counts(watch, targets=[PATCH_GROUP]) == (3, 0, 0)
    assert "DescribeMaintenanceWindowTargets" not in service.operations


def test_the_windows_of_a_schedule_have_the_same_targets(service: Monitored, watch: Function) -> None:
    service.windows[BEFORE] = window(BEFORE)
    service.targets[BEFORE] = service.targets[OWN]
    assert counts(watch, windows=[OWN, BEFORE]) == (3, 0, 0)
    assert service.operations.count("DescribeInstanceInformation") == 1


def test_resource_groups(service: Monitored, watch: Function) -> None:
    arns = [
        f"arn:aws:ec2:eu-central-1:123456789012:instance/{NODES[0]}",
        "arn:aws:ssm:eu-central-1:123456789012:managed-instance/mi-00000000000000001",
        "arn:aws:s3:::bucket",
    ]
    service.groups = {"web": arns}
    name = {"Key": "resource-groups:Name", "Values": ["web"]}
    service.targets[OWN] = [[name]]
    assert counts(watch) == (2, 0, 0)
    service.targets[OWN] = [[name, {"Key": "resource-groups:ResourceTypeFilters", "Values": ["AWS::EC2::Instance"]}]]
    counts(watch)
    asked = [given for operation, given in service.given if operation == "ListGroupResources"]
    assert asked == [
        {"Group": "web", "Filters": []},
        {"Group": "web", "Filters": [{"Name": "resource-type", "Values": ["AWS::EC2::Instance"]}]},
    ]


# --- The run ------------------------------------------------------------------------------------------


def test_both_checks(watch: Function) -> None:
    assert {name for name, _ in watch(SCHEDULE)} == set(EvidenceMetric)
    assert {name for _, name in watch(SCHEDULE, check="executions")} == {OWN}
    assert {name for _, name in watch(SCHEDULE | {"compliance": False})} == {OWN}


def test_the_dimensions(watch: Function) -> None:
    watch(SCHEDULE)
    of_windows = {EvidenceMetric.HOURS_OVERDUE, EvidenceMetric.HOURS_SINCE_SUCCESS}
    assert watch.dimensions == {
        name: {"WindowId": OWN} if name in of_windows else {"Schedule": NAME, "Monitoring": MONITORING}
        for name in EvidenceMetric
    }


def test_the_namespace() -> None:
    assert NAMESPACE == "PatchingConstructs"


def test_what_cannot_be_read_has_no_data_and_the_run_fails(service: Monitored, watch: Function) -> None:
    service.errors["DescribeInstancePatchStates"] = "AccessDeniedException"
    with pytest.raises(WatchError) as error:
        watch(SCHEDULE)
    assert str(error.value).startswith(f"{NAME}: AccessDeniedException: An error occurred (AccessDeniedException)")
    assert {name for _, name in watch.published} == {OWN}


def test_the_check_of_executions_notices_that_nodes_are_no_longer_checked(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    assert service.operations == []
    watch(SCHEDULE, check="executions")
    clock.move_to(NOW + timedelta(hours=2))
    # Nothing was checked before, so the time begins with the first run.
    watch(SCHEDULE, check="executions")
    counts(watch)
    clock.move_to(NOW + timedelta(hours=5))
    watch(SCHEDULE, check="executions")
    clock.move_to(NOW + timedelta(hours=5, minutes=15))
    problem = f"^the nodes have not been checked since {NOW + timedelta(hours=2):%Y-%m-%d %H:%M} UTC$"
    with pytest.raises(WatchError, match=problem):
        watch(SCHEDULE, check="executions")
    assert watch.published[EvidenceMetric.HOURS_OVERDUE, OWN] == 0
    counts(watch)
    watch(SCHEDULE, check="executions")


def test_there_is_no_time_left(watch: Function) -> None:
    with pytest.raises(WatchError, match=f"^{NAME}: TimeoutError: there was no time left to read it$"):
        watch(SCHEDULE, check="compliance", milliseconds=30_000)


def test_thousands_of_nodes(service: Monitored, watch: Function, table: Any) -> None:
    nodes = [f"i-{number:017x}" for number in range(2_000)]
    service.tags = {node: {"PatchGroup": "web"} for node in nodes}
    service.states = {
        node: state(node, failed=1, ended=NOW - timedelta(hours=number, minutes=1)) for number, node in enumerate(nodes)
    }
    assert counts(watch) == (2_000, 2_000 - 7 * 24, 0)
    # As many requests as pages of 50.
    assert service.operations.count("DescribeInstancePatchStates") == 40
    item = table.get_item(Key={"Id": f"nodes:{NAME}"})["Item"]
    # An item of DynamoDB has at most 400 KB.
    assert len(item["State"]) < 80_000
    assert item["Expires"] > (NOW + 80 * DAY).timestamp()
