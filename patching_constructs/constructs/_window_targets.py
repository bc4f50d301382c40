"""The targets of a maintenance window.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk.aws_ssm import CfnMaintenanceWindowTarget
from constructs import Construct

from patching_constructs._validation import check_count, check_list_of
from patching_constructs.constructs._child_ids import target_id
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm import limits

_TOO_MANY: Final = "split the schedule, or select more nodes by one tag"


def render_targets(
    scope: Construct, targets: Sequence[PatchTarget], window_id: str, prefix: str = ""
) -> tuple[CfnMaintenanceWindowTarget, ...]:
    """Create the targets, with the ids ``Target``, ``Target2``, ..., after the id of the task that they belong to."""
    return tuple(
        render_target(scope, place, target, window_id, prefix) for place, target in enumerate(targets, start=1)
    )


def render_target(
    scope: Construct, place: int, target: PatchTarget, window_id: str, prefix: str = ""
) -> CfnMaintenanceWindowTarget:
    """Create the target at a position in the list, which starts with 1."""
    return CfnMaintenanceWindowTarget(
        scope,
        target_id(prefix, place),
        resource_type=target.resource_type,
        targets=[
            CfnMaintenanceWindowTarget.TargetsProperty(key=each.key, values=list(each.values))
            for each in target.filters
        ],
        window_id=window_id,
        name=target.name,
        owner_information=target.owner_information,
    )


def check_targets(targets: Sequence[PatchTarget]) -> None:
    """Check the targets of a window.

    Raises:
        PatchingError: there are more than 10 targets, or an item is not a PatchTarget.
    """
    check_list_of("targets", targets, PatchTarget, "write PatchTarget.tag(key, value)")
    check_count("targets", targets, most=limits.TASK_TARGETS, fix=_TOO_MANY)


def check_required_targets(targets: Sequence[PatchTarget]) -> None:
    """Check the targets of a window whose tasks require them.

    Raises:
        PatchingError: there are not 1-10 targets, or an item is not a PatchTarget.
    """
    check_list_of("targets", targets, PatchTarget, "write PatchTarget.tag(key, value)")
    fix = _TOO_MANY if targets else "add PatchTarget.tag(key, value)"
    check_count("targets", targets, least=1, most=limits.TASK_TARGETS, fix=fix)
