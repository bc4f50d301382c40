"""Templates that could not be read, for `coverage` and `describe` alike."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from patching_constructs.template.unread import UnreadTemplate

UNREAD_HEADING = "templates that are not read"


def unread_json(unread: UnreadTemplate) -> dict[str, Any]:
    """Return a template that could not be read as JSON."""
    source = unread.value.template.source
    return {"stack": source.stack, "logicalId": unread.logical_id, "reason": unread.reason}


def unread_lines(listed: Iterable[UnreadTemplate]) -> Iterator[Text]:
    """Return a line for each template that could not be read."""
    for each in listed:
        yield Text.assemble((each.logical_id, "bold"), f": {each.reason}")
