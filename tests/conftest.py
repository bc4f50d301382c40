"""Settings for all tests. The CDK's own validation costs seconds; `tests/synth` runs it, in processes of its own."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import Distribution, distribution

import pytest
from hypothesis import HealthCheck, settings

from patching_constructs._tokens import is_unresolved
from tests import shared_file

pytest_plugins = ["tests.proof.recorder"]
os.environ["CDK_VALIDATION"] = "false"
# Examples can share a temporary folder, because each of them overwrites its file.
_ALLOWED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
# A result must depend neither on the speed of the machine nor on what an earlier run found.
settings.register_profile("patching", deadline=None, database=None, print_blob=True, suppress_health_check=_ALLOWED)
settings.load_profile("patching")


def pytest_sessionstart() -> None:
    """Stop if the shared file is not that of aws-cdk-lib, because correct tests would fail."""
    cdk, winner = _winner()
    if winner != shared_file.RIGHT:
        raise pytest.UsageError(shared_file.repair(winner, cdk))


def pytest_report_header() -> str:
    cdk, winner = _winner()
    return f"{shared_file.FILE}: from {winner} {cdk.version}"


def _winner() -> tuple[Distribution, str]:
    cdk = distribution(shared_file.RIGHT)
    return cdk, shared_file.installed_from(cdk, distribution(shared_file.OTHER))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Return the same name for every token, because its number depends on earlier imports."""
    return f"{argname}-token" if is_unresolved(val) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--today", type=datetime.fromisoformat, help="the date on which the tests run, in this process")


@pytest.fixture(autouse=True, scope="session")
def _today(request: pytest.FixtureRequest) -> Iterator[None]:
    today: datetime | None = request.config.getoption("--today")
    if today is None:
        yield
        return
    import time_machine  # noqa: PLC0415 - not installed for the tests with the oldest CDK

    with time_machine.travel(today.replace(tzinfo=UTC)):
        yield


@pytest.fixture(autouse=True)
def _no_freezes() -> Iterator[None]:
    """Forget the freezes of scopes after each test: they apply to the whole process."""
    yield
    registry = sys.modules.get("patching_constructs.constructs._freezes")
    if registry is not None:
        registry.forget()


@pytest.fixture(autouse=True, scope="session")
def _commands_once() -> Iterator[None]:
    """Build the commands of the command line once. The runner of Typer does so in every call, which takes longer."""
    try:
        from typer.main import get_command  # noqa: PLC0415 - not installed for the tests with the oldest CDK
    except ImportError:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(get_command))
        yield
