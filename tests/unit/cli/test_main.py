"""The command line as a process: the console script, the module, and a missing extra."""

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from patching_constructs.cli import main
from tests.modules import imported_anew
from tests.unit.cli.commands.test_describe import WEEKLY, resources, written

# --- The process --------------------------------------------------------------------------------------


def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env=os.environ | environment
    )


CLI = ("-m", "patching_constructs.cli")


def test_as_a_module_it_describes(template: Path) -> None:
    written(template, resources(WEEKLY))
    done = ran(*CLI, "describe", str(template))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("window     weekly (stack Patching)")


def test_as_a_module_a_missing_path_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    missing = tmp_path / "cdk.out"
    done = ran(*CLI, "describe", str(missing))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{missing}: no such file or directory; run cdk synth first\n"


def test_without_a_locale_there_is_no_warning(template: Path) -> None:
    written(template, resources(WEEKLY))
    assert ran("-W", "error", *CLI, "describe", str(template), LC_ALL="C").stderr == ""


BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
from patching_constructs.cli import main
main()
"""


@pytest.mark.parametrize("name", ["typer", "rich", "cron_descriptor"])
def test_without_the_extra_the_message_names_it(template: Path, name: str) -> None:
    written(template, resources(WEEKLY))
    done = ran("-c", BLOCKED.format(name=name), "describe", str(template))
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == f"{name} is not installed. To install the command line: pip install 'patching-constructs[cli]'\n"
    )


def test_an_error_of_the_package_itself_is_not_attributed_to_the_extra() -> None:
    done = ran("-c", BLOCKED.format(name="patching_constructs.cli.commands.describe"))
    assert done.returncode == 1
    assert done.stderr.endswith("ModuleNotFoundError: No module named 'patching_constructs.cli.commands.describe'\n")


# The same once more within this process, where coverage sees it.


@pytest.fixture
def _cli_anew() -> Iterator[None]:
    with imported_anew("patching_constructs.cli.app", "patching_constructs.cli.commands.describe"):
        yield


@pytest.mark.usefixtures("_cli_anew")
def test_main_without_the_extra_exits_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == (
        "typer is not installed. To install the command line: pip install 'patching-constructs[cli]'"
    )


@pytest.mark.usefixtures("_cli_anew")
def test_main_does_not_attribute_an_error_of_the_package_itself_to_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "patching_constructs.cli.commands.describe", None)
    with pytest.raises(ModuleNotFoundError) as caught:
        main()
    assert caught.value.name == "patching_constructs.cli.commands.describe"


def test_main_runs_the_command(
    template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(template, resources(WEEKLY))
    monkeypatch.setattr(sys, "argv", ["patching-constructs", "describe", str(template)])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("patching_constructs.cli", run_name="__main__")
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("window     weekly (stack Patching)")
