"""Warnings of a patch baseline: what the service accepts, but probably not what was meant.

Each warning has its own id, so that ``Annotations.of(baseline).acknowledge_warning(id)`` silences only that one.
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._tokens import is_unresolved
from patching_constructs.properties._application_rules import is_application, is_for_windows_itself
from patching_constructs.properties.approval import PatchFilter, PatchRule, PatchSource
from patching_constructs.ssm.operating_systems import (
    FilterKey,
    OperatingSystem,
    is_known_product,
    is_known_value,
    nearest_value,
)

UNKNOWN_PRODUCT_WARNING: Final = "patching-constructs:unknownProduct"
APPLICATION_PRODUCT_WARNING: Final = "patching-constructs:applicationProduct"
UNKNOWN_VALUE_WARNING: Final = "patching-constructs:unknownFilterValue"
NO_RELEASE_DATES_WARNING: Final = "patching-constructs:noReleaseDates"
NOTHING_APPROVED_WARNING: Final = "patching-constructs:nothingApproved"


def warn_of_baseline(
    scope: Construct,
    system: OperatingSystem,
    rules: Sequence[PatchRule],
    global_filters: Sequence[PatchFilter],
    sources: Sequence[PatchSource],
    approved_patches: Sequence[str],
) -> None:
    """Warn of values that match nothing, of delays that are not supported, and of a baseline that approves nothing."""
    filters = [each for rule in rules for each in rule.filters] + list(global_filters)
    _warn_of_unknown(scope, system, filters, sources)
    _warn_of_applications(scope, system, rules)
    _warn_of_delays(scope, system, rules)
    if not rules and not approved_patches:
        _warn(
            scope,
            NOTHING_APPROVED_WARNING,
            "the baseline approves no patches: it has neither rules nor approved_patches",
        )


def _warn(scope: Construct, warning: str, text: str) -> None:
    Annotations.of(scope).add_warning_v2(warning, text)


def _warn_of_unknown(
    scope: Construct, system: OperatingSystem, filters: Sequence[PatchFilter], sources: Sequence[PatchSource]
) -> None:
    products = [value for each in filters if each.key is FilterKey.PRODUCT for value in each.values]
    products += [product for source in sources for product in source.products]
    unknown = [product for product in dict.fromkeys(products) if not is_known_product(system, product)]
    if unknown:
        text = f"unknown product on {system}: {_listed(unknown)}; it may match no node"
        _warn(scope, UNKNOWN_PRODUCT_WARNING, f"{text}; to list products, run `aws ssm describe-patch-properties`")
    others = [(each.key, value) for each in filters if each.key is not FilterKey.PRODUCT for value in each.values]
    values = [_with_suggestion(system, key, value) for key, value in others if not is_known_value(system, key, value)]
    if values:
        text = f"unknown filter value on {system}: {', '.join(values)}; it may match no patch"
        _warn(scope, UNKNOWN_VALUE_WARNING, f"{text}; to list values, run `aws ssm describe-patch-properties`")


def _with_suggestion(system: OperatingSystem, key: FilterKey, value: str) -> str:
    near = nearest_value(system, key, value)
    return f"{key} {value!r} (did you mean {near!r}?)" if near else f"{key} {value!r}"


def _warn_of_applications(scope: Construct, system: OperatingSystem, rules: Sequence[PatchRule]) -> None:
    if system is not OperatingSystem.WINDOWS:
        return
    rules_on_windows = [filters for filters in map(_by_key, rules) if is_for_windows_itself(filters)]
    named = [product for filters in rules_on_windows for product in filters.get(FilterKey.PRODUCT, ())]
    products = list(dict.fromkeys(filter(is_application, named)))
    if products:
        text = f"not a Windows release: {_listed(products)}; products of Microsoft applications require a rule with"
        fix = "add PatchFilter.patch_set('APPLICATION') to the rule"
        _warn(scope, APPLICATION_PRODUCT_WARNING, f"{text} PATCH_SET APPLICATION; {fix}")


def _by_key(rule: PatchRule) -> dict[FilterKey, tuple[str, ...]]:
    return {each.key: each.values for each in rule.filters}


def _listed(products: Sequence[str]) -> str:
    return ", ".join(repr(product) for product in products)


def _waits(rule: PatchRule) -> bool:
    # A number that is unknown until deployment can be 0.
    return isinstance(rule.approval, str) or (rule.approval != 0 and not is_unresolved(rule.approval))


def _warn_of_delays(scope: Construct, system: OperatingSystem, rules: Sequence[PatchRule]) -> None:
    if not system.has_release_dates and any(_waits(rule) for rule in rules):
        text = f"approval delays and dates are not supported on {system}, whose repositories have no reliable release"
        _warn(scope, NO_RELEASE_DATES_WARNING, f"{text} dates; use PatchRule.approve_after(timedelta(0), ...)")
