"""An account on this machine, with a window that runs every day."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from tests.unit.cli.live.aws import serving
from tests.unit.cli.results.account import Account
from tests.unit.cli.results.running import DAILY, DAY, LAST, NOW
from tests.unit.cli.run_command.fakes import alone_with


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Account]:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    fake = Account()
    with serving(fake) as url:
        alone_with(url, monkeypatch, tmp_path)
        # The pauses between the attempts of botocore.
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        yield fake


@pytest.fixture
def nightly(account: Account) -> str:
    """A window that has run every day for three weeks."""
    window = account.add_window("nightly", DAILY)
    for day in range(21):
        account.add_execution(window, LAST - day * DAY)
    return window
