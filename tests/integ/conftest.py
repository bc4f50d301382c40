"""The apps live once; all tests of the deployment judge what was seen."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Final

import pytest

from tests.integ.apps import HELD
from tests.integ.emulator.process import Emulator, emulator
from tests.integ.environment import ROOT
from tests.integ.life import Life, Say, bootstrap, live, phase

# `make integ` does not capture output.
SAY: Final[Say] = partial(print, flush=True)
LOGS: Final = ROOT / "build" / "integ"


@pytest.fixture(scope="session")
def bootstrapped() -> Iterator[Emulator]:
    with ExitStack() as stack:
        with phase("Start the emulator", SAY):
            running = stack.enter_context(emulator(LOGS))
        bootstrap(running, SAY)
        yield running


@pytest.fixture(scope="session")
def life(bootstrapped: Emulator) -> Life:
    return live(bootstrapped, HELD, SAY)
