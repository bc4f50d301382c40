"""What CloudFormation is asked to do for a change, according to the emulator's change set."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.integ.changes.app import STACK, control, synthesize, versions
from tests.integ.emulator.process import Emulator
from tests.integ.leftovers import everything
from tests.integ.stacks import deployed, stacks_of

_EACH_SECOND: Final = {"Delay": 1, "MaxAttempts": 300}


@dataclass(frozen=True, order=True)
class ResourceChange:
    """A resource that a change set adds, modifies, replaces or removes."""

    action: str
    type: str
    logical_id: str


@dataclass(frozen=True)
class Change:
    """One version of the app, deployed over the version before it."""

    name: str
    announced: list[ResourceChange]
    """What the change set lists."""
    physical_ids: dict[str, str]
    """The resources of the stack after the deployment, by logical id."""


def deploy_versions(emulator: Emulator, folder: Path, say: Callable[[str], None]) -> list[Change]:
    """Deploy all versions one after the other, and destroy the stack. The last is announced, and not deployed."""
    synthesize(folder)
    before = everything(emulator)
    changes: list[Change] = []
    for version in (*versions(), control()):
        assembly = folder / version.name
        options = ("--method", "prepare-change-set", "--change-set-name", version.name, "--require-approval", "never")
        emulator.cdk("deploy", STACK, "--app", str(assembly), *options)
        announced = _announced(emulator, version.name)
        if version != control():
            _execute(emulator, version.name, "create" if not changes else "update")
        changes.append(Change(version.name, announced, _physical_ids(emulator, assembly)))
        say(f"  {version.name}: {_summary(announced)}")
    emulator.cdk("destroy", STACK, "--app", str(folder / versions()[-1].name), "--force")
    assert everything(emulator) == before
    return changes


def _announced(emulator: Emulator, name: str) -> list[ResourceChange]:
    described = emulator.client("cloudformation").describe_change_set(StackName=STACK, ChangeSetName=name)
    return sorted(_change(each["ResourceChange"]) for each in described["Changes"])


def _change(change: dict[str, Any]) -> ResourceChange:
    action = "Replace" if change.get("Replacement") in {"True", "Conditional"} else change["Action"]
    return ResourceChange(action, change["ResourceType"], change["LogicalResourceId"])


def _execute(emulator: Emulator, name: str, operation: str) -> None:
    cloudformation = emulator.client("cloudformation")
    cloudformation.execute_change_set(StackName=STACK, ChangeSetName=name)
    cloudformation.get_waiter(f"stack_{operation}_complete").wait(StackName=STACK, WaiterConfig=_EACH_SECOND)


def _physical_ids(emulator: Emulator, assembly: Path) -> dict[str, str]:
    listed = deployed(emulator, STACK, stacks_of(assembly)[STACK])
    return {resource.logical_id: resource.physical_id for resource in listed}


def _summary(announced: list[ResourceChange]) -> str:
    return ", ".join(f"{each.action} {each.logical_id}" for each in announced)
