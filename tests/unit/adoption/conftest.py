"""The account on this machine, for whatever reads from the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.adoption.account import account
from tests.unit.cli.live.aws import FakeAws, serving
from tests.unit.cli.run_command.fakes import alone_with


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeAws]:
    fake = account()
    with serving(fake) as url:
        alone_with(url, monkeypatch, tmp_path)
        # The pauses between the attempts of botocore.
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        yield fake
