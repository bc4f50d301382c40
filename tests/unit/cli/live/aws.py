"""AWS on this machine: what it answers is validated with the service models of botocore, as are the requests."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

ACCOUNT = "123456789012"
Answer = dict[str, Any]
Operation = Callable[[Mapping[str, Any]], Answer]
_SERVICES = {"AmazonSSM": "ssm", "ResourceGroupsTaggingAPI_20170126": "resourcegroupstaggingapi"}


class RefusedError(Exception):
    """An error that a service returns."""

    def __init__(self, code: str, status: int = 400, message: str = "refused") -> None:
        super().__init__(code)
        self.code, self.status, self.message = code, status, message


class FakeAws:
    """Some operations of AWS in one Region. A test gives them, by their names."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self.operations = dict(operations)
        self.asked: list[tuple[str, Answer]] = []
        self.errors: dict[str, list[RefusedError]] = {}
        """The errors of the next requests, by their operations."""

    def answer(self, service: str, operation: str, given: Answer) -> Answer:
        """Return a validated answer to a validated request."""
        self.asked.append((operation, given))
        shapes = _model(service).operation_model(operation)
        _validate(given, shapes.input_shape)
        if self.errors.get(operation):
            raise self.errors[operation].pop(0)
        answer = self.operations[operation](given)
        _validate(answer, shapes.output_shape)
        return answer

    def requests(self, operation: str) -> list[Answer]:
        """Return the requests of an operation."""
        return [given for name, given in self.asked if name == operation]


def paged(name: str, items: list[Answer], given: Mapping[str, Any], *, size: str = "MaxResults") -> Answer:
    """Return one page of items."""
    token = "PaginationToken" if size == "ResourcesPerPage" else "NextToken"
    first, most = int(given.get(token) or 0), given[size]
    later = {token: str(first + most)} if first + most < len(items) else {}
    return {name: items[first : first + most], **later}


@contextmanager
def serving(aws: FakeAws) -> Iterator[str]:
    """Serve AWS on this machine while the block runs, and return the URL."""
    with _Endpoint(aws) as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{endpoint.server_port}"
        endpoint.shutdown()
        thread.join()


@contextmanager
def answering(content_type: str, text: str) -> Iterator[str]:
    """Answer every request on this machine with one text while the block runs, and return the URL."""

    class Proxy(_Requests):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._send(200, content_type, text)

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as endpoint:
        # A client keeps its connection.
        endpoint.daemon_threads = True
        thread = threading.Thread(target=endpoint.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{endpoint.server_port}"
        endpoint.shutdown()
        thread.join()


class _Endpoint(ThreadingHTTPServer):
    daemon_threads = True
    # Many clients connect at the same time.
    request_queue_size = 64

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.aws = aws


class _Requests(BaseHTTPRequestHandler):
    server: _Endpoint
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target")
        if target is None:
            self._query(dict(parse_qsl(body.decode())))
            return
        service, _, operation = target.partition(".")
        try:
            status, answer = 200, self.server.aws.answer(_SERVICES[service], operation, json.loads(body))
        except RefusedError as error:
            status, answer = error.status, {"__type": error.code, "message": error.message}
        text = json.dumps(answer, default=lambda moment: moment.timestamp())
        self._send(status, "application/x-amz-json-1.1", text)

    def _query(self, given: dict[str, str]) -> None:
        """Answer a request in the query protocol: of AWS STS, or of CloudFormation, whose answers have no depth."""
        action = given.pop("Action")
        if action == "GetCallerIdentity":
            self._send(200, "text/xml", _caller())
            return
        del given["Version"]
        try:
            answer = self.server.aws.answer("cloudformation", action, given)
            self._send(200, "text/xml", _response(action, answer))
        except RefusedError as error:
            self._send(error.status, "text/xml", _error(error))

    def _send(self, status: int, content_type: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Write no log."""


def _caller() -> str:
    return (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>arn:aws:iam::{ACCOUNT}:user/me</Arn><UserId>me</UserId><Account>{ACCOUNT}</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )


def _response(action: str, answer: Answer) -> str:
    lists = "".join(
        f"<{name}>{''.join(f'<member>{_elements(each)}</member>' for each in items)}</{name}>"
        for name, items in answer.items()
    )
    return f"<{action}Response><{action}Result>{lists}</{action}Result></{action}Response>"


def _elements(item: Answer) -> str:
    values = {name: each.isoformat() if isinstance(each, datetime) else each for name, each in item.items()}
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def _error(error: RefusedError) -> str:
    code = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{error.message}</Message>"
    return f"<ErrorResponse><Error>{code}</Error></ErrorResponse>"


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def _validate(value: Answer, shape: Any) -> None:
    report = ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()
