"""The life of the apps in the emulator: bootstrap, deploy, read back, compare, destroy. The tests judge the record."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.integ.apps import App
from tests.integ.assembly import synthesize
from tests.integ.emulator.process import ACCOUNT, REGION, Emulator
from tests.integ.leftovers import everything
from tests.integ.prerequisites import create, parameters
from tests.integ.read_back.comparison import Comparison, compare
from tests.integ.stacks import deployed, stacks_of

# More stacks at a time are not faster on two processors.
CONCURRENCY: Final = "4"
ALL_STACKS: Final = "**"
# The emulator leaves Fn::GetStackOutput, which a weak reference becomes, as it is.
CONTEXT: Final = {"@aws-cdk/core:defaultCrossStackReferences": "strong"}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Life:
    """What was seen."""

    comparisons: Mapping[str, list[Comparison]]
    """By the name of the app."""
    diff: str
    """The output of `cdk diff` after the deployment."""
    before: list[str]
    """What there was before the deployment."""
    during: list[str]
    """What there was when all stacks were deployed."""
    after: list[str]
    """What there was after all stacks had been destroyed."""


def live(emulator: Emulator, apps: Sequence[App], say: Say) -> Life:
    """Deploy apps, look at them, and destroy them."""
    assembly = emulator.folder / "assembly"
    of_assembly = ("--app", str(assembly))
    with phase(f"Synthesize {len(apps)} apps", say):
        synthesize(assembly, [app.file for app in apps], CONTEXT)
    create(emulator, apps)
    before = everything(emulator)
    with phase("Deploy", say):
        options = ("--concurrency", CONCURRENCY, "--require-approval", "never", *parameters(emulator, apps))
        emulator.cdk("deploy", *of_assembly, ALL_STACKS, *options)
    with phase("Read back", say):
        during = everything(emulator)
        comparisons = {app.name: list(_comparisons(emulator, assembly / app.file.stem)) for app in apps}
    with phase("Compare with cdk diff", say):
        diff = emulator.cdk("diff", *of_assembly, ALL_STACKS)
    with phase("Destroy", say):
        emulator.cdk("destroy", *of_assembly, ALL_STACKS, "--force", "--concurrency", CONCURRENCY)
        after = everything(emulator)
    return Life(comparisons, diff, before, during, after)


def bootstrap(emulator: Emulator, say: Say) -> None:
    """Bootstrap the account and Region."""
    with phase("Bootstrap", say):
        emulator.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")


@contextmanager
def phase(name: str, say: Say) -> Iterator[None]:
    """Print what is done, and how long it took."""
    started = time.monotonic()
    say(f"{name} ...")
    yield
    say(f"{name}: {time.monotonic() - started:.0f} s")


def _comparisons(emulator: Emulator, assembly: Path) -> Iterator[Comparison]:
    for stack, template in stacks_of(assembly).items():
        for resource in deployed(emulator, stack, template):
            yield compare(emulator, resource)
