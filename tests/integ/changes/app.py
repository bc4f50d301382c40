"""An app in several versions, one for each change that a team makes: ``python -m tests.integ.changes.app FOLDER``.

Each version is the one before it with one change.
"""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import aws_cdk as cdk

from patching_constructs import (
    OperatingSystem,
    PatchBaseline,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchRule,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.integ.environment import ROOT

STACK: Final = "Changing"


@dataclass(frozen=True)
class Version:
    """What changes from one version to the next."""

    name: str
    hour: int = 22
    operation: PatchOperation = PatchOperation.SCAN
    stage: str = "test"
    rings: tuple[str, ...] = ("canary", "production")
    id: str = "Nightly"
    operating_system: OperatingSystem = OperatingSystem.UBUNTU


def versions() -> list[Version]:
    """Return all versions, in the order in which they are deployed."""
    first = Version("first")
    schedule = replace(first, name="schedule", hour=23)
    operation = replace(schedule, name="operation", operation=PatchOperation.INSTALL)
    tag = replace(operation, name="tag", stage="production")
    added = replace(tag, name="ring-added", rings=("canary", "production", "last"))
    removed = replace(added, name="ring-removed", rings=("canary", "production"))
    return [first, schedule, operation, tag, added, removed]


def control() -> Version:
    """Return a version that replaces a window, because its id changes, and a baseline."""
    return replace(versions()[-1], name="control", id="Renamed", operating_system=OperatingSystem.DEBIAN)


def synthesize(folder: Path) -> None:
    """Synthesize each version into a folder with its name, in a process of its own."""
    command = [sys.executable, "-m", "tests.integ.changes.app", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"CDK_VALIDATION": "false"})


def _synthesize(version: Version, folder: Path) -> None:
    app = cdk.App(outdir=str(folder / version.name))
    stack = cdk.Stack(app, STACK)
    PatchSchedule(
        stack,
        version.id,
        schedule=ScheduleExpression.daily(hour=version.hour, time_zone="Europe/Berlin"),
        targets=[PatchTarget.tag("Stage", version.stage)],
        operation=version.operation,
    )
    PatchRollout(
        stack,
        "Rollout",
        schedule=ScheduleExpression.patch_tuesday(hour=4, time_zone="Europe/Berlin"),
        operation=PatchOperation.INSTALL,
        rings=[
            PatchRing(name, targets=[PatchTarget.tag("Ring", name)], days_after=days, bake_time=timedelta(days=1))
            for name, days in zip(version.rings, (3, 7, 14), strict=False)
        ],
    )
    PatchBaseline(
        stack,
        "Baseline",
        operating_system=version.operating_system,
        rules=[PatchRule.security_patches(version.operating_system, after=timedelta(days=7))],
    )
    app.synth()


if __name__ == "__main__":
    for each in [*versions(), control()]:
        _synthesize(each, Path(sys.argv[1]))
