"""Checks of the properties of a patch baseline, for its operating system.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
"""

from collections.abc import Sequence

from patching_constructs._errors import refusal
from patching_constructs._validation import check_count, check_flag, check_length, check_list_of, check_literal
from patching_constructs.properties.approval import PatchFilter, PatchRule, PatchSource, check_filters
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm import limits
from patching_constructs.ssm.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
from patching_constructs.ssm.operating_systems import OperatingSystem, check_filter_key, check_filter_value


def check_baseline(
    system: OperatingSystem,
    *,
    rules: Sequence[PatchRule],
    global_filters: Sequence[PatchFilter],
    approved_patches: Sequence[str],
    approved_patches_compliance_level: ComplianceLevel | None,
    approved_patches_enable_non_security: object,
    rejected_patches: Sequence[str],
    rejected_patches_action: RejectedPatchesAction | None,
    sources: Sequence[PatchSource],
    available_security_updates_compliance_status: PatchComplianceStatus | None,
) -> None:
    """Check the properties of a baseline that depend on the operating system, or on each other.

    Raises:
        PatchingError: a property is invalid.
    """
    check_rules(system, rules)
    check_global_filters(system, global_filters)
    check_patch_lists(approved_patches, rejected_patches)
    check_approved(system, approved_patches, approved_patches_compliance_level, approved_patches_enable_non_security)
    check_rejected(rejected_patches, rejected_patches_action)
    check_sources(system, sources)
    check_compliance_status(system, available_security_updates_compliance_status)


def check_rules(system: OperatingSystem, rules: Sequence[PatchRule]) -> None:
    """Check that the operating system supports the rules.

    Raises:
        PatchingError: there are more than 10 rules, or a filter or an option is invalid on the system.
    """
    check_list_of("rules", rules, PatchRule, "write PatchRule.approve_after(...)")
    check_count("rules", rules, most=limits.BASELINE_RULES, fix="specify several values in one filter")
    for rule in rules:
        _check_keys("rules", system, rule.filters)
        if rule.enable_non_security:
            _check_linux("enable_non_security", system)


def check_global_filters(system: OperatingSystem, filters: Sequence[PatchFilter]) -> None:
    """Check that the operating system supports the global filters.

    Raises:
        PatchingError: there are more than 4 filters, or one is invalid on the system.
    """
    check_filters("global_filters", filters)
    _check_keys("global_filters", system, filters)


def _check_keys(what: str, system: OperatingSystem, filters: Sequence[PatchFilter]) -> None:
    for each in filters:
        check_filter_key(what, system, each.key)
        for value in each.values:
            check_filter_value(what, system, each.key, value)


def _check_linux(what: str, system: OperatingSystem) -> None:
    if not system.is_linux:
        raise refusal(what, "is supported only on Linux", f"operating_system={system}", "leave it out")


def check_patch_lists(approved: Sequence[str], rejected: Sequence[str]) -> None:
    """Check the lists of approved and rejected patches.

    Raises:
        PatchingError: a list or a name is too long, or a patch is both approved and rejected.
    """
    for what, patches in (("approved_patches", approved), ("rejected_patches", rejected)):
        check_list_of(what, patches, str)
        check_count(what, patches, most=limits.LISTED_PATCHES)
        for patch in patches:
            check_length(what, patch, limits.LISTED_PATCH_LENGTH)
    both = [patch for patch in approved if patch in rejected]
    if both:
        rule = "must not have items in common with rejected_patches"
        raise refusal("approved_patches", rule, repr(both[0]), "keep it in only one of them")


def check_approved(
    system: OperatingSystem, approved: Sequence[str], level: ComplianceLevel | None, non_security: object
) -> None:
    """Check the options of the approved patches.

    Raises:
        PatchingError: an option is invalid on the system, or there are no approved patches.
    """
    if level is not None:
        check_literal("approved_patches_compliance_level", level, ComplianceLevel)
        _check_requires("approved_patches_compliance_level", level, "approved_patches", approved)
    check_flag("approved_patches_enable_non_security", non_security)
    if non_security:
        _check_linux("approved_patches_enable_non_security", system)
        _check_requires("approved_patches_enable_non_security", non_security, "approved_patches", approved)


def check_rejected(rejected: Sequence[str], action: RejectedPatchesAction | None) -> None:
    """Check the action for rejected patches.

    Raises:
        PatchingError: the action is invalid, or there are no rejected patches.
    """
    if action is not None:
        check_literal("rejected_patches_action", action, RejectedPatchesAction)
        _check_requires("rejected_patches_action", action, "rejected_patches", rejected)


def _check_requires(what: str, value: object, other: str, patches: Sequence[str]) -> None:
    if not patches:
        raise refusal(what, f"requires {other}", f"{value} without {other}", "leave it out")


def check_sources(system: OperatingSystem, sources: Sequence[PatchSource]) -> None:
    """Check that the operating system supports the sources.

    Raises:
        PatchingError: there are more than 20 sources, or the system is not a Linux distribution.
    """
    check_list_of("sources", sources, PatchSource, "write PatchSource(...)")
    check_count("sources", sources, most=limits.BASELINE_SOURCES)
    if not sources:
        return
    _check_linux("sources", system)
    for source in sources:
        if system.sources_have_one_line and "\n" in source.configuration.strip():
            rule = f"must have a configuration of one line on {system}"
            raise refusal(f"sources {source.name!r}", rule, "several lines", "create one source per line")


def check_compliance_status(system: OperatingSystem, status: PatchComplianceStatus | None) -> None:
    """Check the compliance status for available security updates.

    Raises:
        PatchingError: the status is invalid, or the system is not Windows.
    """
    what = "available_security_updates_compliance_status"
    if status is None:
        return
    check_literal(what, status, PatchComplianceStatus)
    if system is not OperatingSystem.WINDOWS:
        raise refusal(what, "is supported only on Windows", f"operating_system={system}", "leave it out")


def checked_groups(groups: Sequence[PatchGroup | str]) -> tuple[PatchGroup, ...]:
    """Return the patch groups, with a `PatchGroup` for each name.

    Raises:
        PatchingError: there are more than 25 groups, or a group is listed twice.
    """
    check_list_of("patch_groups", groups, (PatchGroup, str))
    check_count("patch_groups", groups, most=limits.BASELINE_PATCH_GROUPS, fix="create a second baseline")
    checked = tuple(group if isinstance(group, PatchGroup) else PatchGroup(group) for group in groups)
    names = [group.name for group in checked]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise refusal("patch_groups", "must not repeat a group", f"{twice!r} twice", "remove one of them")
    return checked
