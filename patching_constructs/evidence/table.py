"""What is known from one run of the function to the next, in a DynamoDB table.

An item has the key ``Id``, the time ``Expires`` after which the table deletes it, and ``State``, a JSON text.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from .compliance import Known
from .overdue import Success, Watched

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table as DynamoDBTable

# Longer than any time in which a schedule that is monitored is not written.
_KEPT: Final = timedelta(days=90)
_NODES: Final = {"non_compliant": "nodes", "without_state": "without-state"}
"""Where each part of what is known of nodes is."""
_NODES_CHECKED: Final = "nodes-checked"
_TIMES: Final = ("seen", "next_execution", "read_from", "resumed")


class Table:
    """The table."""

    def __init__(self, table: "DynamoDBTable", now: datetime) -> None:
        """Take the table and the time."""
        self._table = table
        self._expires = int((now + _KEPT).timestamp())

    def watched(self, window_id: str) -> Watched:
        """Return what is known of a window."""
        state = self._read(window_id)
        success = state.get("success")
        return Watched(
            **{name: _moment(state.get(name)) for name in _TIMES},
            definition=state.get("definition"),
            due=tuple(datetime.fromisoformat(each) for each in state.get("due", ())),
            success=success and Success(**{name: datetime.fromisoformat(each) for name, each in success.items()}),
        )

    def write_watched(self, window_id: str, watched: Watched) -> None:
        """Write what is known of a window."""
        success = watched.success
        state = {
            **{name: _text(getattr(watched, name)) for name in _TIMES},
            "definition": watched.definition,
            "due": [each.isoformat() for each in watched.due],
            "success": success and {"start": success.start.isoformat(), "end": success.end.isoformat()},
        }
        self._write(window_id, state)

    def known(self, schedule: str) -> Known:
        """Return what is known of the nodes of a schedule."""
        return Known(**{name: self._nodes(f"{key}:{schedule}") for name, key in _NODES.items()})

    def write_known(self, schedule: str, known: Known) -> None:
        """Write what is known of the nodes of a schedule."""
        for name, key in _NODES.items():
            self._write_nodes(f"{key}:{schedule}", getattr(known, name))

    def nodes_checked(self) -> datetime | None:
        """Return when the nodes were last checked, or when the function began to expect it."""
        return _moment(self._read(_NODES_CHECKED).get("at"))

    def write_nodes_checked(self, now: datetime) -> None:
        """Write that the nodes are checked now."""
        self._write(_NODES_CHECKED, {"at": now.isoformat()})

    def _nodes(self, key: str) -> dict[str, datetime]:
        state = self._read(key)
        return {node: datetime.fromtimestamp(int(at), UTC) for at, nodes in state.items() for node in nodes}

    def _write_nodes(self, key: str, moments: Mapping[str, datetime]) -> None:
        # An item has at most 400 KB, so that nodes are grouped by the time: it has room for about 18,000 nodes.
        nodes = defaultdict(list)
        for node, at in moments.items():
            nodes[int(at.timestamp())].append(node)
        self._write(key, nodes)

    def _read(self, key: str) -> dict[str, Any]:
        item = self._table.get_item(Key={"Id": key}, ConsistentRead=True).get("Item")
        state: dict[str, Any] = json.loads(str(item["State"])) if item else {}
        return state

    def _write(self, key: str, state: Mapping[Any, Any]) -> None:
        text = json.dumps(state, separators=(",", ":"))
        self._table.put_item(Item={"Id": key, "Expires": self._expires, "State": text})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
