"""The apps live once; all tests of the deployment judge what was seen."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Final

import pytest

from tests.integ.apps import HELD
from tests.integ.changes.change_sets import Change, deploy_versions
from tests.integ.emulator.parent import end_with_parent
from tests.integ.emulator.process import Emulator, emulator
from tests.integ.environment import ROOT
from tests.integ.life import Life, Say, bootstrap, live, phase

# `make integ` does not capture output.
SAY: Final[Say] = partial(print, flush=True)
LOGS: Final = ROOT / "build" / "integ"


@pytest.fixture(scope="session")
def bootstrapped() -> Iterator[Emulator]:
    end_with_parent()
    with ExitStack() as stack:
        with phase("Start the emulator", SAY):
            running = stack.enter_context(emulator(LOGS))
        bootstrap(running, SAY)
        yield running


@pytest.fixture(scope="session")
def changes(bootstrapped: Emulator) -> dict[str, Change]:
    with phase("Synthesize, deploy and destroy the versions of an app", SAY):
        return {change.name: change for change in deploy_versions(bootstrapped, LOGS / "versions", SAY)}


@pytest.fixture(scope="session")
def life(bootstrapped: Emulator) -> Life:
    return live(bootstrapped, HELD, SAY)
