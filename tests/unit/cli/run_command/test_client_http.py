"""``patching-constructs now`` against a server on this machine that fails, throttles and makes progress as instructed.

Everything between the command and the socket is real: boto3, its retries, its signatures, its parsers.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.cli import aws_errors
from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.run_command import client
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.client import AwsRunCommand
from patching_constructs.cli.run_command.errors import MaybeSentError
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.state import CommandState, Invocation, Node
from patching_constructs.properties.command import PatchCommand, PatchOperation
from patching_constructs.properties.targets import PatchTarget
from tests.unit.cli.run_command.fakes import (
    COMMAND,
    FIRST,
    REGION,
    SECOND,
    SNAPSHOT,
    THIRD,
    Clock,
    Run,
    alone_with,
    ran,
)

WEB = PatchTarget.patch_group("web")
REQUEST = CommandRequest(command=PatchCommand(operation=PatchOperation.SCAN), target=WEB, snapshot_id=SNAPSHOT)
INSTANCES, SEND = "DescribeInstanceInformation", "SendCommand"
COMMANDS, INVOCATIONS = "ListCommands", "ListCommandInvocations"

# --- The server ---------------------------------------------------------------------------------------

DROP, HANG = "drop the connection", "never answer"
Answer = dict[str, Any] | tuple[int, dict[str, Any]] | str


def error(code: str, message: str = "because", status: int = 400) -> Answer:
    return status, {"__type": code, "message": message}


class Script(ThreadingHTTPServer):
    """Answers every operation with its next answer, and with the last one from then on; remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def requests(self, operation: str) -> list[dict[str, Any]]:
        return [body for name, body in self.asked if name == operation]

    def next_answer(self, operation: str, body: dict[str, Any]) -> Answer:
        self.asked.append((operation, body))
        answers = self.answers.get(operation, [error("UnknownOperationException")])
        return answers.pop(0) if len(answers) > 1 else answers[0]


class _Handler(BaseHTTPRequestHandler):
    server: Script

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target")
        # STS speaks another protocol.
        operation = target.removeprefix("AmazonSSM.") if target else "GetCallerIdentity"
        answer = self.server.next_answer(operation, json.loads(body) if target else {})
        if isinstance(answer, str):
            if answer == HANG:
                self.server.over.wait(10)
            self.close_connection = True
            return
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        written = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Script]:
    with Script() as script:
        thread = threading.Thread(target=script.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        alone_with(script.url, monkeypatch, tmp_path)
        yield script
        script.over.set()
        script.shutdown()
        thread.join()


@pytest.fixture
def retry_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let botocore's pauses between retries pass at once, and return them."""
    pauses: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", pauses.append)
    return pauses


def connected(clock: Clock | None = None) -> AwsRunCommand:
    return AwsRunCommand(Place(), sleep=(clock or Clock()).sleep)


def node(instance_id: str, ping: str = "Online") -> dict[str, str]:
    return {"InstanceId": instance_id, "PingStatus": ping}


def invocation(instance_id: str, status: str, details: str | None = None) -> dict[str, str]:
    return {"InstanceId": instance_id, "Status": status, "StatusDetails": details or status, "InstanceName": "web"}


def listed(status: str, details: str | None = None, targets: int = 2) -> dict[str, Any]:
    command = {"CommandId": COMMAND, "Status": status, "StatusDetails": details or status, "TargetCount": targets}
    return {"Commands": [command]}


SENT = {"Command": {"CommandId": COMMAND}}
THROTTLED = error("ThrottlingException", "Rate exceeded")

# --- Counting -----------------------------------------------------------------------------------------


def test_matching_nodes_are_read_page_by_page(server: Script) -> None:
    server.answers[INSTANCES] = [
        {"InstanceInformationList": [node(FIRST)], "NextToken": "more"},
        {"InstanceInformationList": [], "NextToken": "still more"},
        {"InstanceInformationList": [node(SECOND, "ConnectionLost"), {"InstanceId": THIRD}]},
    ]
    target = PatchTarget.tag("Env", "dev", "stage").and_tag("Role", "web")
    assert connected().nodes(target) == (Node(FIRST, "Online"), Node(SECOND, "ConnectionLost"), Node(THIRD, ""))
    filters = [{"Key": "tag:Env", "Values": ["dev", "stage"]}, {"Key": "tag:Role", "Values": ["web"]}]
    assert server.requests(INSTANCES) == [
        {"Filters": filters, "MaxResults": 50},
        {"Filters": filters, "MaxResults": 50, "NextToken": "more"},
        {"Filters": filters, "MaxResults": 50, "NextToken": "still more"},
    ]


def test_ids_are_counted_by_their_filter(server: Script) -> None:
    server.answers[INSTANCES] = [{"InstanceInformationList": [node(FIRST)]}]
    connected().nodes(PatchTarget.instance_ids(FIRST, SECOND))
    assert server.requests(INSTANCES)[0]["Filters"] == [{"Key": "InstanceIds", "Values": [FIRST, SECOND]}]


def test_a_resource_group_is_not_asked_for(server: Script) -> None:
    assert connected().nodes(PatchTarget.resource_group("web")) is None
    assert server.asked == []


def test_without_sts_the_account_is_unknown(server: Script) -> None:
    assert connected().account() is None
    assert [operation for operation, _ in server.asked] == ["GetCallerIdentity"]


# --- Throttling and retries ---------------------------------------------------------------------------

TRANSIENT = [
    THROTTLED,
    error("TooManyRequestsException"),
    error("RequestLimitExceeded"),
    error("InternalServerError", status=500),
    DROP,
]


def test_reading_is_repeated_for_throttling_and_for_what_passes(server: Script, retry_pauses: list[float]) -> None:
    server.answers[INSTANCES] = [*TRANSIENT, {"InstanceInformationList": [node(FIRST)]}]
    assert connected().nodes(WEB) == (Node(FIRST, "Online"),)
    assert len(server.requests(INSTANCES)) == 6
    assert len(retry_pauses) == 5


def test_reads_fail_after_six_attempts(server: Script, retry_pauses: list[float]) -> None:
    server.answers[INSTANCES] = [THROTTLED]
    with pytest.raises(AwsError) as caught:
        connected().nodes(WEB)
    assert str(caught.value) == (
        "DescribeInstanceInformation: ThrottlingException: Rate exceeded; "
        "the request was throttled, also after several attempts; try again in a minute"
    )
    assert (len(server.requests(INSTANCES)), len(retry_pauses)) == (6, 5)


def test_status_requests_are_retried_when_throttled(server: Script, retry_pauses: list[float]) -> None:
    server.answers[COMMANDS] = [THROTTLED, listed("Success")]
    server.answers[INVOCATIONS] = [THROTTLED, {"CommandInvocations": []}]
    assert connected().state(COMMAND).status == "Success"
    assert len(retry_pauses) == 2


@pytest.mark.parametrize("code", sorted(aws_errors.THROTTLED))
def test_sending_is_retried_for_throttling_only(server: Script, code: str) -> None:
    clock = Clock()
    server.answers[SEND] = [error(code), error(code), SENT]
    assert connected(clock).send(REQUEST) == COMMAND
    assert server.requests(SEND) == [REQUEST.arguments] * 3
    assert clock.slept == [1, 2]


def test_sending_fails_after_six_attempts(server: Script, retry_pauses: list[float]) -> None:
    clock = Clock()
    server.answers[SEND] = [THROTTLED]
    with pytest.raises(AwsError) as caught:
        connected(clock).send(REQUEST)
    assert type(caught.value) is AwsError
    assert str(caught.value).startswith("SendCommand: ThrottlingException: Rate exceeded; ")
    assert (len(server.requests(SEND)), clock.slept, retry_pauses) == (6, [1, 2, 4, 8, 16], [])


AMBIGUOUS: dict[str, tuple[Answer, str]] = {
    "a dropped connection": (DROP, "Connection was closed before we received a valid response"),
    "no answer": (HANG, "Read timeout on endpoint URL"),
    "an error inside AWS": (error("InternalServerError", status=500), "SendCommand: InternalServerError: because"),
    "an error on the way": (error("", status=503), "SendCommand: because"),
}


@pytest.mark.parametrize(("answer", "words"), AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_command_whose_answer_is_lost_is_never_sent_a_second_time(
    server: Script, monkeypatch: pytest.MonkeyPatch, answer: Answer, words: str
) -> None:
    monkeypatch.setattr(client, "_READ_SECONDS", 0.2)
    server.answers[SEND] = [answer, SENT]
    with pytest.raises(MaybeSentError, match=words):
        connected().send(REQUEST)
    assert len(server.requests(SEND)) == 1


def test_an_interrupt_while_sending_is_as_good_as_a_lost_answer(server: Script) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    server.answers[SEND] = [THROTTLED]
    with pytest.raises(MaybeSentError) as caught:
        AwsRunCommand(Place(), sleep=interrupt).send(REQUEST)
    assert str(caught.value) == "interrupted while the command was sent"


def test_without_a_connection_nothing_was_sent(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    with Script() as gone:
        url = gone.url
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    with pytest.raises(AwsError) as caught:
        connected().send(REQUEST)
    assert type(caught.value) is AwsError
    assert str(caught.value) == (
        f'Could not connect to the endpoint URL: "{url}/"; check the Region and the network connection'
    )
    assert server.asked == []


# --- Looking ------------------------------------------------------------------------------------------


def test_a_command_that_aws_does_not_know_yet_is_pending(server: Script) -> None:
    server.answers[COMMANDS] = [{"Commands": []}]
    assert connected().state(COMMAND) == CommandState()


def test_invocations_are_read_page_by_page_after_the_command(server: Script) -> None:
    server.answers[COMMANDS] = [listed("Failed", "Incomplete", targets=3)]
    server.answers[INVOCATIONS] = [
        {"CommandInvocations": [invocation(FIRST, "Success")], "NextToken": "more"},
        {"CommandInvocations": [invocation(SECOND, "Failed", "Terminated"), invocation(THIRD, "Cancelled")]},
    ]
    assert connected().state(COMMAND) == CommandState(
        "Failed",
        "Incomplete",
        3,
        (
            Invocation(FIRST, "web", "Success", "Success"),
            Invocation(SECOND, "web", "Failed", "Terminated"),
            Invocation(THIRD, "web", "Cancelled", "Cancelled"),
        ),
    )
    assert server.asked == [
        (COMMANDS, {"CommandId": COMMAND}),
        (INVOCATIONS, {"CommandId": COMMAND, "MaxResults": 50}),
        (INVOCATIONS, {"CommandId": COMMAND, "MaxResults": 50, "NextToken": "more"}),
    ]


# --- The whole command --------------------------------------------------------------------------------

SCAN_WEB = ("--operation", "Scan", "--patch-group", "web")
TWO_NODES = {"InstanceInformationList": [node(FIRST), node(SECOND)]}


def test_from_the_question_to_the_end(server: Script) -> None:
    server.answers = {
        INSTANCES: [TWO_NODES],
        SEND: [THROTTLED, SENT],
        COMMANDS: [{"Commands": []}, listed("Pending"), listed("InProgress"), listed("InProgress"), listed("Success")],
        INVOCATIONS: [
            {"CommandInvocations": []},
            {"CommandInvocations": [invocation(FIRST, "InProgress"), invocation(SECOND, "Pending")]},
            {"CommandInvocations": [invocation(FIRST, "Success"), invocation(SECOND, "Delayed")]},
            {"CommandInvocations": [invocation(FIRST, "Success"), invocation(SECOND, "Success")]},
        ],
    }
    clock = Clock()
    asked = ("--operation", "Install", "--patch-group", "web", "--wait")
    done = ran(*asked, aws=lambda place: AwsRunCommand(place, sleep=clock.sleep), interactive=True, answer="y\n")
    assert (done.code, done.err) == (0, "")
    assert done.lines[3] == "matching         2 managed nodes"
    assert done.lines[7] == "where            eu-central-1, account unknown"
    assert done.lines[8:] == [
        "Install now? [y/N]: y",
        f"command {COMMAND} was sent",
        f"{FIRST}  InProgress  web",
        f"{SECOND}  Pending  web",
        f"{FIRST}  Success  web",
        f"{SECOND}  Delayed  web",
        f"{SECOND}  Success  web",
        "command  Success",
        "Success  2 nodes",
    ]
    assert server.requests(SEND)[-1]["Parameters"] == {"Operation": ["Install"], "SnapshotId": [SNAPSHOT]}
    assert clock.slept == [1]


def test_a_token_that_expires_while_it_waits_is_exit_code_3(server: Script) -> None:
    server.answers = {
        INSTANCES: [TWO_NODES],
        SEND: [SENT],
        COMMANDS: [listed("InProgress"), error("ExpiredTokenException", "The token has expired")],
        INVOCATIONS: [{"CommandInvocations": []}],
    }
    done = ran(*SCAN_WEB, "--wait", aws=AwsRunCommand)
    assert done.code == 3
    assert done.err.splitlines()[0] == (
        "ListCommands: ExpiredTokenException: The token has expired; "
        "renew the credentials (with IAM Identity Center: aws sso login); the command continues to run"
    )


DENIED = "User: arn:aws:iam::1:user/me is not authorized to perform: ssm:SendCommand on resource: *"
REFUSED: dict[str, tuple[Answer, str]] = {
    "not allowed": (
        error("AccessDeniedException", DENIED),
        f"SendCommand: AccessDeniedException: {DENIED}",
    ),
    "no such node": (
        error("InvalidInstanceId", "Instances [[i-1]] not in a valid state\nfor account 1."),
        "SendCommand: InvalidInstanceId: Instances [[i-1]] not in a valid state for account 1; "
        "every node must be a managed node of this account and Region, and not terminated",
    ),
    "no such document": (
        error("InvalidDocument", "Document with name Drain does not exist."),
        "SendCommand: InvalidDocument: Document with name Drain does not exist",
    ),
    "no words": (
        error("InvalidInstanceId", ""),
        "SendCommand: InvalidInstanceId; "
        "every node must be a managed node of this account and Region, and not terminated",
    ),
    "expired": (
        error("ExpiredTokenException", "The security token included in the request is expired"),
        "SendCommand: ExpiredTokenException: The security token included in the request is expired; "
        "renew the credentials (with IAM Identity Center: aws sso login)",
    ),
    "foreign": (
        error("UnrecognizedClientException", "The security token included in the request is invalid."),
        "SendCommand: UnrecognizedClientException: "
        "The security token included in the request is invalid; "
        "check the credentials (aws configure list)",
    ),
}


@pytest.mark.parametrize(("answer", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_aws_refuses_is_one_line_and_exit_code_2(server: Script, answer: Answer, message: str) -> None:
    server.answers = {INSTANCES: [TWO_NODES], SEND: [answer]}
    done = ran(*SCAN_WEB, aws=AwsRunCommand)
    assert (done.code, done.err) == (2, f"{message}\n")


def test_a_lost_answer_is_exit_code_3(server: Script) -> None:
    server.answers = {INSTANCES: [TWO_NODES], SEND: [DROP, SENT]}
    done = ran(*SCAN_WEB, aws=AwsRunCommand)
    assert done.code == 3
    assert done.err.endswith(
        f"""  aws ssm list-commands --query 'Commands[?Parameters.SnapshotId[0]=='"'"'{SNAPSHOT}'"'"']' """
        f"--region {REGION}\n"
    )


def refused_by_this_machine(monkeypatch: pytest.MonkeyPatch, without: list[str], *options: str) -> Run:
    for name in without:
        monkeypatch.delenv(name)
    done = ran(*SCAN_WEB, *options, aws=AwsRunCommand)
    assert done.code == 2
    return done


def test_no_credentials(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    done = refused_by_this_machine(monkeypatch, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    assert done.err == "Unable to locate credentials; specify --profile or set AWS_PROFILE\n"
    assert server.asked == []


def test_no_region(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    done = refused_by_this_machine(monkeypatch, ["AWS_DEFAULT_REGION"])
    assert done.err == "You must specify a region; specify --region or set AWS_DEFAULT_REGION\n"
    assert server.asked == []


def test_no_such_profile(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    done = refused_by_this_machine(monkeypatch, [], "--profile", "prod")
    assert done.err == "The config profile (prod) could not be found\n"
    assert server.asked == []


@pytest.mark.usefixtures("retry_pauses")
def test_an_endpoint_that_is_not_there(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    with Script() as gone:
        monkeypatch.setenv("AWS_ENDPOINT_URL", gone.url)
    done = refused_by_this_machine(monkeypatch, [])
    assert done.err.startswith("Could not connect to the endpoint URL")
    assert server.asked == []


# --- The process --------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_in_a_process_leaves_the_command_running(server: Script) -> None:
    server.answers = {
        INSTANCES: [TWO_NODES],
        SEND: [SENT],
        COMMANDS: [listed("InProgress")],
        INVOCATIONS: [{"CommandInvocations": [invocation(FIRST, "InProgress")]}],
    }
    # A shell that runs the tests in the background has them, and so this child, ignore SIGINT.
    handler = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{handler}; from patching_constructs.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "now", *SCAN_WEB, "--wait"],
        env=os.environ | {"COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            while not process.stdout.readline().startswith(FIRST):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130
    assert errors.splitlines()[0] == "interrupted; the command continues to run"
    assert "CancelCommand" not in [operation for operation, _ in server.asked]
