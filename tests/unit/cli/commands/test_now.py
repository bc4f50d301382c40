"""``patching-constructs now``: what it asks of Run Command, what it refuses, what it says, and how it exits."""

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
import pytest

from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.errors import MaybeSentError
from patching_constructs.cli.run_command.ports import Ports
from patching_constructs.cli.run_command.state import Node
from tests.unit.cli.run_command.fakes import (
    COMMAND,
    FIRST,
    REGION,
    SECOND,
    SNAPSHOT,
    THIRD,
    FakeRunCommand,
    ran,
)
from tests.unit.cli.run_command.requests import HOOKED, HOOKS, cloud_assembly, resources, sent_with

# --- A dry run ----------------------------------------------------------------------------------------


def dry(*arguments: str) -> tuple[dict[str, Any], list[str], str]:
    """Return the printed request, the words of the printed line as a shell reads them, and the errors."""
    done = ran(*arguments, "--dry-run")
    assert done.code == 0
    line = done.err.splitlines()[-1]
    return json.loads(done.out), shlex.split(line), done.err


def test_a_dry_run_prints_the_request_and_the_aws_cli_command() -> None:
    request, words, errors = dry("--operation", "Scan", "--patch-group", "a 'web' & $HOME", "--profile", "my own")
    targets = [{"Key": "tag:Patch Group", "Values": ["a 'web' & $HOME"]}]
    assert request == {
        "version": 1,
        "account": None,
        "region": None,
        "profile": "my own",
        "notes": [],
        "sendCommand": sent_with(Operation="Scan", targets=targets),
    }
    assert words[:5] == ["aws", "ssm", "send-command", "--document-name", "AWS-RunPatchBaseline"]
    assert words[5] == "--targets"
    assert json.loads(words[6]) == targets
    assert words[7] == "--parameters"
    assert json.loads(words[8]) == {"Operation": ["Scan"], "SnapshotId": [SNAPSHOT]}
    assert words[9:] == ["--max-concurrency", "10%", "--max-errors", "10%", "--profile", "my own"]
    assert errors.startswith("Dry run: nothing was sent. To send it:\n  aws ssm send-command ")


def test_the_aws_cli_command_of_a_dry_run_has_all_options() -> None:
    asked = ("--operation", "Install", "--instance-ids", f"{FIRST},{SECOND}")
    _, words, _ = dry(*asked, "--comment", "it's urgent", "--region", REGION)
    assert words[5:8] == ["--instance-ids", FIRST, SECOND]
    assert words[-4:] == ["--comment", "it's urgent", "--region", REGION]


def test_a_dry_run_of_an_install_asks_nothing() -> None:
    dry("--operation", "Install", "--patch-group", "web")


def test_a_snapshot_is_fresh_every_time() -> None:
    first, second = Ports().snapshot_id(), Ports().snapshot_id()
    assert first != second
    assert len(first) == len(SNAPSHOT)


# --- What will happen ---------------------------------------------------------------------------------

SCAN_WEB = ("--operation", "Scan", "--patch-group", "web")
INSTALL_WEB = ("--operation", "Install", "--patch-group", "web")


def test_a_scan_is_shown_and_sent_without_a_question() -> None:
    aws = FakeRunCommand()
    done = ran(*SCAN_WEB, aws=aws)
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        "operation        Scan: report missing patches",
        "reboot           no",
        "nodes            Patch Group = web",
        "matching         2 managed nodes",
        "max concurrency  10% of the nodes at the same time",
        "max errors       10% of the nodes; after that, the command does not start on other nodes",
        "document         AWS-RunPatchBaseline",
        "where            eu-central-1, account 123456789012",
        f"command {COMMAND} was sent",
        f"check status:  aws ssm list-command-invocations --command-id {COMMAND} --details --region eu-central-1",
        f"cancel:        aws ssm cancel-command --command-id {COMMAND} --region eu-central-1",
    ]
    assert [each.arguments for each in aws.sent] == [sent_with(Operation="Scan")]
    assert aws.places == [Place()]


def test_an_install_is_shown_with_its_hooks(template: Path) -> None:
    template.write_text(json.dumps({"Resources": resources(HOOKED, document=HOOKS)}), encoding="utf-8")
    named = ("--from-template", str(template), "--schedule", "weekly", "--profile", "prod")
    done = ran(*named, "--yes", aws=FakeRunCommand(account_id=None))
    assert done.lines[:11] == [
        "operation              Install: install missing patches",
        "reboot                 if a patch was installed",
        "nodes                  Patch Group = web",
        "matching               2 managed nodes",
        "max concurrency        10% of the nodes at the same time",
        "max errors             10% of the nodes; after that, the command does not start on other nodes",
        "document               AWS-RunPatchBaselineWithHooks",
        "where                  eu-central-1, account unknown",
        "PreInstallHookDocName  Drain",
        "OnExitHookDocName      Rejoin",
        f"command {COMMAND} was sent",
    ]
    assert done.lines[12].endswith("--region eu-central-1 --profile prod")


MANY = tuple(Node(f"i-{number:017x}", "ConnectionLost") for number in range(12))
MATCHES: dict[str, tuple[tuple[str, ...], tuple[Node, ...] | None, str]] = {
    "one": (("--patch-group", "web"), (Node(FIRST, "Online"),), "1 managed node"),
    "not all online": (
        ("--patch-group", "web"),
        (Node(FIRST, "Online"), Node(SECOND, "ConnectionLost"), Node(THIRD, "")),
        f"3 managed nodes; not online: {SECOND}, {THIRD}",
    ),
    "many not online": (
        ("--tag", "Env=dev", "--tag", "Env=stage", "--tag", "Role=web"),
        MANY,
        f"12 managed nodes; not online: {', '.join(each.id for each in MANY[:10])} and 2 more",
    ),
    "ids that Systems Manager does not know": (
        ("--instance-ids", f"{FIRST},{THIRD},{SECOND}"),
        (Node(FIRST, "Online"),),
        f"1 managed node; not managed or stopped: {SECOND}, {THIRD}",
    ),
}


@pytest.mark.parametrize(("chosen", "nodes", "words"), MATCHES.values(), ids=MATCHES.keys())
def test_matching_nodes_are_shown(chosen: tuple[str, ...], nodes: tuple[Node, ...] | None, words: str) -> None:
    done = ran("--operation", "Scan", *chosen, aws=FakeRunCommand(matching=nodes))
    assert f"matching         {words}" in done.lines
    assert done.code == 0


def test_tags_are_described() -> None:
    done = ran(
        "--operation", "Scan", "--tag", "Env=dev", "--tag", "Env=stage", "--tag", "Role=web", aws=FakeRunCommand()
    )
    assert "nodes            Env = dev | stage and Role = web" in done.lines


def test_a_resource_group_is_not_counted(template: Path) -> None:
    group = [[{"Key": "resource-groups:Name", "Values": ["web"]}]]
    template.write_text(json.dumps({"Resources": resources({"Operation": "Scan"}, group)}), encoding="utf-8")
    done = ran("--from-template", str(template), "--schedule", "weekly", aws=FakeRunCommand(matching=None))
    assert done.lines[2:4] == [
        "nodes            resource-groups:Name = web",
        "matching         unknown: Systems Manager does not list the nodes of a resource group",
    ]
    assert done.code == 0


def test_where_no_node_matches_nothing_is_sent() -> None:
    aws = FakeRunCommand(matching=())
    done = ran(*INSTALL_WEB, "--yes", aws=aws)
    assert (done.code, aws.sent) == (2, [])
    assert "matching         0 managed nodes" in done.lines
    assert done.err == "no managed node matches in eu-central-1, account 123456789012; nothing was sent\n"


# --- The question -------------------------------------------------------------------------------------


def test_an_install_is_confirmed_and_sent() -> None:
    aws = FakeRunCommand()
    done = ran(*INSTALL_WEB, aws=aws, interactive=True, answer="y\n")
    assert (done.code, len(aws.sent)) == (0, 1)
    assert "Install now? [y/N]: " in done.out


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_an_install_that_is_declined_is_not_sent(answer: str) -> None:
    aws = FakeRunCommand()
    done = ran(*INSTALL_WEB, aws=aws, interactive=True, answer=answer)
    assert (done.code, done.err, aws.sent) == (2, "not confirmed; nothing was sent\n", [])


def test_the_end_of_input_is_no_yes() -> None:
    aws = FakeRunCommand()
    done = ran(*INSTALL_WEB, aws=aws, interactive=True)
    assert (done.code, aws.sent) == (2, [])
    assert done.err.endswith("interrupted; nothing was sent\n")


def test_an_install_without_a_terminal_is_refused_before_aws_is_touched() -> None:
    done = ran(*INSTALL_WEB)
    assert (done.code, done.out) == (2, "")
    assert done.err == "an install requires confirmation on a terminal; specify --yes\n"


def test_yes_asks_nothing() -> None:
    aws = FakeRunCommand()
    done = ran(*INSTALL_WEB, "--yes", aws=aws)
    assert (done.code, len(aws.sent)) == (0, 1)
    assert "Install now?" not in done.out


@pytest.mark.parametrize("is_one", [True, False])
def test_the_terminal_is_that_of_the_input(monkeypatch: pytest.MonkeyPatch, is_one: bool) -> None:  # noqa: FBT001
    monkeypatch.setattr(sys.stdin, "isatty", lambda: is_one, raising=False)
    assert Ports().interactive() is is_one


# --- Errors before the command is sent ----------------------------------------------------------------


def test_what_aws_refuses_is_one_line_and_exit_code_2() -> None:
    done = ran(*SCAN_WEB, aws=FakeRunCommand(refusal=AwsError("AWS has no time")))
    assert (done.code, done.err) == (2, "AWS has no time\n")


def test_an_interrupt_before_it_is_sent_sends_nothing() -> None:
    done = ran(*SCAN_WEB, aws=FakeRunCommand(refusal=KeyboardInterrupt()))
    assert (done.code, done.err) == (2, "interrupted; nothing was sent\n")


def test_a_command_that_may_have_been_sent_is_exit_code_3_with_a_way_to_find_it() -> None:
    done = ran(*SCAN_WEB, aws=FakeRunCommand(refusal=MaybeSentError("no answer")))
    assert done.code == 3
    first, second = done.err.splitlines()
    assert first == "no answer; the command may have been sent. Before you retry, check whether it is running:"
    words = shlex.split(second)
    assert (words[:4], words[5:]) == (["aws", "ssm", "list-commands", "--query"], ["--region", REGION])
    commands = [
        {"CommandId": "another", "Parameters": {"SnapshotId": ["another"]}},
        {"CommandId": "a shell script", "Parameters": {"commands": ["date"]}},
        {"CommandId": COMMAND, "Parameters": {"SnapshotId": [SNAPSHOT]}},
    ]
    assert [each["CommandId"] for each in jmespath.search(words[4], {"Commands": commands})] == [COMMAND]


# --- Help ---------------------------------------------------------------------------------------------


def test_help_has_the_exit_codes_and_examples() -> None:
    done = ran("--help")
    assert done.code == 0
    assert "    3    the command was sent or may have been sent, and may still be running\n" in done.out
    assert "    patching-constructs now --operation Scan --patch-group web --wait\n" in done.out


def test_the_examples_of_the_help_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    content = {"Resources": resources({"Operation": "Install"})}
    (tmp_path / "cdk.out").mkdir()
    directory = cloud_assembly(tmp_path / "cdk.out", "")
    written = json.dumps(content).replace("weekly", "WeeklyInstall")
    (directory / "Patching.template.json").write_text(written, encoding="utf-8")
    (tmp_path / "template.yaml").write_text(json.dumps(content).replace("weekly", "nightly"), encoding="utf-8")
    lines = [line.strip() for line in ran("--help").out.splitlines()]
    examples = [shlex.split(line) for line in lines if line.startswith("patching-constructs now")]
    assert len(examples) == 5
    for _, _, *words in examples:
        assert ran(*words, "--dry-run").code == 0
