"""ApprovalAlignment: how the rings of a rollout approve patches, so that later ones get what earlier ones have.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import check_list_of
from patching_constructs.constructs.patch_baseline import PatchBaseline
from patching_constructs.properties._baseline_checks import check_patch_lists, check_rules
from patching_constructs.properties.approval import PatchRule
from patching_constructs.ssm.operating_systems import OperatingSystem, checked_system

RulesOfSystem = tuple[OperatingSystem, tuple[PatchRule, ...]]
_PER_RING: Final = "use ApprovalAlignment.per_ring({OperatingSystem.WINDOWS: [PatchRule...]})"


@dataclass(frozen=True, slots=True)
class ApprovalAlignment:
    """How the rings of a `PatchRollout` approve patches. Create it with a factory.

    All targets of the rings must be patch groups, because a baseline applies to a patch group.
    """

    rules: tuple[RulesOfSystem, ...] = ()
    """The rules of the first ring, for each operating system."""
    rejected_patches: tuple[str, ...] = ()
    baselines: tuple[PatchBaseline, ...] = ()
    """The baselines that all rings share."""

    def __post_init__(self) -> None:
        check_list_of("ApprovalAlignment rules", self.rules, tuple, _PER_RING)
        object.__setattr__(self, "rules", tuple(map(_checked_rules, self.rules)))
        check_patch_lists((), self.rejected_patches)
        object.__setattr__(self, "rejected_patches", tuple(self.rejected_patches))
        fix = "create a PatchBaseline for each operating system"
        baselines = check_list_of("ApprovalAlignment baselines", self.baselines, PatchBaseline, fix)
        object.__setattr__(self, "baselines", baselines)
        if bool(self.rules) == bool(self.baselines):
            rule = "requires either rules or baselines"
            raise refusal("ApprovalAlignment", rule, "both" if self.rules else "neither", "use a factory")

    @classmethod
    def per_ring(
        cls, rules: Mapping[OperatingSystem, Sequence[PatchRule]], *, rejected_patches: Sequence[str] = ()
    ) -> Self:
        """Create a baseline for each ring and operating system, with delays that grow with the days of the ring.

        The delay of each rule is that of the first ring. A later ring has as many days more as it is patched after the
        first one, so that it gets the patches that had been released when the first ring was patched, except for the
        hours between their times of day, and for patches that were released again or replaced since. A rule with a
        date instead of a delay is the same in each ring.

        Args:
            rules: the rules of each operating system, for the first ring.
            rejected_patches: the names of patches that no ring approves. Default: none.

        Raises:
            PatchingError: there is no operating system, or one has no rule, or a rule is invalid on it.
        """
        if not isinstance(rules, Mapping):
            rule = "must be a Mapping of operating systems to lists of PatchRule"
            raise refusal("ApprovalAlignment rules", rule, shown(rules), _PER_RING)
        return cls(tuple(rules.items()), rejected_patches)  # type: ignore[arg-type]

    @classmethod
    def shared(cls, *baselines: PatchBaseline) -> Self:
        """Use the same baselines in all rings: at any time, each ring approves the same patches.

        A later ring also gets patches that were released after an earlier one was patched. The patch groups of the
        rings are added to each baseline.

        Args:
            baselines: one baseline for each operating system.

        Raises:
            PatchingError: there is no baseline.
        """
        return cls(baselines=baselines)


def _checked_rules(given: RulesOfSystem) -> RulesOfSystem:
    try:
        system, rules = given
    except ValueError:
        rule = "must be pairs of an operating system and a list of PatchRule"
        raise refusal("ApprovalAlignment rules", rule, shown(given), _PER_RING) from None
    checked = checked_system(system)
    check_rules(checked, rules)
    if not rules:
        raise refusal(
            "ApprovalAlignment rules", "must have at least one rule for each operating system", f"none for {system}"
        )
    return checked, tuple(rules)
