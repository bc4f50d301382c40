"""Messages about windows that are enabled or disabled."""

import pytest

from tests.unit.notify.conftest import Send
from tests.unit.notify.service import WINDOW, Monitored, state_event


@pytest.mark.parametrize("kind", ["State-change", "Status-change"])
def test_a_disabled_window(send: Send, service: Monitored, kind: str) -> None:
    del service.windows[WINDOW]["NextExecutionTime"]
    sent = send(state_event("DISABLED", kind))
    assert sent.subject == "Maintenance window disabled: web-install"
    assert (
        sent.text
        == f"""\
The maintenance window web-install ({WINDOW}) has the state DISABLED. Its nodes are not patched until it is enabled.

When: 2025-06-02 14:52 UTC
Where: account 123456789012, us-east-2

What to do:
- Look up UpdateMaintenanceWindow in AWS CloudTrail to see who disabled it.
- Enable it again: aws ssm update-maintenance-window --window-id {WINDOW} --enabled --region us-east-2

Console: https://us-east-2.console.aws.amazon.com/systems-manager/maintenance-windows/{WINDOW}/history?region=us-east-2

Event: Maintenance Window {kind} Notification, id 01234567-0123-0123-0123-0123456789ab
"""
    )


def test_an_enabled_window(send: Send) -> None:
    sent = send(state_event("ENABLED"))
    assert sent.subject == "Maintenance window enabled: web-install"
    assert sent.text.startswith(f"The maintenance window web-install ({WINDOW}) has the state ENABLED.\n")
    assert "Next execution: 2025-06-09 14:48 UTC\n" in sent.text
    assert "What to do" not in sent.text
