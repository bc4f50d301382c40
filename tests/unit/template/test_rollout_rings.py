"""The ring of a rollout, read from the metadata of a window."""

from datetime import timedelta
from typing import Any

import pytest

from patching_constructs._template_metadata import METADATA_KEY, ROLLOUT, rollout_metadata
from patching_constructs.template.rollout_rings import RolloutRing
from tests.in_memory import read_resources

PLACE = rollout_metadata("Stack/Rollout", "prod", 11, timedelta(days=2))


def ring(metadata: Any) -> RolloutRing | None:
    (window,) = read_resources({"Window": {"Type": "AWS::SSM::MaintenanceWindow", "Metadata": metadata}})
    return window.ring


def test_a_ring() -> None:
    assert ring({METADATA_KEY: {ROLLOUT: PLACE}}) == RolloutRing("Stack/Rollout", "prod", 11, 48)


def test_a_ring_without_a_bake_time() -> None:
    place = rollout_metadata("Stack/Rollout", "dev", 0, timedelta(0))
    assert "BakeHours" not in place
    assert ring({METADATA_KEY: {ROLLOUT: place}}) == RolloutRing("Stack/Rollout", "dev", 0, 0)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {METADATA_KEY: {}},
        {METADATA_KEY: {ROLLOUT: "prod"}},
        {METADATA_KEY: {ROLLOUT: {}}},
        *({METADATA_KEY: {ROLLOUT: PLACE | {name: {"Ref": "Parameter"}}}} for name in PLACE),
    ],
)
def test_no_ring(metadata: Any) -> None:
    assert ring(metadata) is None
