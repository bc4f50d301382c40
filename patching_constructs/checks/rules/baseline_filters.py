"""Rules for patch filters: the patches that a baseline selects."""

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
_APPLICATION_FILTERS = "Add filters for PATCH_SET APPLICATION and PRODUCT; PRODUCT_FAMILY is optional."


@rule(
    "FilterKey", Severity.ERROR, of="baselines", fix="Use a key that is valid for the operating system.", page=_FILTER
)
def filter_key(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch filter key must be valid for the operating system of the baseline."""
    system = baseline.system
    if system is not None:
        yield from for_each(baseline.filters, lambda each: _key(system, each["Key"]))


def _key(system: OperatingSystem, key: Value) -> Iterator[Outcome]:
    text = key.text()
    if text is not None and text not in system.filter_keys:
        yield Violation(key, f"Key must be one of {', '.join(system.filter_keys)} on {system}, got {shown(text)}.")


@rule(
    "FilterValue",
    Severity.ERROR,
    of="baselines",
    fix="Use a value that AWS publishes for the operating system, or * for all values.",
    page=_FILTER,
)
def filter_value(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch filter value must be valid for the operating system of the baseline."""
    yield from _each_value(baseline, _value)


def _value(system: OperatingSystem, key: FilterKey, value: Value) -> Iterator[Outcome]:
    text = value.text() or ""
    yield from refused(value, "A value of", lambda: check_filter_value("value", system, key, text))


@rule(
    "UnlistedFilterValue",
    Severity.WARNING,
    of="baselines",
    fix="Run `aws ssm describe-patch-properties` to list the available values.",
    page=f"{API}API_DescribePatchProperties.html",
)
def unlisted_filter_value(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A patch filter value should be one that AWS publishes for the operating system."""
    yield from _each_value(baseline, _unknown)
    system = baseline.system
    if system is not None:
        products = [product for source in baseline["Sources"].items() for product in source["Products"].items()]
        yield from for_each(products, lambda product: _unknown(system, FilterKey.PRODUCT, product))


def _unknown(system: OperatingSystem, key: FilterKey, value: Value) -> Iterator[Outcome]:
    text = value.text() or ""
    if not is_known_value(system, key, text) and not list(_value(system, key, value)):
        near = nearest_value(system, key, text)
        fix = f"Use {near} if that is the intended value." if near else None
        yield Violation(value, f"{key} {shown(text)} is not published for {system}, and might match no patches.", fix)


def _each_value(
    baseline: Baseline, check: Callable[[OperatingSystem, FilterKey, Value], Iterable[Outcome]]
) -> Iterator[Outcome]:
    """Check every value of a filter, also with a key in another case, which `FilterKey` reports."""
    system = baseline.system
    if system is not None:
        yield from for_each(baseline.filters, lambda each: _values(system, each, check))


def _values(
    system: OperatingSystem, each: Value, check: Callable[[OperatingSystem, FilterKey, Value], Iterable[Outcome]]
) -> Iterator[Outcome]:
    key = (each["Key"].text() or "").upper()
    if key in system.filter_keys:
        yield from for_each(each["Values"].items(), lambda value: check(system, FilterKey(key), value))


@rule(
    "DuplicateFilterKey",
    Severity.WARNING,
    of="baselines",
    fix="Put all values in one filter; a patch needs to match only one of them.",
    page=_FILTER,
)
def duplicate_filter_key(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """A list of patch filters should use each key only once."""
    for filters in baseline.filter_lists:
        seen: set[str | None] = set()
        for each in filters.items():
            key = each["Key"].text()
            if key in seen:
                yield Violation(
                    each["Key"], f"Key {shown(key)} is used more than once, and a patch must match every filter."
                )
            seen.add(key)


# --- Microsoft applications - -------------------------------------------------------------------------


@rule(
    "ApplicationFilters",
    Severity.ERROR,
    of="baselines",
    fix=_APPLICATION_FILTERS,
    page=_APPLICATIONS,
)
def application_filters(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """An approval rule for Microsoft applications must filter by PATCH_SET APPLICATION and by PRODUCT."""
    if baseline.system is OperatingSystem.WINDOWS:
        yield from for_each(baseline.rules, _application_rule)


def _application_rule(approval: Value) -> Iterator[Outcome]:
    filters = _by_key(approval)
    at = filters.get(FilterKey.PRODUCT_FAMILY) or filters.get(FilterKey.PATCH_SET)
    if at is None or (FilterKey.PRODUCT in filters and FilterKey.PRODUCT_FAMILY not in filters):
        return
    # Values that do not affect the result can be unknown.
    known = _texts(filters, FilterKey.PATCH_SET)
    if is_for_windows_itself(known):
        known |= _texts(filters, FilterKey.PRODUCT_FAMILY)
    known |= {FilterKey.PRODUCT: ()} if FilterKey.PRODUCT in filters else {}
    yield from refused(
        at["Key"], "An approval rule", lambda: check_application_rule("rule", known), fix=_APPLICATION_FILTERS
    )


def _by_key(approval: Value) -> dict[str | None, Value]:
    return {each["Key"].text(): each for each in approval["PatchFilterGroup"]["PatchFilters"].items()}


def _texts(filters: Mapping[str | None, Value], key: FilterKey) -> dict[FilterKey, Sequence[str]]:
    return {key: [value.text() or "" for value in filters[key]["Values"].items()]} if key in filters else {}


@rule(
    "ApplicationProduct",
    Severity.WARNING,
    of="baselines",
    fix="Use PATCH_SET APPLICATION for applications, and a separate rule for Windows releases.",
    page=_APPLICATIONS,
)
def application_product(baseline: Baseline, _: Context) -> Iterator[Outcome]:
    """An approval rule for the Windows operating system should not list application products."""
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
            product,
            f"PRODUCT {shown(name)} does not appear to be a Windows release; applications require "
            "PATCH_SET APPLICATION.",
        )
