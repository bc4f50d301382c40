"""``patching-constructs check``: what is reported, from which files, the exit code, and invalid input."""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.app import app
from tests.unit.cli.commands.checking import (
    CUTOFF,
    EARLY,
    FINE,
    FRIDAY,
    LATE,
    MIXED,
    NAME,
    ROOT,
    UNUSED,
    assembled,
    checked,
    last_line,
    refused,
    reported,
    window,
    written,
)

EXAMPLE = ROOT / "tests" / "corpus" / "violating" / "Patching-CutoffBelowDuration" / "example.yaml"


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    return written(tmp_path / "Mixed.template.json", MIXED, Parameters={"Name": {"Type": "String", "Default": "late"}})


# --- What is reported ---------------------------------------------------------------------------------


def test_errors_and_warnings_are_reported_and_unknown_findings_counted(mixed: Path) -> None:
    result = checked(mixed)
    assert reported(result) == [
        f"warning {UNUSED}",
        f"error {CUTOFF}",
        f"warning {UNUSED}",
        f"warning {UNUSED}",
    ]
    assert last_line(result) == "1 template: 1 error, 3 warnings, 0 notes, 1 unknown until deployment; 1 below warning"
    assert (result.exit_code, result.stderr) == (1, "")


def test_severity_note_reports_notes_and_unknown_findings(mixed: Path) -> None:
    result = checked(mixed, "--severity", "note")
    assert {f"note {FRIDAY}", f"note {NAME} unknown until deployment"} <= set(reported(result))
    assert last_line(result) == "1 template: 1 error, 3 warnings, 1 note, 1 unknown until deployment"


def test_severity_error_reports_errors_only(mixed: Path) -> None:
    result = checked(mixed, "--severity", "error")
    assert reported(result) == [f"error {CUTOFF}"]
    assert last_line(result) == ("1 template: 1 error, 0 warnings, 0 notes, 1 unknown until deployment; 4 below error")


def test_the_severities_are_those_of_the_engine() -> None:
    (line,) = (line for line in checked("--help").stdout.splitlines() if line.strip().startswith("--severity"))
    assert f" {'|'.join(Severity)} " in line


def test_where_nothing_is_wrong_the_exit_code_is_0(tmp_path: Path) -> None:
    one, other = written(tmp_path / "one.json", FINE), written(tmp_path / "other.json", FINE)
    result = checked(one, other)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "2 templates, no findings\n", "")


def test_findings_that_are_not_reported_do_not_change_the_exit_code(tmp_path: Path) -> None:
    file = written(tmp_path / "early.json", {"Early": EARLY})
    result = checked(file, "--ignore", UNUSED)
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 1 ignored; 1 below warning\n")


def test_a_value_that_many_rules_need_is_reported_once(tmp_path: Path) -> None:
    file = written(tmp_path / "unknown.json", {"Unknown": window(Schedule={"Ref": "When"})})
    result = checked(file, "--ignore", UNUSED, "--severity", "note")
    (headline,) = reported(result)
    assert headline == "note 7 rules unknown until deployment"
    assert '  Schedule is unknown until deployment: \'{"Ref":"When"}\'.\n' in result.stdout
    rules = (
        *("NoUpcomingExecution", "PatchTuesday", "ScheduleExpression", "ScheduleFrequency", "ScheduleNeverRuns"),
        *("UndocumentedSchedule", "WindowOpenAtNextStart"),
    )
    assert f"  rules: {', '.join(f'Patching-{each}' for each in rules)}\n" in result.stdout
    assert last_line(result) == "1 template: 0 errors, 0 warnings, 0 notes, 7 unknown until deployment; 1 ignored"


def test_use_defaults_makes_findings_known(mixed: Path) -> None:
    result = checked(mixed, "--use-defaults")
    assert last_line(result) == "1 template: 1 error, 3 warnings, 0 notes, 0 unknown until deployment; 1 below warning"


@pytest.mark.parametrize(
    "options",
    [
        ("--ignore", UNUSED, "--ignore", NAME),
        ("--ignore", f"{UNUSED},{NAME}"),
        ("--ignore", f" {UNUSED} , {NAME},"),
    ],
    ids=["repeated", "with a comma", "with blanks"],
)
def test_rules_are_ignored(mixed: Path, options: tuple[str, ...]) -> None:
    result = checked(mixed, *options)
    assert reported(result) == [f"error {CUTOFF}"]
    assert (
        last_line(result)
        == "1 template: 1 error, 0 warnings, 0 notes, 0 unknown until deployment; 4 ignored; 1 below warning"
    )


# --- Which files --------------------------------------------------------------------------------------


def test_without_a_path_cdk_out_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assembled(tmp_path / "cdk.out", Web={"Late": LATE}, Db=FINE)
    monkeypatch.chdir(tmp_path)
    result = checked("--severity", "error")
    file = Path("cdk.out", "Web.template.json")
    assert result.stdout.splitlines()[:3] == [
        f"{file} (stack my-Web, aws://123456789012/eu-central-1)",
        "",
        f"{file}:9: error {CUTOFF}",
    ]
    assert last_line(result) == "2 templates: 1 error, 0 warnings, 0 notes, 0 unknown until deployment; 1 below error"


def test_an_environment_agnostic_stack_has_no_environment(tmp_path: Path) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE})
    manifest = cdk_out / "manifest.json"
    anywhere = manifest.read_text(encoding="utf-8").replace(
        "123456789012/eu-central-1", "unknown-account/unknown-region"
    )
    manifest.write_text(anywhere, encoding="utf-8")
    assert checked(cdk_out).stdout.splitlines()[0] == f"{cdk_out / 'Web.template.json'} (stack my-Web)"


def test_yaml_and_json_are_checked_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    other = written(tmp_path / "other.json", {"Late": LATE})
    found = json.loads(checked(other, EXAMPLE, "--severity", "error", "--format", "json").stdout)["findings"]
    assert [(each["file"], each["line"]) for each in found] == [(str(other), 9), (str(EXAMPLE), 11)]


def test_a_file_named_twice_is_checked_once(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mixed.parent)
    link = mixed.with_name("link.json")
    link.symlink_to(mixed)
    once = checked(mixed.name)
    assert checked(mixed.name, mixed, Path(mixed.name), link).stdout == once.stdout
    assert last_line(once).startswith("1 template: ")


@pytest.mark.parametrize("first", ["the file", "cdk.out"])
def test_a_file_of_a_named_cdk_out_is_checked_once_as_its_stack(tmp_path: Path, first: str) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE})
    paths = [cdk_out / "Web.template.json", cdk_out]
    result = checked(*(paths if first == "the file" else reversed(paths)), "--severity", "error")
    assert last_line(result).startswith("1 template: 1 error, ")
    assert "\n  my-Web/Late\n" in result.stdout


# --- Invalid input ----------------------------------------------------------------------------------


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}, *{before}, *{before}, *{before}, *{before}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.yaml", "", "it is not a CloudFormation template: it is empty"),
        ("list.json", "[]", "it is not a CloudFormation template: it is a list"),
        (
            "broken.json",
            "{",
            "1: it is not valid JSON: Expecting property name enclosed in double quotes, in column 2",
        ),
        ("bomb.yaml", BOMB, "it is not valid YAML: "),
        ("tag.yaml", "a: !!python/name:os.system", "1: it is not valid YAML: "),
    ],
)
def test_what_cannot_be_read_is_one_line_and_nothing_is_reported(
    mixed: Path, name: str, content: str, problem: str
) -> None:
    file = mixed.with_name(name)
    file.write_text(content, encoding="utf-8")
    place = f"{file}:" if problem[0].isdigit() else f"{file}: "
    assert refused(mixed, file).startswith(place + problem)


def test_a_path_that_is_not_there_is_refused(mixed: Path) -> None:
    missing = mixed.with_name("missing")
    assert refused(mixed, missing) == f"{missing}: no such file or directory"


def test_a_refused_path_is_one_line_with_any_name(mixed: Path) -> None:
    assert refused(mixed, "a\nb") == "'a\\nb': no such file or directory"
    assert refused(mixed, "-o", "a\nb/c") == "'a\\nb/c': cannot be written: No such file or directory"


@pytest.mark.parametrize("name", ["no\0name.json", "\ud800.json", "loop.json", "missing.json", ""])
def test_a_cdk_out_that_names_no_file_is_refused(mixed: Path, name: str) -> None:
    cdk_out = assembled(mixed.parent / "cdk.out", Web=FINE)
    (cdk_out / "loop.json").symlink_to("loop.json")
    manifest = json.loads((cdk_out / "manifest.json").read_text(encoding="utf-8"))
    manifest["artifacts"]["Web"]["properties"]["templateFile"] = name
    (cdk_out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert re.search(": (cannot be read: .|it is not a file$)", refused(mixed, cdk_out))


def test_a_cdk_out_without_a_stack_is_no_pass(tmp_path: Path) -> None:
    cdk_out = assembled(tmp_path / "cdk.out")
    assert refused(cdk_out) == f"{cdk_out}: it contains no template"


@pytest.mark.parametrize(
    ("given", "named", "nearest"),
    [
        ("Patching-WindowWithoutTasks", "Patching-WindowWithoutTasks", UNUSED),
        ("patching-windowwithouttask", "patching-windowwithouttask", UNUSED),
        (f"{UNUSED},WindowQuota", "WindowQuota", "Patching-WindowQuota"),
    ],
    ids=["a slip", "another case", "the second of two"],
)
def test_an_id_that_no_rule_has_is_refused_with_the_nearest(mixed: Path, given: str, named: str, nearest: str) -> None:
    message = f"--ignore must be the id of a rule, got {named!r}; did you mean {nearest}?"
    assert refused(mixed, "--ignore", given) == message


@pytest.mark.parametrize("options", [("--format", "xml"), ("--severity", "fatal")])
def test_a_word_that_an_option_does_not_know_is_refused(mixed: Path, options: tuple[str, str]) -> None:
    result = checked(mixed, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert options[1] in result.stderr


# --- Where it is written ------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "github"])
def test_a_file_has_what_standard_output_would_have(mixed: Path, format_: str) -> None:
    file = mixed.with_name("report")
    to_file = checked(mixed, "--format", format_, "-o", file)
    assert (to_file.exit_code, to_file.stdout) == (1, "")
    assert to_file.stderr == "1 template: 1 error, 3 warnings, 0 notes, 1 unknown until deployment; 1 below warning\n"
    assert file.read_text(encoding="utf-8") == checked(mixed, "--format", format_).stdout


def test_a_file_of_a_clean_template_is_written_and_the_exit_code_is_0(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    result = checked(written(tmp_path / "fine.json", FINE), "-o", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 template, no findings\n")
    assert file.read_text(encoding="utf-8") == "1 template, no findings\n"


def test_a_file_that_cannot_be_written_is_refused(mixed: Path) -> None:
    assert refused(mixed, "-o", mixed.parent) == f"{mixed.parent}: cannot be written: Is a directory"


def test_a_file_is_plain_even_with_force_color(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = mixed.with_name("report.txt")
    checked(mixed, "-o", file)
    assert "\x1b" not in file.read_text(encoding="utf-8")


# --- The rules ----------------------------------------------------------------------------------------


def test_the_rules_are_listed_one_a_line() -> None:
    result = checked("--list-rules")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = [re.split(r"\s{2,}", line) for line in result.stdout.splitlines()]
    assert rows == [[rule.id, rule.severity, rule.title, rule.page] for rule in RULES]


def test_the_rules_are_listed_as_json() -> None:
    document = json.loads(checked("--list-rules", "--format", "json").stdout)
    assert document["version"] == 1
    assert document["rules"] == [
        {
            "id": rule.id,
            "severity": rule.severity,
            "title": rule.title,
            "fix": rule.fix,
            "documentationUrl": rule.page,
        }
        for rule in RULES
    ]


def test_the_rules_are_listed_into_a_file(tmp_path: Path) -> None:
    assert checked("--list-rules", "-o", tmp_path / "rules.txt").stdout == ""
    assert (tmp_path / "rules.txt").read_text(encoding="utf-8") == checked("--list-rules").stdout


def test_the_rules_support_text_and_json_only() -> None:
    assert refused("--list-rules", "--format", "sarif") == "--list-rules requires --format text or json, got sarif"


# --- The terminal -------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A terminal of 80 columns, and what is written to it."""

    def isatty(self) -> bool:
        return True

    @property
    def lines(self) -> list[str]:
        return [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in self.getvalue().splitlines()]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def run_at(terminal: Terminal, *arguments: str | Path) -> list[str]:
    with contextlib.redirect_stdout(terminal):
        app(["check", *map(str, arguments)], standalone_mode=False)
    return terminal.lines


def test_on_a_terminal_it_is_in_colour_and_as_wide_as_it(
    mixed: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mixed.parent)
    lines = run_at(terminal, mixed.name, "--severity", "note")
    assert f"\x1b[1;31merror\x1b[0m {CUTOFF}" in terminal.getvalue()
    place = lines.index(f"{mixed.name}:32: note {NAME} unknown until deployment")
    *folded, empty, last = lines[place + 1 :]
    assert (empty, last) == ("", "1 template: 1 error, 3 warnings, 1 note, 1 unknown until deployment")
    assert all(line.startswith("  ") for line in folded)
    # Each of the three parts begins a line and continues below.
    whole = checked(mixed.name, "--severity", "note").stdout.splitlines()[-5:-2]
    assert len(folded) > len(whole)
    assert " ".join(map(str.strip, folded)) == " ".join(map(str.strip, whole))
    assert max(map(len, lines)) <= 80


def test_a_place_to_click_on_is_not_folded(tmp_path: Path, terminal: Terminal) -> None:
    file = written(tmp_path / ("long" * 30) / "late.json", {"Late": LATE})
    assert f"{file}:9: error {CUTOFF}" in run_at(terminal, file)


def test_no_color_is_respected(mixed: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    run_at(terminal, mixed)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", terminal.getvalue())


def test_on_a_terminal_a_rule_has_several_lines(terminal: Terminal) -> None:
    lines = run_at(terminal, "--list-rules")
    first, *_ = RULES
    assert lines[0].split() == [first.id, first.severity]
    assert lines[1].strip() in first.title
    # The pages are to be clicked on, and stay whole.
    assert [line.strip() for line in lines if line.startswith("  https://")] == [rule.page for rule in RULES]


def test_force_color_applies_to_a_pipe_and_nothing_is_folded(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = checked(mixed).stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    coloured = checked(mixed).stdout
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


# --- The process --------------------------------------------------------------------------------------

HEED = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
RUN = "from patching_constructs.cli import main; main()"


def test_help_does_not_wait_for_the_engine() -> None:
    code = """
import sys
from patching_constructs.cli.app import app
app(["check", "--help"], standalone_mode=False)
slow = {"patching_constructs.checks.engine", "patching_constructs.template", "yaml", "rich", "aws_cdk"}
sys.exit(", ".join(slow & set(sys.modules)) or None)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Examples:\n    patching-constructs check\n    patching-constructs check cdk.out" in done.stdout


def test_a_pipe_that_lacks_a_character_gets_its_escape(tmp_path: Path) -> None:
    file = written(tmp_path / "late.json", {"Late": LATE | {"Metadata": {"aws:cdk:path": "Fl\u00f6tte/\U0001f600"}}})
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-m", "patching_constructs.cli", "check", str(file)]
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "  Fl\u00f6tte/\\U0001f600".encode("cp1252") in done.stdout.splitlines()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return written(tmp_path / "many.json", {f"Late{number}": LATE for number in range(1000)})


@pytest.mark.parametrize("format_", ["text", "sarif"])
def test_a_pipe_that_is_closed_ends_it_quietly(many: Path, format_: str) -> None:
    command = [sys.executable, "-m", "patching_constructs.cli", "check", str(many), "--format", format_]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_ends_it_quietly(many: Path) -> None:
    # A shell that runs the tests in the background has them, and so this child, ignore SIGINT.
    command = [sys.executable, "-c", f"{HEED}; {RUN}", "check", str(many)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            # What follows is more than a pipe holds, so the process is at it when it is interrupted.
            assert process.stdout.readline() == f"{many} (stack many)\n"
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, errors) == (130, "")


# --- The pre-commit hook ------------------------------------------------------------------------------


def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_hook_runs_the_command_with_its_extra() -> None:
    assert hook() | {"files": "", "description": ""} == {
        "id": "patching-constructs-check",
        "name": "check templates that patch fleets",
        "description": "",
        "entry": "patching-constructs check",
        "language": "python",
        "additional_dependencies": ["--no-deps", "--requirement", "requirements-cli.lock"],
        "types_or": ["json", "yaml"],
        "files": "",
        "require_serial": True,
    }


@pytest.mark.parametrize(
    "name",
    [
        "cdk.out/Web.template.json",
        "cdk.out/assembly-Prod/ProdWeb.nested.template.json",
        "template.yaml",
        "services/web/template.yml",
        "web.template.yaml",
        "cloudformation.json",
        "infra/web.cfn.yml",
    ],
)
def test_the_hook_matches(name: str) -> None:
    assert re.search(hook()["files"], name)


@pytest.mark.parametrize(
    "name",
    [
        "cdk.out/manifest.json",
        "cdk.out/Web.assets.json",
        "cdk.json",
        "package.json",
        "infra/parameters.json",
        ".github/workflows/template-check.yaml",
        "cloudformation/values.yaml",
        "my-template.yaml",
        "template.yaml.j2",
    ],
)
def test_the_hook_does_not_match(name: str) -> None:
    assert not re.search(hook()["files"], name)
