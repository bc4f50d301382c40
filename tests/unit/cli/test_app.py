"""The options that every command has, and the version."""

import re
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app

COMMANDS = [command.callback.__name__ for command in app.registered_commands if command.callback]


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_the_help_has_a_short_option(command: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(app, [*command, option]) for option in ("-h", "--help"))
    assert (short.exit_code, short.output) == (0, long.output)
    assert "-h, --help" in short.output


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_names_arguments_as_they_are_typed(command: str) -> None:
    usage, *lines = CliRunner().invoke(app, [command, "-h"]).output.splitlines()
    arguments = {"diff": " OLD NEW", "now": "", "report": " [SOURCE...]"}.get(command, " [PATH...]")
    assert usage.endswith(f" {command} [OPTIONS]{arguments}")
    assert not [line for line in lines if re.search(r"list\[|<str>|<int>|<Path>", line)]


def test_no_command_has_a_longer_description_than_its_line() -> None:
    output = CliRunner().invoke(app, ["-h"], env={"COLUMNS": "80"}).output
    listed = output.partition("Commands:")[2].splitlines()[1:]
    assert [line.split()[0] for line in listed] == COMMANDS
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


def test_the_version_is_shown() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"patching-constructs {version('patching-constructs')}\n")
