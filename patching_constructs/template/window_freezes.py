"""The freezes that the metadata of a window names."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._template_metadata import FREEZE_END, FREEZE_REASON, FREEZE_START, FREEZES
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.template.content import mapping, sequence


def freezes_in(metadata: Mapping[str, Any]) -> Iterator[PatchFreeze]:
    """Return the freezes in the metadata of a window; those that are invalid, which a rule reports, are left out."""
    for each in sequence(metadata.get(FREEZES)):
        try:
            yield freeze_of(each)
        except PatchingError:
            continue


def freeze_of(entry: object) -> PatchFreeze:
    """Read a freeze in the metadata of a window.

    Raises:
        PatchingError: it is invalid, or a time is unknown until deployment.
    """
    named = mapping(entry)
    start, end = (_moment(name, named.get(name)) for name in (FREEZE_START, FREEZE_END))
    return PatchFreeze(start, end, str(named.get(FREEZE_REASON) or "freeze"))


def _moment(name: str, written: object) -> datetime:
    try:
        return datetime.fromisoformat(str(written))
    except ValueError:
        raise refusal(name, "must be an ISO 8601 timestamp", repr(written)) from None
