"""The capacity of a schedule: every refusal with its full message, and what passes."""

from datetime import timedelta

import aws_cdk as cdk
import pytest

from patching_constructs import PatchCapacity
from tests.refusals import refused, untyped

TOKEN = cdk.Token.as_number({"Ref": "Nodes"})


@pytest.mark.parametrize("nodes", [0, -1, 100_001, 1.5, True, "400", None, 10**400, float("nan")])
def test_nodes_are_a_whole_number(nodes: object) -> None:
    message = refused(lambda: PatchCapacity(nodes=untyped(nodes), minutes_per_node=12))
    assert message == f"nodes must be a whole number from 1 to 100000, got {nodes!r}"


@pytest.mark.parametrize("minutes", [0, 0.09, -12, 1441, True, "12", None, float("nan"), float("inf")])
def test_minutes_are_a_number(minutes: object) -> None:
    message = refused(lambda: PatchCapacity(nodes=400, minutes_per_node=untyped(minutes)))
    assert message == f"minutes_per_node must be a number of minutes from 0.1 to 1440, got {minutes!r}"


@pytest.mark.parametrize("minutes", [0, 1441, "25"])
def test_the_95th_percentile_is_a_number(minutes: object) -> None:
    message = refused(
        lambda: PatchCapacity(nodes=400, minutes_per_node=0.1, minutes_per_node_p95=untyped(minutes)),
    )
    assert message == f"minutes_per_node_p95 must be a number of minutes from 0.1 to 1440, got {minutes!r}"


def test_minutes_are_no_timedelta() -> None:
    message = refused(lambda: PatchCapacity(nodes=400, minutes_per_node=untyped(timedelta(minutes=12, seconds=30))))
    assert message == (
        "minutes_per_node must be a number of minutes from 0.1 to 1440, got datetime.timedelta(seconds=750); "
        "write minutes_per_node=12.5"
    )


def test_the_95th_percentile_is_not_less_than_the_median() -> None:
    message = refused(lambda: PatchCapacity(nodes=400, minutes_per_node=25, minutes_per_node_p95=8))
    assert message == "minutes_per_node_p95 must be at least minutes_per_node (25), got 8"


def test_whole_numbers_are_integers() -> None:
    assert repr(PatchCapacity(nodes=400.0, minutes_per_node=12.0, minutes_per_node_p95=12.5)) == (
        "PatchCapacity(nodes=400, minutes_per_node=12, minutes_per_node_p95=12.5)"
    )


@pytest.mark.parametrize(
    ("nodes", "minutes", "p95"),
    [(TOKEN, 12, None), (400, TOKEN, None), (400, 12, TOKEN), (400, TOKEN, 8), (untyped("${Token[N.1]}"), 12, None)],
)
def test_tokens_pass(nodes: float, minutes: float, p95: float | None) -> None:
    assert PatchCapacity(nodes=nodes, minutes_per_node=minutes, minutes_per_node_p95=p95).is_unresolved
    assert not PatchCapacity(nodes=400, minutes_per_node=12, minutes_per_node_p95=25).is_unresolved
