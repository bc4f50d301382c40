"""The rings of a fleet: those of its rollout, whose targets select only nodes of the patch group of the fleet."""

from collections.abc import Mapping
from typing import Any, cast

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._schedule_options import RingOptions
from patching_constructs.constructs.patch_ring import PatchRing
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm.target_keys import (
    PATCH_GROUP_KEYS,
    TAG,
    TAG_KEY,
)


def ring_targets(ring: PatchRing, group: PatchGroup) -> tuple[PatchTarget, ...]:
    """Return the targets of a ring, each of which also requires the patch group.

    Raises:
        PatchingError: a target does not select nodes by tags, or selects nodes of another patch group.
    """
    what = f"PatchRing {ring.name!r} targets"
    return tuple(_within(target, group, what) for target in ring.targets)


def ring_of_fleet(ring: PatchRing, targets: tuple[PatchTarget, ...], overrides: Mapping[str, Any]) -> PatchRing:
    """Return a ring with other targets and overrides."""
    return PatchRing(
        ring.name,
        targets=targets,
        days_after=ring.days_after,
        time_zone=ring.time_zone,
        hour=ring.hour,
        minute=None if ring.hour is None else ring.minute,
        bake_time=ring.bake_time,
        **cast("RingOptions", overrides),
    )


def _within(target: PatchTarget, group: PatchGroup, what: str) -> PatchTarget:
    fix = f"the fleet adds the patch group {group.name!r} to every target"
    other_kind = next((each.key for each in target.filters if not _is_tag(each.key)), None)
    if other_kind is not None:
        raise refusal(what, "must select the nodes of a fleet by tags", other_kind, fix)
    own = [each for each in target.filters if each.key in PATCH_GROUP_KEYS]
    if not own:
        return target.and_tag(group.tag_key, group.name)
    for each in own:
        same_key = each.key == TAG + group.tag_key
        if not same_key or (each.values != (group.name,) and not is_unresolved((group.name, *each.values))):
            rule = f"must be in the patch group of the fleet, {TAG}{group.tag_key} {group.name}"
            raise refusal(what, rule, f"{each.key} {', '.join(each.values)}", f"leave it out, because {fix}")
    return target


def _is_tag(key: str) -> bool:
    return key == TAG_KEY or key.startswith(TAG) or is_unresolved(key)
