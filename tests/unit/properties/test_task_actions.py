"""What a task of a maintenance window runs, and what its document and parameters say about it."""

import pytest

from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    OPERATION,
    REBOOT_OPTION,
    RUN_PATCH_BASELINE,
)
from patching_constructs.properties.task_actions import RunCommand
from patching_constructs.ssm.reboot import Reboot

TEXT = "${Token[TOKEN.12]}"
URL = "s3://bucket/baselines.json"


def patching(**parameters: str) -> RunCommand:
    names = {
        "operation": OPERATION,
        "reboot": REBOOT_OPTION,
        "override": BASELINE_OVERRIDE,
        "timeout": EXECUTION_TIMEOUT,
    }
    given = tuple((names[name], (value,)) for name, value in parameters.items())
    return RunCommand(document=RUN_PATCH_BASELINE, parameters=given)


@pytest.mark.parametrize(
    ("command", "pending", "reboots"),
    [
        (patching(operation="Install", reboot="NoReboot"), True, False),
        (patching(operation="Install", reboot="RebootIfNeeded"), False, True),
        (patching(operation="Install"), False, True),
        (patching(operation="Scan"), False, False),
        (patching(operation=TEXT), False, True),
        (RunCommand(document="AWS-InstanceRebootWithHooks"), False, True),
        (RunCommand(document="AWS-UpdateSSMAgent"), False, False),
    ],
    ids=["install without a reboot", "install and reboot", "install by default", "scan", "token", "reboot", "other"],
)
def test_which_commands_leave_a_reboot_pending_and_which_reboot(
    command: RunCommand, *, pending: bool, reboots: bool
) -> None:
    assert (command.run.leaves_reboot_pending, command.run.reboot is Reboot.CERTAIN) == (pending, reboots)


@pytest.mark.parametrize(
    ("command", "unrecorded"),
    [
        (patching(operation="Scan", override=URL), True),
        (patching(operation="Scan"), False),
        (patching(operation="Install", override=URL), False),
        (patching(operation=TEXT, override=URL), False),
    ],
    ids=["scan with an override", "scan", "install with an override", "token"],
)
def test_only_a_scan_with_a_baseline_override_does_not_update_compliance_data(
    command: RunCommand, *, unrecorded: bool
) -> None:
    assert command.scans_without_record is unrecorded


@pytest.mark.parametrize(("timeout", "seconds"), [("600", 600), (TEXT, None)])
def test_how_long_patching_can_run(timeout: str, seconds: float | None) -> None:
    assert patching(operation="Install", timeout=timeout).patching_timeout_seconds == seconds
