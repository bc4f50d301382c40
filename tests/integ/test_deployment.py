"""What the templates have is what the emulator returns, and nothing is left over."""

import pytest

from tests.integ.apps import HELD
from tests.integ.life import Life

pytestmark = pytest.mark.integ


@pytest.mark.parametrize("app", [app.name for app in HELD])
def test_what_is_deployed_is_read_back(app: str, life: Life) -> None:
    comparisons = life.comparisons[app]
    assert [difference for each in comparisons for difference in each.different] == []
    assert any(each.equal for each in comparisons)


def test_a_deployed_app_has_no_difference(life: Life) -> None:
    assert "Number of stacks with differences: 0" in life.diff


def test_destroyed_stacks_leave_nothing(life: Life) -> None:
    assert life.after == life.before
