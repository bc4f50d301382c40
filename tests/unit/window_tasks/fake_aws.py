"""An endpoint on this machine that answers the AWS CLI like AWS, for the scripts of the lifecycle hooks.

Every request is decoded and validated with the model of its service. The endpoint also answers as the instance metadata
service.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

INSTANCE = "i-0123456789abcdef0"
ADDRESS = "10.0.0.7"
REGION = "eu-central-1"
_METADATA = {
    "/latest/api/token": "token",
    "/latest/meta-data/instance-id": INSTANCE,
    "/latest/meta-data/local-ipv4": ADDRESS,
    "/latest/meta-data/placement/region": REGION,
}
# The API version in the requests of the query protocol.
_VERSIONS = {"2015-12-01": "elbv2", "2011-01-01": "autoscaling"}

Handler = Callable[[dict[str, Any]], dict[str, Any]]


class RefusedError(Exception):
    """An error that AWS returns."""


@cache
def model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


class FakeAws(ThreadingHTTPServer):
    """Answers each operation with its handler, and remembers the operations in order."""

    daemon_threads = True

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.handlers = dict(handlers)
        self.operations: list[str] = []
        self.invalid: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def changes(self) -> list[str]:
        """The operations that change something."""
        return [name for name in self.operations if not name.startswith(("Describe", "List"))]

    def deny(self, operation: str) -> None:
        """Answer an operation with an error."""

        def refuse(_: dict[str, Any]) -> dict[str, Any]:
            raise RefusedError(operation)

        self.handlers[operation] = refuse

    def answer(self, service: str, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        shape = model(service).operation_model(name).input_shape
        assert shape is not None
        report = ParamValidator().validate(parameters, shape)
        if report.has_errors():
            self.invalid.append(f"{name}: {report.generate_report()}")
        self.operations.append(name)
        return self.handlers[name](parameters)


class _Requests(BaseHTTPRequestHandler):
    server: FakeAws

    def do_GET(self) -> None:
        self._send(200 if self.path in _METADATA else 404, _METADATA.get(self.path, ""))

    def do_PUT(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        target = self.headers.get("X-Amz-Target")
        if target is None:
            self._query(dict(parse_qsl(body, keep_blank_values=True)))
        else:
            self._json(target.rpartition(".")[2], json.loads(body))

    def _json(self, name: str, parameters: dict[str, Any]) -> None:
        try:
            self._send(200, json.dumps(self.server.answer("ecs", name, parameters)))
        except RefusedError:
            self._send(400, json.dumps({"__type": "AccessDeniedException", "message": "refused"}))

    def _query(self, given: dict[str, str]) -> None:
        name, service = given.pop("Action"), _VERSIONS[given.pop("Version")]
        shape = model(service).operation_model(name).input_shape
        try:
            answer = self.server.answer(service, name, _decoded(given, shape))
        except RefusedError:
            text = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>refused</Message></Error></ErrorResponse>"
            self._send(403, text)
            return
        result = f"<{name}Result>{_xml(answer)}</{name}Result>"
        self._send(200, f"<{name}Response>{result}</{name}Response>")

    def _send(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Write no log."""


def _decoded(given: Mapping[str, str], shape: Any) -> Any:
    """Return the value of a shape from parameters of the query protocol, such as ``Targets.member.1.Id``."""
    if shape.type_name == "structure":
        found = {name: _below(given, name) for name in shape.members}
        return {name: _decoded(parts, shape.members[name]) for name, parts in found.items() if parts}
    if shape.type_name == "list":
        places = sorted({int(key.split(".")[1]) for key in given})
        return [_decoded(_below(given, f"member.{place}"), shape.member) for place in places]
    text = given[""]
    if shape.type_name == "integer":
        return int(text)
    return text == "true" if shape.type_name == "boolean" else text


def _below(given: Mapping[str, str], name: str) -> dict[str, str]:
    pattern = re.compile(rf"{re.escape(name)}(?:\.|$)")
    return {key[len(name) :].lstrip("."): value for key, value in given.items() if pattern.match(key)}


def _xml(value: Any) -> str:
    match value:
        case dict():
            return "".join(f"<{name}>{_xml(item)}</{name}>" for name, item in value.items())
        case list():
            return "".join(f"<member>{_xml(item)}</member>" for item in value)
        case _:
            return escape(str(value))
