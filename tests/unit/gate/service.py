"""Systems Manager as the scripts of a gate see it: windows with executions, commands, patch states and calendars.

Each answer is validated with the service model of botocore, whether it is given directly or by an endpoint.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

NOW = datetime(2027, 1, 19, 3, 5, tzinfo=UTC)
OWN, BEFORE, OTHER = "mw-0123456789abcdef0", "mw-aaaaaaaaaaaaaaaaa", "mw-bbbbbbbbbbbbbbbbb"
OWN_EXECUTION = "00000000-0000-4000-8000-000000000001"
EXECUTION = "00000000-0000-4000-8000-000000000002"
TASK = "00000000-0000-4000-8000-000000000003"
COMMAND = "00000000-0000-4000-8000-000000000004"
AUTOMATION = "00000000-0000-4000-8000-000000000005"
INVOCATION = "00000000-0000-4000-8000-000000000006"
OTHER_COMMAND = "00000000-0000-4000-8000-000000000007"
OTHER_TASK = "00000000-0000-4000-8000-000000000008"
NODES = ("i-00000000000000001", "i-00000000000000002", "i-00000000000000003")
DOCUMENT = "AWS-RunPatchBaseline"
STARTED = NOW - timedelta(days=4)
SERVICES = {"ListGroupResources": "resource-groups"}
"""The services of operations of others than Systems Manager."""


@cache
def model(service: str = "ssm") -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


class Service:
    """The answers of a service in which everything is in order; a test changes the attributes."""

    def __init__(self) -> None:
        self.calendars: dict[str, dict[str, Any]] = {"freezes": {"State": "OPEN"}}
        self.executions: dict[str, list[dict[str, Any]]] = {
            OWN: [execution(OWN, OWN_EXECUTION, "IN_PROGRESS", NOW - timedelta(minutes=5))],
            BEFORE: [execution(BEFORE, EXECUTION, "SUCCESS", STARTED, timedelta(hours=2))],
        }
        self.tasks = [
            {
                "WindowExecutionId": EXECUTION,
                "TaskExecutionId": TASK,
                "Status": "SUCCESS",
                "TaskArn": DOCUMENT,
                "TaskType": "RUN_COMMAND",
            }
        ]
        self.invocations = [{"InvocationId": INVOCATION, "ExecutionId": COMMAND, "Status": "SUCCESS"}]
        self.commands = [command(COMMAND)]
        self.invocations_of: dict[str, list[dict[str, Any]]] = {}
        self.nodes_of: dict[str, dict[str, dict[str, Any]]] = {}
        self.nodes = {node: {"DocumentName": DOCUMENT, "Status": "Success"} for node in NODES}
        self.states = {node: state(node) for node in NODES}
        self.page = 100
        self.errors: dict[str, str] = {}
        self.operations: list[str] = []
        self.canceled: list[str] = []

    def answer(self, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a validated answer to a validated request."""
        self.operations.append(operation)
        shapes = model(SERVICES.get(operation, "ssm")).operation_model(operation)
        validate(dict(given), shapes.input_shape)
        if operation in self.errors:
            raise RefusedError(self.errors[operation])
        answer: dict[str, Any] = getattr(self, operation)(given)
        validate(answer, shapes.output_shape)
        return answer

    def GetCalendarState(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        (name,) = given["CalendarNames"]
        if name not in self.calendars:
            raise RefusedError("InvalidDocument")
        return self.calendars[name]

    def DescribeMaintenanceWindowExecutions(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._paged("WindowExecutions", self.executions[given["WindowId"]], given)

    def DescribeMaintenanceWindowExecutionTasks(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert given["WindowExecutionId"] == EXECUTION
        return self._paged("WindowExecutionTaskIdentities", self.tasks, given)

    def DescribeMaintenanceWindowExecutionTaskInvocations(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._paged("WindowExecutionTaskInvocationIdentities", self._invocations(given), given)

    def ListCommands(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        if "CommandId" in given:
            return {"Commands": [each for each in self.commands if each["CommandId"] == given["CommandId"]]}
        names = [each["value"] for each in given["Filters"] if each["key"] == "DocumentName"]
        return self._paged("Commands", [each for each in self.commands if each["DocumentName"] in names], given)

    def ListCommandInvocations(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        nodes = self.nodes_of[given["CommandId"]] if given["CommandId"] != COMMAND else self.nodes
        found = [{"InstanceId": node, "CommandId": COMMAND, **each} for node, each in nodes.items()]
        return self._paged("CommandInvocations", found, given)

    def DescribeInstancePatchStates(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [self.states[node] for node in given["InstanceIds"] if node in self.states]
        return self._paged("InstancePatchStates", found, given)

    def CancelCommand(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.canceled.append(given["CommandId"])
        return {}

    def _invocations(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self.invocations_of.get(given["TaskId"], self.invocations)

    def _paged(self, name: str, items: list[dict[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
        first = int(given.get("NextToken", 0))
        later = {"NextToken": str(first + self.page)} if first + self.page < len(items) else {}
        return {name: items[first : first + self.page], **later}


def execution(window: str, name: str, status: str, start: datetime, length: timedelta | None = None) -> dict[str, Any]:
    ended = {} if length is None else {"EndTime": start + length}
    return {"WindowId": window, "WindowExecutionId": name, "Status": status, "StartTime": start, **ended}


def state(node: str, *, failed: int = 0, pending: int = 0, ended: datetime | None = None) -> dict[str, Any]:
    ended = ended or STARTED + timedelta(hours=1)
    return {
        "InstanceId": node,
        "PatchGroup": "staging",
        "BaselineId": "pb-0123456789abcdef0",
        "Operation": "Install",
        "OperationStartTime": ended - timedelta(minutes=20),
        "OperationEndTime": ended,
        "FailedCount": failed,
        "InstalledPendingRebootCount": pending,
    }


def command(
    name: str, *, snapshot: str = AUTOMATION, status: str = "Success", operation: str = "Install"
) -> dict[str, Any]:
    parameters = {"Operation": [operation], "SnapshotId": [snapshot]}
    return {"CommandId": name, "DocumentName": DOCUMENT, "Parameters": parameters, "Status": status}


def events(**changed: Any) -> dict[str, Any]:
    """Return the input of the decision."""
    given = {
        "WindowId": OWN,
        "WindowExecutionId": OWN_EXECUTION,
        "OwnWindowIds": [OWN],
        "StartWithinSeconds": 900,
        "LongestRunSeconds": 9900,
        "Calendars": ["freezes"],
        "AfterWindowIds": [BEFORE],
        "BakeTimeSeconds": 2 * 24 * 3600,
        "MaxAgeSeconds": 28 * 24 * 3600,
        "MaxFailed": 0,
        "MaxPendingReboots": 0,
        "Operation": "Install",
    }
    return given | changed


class RefusedError(Exception):
    """An error that the service returns."""


def validate(value: dict[str, Any], shape: Any) -> None:
    report = ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()


class Endpoint(ThreadingHTTPServer):
    """The service on this machine, by the protocol of Systems Manager."""

    daemon_threads = True

    def __init__(self, service: Service) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.service = service
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Requests(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        # The protocol of Resource Groups has the operation in the path.
        target = self.headers.get("X-Amz-Target") or self.path.title().replace("-", "").replace("/", ".")
        operation = target.rpartition(".")[2]
        try:
            self._send(200, self.server.service.answer(operation, body))
        except RefusedError as error:
            self._send(400, {"__type": str(error), "message": "refused"})

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        text = json.dumps(answer, default=lambda moment: moment.timestamp()).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Write no log."""


def serving(service: Service) -> Iterator[Endpoint]:
    endpoint = Endpoint(service)
    yield endpoint
    endpoint.shutdown()
    endpoint.server_close()
