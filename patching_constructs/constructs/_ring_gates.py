"""The gates of the rings of a rollout: the ring before must have succeeded."""

from dataclasses import replace
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._validation import check_type
from patching_constructs.constructs.patch_ring import PatchRing
from patching_constructs.constructs.patch_schedule import PatchSchedule
from patching_constructs.properties.gate import PatchGate

_GATED_FIX: Final = "write True, or PatchGate(...) with further conditions"


def check_gated(what: str, gated: object) -> None:
    """Check the property ``gated`` of a rollout.

    Raises:
        PatchingError: it is neither a bool nor a gate, or a gate after another window than the ring before.
    """
    check_type(what, gated, (bool, PatchGate), _GATED_FIX)
    if isinstance(gated, PatchGate) and gated.after is not None:
        rule = "must have no after, because each ring follows the ring before it"
        raise refusal(what, rule, "a window", "leave it out, or set gate of one ring")


def gate_of_ring(
    gated: PatchGate | bool,  # noqa: FBT001 - the property of the rollout
    before: PatchSchedule,
    ring_before: PatchRing,
    own: PatchGate | None,
) -> PatchGate | None:
    """Return the gate of a ring. Its own gate replaces that of the rollout, and keeps the ring before as a condition.

    Args:
        gated: the property of the rollout.
        before: the schedule of the ring before.
        ring_before: the ring before, whose bake time must have passed.
        own: the gate of the ring.
    """
    if not gated:
        return own
    gate = own or (gated if isinstance(gated, PatchGate) else PatchGate())
    return gate if gate.after is not None else replace(gate, after=before, bake_time=ring_before.bake_time)
