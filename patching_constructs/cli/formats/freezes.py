"""Freezes as JSON."""

from patching_constructs.properties.freeze import PatchFreeze


def freeze_json(freeze: PatchFreeze) -> dict[str, str]:
    """Return when a freeze is, and why."""
    return {"start": freeze.start.isoformat(), "end": freeze.end.isoformat(), "reason": freeze.reason}
