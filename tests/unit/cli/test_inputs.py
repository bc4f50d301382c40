"""What a command reads: several paths, directories, pipes and standard input are the same to every command."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app
from patching_constructs.template import WINDOW
from tests.unit.cli.run_command.requests import resources

# Everything that makes the output of a command the same for the same template.
COMMANDS = {
    "check": ("check", "--no-config"),
    "describe": ("describe",),
    "calendar": ("calendar", "--from", "2027-01-01", "--next", "1"),
    "coverage": ("coverage", "--from", "2027-01-01"),
}
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="/dev/fd")


def content(name: str = "weekly") -> str:
    found = resources({"Operation": "Scan"})
    found["Window"]["Properties"] |= {"Name": name, "Schedule": "rate(7 days)", "Duration": 2, "Cutoff": 1}
    return json.dumps({"Resources": found})


def ran(*arguments: str | Path, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(app, [*map(str, arguments)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "stdin.json"
    file.write_text(content(), encoding="utf-8")
    return file


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_standard_input_is_read_as_a_file_is(command: tuple[str, ...], file: Path) -> None:
    from_file, from_input = ran(*command, file), ran(*command, "-", stdin=content())
    assert from_input.exit_code == from_file.exit_code < 2
    assert from_input.output == from_file.output.replace(str(file), "-")


@linux_only
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_pipe_of_the_shell_is_read_as_a_file_is(command: tuple[str, ...], file: Path) -> None:
    reader, writer = os.pipe()

    def write() -> None:
        os.write(writer, content().encode())
        os.close(writer)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        from_pipe = ran(*command, f"/dev/fd/{reader}")
    finally:
        thread.join()
        os.close(reader)
    assert from_pipe.output == ran(*command, file).output.replace(str(file), f"/dev/fd/{reader}")


@linux_only
def test_the_standard_input_of_the_process_has_a_name(file: Path) -> None:
    assert ran("describe", "/dev/stdin", stdin=content()).output == ran("describe", file).output


@linux_only
def test_a_pipe_that_is_closed_is_no_file() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)
    assert ran("describe", f"/dev/fd/{reader}").stderr == f"/dev/fd/{reader}: no such file or directory\n"


@linux_only
@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "1: it is not a text in UTF-8"), (b" " * 5_000_001, " it is too large: up to 5,000,000 bytes are read")],
    ids=["no text", "too large"],
)
def test_standard_input_that_cannot_be_read_is_an_error(content: bytes, message: str) -> None:
    command = [sys.executable, "-m", "patching_constructs.cli", "describe", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"-:{message}\n")


def test_now_reads_standard_input() -> None:
    done = ran("now", "--from-template", "-", "--schedule", "weekly", "--dry-run", stdin=content())
    assert json.loads(done.stdout)["sendCommand"]["Parameters"]["Operation"] == ["Scan"]


@pytest.mark.parametrize("command", ["describe", "calendar"])
def test_several_paths_are_read_together_and_once(command: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(content(name), encoding="utf-8")
    paths = [tmp_path / f"{name}.json" for name in ("one", "two", "one")]
    document = json.loads(ran(command, *paths, "--format", "json").stdout)
    listed = document["windows"] if command == "describe" else document["executions"]
    assert {each["stack"] for each in listed} == {"one", "two"}
    assert len(listed) == len({(each["stack"], each.get("start")) for each in listed})


def test_a_directory_is_searched_and_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    for name in ("a.template.json", "b.json", "c.json", "d.yaml", "notes.txt"):
        (tmp_path / name).write_text(content(name[0] * 3), encoding="utf-8")
    (tmp_path / "template.yaml").write_text("a: 1", encoding="utf-8")
    for command in COMMANDS.values():
        done = ran(*command, tmp_path)
        assert "aaa" in done.stdout or command[0] in ("check", "coverage")
        assert done.stderr.splitlines() == [
            f"note: {tmp_path}: 4 files are not read (2 *.json, 2 *.yaml): not named like a template, or without "
            "Resources; to read a file, name it"
        ]


def test_a_pipe_in_a_directory_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.template.json").write_text(content(), encoding="utf-8")
    os.mkfifo(tmp_path / "template.yaml")
    assert ran("describe", tmp_path).stderr.startswith(f"note: {tmp_path}: 1 file is not read (1 *.yaml): ")


def test_one_file_that_is_passed_over_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.template.json").write_text(content(), encoding="utf-8")
    (tmp_path / "b.template").write_text("", encoding="utf-8")
    assert ran("describe", tmp_path).stderr.startswith(f"note: {tmp_path}: 1 file is not read (1 *.template): ")


# --- A path that does not exist -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        ("cdk.out", "; run cdk synth first"),
        ("stdin.jsn", "; did you mean {directory}/stdin.json?"),
        ("something-else", ""),
        ("nowhere/stdin.json", ""),
    ],
)
def test_a_path_that_does_not_exist_has_the_fix(file: Path, path: str, fix: str) -> None:
    directory = file.parent
    message = f"{directory / path}: no such file or directory{fix.format(directory=directory)}\n"
    assert ran("describe", directory / path).stderr == message


# --- Which schedules are shown ------------------------------------------------------------------------


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Write a scan, an install, a schedule whose operation is unknown, and an association, in two stacks."""
    own = {"Duration": 2, "Cutoff": 1}
    first = resources({"Operation": "Scan"}, [[{"Key": "tag:Env", "Values": ["dev"]}]])
    first["Window"]["Properties"] |= own | {"Name": "scan", "Schedule": "cron(0 4 * * ? *)"}
    second = resources({"Operation": "Install"}, [[{"Key": "tag-key", "Values": ["Env"]}]])
    second["Window"]["Properties"] |= own | {"Name": "install", "Schedule": "cron(0 4 ? * TUE#2 *)"}
    third = resources({"Operation": {"Ref": "Operation"}}, [[{"Key": "tag:Env", "Values": [{"Ref": "Env"}]}]])
    third["Window"]["Properties"] |= own | {"Name": "unknown", "Schedule": "rate(1 day)"}
    association = {
        "Name": "AWS-RunPatchBaseline",
        "AssociationName": "drift",
        "ScheduleExpression": "rate(1 day)",
        "Parameters": {"Operation": ["Scan"]},
        "Targets": [{"Key": "tag:Env", "Values": ["prod"]}],
    }
    third["Association"] = {"Type": "AWS::SSM::Association", "Properties": association}
    third["Idle"] = {"Type": WINDOW, "Properties": own | {"Name": "idle", "Schedule": "rate(1 day)"}}
    for name, each in {"first": first, "second": second, "third": third}.items():
        (tmp_path / f"{name}.template.json").write_text(json.dumps({"Resources": each}), encoding="utf-8")
    return tmp_path


def shown(command: str, *arguments: str | Path) -> set[str]:
    """Return the names of the schedules that a command shows."""
    document = json.loads(ran(command, *arguments, "--format", "json").stdout)
    windows = document["windows"] if command == "describe" else document["executions"] + document["unknown"]
    return {each.get("windowName") or each.get("name") or each["logicalId"] for each in windows} | {
        each["name"] for each in document["runs"]
    }


FILTERS = {
    (): {"scan", "install", "unknown", "drift", "idle"},
    ("--stack", "first"): {"scan"},
    ("--stack", "first", "--stack", "second"): {"scan", "install"},
    ("--schedule", "drift"): {"drift"},
    ("--schedule", "scan", "--schedule", "third/Window"): {"scan", "unknown"},
    ("--operation", "Install"): {"install", "unknown"},
    ("--operation", "Scan"): {"scan", "unknown", "drift"},
    ("--operation", "Scan", "--operation", "Install"): {"scan", "install", "unknown", "drift"},
    ("--tag", "Env=dev"): {"scan", "install", "unknown"},
    ("--tag", "Env=prod", "--operation", "Scan"): {"unknown", "drift"},
    ("--tag", "Role=web"): set(),
}


@pytest.mark.parametrize("command", ["describe", "calendar"])
@pytest.mark.parametrize(("options", "names"), FILTERS.items(), ids=[" ".join(each) or "none" for each in FILTERS])
def test_schedules_are_filtered(fleet: Path, command: str, options: tuple[str, ...], names: set[str]) -> None:
    assert shown(command, fleet, *options) == names


def test_nodes_that_are_unknown_match(fleet: Path) -> None:
    file = fleet / "third.template.json"
    own = file.read_text(encoding="utf-8").replace('"Key": "tag:Env"', '"Key": {"Ref": "Key"}')
    file.write_text(own, encoding="utf-8")
    assert shown("describe", file, "--tag", "Role=web") == {"unknown", "drift"}


@pytest.mark.parametrize("key", ["InstanceIds", "resource-groups:Name"])
def test_nodes_whose_tags_are_unknown_match(tmp_path: Path, key: str) -> None:
    found = resources({"Operation": "Install"}, [[{"Key": key, "Values": ["i-0123456789abcdef0"]}]])
    found["Window"]["Properties"] |= {"Schedule": "rate(1 day)", "Duration": 2, "Cutoff": 1}
    file = tmp_path / "a.template.json"
    file.write_text(json.dumps({"Resources": found}), encoding="utf-8")
    assert shown("describe", file, "--tag", "Role=web") == {"weekly"}


@pytest.mark.parametrize(
    ("parameters", "operation"), [({}, "Install"), ({"Action": "Install"}, "Install"), ({"Action": "Scan"}, "Scan")]
)
def test_what_windows_updates_do_is_described(tmp_path: Path, parameters: dict[str, str], operation: str) -> None:
    file = tmp_path / "a.template.json"
    found = resources(parameters, document="AWS-InstallWindowsUpdates")
    file.write_text(json.dumps({"Resources": found}), encoding="utf-8")
    described = " ".join(ran("describe", file).stdout.split())
    words = {
        "Install": "Install: install missing Windows updates, without a patch baseline reboot yes, at least",
        "Scan": "Scan: list missing Windows updates reboot no",
    }
    assert f"operation {words[operation]}" in described


def test_a_document_without_an_operation_has_none(tmp_path: Path) -> None:
    file = tmp_path / "a.template.json"
    found = resources({})
    found["Task"]["Properties"]["TaskArn"] = {"Ref": "Name"}
    file.write_text(json.dumps({"Resources": found}), encoding="utf-8")
    assert "operation" not in ran("describe", file).stdout


@pytest.mark.parametrize(
    ("parameters", "operation"), [({}, "Install"), ({"Action": "Install"}, "Install"), ({"Action": "Scan"}, "Scan")]
)
def test_windows_updates_have_an_operation(tmp_path: Path, parameters: dict[str, str], operation: str) -> None:
    found = resources(parameters, document="AWS-InstallWindowsUpdates")
    found["Window"]["Properties"] |= {"Schedule": "rate(1 day)", "Duration": 2, "Cutoff": 1}
    file = tmp_path / "a.template.json"
    file.write_text(json.dumps({"Resources": found}), encoding="utf-8")
    assert shown("describe", file, "--operation", operation) == {"weekly"}
    assert shown("describe", file, "--operation", "Scan" if operation == "Install" else "Install") == set()


def test_no_match_is_a_note(fleet: Path) -> None:
    done = ran("describe", fleet, "--tag", "Role=web", "--stack", "first")
    assert (done.exit_code, done.stdout) == (0, f"{fleet}: no maintenance windows\n")
    assert done.stderr == "note: no schedule matches --stack first --tag Role=web\n"


UNKNOWN = {
    ("--stack", "frist"): "--stack must name a stack with a schedule, got 'frist'; did you mean 'first'?",
    ("--stack", "x"): "--stack must name a stack with a schedule, got 'x'; the schedules are in first, second, third",
    ("--tag", "Env"): "--tag must be KEY=VALUE, got 'Env'",
    ("--schedule", "instal"): "--schedule must name a schedule in the template, got 'instal'; did you mean 'install'?",
}


@pytest.mark.parametrize("command", ["describe", "calendar"])
@pytest.mark.parametrize(("options", "message"), UNKNOWN.items(), ids=[" ".join(each) for each in UNKNOWN])
def test_a_filter_that_names_nothing_is_an_error(
    fleet: Path, command: str, options: tuple[str, ...], message: str
) -> None:
    done = ran(command, fleet, *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(message)


def test_a_window_that_is_not_shown_still_overlaps(tmp_path: Path) -> None:
    first = resources({"Operation": "Scan"})
    own = {"Schedule": "cron(0 4 * * ? *)", "Duration": 2, "Cutoff": 1}
    first["Window"]["Properties"] |= own
    first |= {f"Other{name}": each for name, each in first.items()}
    renamed = json.loads(json.dumps(first).replace('"Ref": "Window"', '"Ref": "Window"'))
    renamed["OtherWindow"]["Properties"] = own | {"Name": "other"}
    renamed["OtherTarget0"]["Properties"] = first["Target0"]["Properties"] | {"WindowId": {"Ref": "OtherWindow"}}
    task = json.dumps(first["Task"]).replace('"Window"', '"OtherWindow"').replace('"Target0"', '"OtherTarget0"')
    renamed["OtherTask"] = json.loads(task)
    file = tmp_path / "two.json"
    file.write_text(json.dumps({"Resources": renamed}), encoding="utf-8")
    done = ran("calendar", file, "--schedule", "other", "--format", "json")
    kinds = {note["kind"] for each in json.loads(done.stdout)["executions"] for note in each["notes"]}
    assert kinds == {"overlap"}


# --- The default range --------------------------------------------------------------------------------


def test_two_weeks_and_the_next_execution_of_each_schedule_are_listed(fleet: Path) -> None:
    done = ran("calendar", fleet, "--from", "2027-01-01", "--format", "json")
    document = json.loads(done.stdout)
    starts: dict[str, list[str]] = {}
    for each in document["executions"]:
        starts.setdefault(each["windowName"], []).append(each["start"][:10])
    assert len(starts["scan"]) == 14
    assert starts["install"] == ["2027-01-12"]
    assert document["until"] == "2027-01-15T00:00:00+00:00"
    late = json.loads(ran("calendar", fleet, "--from", "2027-01-13", "--format", "json").stdout)
    assert [each["start"][:10] for each in late["executions"] if each["windowName"] == "install"] == ["2027-02-09"]


def test_the_next_run_outside_of_windows_is_listed_too(fleet: Path) -> None:
    own = json.loads((fleet / "third.template.json").read_text(encoding="utf-8"))
    own["Resources"]["Association"]["Properties"]["ScheduleExpression"] = "cron(0 4 ? * TUE#2 *)"
    (fleet / "third.template.json").write_text(json.dumps(own), encoding="utf-8")
    document = json.loads(ran("calendar", fleet, "--from", "2027-01-13", "--format", "json").stdout)
    assert [each["start"][:10] for each in document["runs"]] == ["2027-02-09"]
