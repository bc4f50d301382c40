"""What the API does not answer is an error that names the request and the fix; nothing is adopted then."""

import json
import re
from pathlib import Path

import pytest

from patching_constructs.cli.live.retries import RETRIES
from tests.unit.adoption.account import SCAN
from tests.unit.adoption.apps import adopt
from tests.unit.cli.live.aws import FakeAws, RefusedError
from tests.unit.cli.run_command.fakes import REGION

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "adopt.md"
OF_A_WINDOW = (
    "DescribeMaintenanceWindowTasks",
    "GetMaintenanceWindow",
    "DescribeMaintenanceWindowTargets",
    "GetMaintenanceWindowTask",
    "ListTagsForResource",
)
OPERATIONS = ("DescribeMaintenanceWindows", *OF_A_WINDOW, "DescribePatchBaselines", "GetPatchBaseline")
ATTEMPTS = 10


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the pauses of the adaptive mode before every request."""
    monkeypatch.setattr("patching_constructs.cli.live.client.RETRIES", RETRIES | {"mode": "standard"})


def failed(directory: Path, *arguments: str) -> str:
    """Adopt what the API describes, which fails without writing anything, and return the error."""
    result = adopt("--live", "--region", REGION, *arguments, "--into", directory)
    assert (result.exit_code, result.stdout, directory.exists()) == (2, "", False)
    return result.stderr


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_missing_permission(operation: str, aws: FakeAws, tmp_path: Path) -> None:
    aws.errors[operation] = [RefusedError("AccessDeniedException", message=f"not authorized to perform {operation}")]
    assert failed(tmp_path / "app") == (
        f"{operation}: AccessDeniedException: not authorized to perform {operation}; docs/how-to/adopt.md lists the "
        "permissions\n"
    )
    assert len(aws.requests(operation)) == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_throttling(operation: str, aws: FakeAws, tmp_path: Path) -> None:
    aws.errors[operation] = [RefusedError("ThrottlingException", message="Rate exceeded")] * ATTEMPTS
    assert failed(tmp_path / "app") == (
        f"note: AWS throttles requests in {REGION}; they are repeated more slowly\n"
        f"{operation}: ThrottlingException: Rate exceeded; the request was throttled, also after several attempts; "
        "try again in a minute\n"
    )


def test_throttling_that_ends(aws: FakeAws) -> None:
    for operation in OPERATIONS:
        aws.errors[operation] = [RefusedError("ThrottlingException")]
    assert adopt("--live", "--region", REGION).exit_code == 0


def test_another_failure_is_no_matter_of_permissions(aws: FakeAws, tmp_path: Path) -> None:
    aws.errors["GetMaintenanceWindow"] = [RefusedError("InternalServerError", 500)] * ATTEMPTS
    assert failed(tmp_path / "app") == "GetMaintenanceWindow: InternalServerError: refused\n"


def test_a_window_that_does_not_exist(aws: FakeAws, tmp_path: Path) -> None:
    message = f"Maintenance window {SCAN} does not exist"
    aws.errors["DescribeMaintenanceWindowTasks"] = [RefusedError("DoesNotExistException", message=message)]
    assert failed(tmp_path / "app", "--window", SCAN) == (
        f"DescribeMaintenanceWindowTasks: DoesNotExistException: {message}; check --window and --region\n"
    )


def test_a_window_is_given_by_its_id(tmp_path: Path) -> None:
    assert failed(tmp_path / "app", "--window", "ops-prod-scan") == (
        "--window must be the ID of a window such as mw-0123456789abcdef0, got 'ops-prod-scan'\n"
    )


def test_a_window_that_is_given_twice_is_read_once(aws: FakeAws) -> None:
    assert adopt("--live", "--region", REGION, "--window", SCAN, "--window", SCAN).exit_code == 0
    assert aws.requests("GetMaintenanceWindow") == [{"WindowId": SCAN}]


# --- The permissions ----------------------------------------------------------------------------------


def test_the_guide_has_the_permissions(aws: FakeAws) -> None:
    (policy,) = re.findall(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    (statement,) = json.loads(policy)["Statement"]
    assert adopt("--live", "--region", REGION).exit_code == 0
    assert sorted(statement["Action"]) == sorted({f"ssm:{operation}" for operation, _ in aws.asked})


def test_some_windows_require_fewer_permissions(aws: FakeAws) -> None:
    assert adopt("--live", "--region", REGION, "--window", SCAN).exit_code == 0
    assert {operation for operation, _ in aws.asked} == set(OF_A_WINDOW)
