"""The deployment jobs of the pipelines, run with npm and the CDK CLI: the project is deployed to the emulator."""

import json
import shutil
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integ.emulator.process import ACCOUNT, REGION, Emulator
from tests.pipelines.github_actions import workflow
from tests.pipelines.repository import BASH, PROJECT
from tests.pipelines.test_gitlab import PIPELINE

pytestmark = pytest.mark.integ
WINDOWS = ["Patching-MonthlyInstall-A20C481A", "Patching-NightlyScan-80A4CBCC"]


class Runner:
    """Run scripts of jobs in the project, in the process group of the emulator, so that they end with it."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.folder = folder
        self._emulator = emulator
        # The CDK CLI has been downloaded for the other tests.
        self.environment = emulator.environment | {"npm_config_prefer_offline": "true"}

    def run(self, script: str, environment: Mapping[str, str]) -> str:
        done = subprocess.run(
            [*BASH, script],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            process_group=self._emulator.process.pid,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def windows(self) -> list[str]:
        answer = self._emulator.client("ssm").describe_maintenance_windows(Filters=[{"Key": "Name", "Values": WINDOWS}])
        return sorted(each["Name"] for each in answer["WindowIdentities"])


@pytest.fixture
def runner(bootstrapped: Emulator, tmp_path: Path) -> Iterator[Runner]:
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    yield Runner(bootstrapped, folder)
    bootstrapped.cdk("destroy", "--app", str(folder / "cdk.out"), "--all", "--force")


def step(job: str, name: str) -> str:
    """Return the script of a step of the workflow for GitHub Actions."""
    (script,) = [each["run"] for each in workflow()["jobs"][job]["steps"] if each.get("name") == name]
    return str(script)


def token() -> str:
    """Return a token with the claims of GitLab, whose signature the emulator does not verify."""
    parts = ({"alg": "RS256"}, {"iss": "https://gitlab.com", "aud": "https://gitlab.com", "sub": "project_path:a/b"})
    return ".".join([*(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), "c2ln"])


def test_the_jobs_deploy_the_project(runner: Runner, bootstrapped: Emulator, tmp_path: Path) -> None:
    for job, name in (("deploy", "Install the CDK CLI"), ("synthesize", "Synthesize"), ("deploy", "Deploy")):
        runner.run(step(job, name), runner.environment)
    assert runner.windows() == WINDOWS
    iam = bootstrapped.client("iam")
    role = iam.create_role(RoleName="gitlab", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    # Without keys, the CDK CLI has only the token, which it exchanges for credentials of the role.
    environment = {name: value for name, value in runner.environment.items() if not name.startswith("AWS_ACCESS_KEY")}
    del environment["AWS_SECRET_ACCESS_KEY"]
    environment |= PIPELINE["deploy"]["variables"] | {
        "AWS_REGION": REGION,
        "AWS_ROLE_ARN": role,
        "AWS_ROLE_SESSION_NAME": "gitlab-1",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
        "GITLAB_OIDC_TOKEN": token(),
    }
    output = runner.run("\n".join(PIPELINE["deploy"]["script"]), environment)
    iam.delete_role(RoleName="gitlab")
    assert "Patching (no changes)" in output
    assert f":{ACCOUNT}:stack/Patching/" in output
