"""The command line without the CDK: what the pre-commit hook installs."""

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import patching_constructs
from tests.modules import imported_anew

ROOT = Path(__file__).parent.parent
CDK = {"aws-cdk-lib", "constructs", "jsii"}
CLI_REQUIREMENTS: list[str] = runpy.run_path(str(ROOT / "tools" / "cli_requirements.py"))["cli_requirements"]()


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=; ]", requirement)[0]


def pins(lock: str) -> dict[str, str]:
    """Return the version of every package that a lock pins."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", text, flags=re.MULTILINE))


# --- What is installed --------------------------------------------------------------------------------


def test_the_lock_has_everything_that_the_command_line_requires() -> None:
    assert {name_of(each) for each in CLI_REQUIREMENTS} <= pins("requirements-cli.lock").keys()


def test_the_lock_has_no_cdk() -> None:
    assert not pins("requirements-cli.lock").keys() & CDK


@pytest.mark.parametrize("other", ["requirements-dev.lock", "requirements-docs.lock", "requirements-synth.lock"])
def test_the_lock_is_a_part_of_the_other_locks(other: str) -> None:
    assert pins("requirements-cli.lock").items() <= pins(other).items()


def test_the_hook_is_installed_without_the_cdk_and_so_does_make_wheel() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["additional_dependencies"] == ["--no-deps", "--requirement", "requirements-cli.lock"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"\nWITHOUT_CDK := {' '.join(hook['additional_dependencies'])}\n" in makefile


def test_the_documentation_installs_what_the_command_line_requires() -> None:
    text = (ROOT / "docs" / "how-to" / "check-templates.md").read_text(encoding="utf-8")
    # The lock file has the requirements of the command line, see above.
    assert "\npip install --no-deps ./patching-constructs -r patching-constructs/requirements-cli.lock\n" in text


# --- The public names ---------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["aws_cdk", "jsii"])
@pytest.mark.parametrize("name", ["PatchBaseline", "PatchSchedule"])
def test_the_error_of_a_construct_explains_the_installation(
    name: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    constructs = [each for each in sys.modules if each.startswith("patching_constructs.constructs")]
    message = rf"^{name} requires the AWS CDK: run pip install patching-constructs$"
    with imported_anew(*constructs), pytest.raises(ModuleNotFoundError, match=message):
        getattr(patching_constructs, name)


def test_another_missing_module_is_named_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "patching_constructs.constructs.patch_schedule", None)
    with pytest.raises(ModuleNotFoundError, match=r"patching_constructs\.constructs\.patch_schedule"):
        _ = patching_constructs.PatchSchedule


# --- The wheel in an environment without the CDK -------------------------------------------------------

without_cdk = pytest.mark.skipif(
    "PATCHING_CONSTRUCTS_WITHOUT_CDK" not in os.environ, reason="only make wheel makes an environment without the CDK"
)
BIN = Path(os.environ.get("PATCHING_CONSTRUCTS_WITHOUT_CDK", ".")) / "bin"
TEMPLATE = ROOT / "tests" / "corpus" / "violating" / "Patching-WindowCutoff" / "example.yaml"


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(BIN / program), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=BIN)


@without_cdk
def test_the_cdk_is_not_installed() -> None:
    ran = run("python", "-c", "import importlib.util as u; print(*map(u.find_spec, ('aws_cdk', 'constructs', 'jsii')))")
    assert ran.stdout == "None None None\n"


@without_cdk
def test_check_reports_violations() -> None:
    ran = run("patching-constructs", "check", "--format", "json", str(TEMPLATE))
    findings: list[dict[str, Any]] = json.loads(ran.stdout)["findings"]
    assert ran.returncode == 1
    assert "Patching-WindowCutoff" in {finding["rule"] for finding in findings}


COMPLIANT = ROOT / "tests" / "corpus" / "compliant" / "Patching-ScheduleNeverRuns.yaml"


@without_cdk
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--list-rules"),
        ("describe", str(COMPLIANT)),
        ("diff", str(COMPLIANT), str(COMPLIANT)),
        *(("calendar", str(COMPLIANT), "--format", each) for each in ("table", "json", "ics", "html")),
        ("now", "--operation", "Scan", "--patch-group", "web", "--help"),
    ],
    ids=" ".join,
)
def test_the_other_commands_run(arguments: tuple[str, ...]) -> None:
    ran = run("patching-constructs", *arguments)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout


@without_cdk
def test_values_work_and_constructs_explain_their_requirements() -> None:
    assert run("python", "-c", "from patching_constructs import ScheduleExpression").returncode == 0
    ran = run("python", "-c", "from patching_constructs import PatchSchedule")
    last = ran.stderr.splitlines()[-1]
    assert last == "ModuleNotFoundError: PatchSchedule requires the AWS CDK: run pip install patching-constructs"
