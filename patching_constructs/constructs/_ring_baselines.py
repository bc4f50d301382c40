"""The baselines of the rings of a rollout, as its `ApprovalAlignment` determines them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs.approval_alignment import ApprovalAlignment
from patching_constructs.constructs.patch_baseline import PatchBaseline
from patching_constructs.constructs.patch_ring import PatchRing
from patching_constructs.constructs.patch_schedule import PatchSchedule
from patching_constructs.properties.approval import PatchRule
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm import limits
from patching_constructs.ssm.operating_systems import OperatingSystem
from patching_constructs.ssm.target_keys import PATCH_GROUP_KEYS, PATCH_GROUP_TAG_IN_METADATA, TAG

NOT_ALIGNED: Final = "patching-constructs:approvalNotAligned"
_IN_METADATA: Final = f"{TAG}{PATCH_GROUP_TAG_IN_METADATA}"


def check_approval(approval: ApprovalAlignment, rings: Sequence[PatchRing]) -> None:
    """Check that every ring can have its baselines.

    Raises:
        PatchingError: a target is no patch group, two rings share one, or a delay is too long or unknown.
    """
    owners: dict[str, str] = {}
    for ring in rings:
        for group in _patch_groups(ring):
            other = owners.setdefault(group.name, ring.name)
            if approval.rules and other != ring.name:
                rule = "must have different patch groups with ApprovalAlignment.per_ring"
                got = f"{group.name!r} in {other!r} and {ring.name!r}"
                raise refusal("rings", rule, got, "use ApprovalAlignment.shared(...), or another group")
        for system, rules in approval.rules:
            _delayed_rules(system, rules, ring, rings[0])


def create_baselines(
    approval: ApprovalAlignment, schedule: PatchSchedule, ring: PatchRing, first: PatchRing
) -> dict[OperatingSystem, PatchBaseline]:
    """Create the baselines of a ring, or add its patch groups to those that are shared."""
    groups = _patch_groups(ring)
    for baseline in approval.baselines:
        known = {each.name for each in baseline.patch_groups}
        for group in groups:
            if group.name not in known:
                baseline.add_patch_group(group)
    found = {baseline.operating_system: baseline for baseline in approval.baselines}
    for system, rules in approval.rules:
        found[system] = PatchBaseline(
            schedule,
            f"{system.title().replace('_', '')}Baseline",
            operating_system=system,
            rules=_delayed_rules(system, rules, ring, first),
            rejected_patches=approval.rejected_patches,
            patch_groups=groups,
        )
    return found


def warn_of_approval(rollout: Construct, approval: ApprovalAlignment) -> None:
    """Warn of operating systems on which a later ring can get patches that an earlier one has not tested."""
    for system in (system for system, _ in approval.rules if not system.has_release_dates):
        Annotations.of(rollout).add_warning_v2(
            NOT_ALIGNED,
            f"approval does not follow the rings on {system}, for which AWS supports no approval delays: a later ring "
            "also installs patches that were released after an earlier ring was patched",
        )


def _delayed_rules(
    system: OperatingSystem, rules: Sequence[PatchRule], ring: PatchRing, first: PatchRing
) -> list[PatchRule]:
    return [_delayed_rule(system, rule, ring, first) for rule in rules]


def _delayed_rule(system: OperatingSystem, rule: PatchRule, ring: PatchRing, first: PatchRing) -> PatchRule:
    """Return a rule of the first ring for another ring, with a delay that is longer by the days between them.

    Raises:
        PatchingError: the delay is too long, or unknown at synthesis.
    """
    days = max(ring.days_after - first.days_after, 0)
    if isinstance(rule.approval, str) and not is_unresolved(rule.approval):
        return rule
    if days == 0 or not system.has_release_dates:
        return rule
    if is_unresolved(rule.approval):
        requirement = "must have a delay that is known at synthesis with ApprovalAlignment.per_ring"
        raise refusal(f"approval of ring {ring.name!r}", requirement, "a token")
    longest = limits.APPROVAL_DAYS[1]
    delay = float(rule.approval) + days
    if delay > longest:
        got = f"{rule.approval} days and {days} days after ring {first.name!r}"
        raise refusal(f"approval of ring {ring.name!r}", f"must have a delay of at most {longest} days", got)
    return replace(rule, approval=int(delay))


def _patch_groups(ring: PatchRing) -> tuple[PatchGroup, ...]:
    """Return the patch groups that the targets of a ring select.

    Raises:
        PatchingError: a target selects no patch group.
    """
    return tuple({group.name: group for target in ring.targets for group in _groups_of(ring, target)}.values())


def _groups_of(ring: PatchRing, target: PatchTarget) -> Iterator[PatchGroup]:
    keys = [each.key for each in target.filters]
    if not any(key in PATCH_GROUP_KEYS for key in keys):
        rule = "must be patch groups to have an approval, because a baseline applies to a patch group"
        raise refusal(f"ring {ring.name!r} targets", rule, " and ".join(keys), "use PatchTarget.patch_group(...)")
    for each in target.filters:
        if each.key in PATCH_GROUP_KEYS:
            yield from (PatchGroup(name, instance_metadata_tags=each.key == _IN_METADATA) for name in each.values)
