"""Rules of patch baselines: which patches are approved, and for which patch groups."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from patching_constructs.checks.finding import Answer, Fault, Severity, UndecidableError, shown
from patching_constructs.checks.model import Baseline
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._asking import count, for_each, length, literal, refused, whole
from patching_constructs.checks.value import Value
from patching_constructs.properties._application_rules import (
    check_application_rule,
    is_application,
    is_for_windows_itself,
)
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm import limits
from patching_constructs.ssm.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
from patching_constructs.ssm.operating_systems import (
    FilterKey,
    OperatingSystem,
    check_filter_value,
    is_known_value,
    nearest_value,
)

_BASELINE = f"{CLOUDFORMATION}aws-resource-ssm-patchbaseline.html"
_CREATE = f"{API}API_CreatePatchBaseline.html"
_FILTER = f"{API}API_PatchFilter.html"
_RULE = f"{API}API_PatchRule.html"
_APPLICATIONS = f"{GUIDE}patch-manager-patching-windows-applications.html"
_APPLICATION_FILTERS = "Write PATCH_SET APPLICATION and PRODUCT; PRODUCT_FAMILY may stand beside them."
_GROUPS = f"{GUIDE}patch-manager-patch-groups.html"
_ONE_GROUP = "Make every group an item of its own, in letters, digits, spaces and _.:/=+-@."
_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/ssm.html"


@rule(
    "OperatingSystem",
    Severity.ERROR,
    of="baselines",
    mend=f"Write one of {', '.join(OperatingSystem)}.",
    page=_CREATE,
)
def operating_system(baseline: Baseline) -> Iterator[Answer]:
    """A baseline is for an operating system that Patch Manager knows."""
    given = baseline["OperatingSystem"]
    if given.is_given and given.text() not in list(OperatingSystem):
        yield Fault(given, f"OperatingSystem {shown(given.content)} is none that Patch Manager knows.")


# --- Filters ------------------------------------------------------------------------------------------


@rule("FilterKey", Severity.ERROR, of="baselines", mend="Filter by a key that the system knows.", page=_FILTER)
def filter_key(baseline: Baseline) -> Iterator[Answer]:
    """A baseline filters by keys that its operating system knows."""
    system = baseline.system
    if system is not None:
        yield from for_each(_filters(baseline), lambda each: _key(system, each["Key"]))


def _key(system: OperatingSystem, key: Value) -> Iterator[Answer]:
    text = key.text()
    if text is not None and text not in system.filter_keys:
        yield Fault(key, f"Key must be one of {', '.join(system.filter_keys)} on {system}, got {shown(text)}.")


@rule("FilterValue", Severity.ERROR, of="baselines", mend="Write a value that AWS publishes.", page=_FILTER)
def filter_value(baseline: Baseline) -> Iterator[Answer]:
    """A filter's value is one that the operating system can have; every value is *."""
    yield from _each_value(baseline, _value)


def _value(system: OperatingSystem, key: FilterKey, value: Value) -> Iterator[Answer]:
    text = value.text() or ""
    yield from refused(value, "A value of", lambda: check_filter_value("value", system, key, text))


@rule(
    "FilterValueKnown",
    Severity.WARNING,
    of="baselines",
    mend="See what `aws ssm describe-patch-properties` lists.",
    page=f"{API}API_DescribePatchProperties.html",
)
def filter_value_known(baseline: Baseline) -> Iterator[Answer]:
    """A filter's value is among those that AWS publishes; another one may be invalid, or match nothing."""
    yield from _each_value(baseline, _unknown)
    system = baseline.system
    if system is not None:
        products = [product for source in baseline["Sources"].items() for product in source["Products"].items()]
        yield from for_each(products, lambda product: _unknown(system, FilterKey.PRODUCT, product))


def _unknown(system: OperatingSystem, key: FilterKey, value: Value) -> Iterator[Answer]:
    text = value.text() or ""
    if not is_known_value(system, key, text) and not list(_value(system, key, value)):
        near = nearest_value(system, key, text)
        fix = f"Write {near}, if that is what was meant." if near else None
        yield Fault(value, f"{key} {shown(text)} is not published for {system}, and may match nothing.", fix)


def _each_value(
    baseline: Baseline, check: Callable[[OperatingSystem, FilterKey, Value], Iterable[Answer]]
) -> Iterator[Answer]:
    """Ask of every value of a filter whose key the system knows; another key is another rule's finding."""
    system = baseline.system
    if system is not None:
        yield from for_each(_filters(baseline), lambda each: _values(system, each, check))


def _values(
    system: OperatingSystem, each: Value, check: Callable[[OperatingSystem, FilterKey, Value], Iterable[Answer]]
) -> Iterator[Answer]:
    key = each["Key"].text()
    if key in system.filter_keys:
        yield from for_each(each["Values"].items(), lambda value: check(system, FilterKey(key), value))


def _filters(baseline: Baseline) -> list[Value]:
    return [each for filters in baseline.filter_lists for each in filters.items()]


@rule(
    "FilterKeyOnce",
    Severity.WARNING,
    of="baselines",
    mend="Give all values to one filter, which passes a patch that has any of them.",
    page=_FILTER,
)
def filter_key_once(baseline: Baseline) -> Iterator[Answer]:
    """A list of filters has a key once: a patch passes all of them."""
    for filters in baseline.filter_lists:
        seen: set[str | None] = set()
        for each in filters.items():
            key = each["Key"].text()
            if key in seen:
                yield Fault(each["Key"], f"Key {shown(key)} stands twice, and a patch would have to pass both.")
            seen.add(key)


# --- Microsoft's applications -------------------------------------------------------------------------


@rule(
    "ApplicationRule",
    Severity.ERROR,
    of="baselines",
    mend=_APPLICATION_FILTERS,
    page=_APPLICATIONS,
)
def application_rule(baseline: Baseline) -> Iterator[Answer]:
    """A rule on Microsoft's applications has PATCH_SET APPLICATION and PRODUCT."""
    if baseline.system is OperatingSystem.WINDOWS:
        yield from for_each(baseline.rules, _application_rule)


def _application_rule(approval: Value) -> Iterator[Answer]:
    filters = _by_key(approval)
    at = filters.get(FilterKey.PRODUCT_FAMILY) or filters.get(FilterKey.PATCH_SET)
    if at is None or (FilterKey.PRODUCT in filters and FilterKey.PRODUCT_FAMILY not in filters):
        return
    # What does not decide may be unknown.
    known = _texts(filters, FilterKey.PATCH_SET)
    if is_for_windows_itself(known):
        known |= _texts(filters, FilterKey.PRODUCT_FAMILY)
    known |= {FilterKey.PRODUCT: ()} if FilterKey.PRODUCT in filters else {}
    yield from refused(at["Key"], "A rule", lambda: check_application_rule("rule", known), mend=_APPLICATION_FILTERS)


def _by_key(approval: Value) -> dict[str | None, Value]:
    return {each["Key"].text(): each for each in approval["PatchFilterGroup"]["PatchFilters"].items()}


def _texts(filters: Mapping[str | None, Value], key: FilterKey) -> dict[FilterKey, Sequence[str]]:
    return {key: [value.text() or "" for value in filters[key]["Values"].items()]} if key in filters else {}


@rule(
    "ApplicationProduct",
    Severity.WARNING,
    of="baselines",
    mend="Add PATCH_SET APPLICATION to the rule, and make a rule of its own for the releases of Windows.",
    page=_APPLICATIONS,
)
def application_product(baseline: Baseline) -> Iterator[Answer]:
    """A rule on Windows itself names releases of Windows: other products count with PATCH_SET APPLICATION only."""
    if baseline.system is OperatingSystem.WINDOWS:
        yield from for_each(baseline.rules, _application_products)


def _application_products(approval: Value) -> Iterator[Answer]:
    filters = _by_key(approval)
    if FilterKey.PRODUCT in filters and is_for_windows_itself(_texts(filters, FilterKey.PATCH_SET)):
        yield from for_each(filters[FilterKey.PRODUCT]["Values"].items(), _no_release)


def _no_release(product: Value) -> Iterator[Answer]:
    name = product.text() or ""
    if is_application(name):
        yield Fault(
            product, f"PRODUCT {shown(name)} does not look like a release of Windows, and the rule is on Windows."
        )


# --- Approval -----------------------------------------------------------------------------------------


@rule(
    "ApprovalDelay",
    Severity.ERROR,
    of="baselines",
    mend="Write ApproveAfterDays of 0-360, or ApproveUntilDate as YYYY-MM-DD.",
    page=_RULE,
)
def approval_delay(baseline: Baseline) -> Iterator[Answer]:
    """A rule approves after some days, or up to a date, and not both."""
    yield from for_each(baseline.rules, _delay)


def _delay(approval: Value) -> Iterator[Answer]:
    days, until = approval["ApproveAfterDays"], approval["ApproveUntilDate"]
    if days.is_given == until.is_given:
        got = "both" if days.is_given else "neither"
        yield Fault(approval, f"A rule must have one of ApproveAfterDays and ApproveUntilDate, got {got}.")
    yield from whole(days, limits.APPROVAL_DAYS, "whole days")
    yield from for_each([until], _until)


def _until(until: Value) -> Iterator[Answer]:
    text = until.text()
    if text is not None and not _is_day(text):
        yield Fault(until, f"ApproveUntilDate must be YYYY-MM-DD, got {shown(text)}.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@rule(
    "NoReleaseDates",
    Severity.WARNING,
    of="baselines",
    mend="Write ApproveAfterDays: 0.",
    page=f"{GUIDE}patch-manager-predefined-and-custom-patch-baselines.html",
)
def no_release_dates(baseline: Baseline) -> Iterator[Answer]:
    """A rule does not wait where packages have no reliable release dates: on Debian's systems."""
    system = baseline.system
    if system is not None and not system.has_release_dates:
        yield from for_each(baseline.rules, lambda approval: _waits(system, approval))


def _waits(system: OperatingSystem, approval: Value) -> Iterator[Answer]:
    days, until = approval["ApproveAfterDays"], approval["ApproveUntilDate"]
    if until.is_given:
        yield Fault(until, f"AWS does not support ApproveUntilDate on {system}.")
    elif days.number():
        yield Fault(days, f"AWS does not support a delay on {system}, got {days.text()} days.")


@rule(
    "BaselineCounts", Severity.ERROR, of="baselines", mend="Make it shorter, or make a second baseline.", page=_CREATE
)
def baseline_counts(baseline: Baseline) -> Iterator[Answer]:
    """A baseline's lists are not longer than the service takes."""
    rules = baseline["ApprovalRules"]["PatchRules"]
    yield from count(rules, 0, limits.BASELINE_RULES)
    groups = [each["PatchFilterGroup"]["PatchFilters"] for each in baseline.rules]
    yield from for_each(groups, lambda value: count(value, 1, limits.RULE_FILTERS))
    general = baseline["GlobalFilters"]["PatchFilters"]
    yield from count(general, 0, limits.RULE_FILTERS)
    yield from for_each(_filters(baseline), _filter_size)
    for name in ("ApprovedPatches", "RejectedPatches"):
        yield from _list_size(baseline[name], limits.LISTED_PATCHES, limits.LISTED_PATCH_LENGTH)
    yield from count(baseline["Sources"], 0, limits.BASELINE_SOURCES)
    yield from count(baseline["PatchGroups"], 0, limits.BASELINE_PATCH_GROUPS)


def _filter_size(each: Value) -> Iterator[Answer]:
    values = each["Values"]
    yield from count(values, 1, limits.FILTER_VALUES)
    yield from for_each(values.items(), lambda value: length(value, limits.FILTER_VALUE_LENGTH))


def _list_size(patches: Value, most: int, longest: int) -> Iterator[Answer]:
    yield from count(patches, 0, most)
    if not patches.is_deferred:
        yield from for_each(patches.items(), lambda value: length(value, longest))


# --- What goes with a system --------------------------------------------------------------------------


@rule("LinuxOnly", Severity.ERROR, of="baselines", mend="Leave it out.", page=_CREATE)
def linux_only(baseline: Baseline) -> Iterator[Answer]:
    """Sources and patches other than security's are for Linux only."""
    system = baseline.system
    if system is None or system.is_linux:
        return
    flags = [rule["EnableNonSecurity"] for rule in baseline.rules]
    flags.append(baseline["ApprovedPatchesEnableNonSecurity"])
    yield from for_each(flags, lambda flag: _linux(flag, system) if flag.is_true() else ())
    if baseline["Sources"].items():
        yield from _linux(baseline["Sources"], system)


def _linux(at: Value, system: OperatingSystem) -> Iterator[Answer]:
    yield Fault(at, f"{at.path[-1]} is for Linux, and the baseline for {system}.")


@rule("WindowsOnly", Severity.ERROR, of="baselines", mend="Leave it out.", page=_CREATE)
def windows_only(baseline: Baseline) -> Iterator[Answer]:
    """AvailableSecurityUpdatesComplianceStatus is set for Windows only."""
    status, system = baseline["AvailableSecurityUpdatesComplianceStatus"], baseline.system
    if status.is_given and system not in (None, OperatingSystem.WINDOWS):
        yield Fault(status, f"{status.path[-1]} is for Windows, and the baseline for {system}.")


@rule("BaselineLiterals", Severity.ERROR, of="baselines", mend="Write one of the words that are listed.", page=_CREATE)
def baseline_literals(baseline: Baseline) -> Iterator[Answer]:
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
    mend="Keep the one that you mean; as it is, it is rejected.",
    page=_CREATE,
)
def approved_and_rejected(baseline: Baseline) -> Iterator[Answer]:
    """A patch is approved or rejected, not both."""
    approved, rejected = baseline["ApprovedPatches"].items(), baseline["RejectedPatches"].items()
    known = {patch.text() for patch in rejected if not patch.is_deferred}
    for patch in approved:
        if not patch.is_deferred and patch.text() in known:
            yield Fault(patch, f"{shown(patch.content)} is both approved and rejected.")
    if approved and rejected:
        yield from (UndecidableError(patch) for patch in [*approved, *rejected] if patch.is_deferred)


@rule(
    "EmptyApprovalRules",
    Severity.ERROR,
    of="baselines",
    mend="Write the rules; in CDK for Python with RuleGroupProperty, as a dict in the wrong case comes out empty.",
    page=_BASELINE,
)
def empty_approval_rules(baseline: Baseline) -> Iterator[Answer]:
    """ApprovalRules have at least one rule."""
    given = baseline["ApprovalRules"]
    if given.is_given and not baseline.rules:
        yield Fault(given, "ApprovalRules are given without a rule, so that they approve nothing.")


@rule(
    "NothingApproved",
    Severity.WARNING,
    of="baselines",
    mend="Write ApprovalRules or ApprovedPatches.",
    page=_BASELINE,
)
def nothing_approved(baseline: Baseline) -> Iterator[Answer]:
    """A baseline approves something."""
    if not baseline["ApprovalRules"].is_given and not baseline["ApprovedPatches"].items():
        yield Fault(baseline.properties, "The baseline has neither rules nor patches, so that it approves nothing.")


@rule(
    "PatchSource",
    Severity.ERROR,
    of="baselines",
    mend="Write a name of 3-50 letters, digits, _, - and ., 1-20 products, and a configuration of 1-1024 characters.",
    page=f"{API}API_PatchSource.html",
)
def patch_source(baseline: Baseline) -> Iterator[Answer]:
    """A source has a name, products and a configuration of the service's form."""
    yield from for_each(baseline["Sources"].items(), _source)


def _source(source: Value) -> Iterator[Answer]:
    name, products = source["Name"], source["Products"]
    yield from for_each([name], _source_name)
    yield from count(products, 1, limits.SOURCE_PRODUCTS)
    if not products.is_deferred:
        yield from for_each(products.items(), lambda value: length(value, limits.SOURCE_PRODUCT_LENGTH))
    longest = limits.SOURCE_CONFIGURATION_LENGTH
    yield from length(source["Configuration"], longest)


def _source_name(name: Value) -> Iterator[Answer]:
    if not limits.SOURCE_NAME.fullmatch(name.text() or ""):
        yield Fault(name, f"Name must be 3-50 letters, digits, _, - and ., got {shown(name.content)}.")


# --- Patch groups -------------------------------------------------------------------------------------


@rule(
    "PatchGroupName",
    Severity.ERROR,
    of="baselines",
    mend=_ONE_GROUP,
    page=_GROUPS,
)
def patch_group_name(baseline: Baseline) -> Iterator[Answer]:
    """A patch group has a name that a tag can have."""
    yield from for_each(baseline["PatchGroups"].items(), _group_name)


def _group_name(group: Value) -> Iterator[Answer]:
    name = group.text()
    if name is not None:
        yield from refused(group, "A patch group", lambda: PatchGroup(name), mend=_ONE_GROUP)


@rule(
    "BaselinePerGroup",
    Severity.ERROR,
    of="baselines",
    mend="Leave one out: the second registration fails the deployment.",
    page=_GROUPS,
)
def baseline_per_group(baseline: Baseline) -> Iterator[Answer]:
    """A patch group, and a system's default, has one baseline in an account and Region."""
    for name, at in baseline.claims():
        first = baseline.estate.holders[baseline.system or OperatingSystem.WINDOWS, name]
        if (first.resource, first.path) != (baseline, at.path):
            baseline.check_made_together(first.resource)
            what = "the system's default" if name is None else f"the patch group {shown(name)}"
            holder = first.resource.name_beside(baseline)
            yield Fault(at, f"{holder} is registered for {what} on {baseline.system} already.")
    yield from for_each(baseline["PatchGroups"].items(), _known)


def _known(value: Value) -> Iterator[Answer]:
    value.known()
    return iter(())


@rule("BaselineCount", Severity.WARNING, of="baselines", mend="Ask AWS for a higher quota.", page=_QUOTAS)
def baseline_count(baseline: Baseline) -> Iterator[Answer]:
    """An account and Region has at most 50 baselines, unless AWS was asked for more."""
    place = baseline.estate.baselines.index(baseline)
    if place == limits.BASELINES:
        yield Fault(baseline.value, f"This is baseline number {place + 1}; {limits.BASELINES} is the quota.")
