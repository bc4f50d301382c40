"""What the tests of ``now`` share: the command as an app, a fake Run Command, and errors of AWS."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from patching_constructs.cli.commands.now import now
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.ports import Ports, RunCommand
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.state import CommandState, Invocation, Node
from patching_constructs.properties.targets import PatchTarget

SNAPSHOT = "11111111-2222-3333-4444-555555555555"
COMMAND = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
ACCOUNT = "123456789012"
REGION = "eu-central-1"
FIRST, SECOND, THIRD = (f"i-0000000000000000{number}" for number in (1, 2, 3))

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
app.command()(now)


@dataclass
class FakeRunCommand:
    """A Run Command that returns what a test gives it, and records the calls."""

    matching: tuple[Node, ...] | None = (Node(FIRST, "Online"), Node(SECOND, "Online"))
    account_id: str | None = ACCOUNT
    states: Iterable[CommandState | BaseException] = ()
    refusal: BaseException | None = None
    places: list[Place] = field(default_factory=list)
    sent: list[CommandRequest] = field(default_factory=list)
    looks: Iterator[CommandState | BaseException] | None = None

    def __call__(self, place: Place) -> "FakeRunCommand":
        self.places.append(place)
        return self

    @property
    def region(self) -> str:
        return self.places[-1].region or REGION

    def account(self) -> str | None:
        return self.account_id

    def nodes(self, target: PatchTarget) -> tuple[Node, ...] | None:
        assert target
        return self.matching

    def send(self, request: CommandRequest) -> str:
        if self.refusal:
            raise self.refusal
        self.sent.append(request)
        return COMMAND

    def state(self, command_id: str) -> CommandState:
        assert command_id == COMMAND
        self.looks = self.looks or iter(self.states)
        state = next(self.looks)
        if isinstance(state, BaseException):
            raise state
        return state


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@dataclass(frozen=True)
class Run:
    """The result of a run of the command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.out.splitlines() if line.strip()]


def ran(
    *arguments: str,
    aws: Callable[[Place], RunCommand] | None = None,
    interactive: bool = False,
    answer: str | None = None,
    clock: Clock | None = None,
) -> Run:
    """Run the command; without `aws` it may not touch any."""
    clock = clock or Clock()
    ports = Ports(
        connect=aws or untouched,
        snapshot_id=lambda: SNAPSHOT,
        clock=clock,
        sleep=clock.sleep,
        interactive=lambda: interactive,
    )
    result = CliRunner().invoke(app, list(arguments), input=answer, env={"COLUMNS": "400"}, obj=ports)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


def untouched(place: Place) -> RunCommand:
    raise AssertionError(f"AWS was touched: {place}")


def invocation(node: str, status: str = "Success", details: str | None = None, name: str = "") -> Invocation:
    return Invocation(node, name, status, details or status)


def state(
    status: str, *invocations: Invocation, details: str | None = None, targets: int | None = None
) -> CommandState:
    return CommandState(status, details or status, len(invocations) if targets is None else targets, invocations)


def alone_with(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let boto3 know nothing of this machine but one endpoint and made-up credentials."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_CA_BUNDLE", "AWS_MAX_ATTEMPTS"):
        monkeypatch.delenv(name, raising=False)
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
