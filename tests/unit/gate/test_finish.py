"""The end of the patching: success is confirmed, and a command that still runs is canceled."""

import pytest

from patching_constructs.constructs.gate_scripts.finish import PatchingFailedError, finish
from tests.unit.gate.service import AUTOMATION, COMMAND, DOCUMENT, EXECUTION, INVOCATION, Service, command

pytestmark = pytest.mark.usefixtures("endpoint")
EVENTS = {"DocumentName": DOCUMENT, "AutomationId": AUTOMATION}


def failure() -> str:
    with pytest.raises(PatchingFailedError) as failed:
        finish(EVENTS, None)
    return str(failed.value)


def test_a_success_is_confirmed(service: Service) -> None:
    service.commands = [command(EXECUTION, snapshot=EXECUTION, status="InProgress"), command(COMMAND)]
    assert finish(EVENTS, None) == {"Message": f"The patch command succeeded ({COMMAND}: Success)"}
    assert service.canceled == []


@pytest.mark.parametrize("status", ["Pending", "InProgress"])
def test_a_running_command_is_canceled(status: str, service: Service) -> None:
    service.commands, service.page = [command(EXECUTION, snapshot=EXECUTION), command(COMMAND, status=status)], 1
    assert failure() == (f"The time for patching is over, and the running command was canceled ({COMMAND}: {status})")
    assert service.canceled == [COMMAND]


@pytest.mark.parametrize("status", ["Failed", "TimedOut", "Cancelled", "Cancelling"])
def test_a_command_without_success_fails(status: str, service: Service) -> None:
    service.commands = [command(COMMAND, status=status), command(INVOCATION)]
    listed = f"{COMMAND}: {status}, {INVOCATION}: Success"
    assert failure() == f"The patch command did not succeed ({listed})"
    assert service.canceled == []


def test_without_a_command_it_fails(service: Service) -> None:
    service.commands = []
    assert failure() == "The patch command did not succeed (no command was sent)"
