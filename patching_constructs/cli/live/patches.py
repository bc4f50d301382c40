"""The patch states of nodes, and the patches that they need.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatches.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeAvailablePatches.html
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.request import Answer, Request
from patching_constructs.reporting.patches import Patch, PatchState, PatchStatus
from patching_constructs.ssm.target_keys import INSTANCE_IDS

STATES_PER_REQUEST: Final = 50
"""The most nodes that one request asks for [model: InstanceIdList of DescribeInstancePatchStates]."""
RELEASES_PER_REQUEST: Final = 20
"""How many patches one request asks for. AWS documents no limit of the values of a filter; patch baselines have this
one."""
_PAGE: Final = 100


def read_patch_states(reader: LiveReader, ids: Sequence[str]) -> dict[str, PatchState]:
    """Return the patch states of nodes by their ids; a node that was never scanned has none.

    Raises:
        AwsError: they cannot be read.
    """
    request = Request(
        operation="describe_instance_patch_states",
        result="InstancePatchStates",
        parameters={INSTANCE_IDS: list(ids)},
        page_size=_PAGE,
    )
    return {each["InstanceId"]: patch_state(each) for each in reader.read(request)}


def patch_state(found: Answer) -> PatchState:
    """Return a patch state as the service describes it."""
    return PatchState(
        operation=found["Operation"],
        ended=found["OperationEndTime"],
        patch_group=found["PatchGroup"] or None,
        baseline_id=found["BaselineId"] or None,
        reboot_option=found.get("RebootOption"),
        installed=found.get("InstalledCount", 0),
        installed_other=found.get("InstalledOtherCount", 0),
        missing=found.get("MissingCount", 0),
        failed=found.get("FailedCount", 0),
        rejected=found.get("InstalledRejectedCount", 0),
        pending_reboot=found.get("InstalledPendingRebootCount", 0),
        available_security_updates=found.get("AvailableSecurityUpdateCount", 0),
        critical_non_compliant=found.get("CriticalNonCompliantCount"),
        security_non_compliant=found.get("SecurityNonCompliantCount"),
        other_non_compliant=found.get("OtherNonCompliantCount"),
    )


def read_patches(reader: LiveReader, node_id: str) -> tuple[Patch, ...]:
    """Return the patches that a node needs.

    Raises:
        AwsError: they cannot be read.
    """
    request = Request(
        operation="describe_instance_patches",
        result="Patches",
        parameters={"InstanceId": node_id, "Filters": [{"Key": "State", "Values": list(PatchStatus)}]},
        page_size=_PAGE,
    )
    found = ((PatchStatus.parsed(each["State"]), each) for each in reader.read(request))
    return tuple(_patch(status, each) for status, each in found if status)


def _patch(status: PatchStatus, found: Answer) -> Patch:
    return Patch(
        id=found["KBId"],
        title=found["Title"],
        status=status,
        severity=found["Severity"],
        classification=found["Classification"],
        cve_ids=tuple(filter(None, found.get("CVEIds", "").split(","))),
    )


def has_release_date(patch: Patch) -> bool:
    """Return whether AWS lists the release of a patch: it does so for patches of Windows Server, by their KB articles.

    It also does so for Amazon Linux 1 and 2, which have reached their end of support.
    """
    return patch.id.startswith("KB")


def read_release_dates(reader: LiveReader, ids: Sequence[str]) -> dict[str, datetime]:
    """Return when patches were released, by their ids; the earliest date of one that is listed for several products.

    Raises:
        AwsError: they cannot be read.
    """
    request = Request(
        operation="describe_available_patches",
        result="Patches",
        parameters={"Filters": [{"Key": "PATCH_ID", "Values": list(ids)}]},
        page_size=_PAGE,
    )
    found: dict[str, datetime] = {}
    for each in reader.read(request):
        released, article = each.get("ReleaseDate"), each.get("KbNumber", "")
        if released and article in ids:
            found[article] = min(released, found.get(article, released))
    return found
