"""PatchPolicyBaseline: a patch baseline in a patch policy of Quick Setup."""

from dataclasses import dataclass
from typing import Final, Self

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_length, check_literal, check_type
from patching_constructs.constructs.patch_baseline import PatchBaseline
from patching_constructs.ssm import limits
from patching_constructs.ssm.operating_systems import OperatingSystem

_ID_FIX: Final = "find it with: aws ssm describe-patch-baselines --filters Key=OWNER,Values=AWS"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchPolicyBaseline:
    """The patch baseline that a patch policy uses for an operating system.

    Create it with a factory.

    Raises:
        PatchingError: the operating system, the id or the name is invalid.
    """

    operating_system: OperatingSystem
    baseline_id: str
    """The id, or the ARN of a predefined baseline."""
    name: str
    is_predefined: bool = False
    """Whether AWS provides the baseline."""

    def __post_init__(self) -> None:
        check_literal("PatchPolicyBaseline operating_system", self.operating_system, OperatingSystem)
        check_type("PatchPolicyBaseline baseline_id", self.baseline_id, str)
        if not is_unresolved(self.baseline_id) and not limits.BASELINE_ID.fullmatch(self.baseline_id):
            rule = "must be like pb-0123456789abcdef0, or an ARN"
            raise refusal("PatchPolicyBaseline baseline_id", rule, repr(self.baseline_id), _ID_FIX)
        check_length("PatchPolicyBaseline name", self.name, limits.BASELINE_NAME_LENGTH)
        check_type("PatchPolicyBaseline is_predefined", self.is_predefined, bool)

    @classmethod
    def from_patch_baseline(cls, baseline: PatchBaseline) -> Self:
        """Use a baseline of the app.

        Raises:
            PatchingError: the argument is not a `PatchBaseline`.
        """
        fix = "for a baseline that AWS provides, use PatchPolicyBaseline.predefined(...)"
        check_type("PatchPolicyBaseline baseline", baseline, PatchBaseline, fix)
        return cls(
            operating_system=baseline.operating_system,
            baseline_id=baseline.patch_baseline_id,
            name=baseline.baseline.name,
        )

    @classmethod
    def predefined(cls, operating_system: OperatingSystem, baseline_id: str, name: str) -> Self:
        """Use a baseline that AWS provides. Its ARN differs between Regions.

        Args:
            operating_system: the operating system.
            baseline_id: the ARN, as ``aws ssm describe-patch-baselines`` shows it.
            name: the name, such as ``AWS-AmazonLinux2023DefaultPatchBaseline``.

        Raises:
            PatchingError: an argument is invalid.
        """
        return cls(operating_system=operating_system, baseline_id=baseline_id, name=name, is_predefined=True)
