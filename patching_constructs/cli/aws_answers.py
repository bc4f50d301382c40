"""Answers that are not those of AWS: of a proxy, or of the login page of a network.

botocore reads them as answers without content, so that a fleet behind them would have no nodes.
"""

from collections.abc import Mapping
from typing import Any, Final

from patching_constructs.cli.aws_errors import AwsError

_HTML: Final = (b"<!doctype html", b"<html")
_SUCCESS: Final = 200


def refuse_other_answers(client: Any) -> None:  # noqa: ANN401 - boto3 creates the classes of its clients at run time
    """Let the requests of a client raise an AwsError where something else than AWS answers."""
    client.meta.events.register("before-parse", _check)


def _check(operation_model: Any, response_dict: Mapping[str, Any], **_: object) -> None:  # noqa: ANN401 - of botocore
    content = response_dict["body"].lstrip()
    protocol = operation_model.service_model.resolved_protocol
    if response_dict["status_code"] != _SUCCESS or _is_of_aws(content, protocol):
        return
    kind = response_dict["headers"].get("content-type") or "an unknown type"
    raise AwsError(
        f"{operation_model.name}: the answer ({kind}) is not that of AWS; "
        "check the network, the proxy and AWS_ENDPOINT_URL"
    )


def _is_of_aws(content: bytes, protocol: str) -> bool:
    return content.startswith(b"{") if protocol == "json" else not content.lower().startswith(_HTML)
