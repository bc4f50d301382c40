"""Rules for patch baselines: approval, lists, and patch groups."""

from collections.abc import Iterator
from enum import StrEnum

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._value_checks import (
    check_made_together,
    count,
    for_each,
    length,
    literal,
    refused,
    whole,
)
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.approval import is_date
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm import limits
from patching_constructs.ssm.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
from patching_constructs.ssm.operating_systems import (
    OperatingSystem,
)
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.value import UnknownError, Value, shown

_BASELINE = f"{CLOUDFORMATION}aws-resource-ssm-patchbaseline.html"
_CREATE = f"{API}API_CreatePatchBaseline.html"
_RULE = f"{API}API_PatchRule.html"
_GROUPS = f"{GUIDE}patch-manager-patch-groups.html"
_ONE_GROUP = "List each patch group as a separate item, with only letters, digits, spaces, and _.:/=+-@."
_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/ssm.html"


@rule(
    "OperatingSystem",
    Severity.ERROR,
    of="baselines",
    fix=f"Set OperatingSystem to one of {', '.join(OperatingSystem)}.",
    page=_CREATE,
)
def operating_system(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """OperatingSystem must be one that Patch Manager supports."""
    given = baseline["OperatingSystem"]
    if given.is_given and given.text() not in list(OperatingSystem):
        yield Violation(given, f"OperatingSystem must be one that Patch Manager supports, got {shown(given.content)}.")


# --- Approval -----------------------------------------------------------------------------------------


@rule(
    "ApprovalDelay",
    Severity.ERROR,
    of="baselines",
    fix="Set ApproveAfterDays to 0-360 days, or ApproveUntilDate to a date in the form YYYY-MM-DD.",
    page=_RULE,
)
def approval_delay(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """An approval rule must set exactly one of ApproveAfterDays and ApproveUntilDate."""
    yield from for_each(baseline.rules, _delay)


def _delay(approval: Value) -> Iterator[Outcome]:
    days, until = approval["ApproveAfterDays"], approval["ApproveUntilDate"]
    if days.is_given == until.is_given:
        got = "both" if days.is_given else "neither"
        yield Violation(
            approval, f"An approval rule must set exactly one of ApproveAfterDays and ApproveUntilDate, got {got}."
        )
    yield from whole(days, limits.APPROVAL_DAYS, "days")
    yield from for_each([until], _until)


def _until(until: Value) -> Iterator[Outcome]:
    text = until.text()
    if text and not is_date(text):
        yield Violation(until, f"ApproveUntilDate must have the form YYYY-MM-DD, got {shown(text)}.")


@rule(
    "UnsupportedApprovalDelay",
    Severity.WARNING,
    of="baselines",
    fix="Set ApproveAfterDays to 0.",
    page=f"{GUIDE}patch-manager-predefined-and-custom-patch-baselines.html",
)
def unsupported_approval_delay(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """An approval rule should not delay approval on an operating system without reliable release dates."""
    system = baseline.system
    if system is not None and not system.has_release_dates:
        yield from for_each(baseline.rules, lambda approval: _waits(system, approval))


def _waits(system: OperatingSystem, approval: Value) -> Iterator[Outcome]:
    days, until = approval["ApproveAfterDays"], approval["ApproveUntilDate"]
    if until.is_given:
        yield Violation(until, f"AWS documents ApproveUntilDate as unsupported on {system}; it might have no effect.")
    elif days.number():
        yield Violation(
            days,
            f"AWS documents ApproveAfterDays as unsupported on {system}; ApproveAfterDays: "
            f"{days.text()} might have no effect.",
        )


@rule(
    "BaselineListLimits",
    Severity.ERROR,
    of="baselines",
    fix="Shorten the list, or create a second baseline.",
    page=_CREATE,
)
def baseline_list_limits(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """The lists of a patch baseline must be within the service limits."""
    rules = baseline["ApprovalRules"]["PatchRules"]
    yield from count(rules, 0, limits.BASELINE_RULES)
    groups = [each["PatchFilterGroup"]["PatchFilters"] for each in baseline.rules]
    yield from for_each(groups, lambda value: count(value, 1, limits.RULE_FILTERS))
    general = baseline["GlobalFilters"]["PatchFilters"]
    yield from count(general, 0, limits.RULE_FILTERS)
    yield from for_each(baseline.filters, _filter_size)
    for name in ("ApprovedPatches", "RejectedPatches"):
        yield from _list_size(baseline[name], limits.LISTED_PATCHES, limits.LISTED_PATCH_LENGTH)
    yield from count(baseline["Sources"], 0, limits.BASELINE_SOURCES)


def _filter_size(each: Value) -> Iterator[Outcome]:
    values = each["Values"]
    yield from count(values, 1, limits.FILTER_VALUES)
    yield from for_each(values.items(), lambda value: length(value, limits.FILTER_VALUE_LENGTH))


def _list_size(patches: Value, most: int, longest: int) -> Iterator[Outcome]:
    yield from count(patches, 0, most)
    if not patches.is_unknown:
        yield from for_each(patches.items(), lambda value: length(value, longest))


# --- Operating systems ---------------------------------------------------------------------------------


@rule("LinuxOnlyProperty", Severity.ERROR, of="baselines", fix="Remove the property.", page=_CREATE)
def linux_only_property(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """Sources and updates other than security updates must be used only with Linux."""
    system = baseline.system
    if system is None or system.is_linux:
        return
    flags = [rule["EnableNonSecurity"] for rule in baseline.rules]
    flags.append(baseline["ApprovedPatchesEnableNonSecurity"])
    yield from for_each(flags, lambda flag: _linux(flag, system) if flag.is_true() else ())
    if baseline["Sources"].items():
        yield from _linux(baseline["Sources"], system)


def _linux(at: Value, system: OperatingSystem) -> Iterator[Outcome]:
    yield Violation(at, f"{at.path[-1]} is supported only on Linux, got OperatingSystem: {system}.")


@rule("WindowsOnlyProperty", Severity.ERROR, of="baselines", fix="Remove the property.", page=_CREATE)
def windows_only_property(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """AvailableSecurityUpdatesComplianceStatus must be used only with Windows."""
    status, system = baseline["AvailableSecurityUpdatesComplianceStatus"], baseline.system
    if status.is_given and system not in (None, OperatingSystem.WINDOWS):
        yield Violation(status, f"{status.path[-1]} is supported only on Windows, got OperatingSystem: {system}.")


@rule("BaselineEnumValues", Severity.ERROR, of="baselines", fix="Use one of the listed values.", page=_CREATE)
def baseline_enum_values(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """Compliance levels, compliance statuses, and actions must be values that Patch Manager supports."""
    levels = [rule["ComplianceLevel"] for rule in baseline.rules]
    levels.append(baseline["ApprovedPatchesComplianceLevel"])
    known: list[tuple[Value, type[StrEnum]]] = [(level, ComplianceLevel) for level in levels]
    known.append((baseline["RejectedPatchesAction"], RejectedPatchesAction))
    known.append((baseline["AvailableSecurityUpdatesComplianceStatus"], PatchComplianceStatus))
    for value, words in known:
        yield from literal(value, words)


# --- The lists ----------------------------------------------------------------------------------------


@rule(
    "ApprovedAndRejected",
    Severity.WARNING,
    of="baselines",
    fix="Remove the patch from ApprovedPatches or from RejectedPatches.",
    page=_CREATE,
)
def approved_and_rejected(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch should not be both approved and rejected."""
    approved, rejected = baseline["ApprovedPatches"].items(), baseline["RejectedPatches"].items()
    known = {patch.text() for patch in rejected if not patch.is_unknown}
    for patch in approved:
        if not patch.is_unknown and patch.text() in known:
            yield Violation(patch, f"{shown(patch.content)} is in both ApprovedPatches and RejectedPatches.")
    if approved and rejected:
        yield from (UnknownError(patch) for patch in [*approved, *rejected] if patch.is_unknown)


@rule(
    "EmptyApprovalRules",
    Severity.ERROR,
    of="baselines",
    fix="Add a rule to PatchRules. In Python, use RuleGroupProperty: a dict with keys in the "
    "wrong case synthesizes to an empty object.",
    page=_BASELINE,
)
def empty_approval_rules(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """ApprovalRules must contain at least one rule, unless the baseline has ApprovedPatches."""
    given = baseline["ApprovalRules"]
    if given.is_given and not given["PatchRules"].count() and not baseline["ApprovedPatches"].count():
        yield Violation(given, "ApprovalRules must contain at least one rule, got none.")


@rule(
    "NothingApproved",
    Severity.WARNING,
    of="baselines",
    fix="Add ApprovalRules or ApprovedPatches.",
    page=_BASELINE,
)
def nothing_approved(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch baseline should approve patches."""
    if not baseline["ApprovalRules"].is_given and not baseline["ApprovedPatches"].items():
        yield Violation(
            baseline.properties, "The baseline has no ApprovalRules and no ApprovedPatches, so it approves no patches."
        )


@rule(
    "PatchSource",
    Severity.ERROR,
    of="baselines",
    fix="Set Name to 3-50 letters, digits, underscores, hyphens, or periods, Products to 1-20 "
    "entries, and Configuration to 1-1024 characters.",
    page=f"{API}API_PatchSource.html",
)
def patch_source(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch source must have a valid name, products, and a configuration."""
    yield from for_each(baseline["Sources"].items(), _source)


def _source(source: Value) -> Iterator[Outcome]:
    name, products = source["Name"], source["Products"]
    yield from for_each([name], _source_name)
    yield from count(products, 1, limits.SOURCE_PRODUCTS)
    if not products.is_unknown:
        yield from for_each(products.items(), lambda value: length(value, limits.SOURCE_PRODUCT_LENGTH))
    longest = limits.SOURCE_CONFIGURATION_LENGTH
    yield from length(source["Configuration"], longest)


def _source_name(name: Value) -> Iterator[Outcome]:
    if not limits.SOURCE_NAME.fullmatch(name.text() or ""):
        yield Violation(
            name, f"Name must be 3-50 letters, digits, underscores, hyphens, or periods, got {shown(name.content)}."
        )


# --- Patch groups -------------------------------------------------------------------------------------


@rule(
    "PatchGroupName",
    Severity.ERROR,
    of="baselines",
    fix=_ONE_GROUP,
    page=_GROUPS,
)
def patch_group_name(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch group name must be a valid tag value."""
    yield from for_each(baseline["PatchGroups"].items(), _group_name)


def _group_name(group: Value) -> Iterator[Outcome]:
    name = group.text()
    if name is not None:
        yield from refused(group, "A patch group", lambda: PatchGroup(name), fix=_ONE_GROUP)


@rule(
    "DuplicateBaseline",
    Severity.ERROR,
    of="baselines",
    fix="Remove the patch group from one of the baselines.",
    page=_GROUPS,
)
def duplicate_baseline(baseline: Baseline, deployment: Context) -> Iterator[Outcome]:
    """A patch group must have at most one baseline per operating system."""
    for name, at in baseline.registrations():
        first = _earlier(baseline, name, at, deployment) if name is not None else None
        if first is not None:
            holder = first.name_beside(baseline)
            yield Violation(
                at, f"{holder} is already registered for the patch group {shown(name)} on {baseline.system}."
            )
    yield from for_each(baseline["PatchGroups"].items(), _known)


@rule(
    "DuplicateDefaultBaseline",
    Severity.WARNING,
    of="baselines",
    fix="Set DefaultBaseline on only one of the baselines.",
    page=f"{API}API_RegisterDefaultPatchBaseline.html",
)
def duplicate_default_baseline(baseline: Baseline, deployment: Context) -> Iterator[Outcome]:
    """An operating system should have only one default baseline; which of several is used is not documented."""
    for name, at in baseline.registrations():
        first = _earlier(baseline, name, at, deployment) if name is None else None
        if first is not None:
            holder = first.name_beside(baseline)
            yield Violation(at, f"{holder} is already registered as the default baseline on {baseline.system}.")


def _earlier(baseline: Baseline, name: str | None, at: Value, deployment: Context) -> Baseline | None:
    """Return the baseline that is registered before this one for a patch group, or as the default."""
    first, where = deployment.registered_groups[baseline.system or OperatingSystem.WINDOWS, name]
    if (first, where.path) == (baseline, at.path):
        return None
    check_made_together(baseline, first)
    return first


def _known(value: Value) -> Iterator[Outcome]:
    value.known()
    return iter(())


@rule(
    "PatchGroupQuota",
    Severity.WARNING,
    of="baselines",
    fix="Request a quota increase, or use fewer patch groups.",
    page=_QUOTAS,
)
def patch_group_quota(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch baseline should not have more than 25 patch groups without a quota increase."""
    groups = baseline["PatchGroups"]
    if groups.count() > limits.BASELINE_PATCH_GROUPS:
        problem = f"The baseline has {groups.count():,} patch groups; the quota is {limits.BASELINE_PATCH_GROUPS}."
        yield Violation(groups, problem)


@rule(
    "BaselineQuota",
    Severity.WARNING,
    of="baselines",
    fix="Request a quota increase, or remove a baseline.",
    page=_QUOTAS,
)
def baseline_quota(baseline: Baseline, deployment: Context) -> Iterator[Outcome]:
    """An account and Region should not have more than 50 patch baselines without a quota increase."""
    place = deployment.baselines.index(baseline)
    if place == limits.BASELINES:
        yield Violation(
            baseline.value, f"This is baseline {place + 1} in the account and Region; the quota is {limits.BASELINES}."
        )
