"""The checks of the properties of PatchOrganization."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Stack
from aws_cdk.aws_s3 import IBucket
from cdk_stacksets import StackSetStack
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar
from patching_constructs._validation import check_flag, check_type, has_property
from patching_constructs.constructs._organization_ids import check_region
from patching_constructs.constructs._region_codes import check_one_partition
from patching_constructs.properties.rate_control import RateControl, check_max_concurrency
from patching_constructs.schedule._time_zone import TimeZone, check_zone_exists, zone_name

_REGIONS_FIX: Final = "write a mapping such as {'eu-central-1': 'Europe/Berlin'}"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
_STACK_SET_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,127}")
_RATE_FIX: Final = "write RateControl.count(...) or RateControl.percentage(...)"
_LITERAL: Final = "must be a literal, because a mapping of a template cannot contain a token"


def check_no_stack_set(scope: Construct) -> None:
    """Check that a construct is not in the stack of another StackSet.

    Raises:
        PatchingError: it is.
    """
    if isinstance(scope, StackSetStack) or isinstance(Stack.of(scope), StackSetStack):
        fix = "create a StackSet in the stack of the administrator account"
        raise refusal("scope", "must not be in the stack of a StackSet", shown(scope), fix)


def check_regions(regions: Mapping[str, TimeZone]) -> dict[str, str]:
    """Check the Regions and their time zones; return them in order.

    Raises:
        PatchingError: there is no Region, one is invalid or has no valid time zone, or they are in several partitions.
    """
    if not isinstance(regions, Mapping):
        raise refusal("regions", "must be a mapping from Regions to time zones", shown(regions), _REGIONS_FIX)
    if not regions:
        raise refusal("regions", "must have at least one item", "none", _REGIONS_FIX)
    for region in regions:
        check_region("regions key", region, _REGIONS_FIX)
        if is_unresolved(region):
            raise refusal("regions key", _LITERAL, "a token", _REGIONS_FIX)
    check_one_partition("regions", regions)
    return {region: _zone(f"regions[{region!r}]", zone) for region, zone in regions.items()}


def _zone(what: str, zone: TimeZone) -> str:
    name = zone_name(zone, what)
    if not name:
        raise refusal(what, "must be a time zone", repr(name), _REGIONS_FIX)
    if is_unresolved(name):
        raise refusal(what, _LITERAL, "a token", _REGIONS_FIX)
    check_zone_exists(name, what)
    return name


def check_concurrency(max_concurrency: RateControl, failure_tolerance: RateControl, *, is_soft: bool) -> None:
    """Check how many accounts an operation runs in, and in how many it can fail.

    Raises:
        PatchingError: one has the wrong type, or the first is without effect because of the second.
    """
    check_type("max_concurrency", max_concurrency, RateControl, _RATE_FIX)
    check_type("failure_tolerance", failure_tolerance, RateControl, _RATE_FIX)
    check_max_concurrency(max_concurrency)
    most, tolerated = max_concurrency.number, failure_tolerance.number
    if is_soft or is_unresolved_scalar(most) or is_unresolved_scalar(tolerated):
        return
    # A percentage of an unknown number of accounts can be more than one, which a tolerance of 0 never permits.
    is_count = not max_concurrency.unit and not failure_tolerance.unit
    if (is_count and most > tolerated + 1) or (tolerated == 0 and most > 1):
        got = f"max_concurrency={max_concurrency}, failure_tolerance={failure_tolerance}"
        fix = "increase failure_tolerance, or set soft_failure_tolerance=True"
        raise refusal("max_concurrency", "must be at most failure_tolerance + 1", got, fix)


def check_auto_deployment(*, auto_deployment: bool, retain_stacks: bool) -> None:
    """Check what happens to accounts that join or leave the organizational units.

    Raises:
        PatchingError: one is not a bool, or ``retain_stacks`` is without effect.
    """
    check_flag("auto_deployment", auto_deployment)
    check_flag("retain_stacks", retain_stacks)
    if retain_stacks and not auto_deployment:
        got = "auto_deployment=False, retain_stacks=True"
        raise refusal("retain_stacks", "requires auto_deployment", got, "leave one of them out")


def check_stack_set_name(name: str | None) -> None:
    """Check the name of a StackSet.

    Raises:
        PatchingError: it is invalid.
    """
    if name is None:
        return
    check_type("stack_set_name", name, str)
    if not is_unresolved(name) and not _STACK_SET_NAME.fullmatch(name):
        rule = "must have 1-128 letters, digits and '-', and start with a letter"
        raise refusal("stack_set_name", rule, repr(name))


def check_asset_buckets(buckets: Sequence[IBucket], prefix: str | None, regions: Sequence[str]) -> list[IBucket]:
    """Check the buckets for files, of which each Region needs one with a name that the template can know.

    Raises:
        PatchingError: there is only one of the two properties, one is invalid, or a Region has no bucket.
    """
    if isinstance(buckets, str | bytes) or not isinstance(buckets, Sequence):
        raise refusal("asset_buckets", "must be a list of IBucket", shown(buckets), "wrap it in [...]")
    for bucket in buckets:
        if not has_property(bucket, "bucket_name"):
            raise refusal("asset_buckets", "must be a list of IBucket", shown(bucket), "use aws_cdk.aws_s3.Bucket")
    if prefix is not None:
        check_type("asset_bucket_prefix", prefix, str)
    if bool(buckets) != (prefix is not None):
        given, missing = sorted(["asset_buckets", "asset_bucket_prefix"], reverse=prefix is None)
        raise refusal(given, f"requires {missing}", f"{given} alone", "specify both, or leave both out")
    if prefix is not None:
        _check_names([bucket.bucket_name for bucket in buckets], prefix, regions)
    return list(buckets)


def _check_names(names: Sequence[str], prefix: str, regions: Sequence[str]) -> None:
    if is_unresolved(prefix):
        return
    missing = [name for name in (f"{prefix}-{region}" for region in regions) if name not in names]
    # A token can be the name of any of them.
    if len(missing) > sum(map(is_unresolved, names)):
        rule = f"must have the bucket {missing[0]}, because the name is asset_bucket_prefix, '-' and the Region"
        got = ", ".join("a token" if is_unresolved(name) else name for name in names)
        raise refusal("asset_buckets", rule, got)
