"""Where the tests write templates."""

from pathlib import Path

import pytest


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "Patching.template.json"


@pytest.fixture
def cdk_out(tmp_path: Path) -> Path:
    return tmp_path / "cdk.out"
