"""A report, synthesized once, and an engine that runs its SQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from patching_constructs import PatchComplianceReport
from tests.unit.compliance_report.athena import Athena
from tests.unit.compliance_report.synced import SyncedFolder

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def template() -> Any:
    stack = cdk.Stack(cdk.App(), "Stack")
    PatchComplianceReport(stack, "Report", evidence_limit=timedelta(days=3))
    return Template.from_stack(stack).to_json()


@pytest.fixture
def folder(tmp_path: Path) -> SyncedFolder:
    return SyncedFolder(tmp_path)


@pytest.fixture
def query(template: Any, folder: SyncedFolder) -> Callable[[], Athena]:
    return lambda: Athena(template, folder.path, NOW)
