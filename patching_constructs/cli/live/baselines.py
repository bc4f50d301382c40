"""The patch baselines of an account and Region.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchBaselines.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetPatchBaseline.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.request import Request
from patching_constructs.ssm.compliance import PatchComplianceStatus

_PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A patch baseline in the list of an account and Region."""

    id: str
    """What the service calls it: a predefined one by its ARN, which it requires to read it."""
    name: str | None


Baselines = Mapping[str, Baseline]
"""The patch baselines by `baseline_key`."""


def baseline_key(baseline_id: str) -> str:
    """Return the part of an id or ARN that both have. It is not documented which of them a patch state has."""
    return baseline_id.rpartition("/")[2]


def read_baselines(reader: LiveReader) -> Baselines:
    """Return all patch baselines: own and predefined ones.

    Raises:
        AwsError: they cannot be read.
    """
    request = Request(operation="describe_patch_baselines", result="BaselineIdentities", parameters={}, page_size=_PAGE)
    found = (Baseline(id=each["BaselineId"], name=each.get("BaselineName")) for each in reader.read(request))
    return {baseline_key(each.id): each for each in found}


def read_are_updates_required(reader: LiveReader, baseline_id: str) -> bool:
    """Return whether a patch baseline reports a node with available security updates as non-compliant.

    Raises:
        AwsError: it cannot be read.
    """
    request = Request(operation="get_patch_baseline", result=None, parameters={"BaselineId": baseline_id})
    (found,) = reader.read(request)
    return bool(found.get("AvailableSecurityUpdatesComplianceStatus") == PatchComplianceStatus.NON_COMPLIANT)
