"""What the templates have is what the emulator returns."""

from typing import Any

import pytest

from tests.integ.apps import HELD, App
from tests.integ.life import Life
from tests.proof.evidence import Evidence
from tests.proof.features import proves_example
from tests.proof.recorder import Saw

pytestmark = pytest.mark.integ


def case_of(app: App) -> Any:
    """Return an app, with the marks of what its deployment shows."""
    return pytest.param(app.name, marks=proves_example(app.file, Evidence.EMULATOR), id=app.name)


@pytest.mark.parametrize("app", [case_of(each) for each in HELD])
def test_what_is_deployed_is_read_back(app: str, life: Life, saw: Saw) -> None:
    comparisons = life.comparisons[app]
    for each in comparisons:
        saw(each.resource.type, equal=each.equal, dropped=each.dropped, fallback=each.resource.fallback)
    assert [difference for each in comparisons for difference in each.different] == []
    assert any(each.equal for each in comparisons)


def test_a_deployed_app_has_no_difference(life: Life) -> None:
    assert "Number of stacks with differences: 0" in life.diff
