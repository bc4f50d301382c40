"""The ring of a rollout as JSON, for `calendar` and `describe` alike."""

from typing import Any

from patching_constructs.template import MaintenanceWindow


def ring_json(window: MaintenanceWindow) -> dict[str, Any] | None:
    """Return the ring that a window belongs to; None if it is not part of a rollout."""
    ring = window.ring
    if ring is None:
        return None
    return {
        "rollout": ring.rollout,
        "name": ring.name,
        "daysAfter": ring.days_after,
        "bakeHours": ring.bake_hours or None,
    }
