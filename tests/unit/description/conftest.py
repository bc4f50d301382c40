"""The template file that the tests write, and output without colors."""

from pathlib import Path

import pytest


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "Patching.template.json"


@pytest.fixture(autouse=True)
def plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
