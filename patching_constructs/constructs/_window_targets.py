"""The targets of a maintenance window.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html
"""

from collections.abc import Sequence

from aws_cdk.aws_ssm import CfnMaintenanceWindowTarget
from constructs import Construct

from patching_constructs._validation import check_count, check_list_of
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm import limits


def render_targets(
    scope: Construct, targets: Sequence[PatchTarget], window_id: str
) -> tuple[CfnMaintenanceWindowTarget, ...]:
    """Create the targets, with the ids ``Target``, ``Target2``, ..."""
    return tuple(render_target(scope, place, target, window_id) for place, target in enumerate(targets, start=1))


def render_target(scope: Construct, place: int, target: PatchTarget, window_id: str) -> CfnMaintenanceWindowTarget:
    """Create the target at a position in the list, which starts with 1."""
    return CfnMaintenanceWindowTarget(
        scope,
        "Target" if place == 1 else f"Target{place}",
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
    """Check the targets of a task.

    Raises:
        PatchingError: there are not 1-10 targets, or an item is not a PatchTarget.
    """
    check_list_of("targets", targets, PatchTarget, "write PatchTarget.tag(key, value)")
    fix = "split the schedule, or select more nodes by one tag" if targets else "add PatchTarget.tag(key, value)"
    check_count("targets", targets, least=1, most=limits.TASK_TARGETS, fix=fix)
