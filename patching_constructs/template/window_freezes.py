"""The freezes that the metadata of a window names."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from patching_constructs._errors import PatchingError
from patching_constructs._template_metadata import FREEZE_END, FREEZE_REASON, FREEZE_START, FREEZES
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.template.content import mapping, sequence


def freezes_in(metadata: dict[str, Any]) -> Iterator[PatchFreeze]:
    """Return the freezes in the metadata of a window; those that are invalid or unknown are left out."""
    for each in map(mapping, sequence(metadata.get(FREEZES))):
        start, end, reason = (each.get(name) for name in (FREEZE_START, FREEZE_END, FREEZE_REASON))
        try:
            yield PatchFreeze(
                datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end)), str(reason or "freeze")
            )
        except (PatchingError, ValueError):
            continue
