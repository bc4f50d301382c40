"""The checks of ids of organizational units and accounts, and of codes of Regions."""

import re
from collections.abc import Sequence
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved, is_unresolved_list
from patching_constructs._validation import check_list_of, check_type
from patching_constructs.constructs._region_codes import check_one_partition
from patching_constructs.ssm import limits

# https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
_UNIT: Final = re.compile(r"ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32}")
_UNIT_FIX: Final = "write an id such as 'ou-ab12-11112222', or 'r-ab12' for the whole organization"
_ACCOUNT_FIX: Final = "write the 12 digits as a string, such as '111122223333'"
# https://docs.aws.amazon.com/general/latest/gr/rande.html
_REGION: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-[0-9]+")


def check_organizational_units(units: Sequence[str]) -> list[str]:
    """Check the ids of organizational units.

    Raises:
        PatchingError: one occurs twice, or one is invalid.
    """
    given = list(check_list_of("organizational_units", units, str, _UNIT_FIX))
    _check_ids("organizational_units", given, _UNIT, "must be ids of organizational units", _UNIT_FIX)
    return given


def check_some_organizational_units(units: Sequence[str]) -> list[str]:
    """Check the ids of organizational units, of which there must be one.

    Raises:
        PatchingError: there is none, one occurs twice, or one is invalid.
    """
    given = check_organizational_units(units)
    if not given:
        raise refusal("organizational_units", "must have at least one item", "none", _UNIT_FIX)
    return given


def check_accounts(accounts: Sequence[str]) -> list[str]:
    """Check the ids of accounts.

    Raises:
        PatchingError: one occurs twice, or one is invalid.
    """
    given = list(check_list_of("excluded_accounts", accounts, str, _ACCOUNT_FIX))
    _check_ids("excluded_accounts", given, limits.ACCOUNT_ID, "must be ids of accounts, of 12 digits", _ACCOUNT_FIX)
    return given


def _check_ids(what: str, ids: Sequence[str], form: re.Pattern[str], rule: str, fix: str) -> None:
    if is_unresolved_list(ids):
        return
    for each in ids:
        if not is_unresolved(each) and not form.fullmatch(each):
            raise refusal(what, rule, repr(each), fix)
    _check_distinct(what, ids)


def _check_distinct(what: str, items: Sequence[str]) -> None:
    seen: set[str] = set()
    for each in items:
        if each in seen:
            raise refusal(what, "must not contain an item twice", repr(each), "remove one of them")
        seen.add(each)


def check_region_codes(regions: Sequence[str]) -> list[str]:
    """Check the codes of Regions, of which there must be one.

    Raises:
        PatchingError: there is none, one occurs twice or is invalid, or they are in several partitions.
    """
    given = list(check_list_of("regions", regions, str))
    if not given:
        raise refusal("regions", "must have at least one item", "none", "write codes such as 'eu-central-1'")
    if not is_unresolved_list(given):
        for region in given:
            check_region("regions", region)
        _check_distinct("regions", given)
        check_one_partition("regions", given)
    return given


def check_region(what: str, region: str, fix: str = "write a code such as 'eu-central-1'") -> None:
    """Check the code of a Region. A token passes.

    Raises:
        PatchingError: it is invalid.
    """
    check_type(what, region, str, fix)
    if not is_unresolved(region) and not _REGION.fullmatch(region):
        raise refusal(what, "must be the code of a Region", repr(region), fix)
