"""What is left over is looked for, whatever an app creates."""

import pytest

from tests.integ.leftovers import LISTS, PARTS
from tests.integ.life import Life
from tests.integ.read_back.kinds import KINDS


def test_every_type_that_is_created_is_listed() -> None:
    assert KINDS.keys() - LISTS.keys() == PARTS.keys()
    assert set(PARTS.values()) <= LISTS.keys()


@pytest.mark.integ
def test_destroyed_stacks_leave_nothing(life: Life) -> None:
    assert life.after == life.before


@pytest.mark.integ
def test_deployed_resources_are_listed(life: Life) -> None:
    """Without this, a listing that always is empty would pass."""
    everything = [each.resource for of_app in life.comparisons.values() for each in of_app]
    created = {resource.type for resource in everything if not resource.fallback}
    listed = {each.partition(" ")[0] for each in set(life.during) - set(life.before)}
    assert created - PARTS.keys() - listed == set()
