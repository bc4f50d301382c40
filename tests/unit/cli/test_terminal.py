"""What differs on a terminal: widths, colors and progress; and what a pipe gets."""

import json
import re
import time
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.cli.working import working
from tests.unit.cli.run_command.requests import resources

FROM = ("--from", "2027-01-01")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Write an install and a scan that overlap, in another time zone, with long names."""
    own = {"Schedule": "cron(0 4 ? * MON *)", "ScheduleTimezone": "Europe/Berlin", "Duration": 2, "Cutoff": 1}
    install = resources({"Operation": "Install"})
    install["Window"]["Properties"] |= own | {"Name": "production-databases-install"}
    scan = json.dumps(resources({"Operation": "Scan"}))
    for name in ("Window", "Target0", "Task"):
        scan = scan.replace(f'"{name}"', f'"Scan{name}"')
    both = install | json.loads(scan)
    both["ScanWindow"]["Properties"] |= own | {"Name": "scan"}
    file = tmp_path / "fleet.json"
    file.write_text(json.dumps({"Resources": both}), encoding="utf-8")
    return file


def written(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", str(width))


# --- Widths -------------------------------------------------------------------------------------------

LONG = "Mon 2027-01-04 04:00-06:00 CET"
HEADS = {
    200: ("start UTC operation window notes", f"{LONG} 01-04 03:00 Install production-databases-install overlap"),
    100: ("start UTC operation window notes", f"{LONG} 01-04 03:00 Install production-databases-install overlap"),
    90: ("start operation window notes", f"{LONG} Install production-databases-install overlap"),
    75: ("start operation window notes", "Mon 01-04 04:00 CET Install production-databases-install overlap"),
    64: ("start operation window", "Mon 01-04 04:00 CET Install production-databases-install"),
    40: ("start operation window", "Mon 01-04 04:00 CET Install producti"),
}


@pytest.mark.parametrize(("width", "lines"), HEADS.items())
def test_columns_give_way_in_a_narrow_terminal(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, width: int, lines: tuple[str, str]
) -> None:
    on_a_terminal(monkeypatch, width)
    found = ESCAPE.sub("", written("calendar", fleet, *FROM, "--next", "1")).splitlines()
    install = next(line for line in found if "Install" in line)
    assert (" ".join(found[0].split()), " ".join(install.split())) == lines
    assert max(map(cell_len, found)) <= width


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("command", ["describe", "check", "coverage"])
def test_no_line_is_wider_than_the_terminal(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, command: str, width: int
) -> None:
    on_a_terminal(monkeypatch, width)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    result = CliRunner().invoke(app, [command, str(fleet)])
    # The place of a finding and a link are not folded, so that they can be opened.
    lines = [line for line in ESCAPE.sub("", result.stdout).splitlines() if "fleet.json" not in line]
    assert max(map(cell_len, lines)) <= width or command == "check"


# --- Colors -------------------------------------------------------------------------------------------


def test_operations_have_colors(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_terminal(monkeypatch, 120)
    text = written("calendar", fleet, *FROM, "--next", "1")
    assert "\x1b[1;32mInstall\x1b[0m" in text
    assert "\x1b[34mScan\x1b[0m" in text


# --- Pipes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["calendar", "describe", "check", "coverage"])
def test_a_pipe_gets_neither_colors_nor_trailing_blanks(fleet: Path, command: str) -> None:
    output = CliRunner().invoke(app, [command, str(fleet)]).stdout
    assert output
    assert "\x1b" not in output
    assert [line for line in output.splitlines() if line != line.rstrip()] == []


# --- Rows ---------------------------------------------------------------------------------------------


def often(tmp_path: Path) -> Path:
    found = resources({"Operation": "Scan"})
    found["Window"]["Properties"] |= {"Schedule": "cron(0 * * * ? *)", "Duration": 1, "Cutoff": 0}
    association = {
        "Name": "AWS-RunPatchBaseline",
        "AssociationName": "drift",
        "ScheduleExpression": "rate(1 hour)",
        "Parameters": {"Operation": ["Scan"]},
        "Targets": [{"Key": "tag:Env", "Values": ["prod"]}],
    }
    found["Association"] = {"Type": "AWS::SSM::Association", "Properties": association}
    file = tmp_path / "often.json"
    file.write_text(json.dumps({"Resources": found}), encoding="utf-8")
    return file


def test_a_frequent_schedule_does_not_fill_the_screen(tmp_path: Path) -> None:
    file = often(tmp_path)
    lines = written("calendar", file, *FROM).splitlines()
    assert sum("weekly" in line and line.startswith("Fri 2027") for line in lines) == 20
    assert "  weekly: 316 more in this range; list them with --until or --next" in lines
    assert "  drift: 316 more in this range; list them with --until or --next" in lines
    every = written("calendar", file, *FROM, "--until", "2027-01-15")
    assert "more in this range" not in every
    assert len(every.splitlines()) > 600


# --- Progress -----------------------------------------------------------------------------------------


def test_long_work_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    on_a_terminal(monkeypatch, 80)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    deadline = time.monotonic() + 20
    shown = ""
    with working("Checking templates", delay=0):
        while "Checking templates ..." not in shown and time.monotonic() < deadline:
            time.sleep(0.01)
            shown += capsys.readouterr().err
    assert "Checking templates ..." in shown


def test_short_work_is_not_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with working("Checking templates", delay=3600):
        pass
    assert capsys.readouterr() == ("", "")


def test_nothing_is_shown_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with working("Checking templates", delay=0):
        time.sleep(0.05)
    assert capsys.readouterr() == ("", "")
