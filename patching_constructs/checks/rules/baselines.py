"""Rules of patch baselines: which patches are approved, and for which patch groups."""

from collections.abc import Iterator
from datetime import date
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
_ONE_GROUP = "Make every group an item of its own, in letters, digits, spaces and _.:/=+-@."
_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/ssm.html"


@rule(
    "OperatingSystem",
    Severity.ERROR,
    of="baselines",
    fix=f"Write one of {', '.join(OperatingSystem)}.",
    page=_CREATE,
)
def operating_system(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A baseline is for an operating system that Patch Manager knows."""
    given = baseline["OperatingSystem"]
    if given.is_given and given.text() not in list(OperatingSystem):
        yield Violation(given, f"OperatingSystem {shown(given.content)} is none that Patch Manager knows.")


# --- Approval -----------------------------------------------------------------------------------------


@rule(
    "ApprovalDelay",
    Severity.ERROR,
    of="baselines",
    fix="Write ApproveAfterDays of 0-360, or ApproveUntilDate as YYYY-MM-DD.",
    page=_RULE,
)
def approval_delay(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A rule approves after some days, or up to a date, and not both."""
    yield from for_each(baseline.rules, _delay)


def _delay(approval: Value) -> Iterator[Outcome]:
    days, until = approval["ApproveAfterDays"], approval["ApproveUntilDate"]
    if days.is_given == until.is_given:
        got = "both" if days.is_given else "neither"
        yield Violation(approval, f"A rule must have one of ApproveAfterDays and ApproveUntilDate, got {got}.")
    yield from whole(days, limits.APPROVAL_DAYS, "days")
    yield from for_each([until], _until)


def _until(until: Value) -> Iterator[Outcome]:
    text = until.text()
    if text is not None and not _is_day(text):
        yield Violation(until, f"ApproveUntilDate must be YYYY-MM-DD, got {shown(text)}.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@rule(
    "UnsupportedApprovalDelay",
    Severity.WARNING,
    of="baselines",
    fix="Write ApproveAfterDays: 0.",
    page=f"{GUIDE}patch-manager-predefined-and-custom-patch-baselines.html",
)
def unsupported_approval_delay(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A rule does not wait where packages have no reliable release dates: on Debian's systems."""
    system = baseline.system
    if system is not None and not system.has_release_dates:
        yield from for_each(baseline.rules, lambda approval: _waits(system, approval))


def _waits(system: OperatingSystem, approval: Value) -> Iterator[Outcome]:
    days, until = approval["ApproveAfterDays"], approval["ApproveUntilDate"]
    if until.is_given:
        yield Violation(until, f"AWS does not support ApproveUntilDate on {system}.")
    elif days.number():
        yield Violation(days, f"AWS does not support a delay on {system}, got {days.text()} days.")


@rule(
    "BaselineListLimits",
    Severity.ERROR,
    of="baselines",
    fix="Make it shorter, or make a second baseline.",
    page=_CREATE,
)
def baseline_list_limits(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A baseline's lists are not longer than the service takes."""
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
    yield from count(baseline["PatchGroups"], 0, limits.BASELINE_PATCH_GROUPS)


def _filter_size(each: Value) -> Iterator[Outcome]:
    values = each["Values"]
    yield from count(values, 1, limits.FILTER_VALUES)
    yield from for_each(values.items(), lambda value: length(value, limits.FILTER_VALUE_LENGTH))


def _list_size(patches: Value, most: int, longest: int) -> Iterator[Outcome]:
    yield from count(patches, 0, most)
    if not patches.is_unknown:
        yield from for_each(patches.items(), lambda value: length(value, longest))


# --- What goes with a system --------------------------------------------------------------------------


@rule("LinuxOnlyProperty", Severity.ERROR, of="baselines", fix="Leave it out.", page=_CREATE)
def linux_only_property(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """Sources and patches other than security's are for Linux only."""
    system = baseline.system
    if system is None or system.is_linux:
        return
    flags = [rule["EnableNonSecurity"] for rule in baseline.rules]
    flags.append(baseline["ApprovedPatchesEnableNonSecurity"])
    yield from for_each(flags, lambda flag: _linux(flag, system) if flag.is_true() else ())
    if baseline["Sources"].items():
        yield from _linux(baseline["Sources"], system)


def _linux(at: Value, system: OperatingSystem) -> Iterator[Outcome]:
    yield Violation(at, f"{at.path[-1]} is for Linux, and the baseline for {system}.")


@rule("WindowsOnlyProperty", Severity.ERROR, of="baselines", fix="Leave it out.", page=_CREATE)
def windows_only_property(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """AvailableSecurityUpdatesComplianceStatus is set for Windows only."""
    status, system = baseline["AvailableSecurityUpdatesComplianceStatus"], baseline.system
    if status.is_given and system not in (None, OperatingSystem.WINDOWS):
        yield Violation(status, f"{status.path[-1]} is for Windows, and the baseline for {system}.")


@rule("BaselineEnumValues", Severity.ERROR, of="baselines", fix="Write one of the words that are listed.", page=_CREATE)
def baseline_enum_values(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """Compliance levels and actions are the service's words."""
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
    fix="Keep the one that you mean; as it is, it is rejected.",
    page=_CREATE,
)
def approved_and_rejected(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch is approved or rejected, not both."""
    approved, rejected = baseline["ApprovedPatches"].items(), baseline["RejectedPatches"].items()
    known = {patch.text() for patch in rejected if not patch.is_unknown}
    for patch in approved:
        if not patch.is_unknown and patch.text() in known:
            yield Violation(patch, f"{shown(patch.content)} is both approved and rejected.")
    if approved and rejected:
        yield from (UnknownError(patch) for patch in [*approved, *rejected] if patch.is_unknown)


@rule(
    "EmptyApprovalRules",
    Severity.ERROR,
    of="baselines",
    fix="Write the rules; in CDK for Python with RuleGroupProperty, as a dict in the wrong case comes out empty.",
    page=_BASELINE,
)
def empty_approval_rules(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """ApprovalRules have at least one rule."""
    given = baseline["ApprovalRules"]
    if given.is_given and not baseline.rules:
        yield Violation(given, "ApprovalRules are given without a rule, so that they approve nothing.")


@rule(
    "NothingApproved",
    Severity.WARNING,
    of="baselines",
    fix="Write ApprovalRules or ApprovedPatches.",
    page=_BASELINE,
)
def nothing_approved(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A baseline approves something."""
    if not baseline["ApprovalRules"].is_given and not baseline["ApprovedPatches"].items():
        yield Violation(baseline.properties, "The baseline has neither rules nor patches, so that it approves nothing.")


@rule(
    "PatchSource",
    Severity.ERROR,
    of="baselines",
    fix="Write a name of 3-50 letters, digits, _, - and ., 1-20 products, and a configuration of 1-1024 characters.",
    page=f"{API}API_PatchSource.html",
)
def patch_source(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A source has a name, products and a configuration of the service's form."""
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
        yield Violation(name, f"Name must be 3-50 letters, digits, _, - and ., got {shown(name.content)}.")


# --- Patch groups -------------------------------------------------------------------------------------


@rule(
    "PatchGroupName",
    Severity.ERROR,
    of="baselines",
    fix=_ONE_GROUP,
    page=_GROUPS,
)
def patch_group_name(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch group has a name that a tag can have."""
    yield from for_each(baseline["PatchGroups"].items(), _group_name)


def _group_name(group: Value) -> Iterator[Outcome]:
    name = group.text()
    if name is not None:
        yield from refused(group, "A patch group", lambda: PatchGroup(name), fix=_ONE_GROUP)


@rule(
    "DuplicateBaseline",
    Severity.ERROR,
    of="baselines",
    fix="Leave one out: the second registration fails the deployment.",
    page=_GROUPS,
)
def duplicate_baseline(baseline: Baseline, deployment: Context) -> Iterator[Outcome]:
    """A patch group, and a system's default, has one baseline in an account and Region."""
    for name, at in baseline.registrations():
        first, where = deployment.registered_groups[baseline.system or OperatingSystem.WINDOWS, name]
        if (first, where.path) != (baseline, at.path):
            check_made_together(baseline, first)
            what = "the system's default" if name is None else f"the patch group {shown(name)}"
            holder = first.name_beside(baseline)
            yield Violation(at, f"{holder} is registered for {what} on {baseline.system} already.")
    yield from for_each(baseline["PatchGroups"].items(), _known)


def _known(value: Value) -> Iterator[Outcome]:
    value.known()
    return iter(())


@rule("BaselineQuota", Severity.WARNING, of="baselines", fix="Ask AWS for a higher quota.", page=_QUOTAS)
def baseline_quota(baseline: Baseline, deployment: Context) -> Iterator[Outcome]:
    """An account and Region has at most 50 baselines, unless AWS was asked for more."""
    place = deployment.baselines.index(baseline)
    if place == limits.BASELINES:
        yield Violation(baseline.value, f"This is baseline number {place + 1}; {limits.BASELINES} is the quota.")
