"""Rules for Microsoft applications in a Windows baseline: which filters they require.

"To include Microsoft applications in your custom patch baseline, you must, at a minimum, specify the product that you
want to patch", in a rule with PATCH_SET APPLICATION. A product family is optional, and each product must belong to it.
Without PATCH_SET, the service accepts only Windows releases as products:
https://github.com/hashicorp/terraform/issues/21678

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patching-windows-applications.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.ssm.operating_systems import EVERY_VALUE, FilterKey

# The values of a rule's filters, by their keys.
Filters = Mapping[FilterKey, Sequence[str]]

_APPLICATION: Final = "APPLICATION"
_WINDOWS: Final = "windows"
# Another check reports the word "All" of the console.
_EVERY: Final = (EVERY_VALUE, "all")


def check_application_rule(what: str, filters: Filters) -> None:
    """Check that a rule for applications can match patches.

    Raises:
        PatchingError: there is a product family of applications without PATCH_SET APPLICATION, or PATCH_SET APPLICATION
            without PRODUCT.
    """
    if FilterKey.PRODUCT_FAMILY in filters and is_for_windows_itself(filters):
        family = next(filter(is_application, filters[FilterKey.PRODUCT_FAMILY]), None)
        if family is not None:
            rule = f"must have PATCH_SET {_APPLICATION} for the product family {family!r}"
            raise refusal(what, rule, _shown(filters), "add PatchFilter.patch_set('APPLICATION')")
    if FilterKey.PRODUCT not in filters and list(_sets(filters)) == [_APPLICATION]:
        raise refusal(what, f"must have PRODUCT with PATCH_SET {_APPLICATION}", "none", "add PatchFilter.product(...)")


def is_for_windows_itself(filters: Filters) -> bool:
    """Return whether a rule is for patches of Windows itself, which is the default without PATCH_SET."""
    # Whether values are case-sensitive is not documented.
    return not any(is_unresolved(each) or each.upper() in (_APPLICATION, EVERY_VALUE) for each in _sets(filters))


def is_application(name: str) -> bool:
    """Return whether a product or a product family does not look like Windows."""
    return not is_unresolved(name) and name.lower() not in _EVERY and not name.lower().startswith(_WINDOWS)


def _sets(filters: Filters) -> Sequence[str]:
    return filters.get(FilterKey.PATCH_SET, ())


def _shown(filters: Filters) -> str:
    return f"PATCH_SET {', '.join(_sets(filters))}" if _sets(filters) else "no PATCH_SET"
