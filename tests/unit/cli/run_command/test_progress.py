"""How ``now`` follows a command to its end, what it shows, and how it exits."""

import io
from typing import Any

import pytest
from rich.console import Console

from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.run_command.progress import follow, progress_display, summary
from patching_constructs.cli.run_command.state import CommandState
from tests.unit.cli.run_command.fakes import (
    COMMAND,
    FIRST,
    REGION,
    SECOND,
    Clock,
    FakeRunCommand,
    invocation,
    ran,
    state,
)

SCAN_WEB = ("--operation", "Scan", "--patch-group", "web")

# --- The status of a command --------------------------------------------------------------------------

OK = invocation(FIRST)
UNFINISHED = ["Pending", "InProgress", "Delayed", "Cancelling"]
FAILED = ["Failed", "TimedOut", "Cancelled", "a status of tomorrow"]
DETAILS = ["Undeliverable", "Terminated", "DeliveryTimedOut", "ExecutionTimedOut", "InvalidPlatform", "AccessDenied"]
STATES: dict[str, tuple[CommandState, bool, bool]] = {
    "not known yet": (CommandState(), False, False),
    **{f"a command {each}": (state(each, OK), False, False) for each in UNFINISHED},
    **{f"a command {each} and done": (state(each, OK), True, False) for each in FAILED},
    **{f"a node {each}": (state("InProgress", OK, invocation(SECOND, each)), False, False) for each in UNFINISHED},
    **{
        f"a node {each} after the command": (state("Cancelled", invocation(SECOND, each)), False, False)
        for each in UNFINISHED
    },
    **{f"a node {each}, and all is over": (state("Failed", invocation(SECOND, each)), True, False) for each in FAILED},
    **{
        f"a node {each}, which the command does not count": (
            state("Success", OK, invocation(SECOND, "Failed", each)),
            True,
            False,
        )
        for each in DETAILS
    },
    "every node": (state("Success", OK, invocation(SECOND)), True, True),
    "a node that is not listed yet": (state("Success", OK, targets=2), False, False),
    "no node": (state("Success", details="NoInstancesInTag"), True, False),
    "more nodes than the account may have waiting": (state("Failed", details="RateExceeded", targets=9), True, False),
}


@pytest.mark.parametrize(("seen", "ended", "succeeded"), STATES.values(), ids=STATES.keys())
def test_a_state(seen: CommandState, ended: bool, succeeded: bool) -> None:  # noqa: FBT001
    assert (seen.ended, seen.succeeded) == (ended, succeeded)


def test_polling_slows_down_and_ends_with_the_command() -> None:
    clock, running = Clock(), state("InProgress", invocation(FIRST, "InProgress"))
    states = iter([*[running] * 8, state("Success", OK)])
    shown: list[CommandState] = []
    last = follow(lambda: next(states), shown.append, timeout=3600, clock=clock, sleep=clock.sleep)
    assert last.succeeded
    assert len(shown) == 9
    assert clock.slept == [2, 3, 4.5, 6.75, 10.125, 15, 15, 15]


def test_polling_ends_with_the_timeout() -> None:
    clock, looked = Clock(), []

    def look() -> CommandState:
        looked.append(clock())
        return state("InProgress")

    last = follow(look, lambda _: None, timeout=6, clock=clock, sleep=clock.sleep)
    assert not last.ended
    assert looked == [0, 2, 5, 6]


# --- Waiting ------------------------------------------------------------------------------------------

LOOK = f"aws ssm list-command-invocations --command-id {COMMAND} --details --region eu-central-1"
CANCEL = f"aws ssm cancel-command --command-id {COMMAND} --region eu-central-1"
WORKING = state("InProgress", invocation(FIRST, "InProgress", name="web-1"), targets=2)


def waited(*states: CommandState | BaseException, **others: Any) -> Any:
    return ran(*SCAN_WEB, "--wait", aws=FakeRunCommand(states=states), **others)


def test_every_node_succeeded_is_exit_code_0() -> None:
    done = waited(
        CommandState(), WORKING, WORKING, state("Success", invocation(FIRST, name="web-1"), invocation(SECOND))
    )
    assert (done.code, done.err) == (0, "")
    assert done.lines[8:] == [
        f"command {COMMAND} was sent",
        f"{FIRST}  InProgress  web-1",
        f"{FIRST}  Success  web-1",
        f"{SECOND}  Success",
        "command  Success",
        "Success  2 nodes",
    ]


def test_a_failed_node_is_exit_code_1_and_listed() -> None:
    failed = invocation(SECOND, "TimedOut", "DeliveryTimedOut", "web-2")
    done = waited(state("TimedOut", OK, failed, details="Incomplete"))
    assert done.code == 1
    assert done.lines[11:] == [
        "command              Incomplete",
        "Success              1 node",
        "DeliveryTimedOut     1 node",
        f"{SECOND}  DeliveryTimedOut  web-2",
    ]
    look = f"aws ssm list-command-invocations --command-id {COMMAND} --instance-id {SECOND} --details --region {REGION}"
    assert done.err == f"output of the first node that did not succeed:  {look}\n"


def test_no_node_reached_is_exit_code_1() -> None:
    done = waited(state("Success", details="NoInstancesInTag"))
    assert done.lines[9:] == ["command  NoInstancesInTag"]
    assert (done.code, done.err) == (1, "the command reached no nodes; nothing was patched\n")


def test_a_command_that_never_started_is_exit_code_1() -> None:
    done = waited(state("Failed", details="RateExceeded", targets=2))
    assert (done.code, done.err) == (1, "")


def test_the_time_being_up_is_exit_code_3() -> None:
    clock = Clock()
    done = ran(*SCAN_WEB, "--wait", "--wait-timeout", "60", aws=FakeRunCommand(states=[WORKING] * 99), clock=clock)
    assert (done.code, clock.time) == (3, 60)
    assert done.err == (
        f"not ended after 60 seconds; the command continues to run\ncheck status:  {LOOK}\ncancel:        {CANCEL}\n"
    )


def test_an_interrupt_leaves_the_command_running_and_is_exit_code_130() -> None:
    done = waited(WORKING, KeyboardInterrupt())
    assert done.code == 130
    assert done.err == f"interrupted; the command continues to run\ncheck status:  {LOOK}\ncancel:        {CANCEL}\n"


def test_an_error_while_waiting_is_exit_code_3() -> None:
    done = waited(WORKING, AwsError("the token has expired"))
    assert done.code == 3
    assert (
        done.err
        == f"the token has expired; the command continues to run\ncheck status:  {LOOK}\ncancel:        {CANCEL}\n"
    )


def test_an_hour_is_waited_for_by_default() -> None:
    clock = Clock()
    ran(*SCAN_WEB, "--wait", aws=FakeRunCommand(states=[WORKING] * 999), clock=clock)
    assert clock.time == 3600


# --- Progress on a terminal ---------------------------------------------------------------------------

FLEET = state(
    "InProgress",
    invocation("i-4", "Success"),
    invocation("i-3", "InProgress", name="[red]web[/red]"),
    invocation("i-2", "Failed", "Undeliverable"),
    invocation("i-1", "Success"),
    targets=5,
)


def shown(monkeypatch: pytest.MonkeyPatch, *states: CommandState, no_color: bool = False, height: int = 25) -> str:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), force_terminal=True, width=100, height=height)
    with progress_display(console) as show:
        for each in states:
            show(each)
    console.print(summary(states[-1]))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_on_a_terminal_nodes_that_did_not_succeed_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, CommandState(), FLEET)
    assert "5 nodes: 2 Success, 1 InProgress, 1 Undeliverable" in text
    assert [text.index(node) for node in ("i-2", "i-3", "i-1", "i-4")] == sorted(
        text.index(node) for node in ("i-1", "i-2", "i-3", "i-4")
    )
    assert "[red]web[/red]" in text
    assert "\x1b[31mUndeliverable" in text
    assert "\x1b[32mSuccess" in text


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, FLEET, no_color=True)
    assert "Undeliverable" in text
    assert "\x1b[31m" not in text
    assert "\x1b[32m" not in text


def test_on_a_small_terminal_the_nodes_that_succeeded_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    live, _, _ = shown(monkeypatch, FLEET, height=6).partition("command")
    assert [node in live for node in ("i-2", "i-3", "i-1", "i-4")] == [True, True, True, False]
    assert "and 1 more" in live


def test_before_any_node_is_known_their_number_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Pending\x1b[0m  1 node" in shown(monkeypatch, state("Pending", targets=1))
