"""The template file that the tests write."""

from pathlib import Path

import pytest


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "Patching.template.json"
