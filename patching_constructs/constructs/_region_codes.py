"""What the CDK knows about the codes of Regions: their partitions, and that there are such Regions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from collections.abc import Iterable, Sequence
from typing import Final

from aws_cdk import Annotations
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved, is_unresolved_list
from patching_constructs._validation import nearest

UNKNOWN_REGION: Final = "patching-constructs:unknownRegion"


def check_one_partition(what: str, regions: Iterable[str]) -> None:
    """Check that Regions are in one partition: an account belongs to one. Tokens and unknown Regions pass.

    Raises:
        PatchingError: two of them are in different partitions.
    """
    partitions: dict[str, str] = {}
    for region in regions:
        if partition := _partition(region):
            partitions.setdefault(partition, region)
    if len(partitions) > 1:
        got = " and ".join(f"{region!r} of {partition}" for partition, region in partitions.items())
        raise refusal(what, "must be in one partition", got, "create a construct in an account of each partition")


def warn_of_unknown_regions(scope: Construct, what: str, regions: Sequence[str]) -> None:
    """Warn about Regions that the CDK does not know. New Regions are among them."""
    known = () if is_unresolved_list(regions) else regions
    for region in known:
        if is_unresolved(region) or _partition(region):
            continue
        near = nearest(region, [each.name for each in RegionInfo.regions])
        fix = f"did you mean {near!r}?" if near else "check its code"
        text = f"{what} has {region!r}, which the installed version of aws-cdk-lib does not know; {fix}"
        Annotations.of(scope).add_warning_v2(UNKNOWN_REGION, text)


def _partition(region: str) -> str | None:
    """Return the partition of a Region; None if the Region is a token, or the CDK does not know it."""
    return None if is_unresolved(region) else RegionInfo.get(region).partition
