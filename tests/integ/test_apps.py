"""Every example is deployed, or left out for a reason."""

from tests.integ.apps import HELD, NOT_HELD
from tests.integ.environment import ROOT


def test_every_example_is_listed_once() -> None:
    listed = [*(app.name for app in HELD), *NOT_HELD]
    assert sorted(listed) == sorted(["app", *(file.stem for file in (ROOT / "examples").glob("*.py"))])
