"""Every option of every command: an invalid value is one line that names the flag, and no option is without effect."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app
from patching_constructs.cli.completion import complete_rules, complete_schedules, complete_zones

TEMPLATE = Path(__file__).parents[2] / "templates" / "hand_written.yaml"
GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = GROUP.commands


def options_of(command: str) -> dict[str, Any]:
    """Return the options of a command, by their flags."""
    return {each.opts[-1]: each for each in COMMANDS[command].params if each.opts[-1].startswith("--")}


def with_values() -> Iterator[tuple[str, str]]:
    for command in COMMANDS:
        for flag, option in options_of(command).items():
            if not option.is_flag and flag != "--help":
                yield command, flag


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def refusal(*arguments: str) -> str:
    result = ran(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    return line


# --- Values -------------------------------------------------------------------------------------------

# Texts of the library that validates, and of Python.
FOREIGN = re.compile(r"Value error|Input should|\[Errno|Traceback|None\b|object at 0x|<class|Invalid value")


@pytest.mark.parametrize(("command", "flag"), list(with_values()))
def test_an_empty_value_is_not_the_default(command: str, flag: str) -> None:
    message = refusal(command, flag, "")
    assert message.startswith(f"{flag} must ")
    assert not FOREIGN.search(message)


SELECTED = ("--patch-group", "web", "--operation", "Scan", "--dry-run")
REPORT = Path(__file__).parents[3] / "docs" / "samples" / "report.json"
PLACES = {
    "check": (str(TEMPLATE),),
    "describe": (str(TEMPLATE),),
    "calendar": (str(TEMPLATE),),
    "now": SELECTED,
    "report": (str(REPORT),),
}


@pytest.mark.parametrize(("command", "flag"), list(with_values()))
@settings(max_examples=15)
@given(value=st.text(st.characters(min_codepoint=33, max_codepoint=0x17F), min_size=1, max_size=12))
def test_no_value_shows_a_text_of_a_library(command: str, flag: str, value: str) -> None:
    if flag in ("--output", "--write-baseline"):
        value = f"/nowhere/{value}"
    elif flag == "--into":
        # A directory that cannot be created, not one of the working directory.
        value = f"{TEMPLATE}/{value}"
    result = ran(command, *PLACES.get(command, ()), f"{flag}={value}")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert not FOREIGN.search(result.stderr.replace(value, "").replace(repr(value), ""))


CHOICES = {
    ("check", "--format", "jsn"): "--format must be text, json, sarif, junit or github, got 'jsn'; did you mean json?",
    ("check", "--severity", "low"): "--severity must be error, warning or note, got 'low'",
    ("calendar", "--next", "0"): "--next must be a whole number from 1 to 100000, got '0'",
    ("calendar", "--next", "many"): "--next must be a whole number from 1 to 100000, got 'many'",
    ("now", "--operation", "scan"): "--operation must be Scan or Install, got 'scan'; did you mean Scan?",
    ("now", "--wait-timeout", "1h"): "--wait-timeout must be a whole number from 1 to 604800, got '1h'",
    ("now", "--region", "Frankfurt"): "--region must be the name of a Region such as eu-central-1, got 'Frankfurt'",
    ("check", "--baseline", "-"): "--baseline must be a file, got '-'",
    ("check", "--ignore", ", ,"): "--ignore must be the id of a rule, got ', ,'",
    ("now", "--comment", " "): "--comment must not be empty, got ' '; leave it out for the default",
}


@pytest.mark.parametrize(("arguments", "message"), CHOICES.items(), ids=" ".join)
def test_an_invalid_value_names_the_flag(arguments: tuple[str, ...], message: str) -> None:
    assert refusal(*arguments) == message


def test_a_dash_is_standard_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert ran("describe", str(TEMPLATE), "-o", "-").stdout == ran("describe", str(TEMPLATE)).stdout
    assert list(tmp_path.iterdir()) == []


def test_an_empty_path_is_not_the_working_directory() -> None:
    assert refusal("check", "") == "PATH must not be empty, got ''; leave it out for the default"


# --- Combinations -------------------------------------------------------------------------------------

VALUES = {
    "--severity": "error",
    "--format": "json",
    "--ignore": "Patching-WindowQuota",
    "--config": "config.toml",
    "--baseline": "known.json",
    "--write-baseline": "known.json",
    "--explain": "Patching-WindowQuota",
    "--output": "out.json",
}
# The options that a mode of check has a use for; every other option is an error beside it.
MODES = {
    "--explain": ("--explain", "--format", "--output"),
    "--list-rules": ("--list-rules", "--format", "--output"),
    "--write-baseline": (
        "--write-baseline",
        "--config",
        "--ignore",
        "--no-config",
        "--severity",
        "--unknown",
        "--use-defaults",
    ),
}


def typed(flag: str) -> tuple[str, ...]:
    return (flag, VALUES[flag]) if flag in VALUES else (flag,)


WITHOUT_EFFECT = [
    (mode, flag)
    for mode, useful in MODES.items()
    for flag in options_of("check")
    if flag not in (*useful, "--help", *(list(MODES)[: list(MODES).index(mode)]))
]


@pytest.mark.parametrize(("mode", "flag"), WITHOUT_EFFECT)
def test_an_option_without_effect_is_an_error(mode: str, flag: str) -> None:
    assert re.fullmatch(
        f"{flag} cannot be used with {mode}, which (checks no templates|reports no findings); leave {flag} out",
        refusal("check", *typed(mode), *typed(flag)),
    )


@pytest.mark.parametrize("mode", ["--explain", "--list-rules"])
def test_a_path_beside_the_rules_is_an_error(mode: str) -> None:
    message = f"PATH cannot be used with {mode}, which checks no templates; leave PATH out"
    assert refusal("check", *typed(mode), "cdk.out") == message


REQUIRES = {
    ("--wait-timeout", "5"): "--wait-timeout requires --wait; add --wait, or leave --wait-timeout out",
    ("--use-defaults",): "--use-defaults requires --from-template; add --from-template, or leave --use-defaults out",
    ("--schedule", "x"): "--schedule requires --from-template, got 'x'; specify --from-template",
}


@pytest.mark.parametrize(("arguments", "message"), REQUIRES.items(), ids=" ".join)
def test_an_option_that_requires_another_is_an_error(arguments: tuple[str, ...], message: str) -> None:
    assert refusal("now", *SELECTED, *arguments) == message


def test_a_preview_takes_the_options_of_what_is_previewed() -> None:
    plain, previewed = ran("now", *SELECTED), ran("now", *SELECTED, "--wait", "--wait-timeout", "5", "--yes")
    assert plain.exit_code == previewed.exit_code == 0
    snapshot = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    assert snapshot.sub("", plain.stdout) == snapshot.sub("", previewed.stdout)


# --- Completion ---------------------------------------------------------------------------------------


def test_rules_are_completed() -> None:
    assert [name for name, _ in complete_rules("Patching-WindowQ")] == ["Patching-WindowQuota"]
    assert [name for name, _ in complete_rules("a,Patching-WindowQ")] == ["a,Patching-WindowQuota"]


def test_zones_are_completed_in_any_case() -> None:
    assert complete_zones("europe/berl") == ["Europe/Berlin"]


def context_of(**params: object) -> Any:
    context = typer.Context(COMMANDS["now"])
    context.params.update(params)
    return context


def test_schedules_are_completed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert complete_schedules(context_of(from_template=[TEMPLATE]), "Inst") == ["InstallWindow"]
    assert complete_schedules(context_of(paths=[TEMPLATE]), "hand_written/S") == ["hand_written/ScanWindow"]
    monkeypatch.chdir(tmp_path)
    assert complete_schedules(context_of(), "Inst") == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (f"calendar {TEMPLATE} --schedule Inst", ["InstallWindow"]),
        (f"describe --use-defaults {TEMPLATE} --tag Env=prod --schedule Inst", ["InstallWindow"]),
        (f"now --from-template {TEMPLATE} --schedule Inst", ["InstallWindow"]),
        (f"calendar {TEMPLATE} --stack h", ["hand_written"]),
        (f"describe {TEMPLATE} --stack x", []),
        ("calendar nowhere.yaml --stack h", []),
    ],
)
def test_the_shell_completes_from_the_template_on_the_command_line(line: str, names: list[str]) -> None:
    """As bash asks: an option without its value ends the parsing."""
    words = ["patching-constructs", *line.split()]
    asked = {
        "_PATCHING_CONSTRUCTS_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    result = CliRunner().invoke(app, [], env=asked, prog_name="patching-constructs")
    assert result.stdout.split() == names


def test_what_runs_outside_of_windows_is_completed(tmp_path: Path) -> None:
    own = {"Name": "AWS-RunPatchBaseline", "AssociationName": "drift", "Parameters": {"Operation": ["Scan"]}}
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"Resources": {"Drift": {"Type": "AWS::SSM::Association", "Properties": own}}}))
    assert complete_schedules(context_of(paths=[file]), "dri") == ["drift"]


def test_words_are_completed() -> None:
    for command, flag in itertools.product(COMMANDS, ("--format", "--operation", "--severity")):
        option = options_of(command).get(flag)
        if option is not None:
            words = option.metavar.split("|")
            context = typer.Context(COMMANDS[command])
            assert [each.value for each in option.shell_complete(context, words[0][:3])] == [words[0]]
