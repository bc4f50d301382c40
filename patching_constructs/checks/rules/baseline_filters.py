"""Rules of the filters of patch baselines: which patches a rule is about."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each, refused
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties._application_rules import (
    check_application_rule,
    is_application,
    is_for_windows_itself,
)
from patching_constructs.ssm.operating_systems import (
    FilterKey,
    OperatingSystem,
    check_filter_value,
    is_known_value,
    nearest_value,
)
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.value import Value, shown

_FILTER = f"{API}API_PatchFilter.html"
_APPLICATIONS = f"{GUIDE}patch-manager-patching-windows-applications.html"
_APPLICATION_FILTERS = "Write PATCH_SET APPLICATION and PRODUCT; PRODUCT_FAMILY may stand beside them."


@rule("FilterKey", Severity.ERROR, of="baselines", fix="Filter by a key that the system knows.", page=_FILTER)
def filter_key(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A baseline filters by keys that its operating system knows."""
    system = baseline.system
    if system is not None:
        yield from for_each(baseline.filters, lambda each: _key(system, each["Key"]))


def _key(system: OperatingSystem, key: Value) -> Iterator[Outcome]:
    text = key.text()
    if text is not None and text not in system.filter_keys:
        yield Violation(key, f"Key must be one of {', '.join(system.filter_keys)} on {system}, got {shown(text)}.")


@rule("FilterValue", Severity.ERROR, of="baselines", fix="Write a value that AWS publishes.", page=_FILTER)
def filter_value(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A filter's value is one that the operating system can have; every value is *."""
    yield from _each_value(baseline, _value)


def _value(system: OperatingSystem, key: FilterKey, value: Value) -> Iterator[Outcome]:
    text = value.text() or ""
    yield from refused(value, "A value of", lambda: check_filter_value("value", system, key, text))


@rule(
    "UnlistedFilterValue",
    Severity.WARNING,
    of="baselines",
    fix="See what `aws ssm describe-patch-properties` lists.",
    page=f"{API}API_DescribePatchProperties.html",
)
def unlisted_filter_value(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A filter's value is among those that AWS publishes; another one may be invalid, or match nothing."""
    yield from _each_value(baseline, _unknown)
    system = baseline.system
    if system is not None:
        products = [product for source in baseline["Sources"].items() for product in source["Products"].items()]
        yield from for_each(products, lambda product: _unknown(system, FilterKey.PRODUCT, product))


def _unknown(system: OperatingSystem, key: FilterKey, value: Value) -> Iterator[Outcome]:
    text = value.text() or ""
    if not is_known_value(system, key, text) and not list(_value(system, key, value)):
        near = nearest_value(system, key, text)
        fix = f"Write {near}, if that is what was meant." if near else None
        yield Violation(value, f"{key} {shown(text)} is not published for {system}, and may match nothing.", fix)


def _each_value(
    baseline: Baseline, check: Callable[[OperatingSystem, FilterKey, Value], Iterable[Outcome]]
) -> Iterator[Outcome]:
    """Ask of every value of a filter whose key the system knows; another key is another rule's finding."""
    system = baseline.system
    if system is not None:
        yield from for_each(baseline.filters, lambda each: _values(system, each, check))


def _values(
    system: OperatingSystem, each: Value, check: Callable[[OperatingSystem, FilterKey, Value], Iterable[Outcome]]
) -> Iterator[Outcome]:
    key = each["Key"].text()
    if key in system.filter_keys:
        yield from for_each(each["Values"].items(), lambda value: check(system, FilterKey(key), value))


@rule(
    "DuplicateFilterKey",
    Severity.WARNING,
    of="baselines",
    fix="Give all values to one filter, which passes a patch that has any of them.",
    page=_FILTER,
)
def duplicate_filter_key(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A list of filters has a key once: a patch passes all of them."""
    for filters in baseline.filter_lists:
        seen: set[str | None] = set()
        for each in filters.items():
            key = each["Key"].text()
            if key in seen:
                yield Violation(each["Key"], f"Key {shown(key)} stands twice, and a patch would have to pass both.")
            seen.add(key)


# --- Microsoft's applications -------------------------------------------------------------------------


@rule(
    "ApplicationFilters",
    Severity.ERROR,
    of="baselines",
    fix=_APPLICATION_FILTERS,
    page=_APPLICATIONS,
)
def application_filters(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A rule on Microsoft's applications has PATCH_SET APPLICATION and PRODUCT."""
    if baseline.system is OperatingSystem.WINDOWS:
        yield from for_each(baseline.rules, _application_rule)


def _application_rule(approval: Value) -> Iterator[Outcome]:
    filters = _by_key(approval)
    at = filters.get(FilterKey.PRODUCT_FAMILY) or filters.get(FilterKey.PATCH_SET)
    if at is None or (FilterKey.PRODUCT in filters and FilterKey.PRODUCT_FAMILY not in filters):
        return
    # What does not decide may be unknown.
    known = _texts(filters, FilterKey.PATCH_SET)
    if is_for_windows_itself(known):
        known |= _texts(filters, FilterKey.PRODUCT_FAMILY)
    known |= {FilterKey.PRODUCT: ()} if FilterKey.PRODUCT in filters else {}
    yield from refused(at["Key"], "A rule", lambda: check_application_rule("rule", known), fix=_APPLICATION_FILTERS)


def _by_key(approval: Value) -> dict[str | None, Value]:
    return {each["Key"].text(): each for each in approval["PatchFilterGroup"]["PatchFilters"].items()}


def _texts(filters: Mapping[str | None, Value], key: FilterKey) -> dict[FilterKey, Sequence[str]]:
    return {key: [value.text() or "" for value in filters[key]["Values"].items()]} if key in filters else {}


@rule(
    "ApplicationProduct",
    Severity.WARNING,
    of="baselines",
    fix="Add PATCH_SET APPLICATION to the rule, and make a rule of its own for the releases of Windows.",
    page=_APPLICATIONS,
)
def application_product(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A rule on Windows itself names releases of Windows: other products count with PATCH_SET APPLICATION only."""
    if baseline.system is OperatingSystem.WINDOWS:
        yield from for_each(baseline.rules, _application_products)


def _application_products(approval: Value) -> Iterator[Outcome]:
    filters = _by_key(approval)
    if FilterKey.PRODUCT in filters and is_for_windows_itself(_texts(filters, FilterKey.PATCH_SET)):
        yield from for_each(filters[FilterKey.PRODUCT]["Values"].items(), _no_release)


def _no_release(product: Value) -> Iterator[Outcome]:
    name = product.text() or ""
    if is_application(name):
        yield Violation(
            product, f"PRODUCT {shown(name)} does not look like a release of Windows, and the rule is on Windows."
        )
