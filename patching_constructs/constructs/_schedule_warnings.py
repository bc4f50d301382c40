"""What a schedule warns of at synthesis: what the service takes, and what most people would not want.

Each warning has an id of its own, so that ``Annotations.of(schedule).acknowledge_warning(id)`` silences that one.
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.constructs._override_warnings import warn_of_override
from patching_constructs.constructs._patch_task import PatchTask
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule._time_zone import zone_doubt
from patching_constructs.ssm import limits

FREQUENCY: Final = "patching-constructs:fasterThanSupported"
UNRECORDED_SCAN: Final = "patching-constructs:scanWithoutRecord"
NO_REBOOT: Final = "patching-constructs:noReboot"
TIME_ZONE: Final = "patching-constructs:timeZoneName"
START_TIMEOUT: Final = "patching-constructs:startTimeoutOutlastsWindow"
EXECUTION_TIMEOUT: Final = "patching-constructs:executionTimeoutOutlastsWindow"
TARGET_TYPE: Final = "patching-constructs:targetNodeType"
PINNED_VERSION: Final = "patching-constructs:pinnedDocumentVersion"

_SECONDS_PER_HOUR: Final = 3600


def warn_of_window(scope: Construct, window: Window) -> None:
    """Warn of when the window opens."""
    zone = window.schedule.time_zone
    doubt = None if zone is None else zone_doubt(zone)
    if doubt is not None:
        _warn(scope, TIME_ZONE, f"time_zone {zone!r} {doubt.problem}; {doubt.fix}")
    if window.schedule.is_faster_than_supported:
        _warn(
            scope,
            FREQUENCY,
            f"schedule {str(window.schedule)!r} opens the window more often than every 5 minutes, which AWS does not "
            "support for cron(...) and does not mention for rate(...)",
        )


def warn_of_targets(scope: Construct, targets: Sequence[PatchTarget]) -> None:
    """Warn of what no command runs on."""
    types = dict.fromkeys(kind for target in targets for kind in target.resource_types)
    for kind in types:
        if kind not in limits.NODE_TYPES and not is_unresolved(kind):
            nodes = " and ".join(limits.NODE_TYPES)
            _warn(scope, TARGET_TYPE, f"{kind!r} is not a type of nodes: commands run on {nodes} only")


def warn_of_task(scope: Construct, window: Window, task: PatchTask) -> None:
    """Warn of what the task does."""
    if task.command.leaves_reboot_pending:
        _warn(
            scope,
            NO_REBOOT,
            "with RebootOption.NO_REBOOT the nodes stay non-compliant until they are rebooted and scanned again; "
            "see that both happen",
        )
    if task.command.scans_without_record:
        _warn(
            scope,
            UNRECORDED_SCAN,
            "a scan with baseline_override does not update the compliance of the nodes, its result is in the output "
            "only; to record it, register the baseline: PatchBaseline(patch_groups=[...])",
        )
    if _outlasts(task.start_timeout_seconds, window):
        _warn(
            scope,
            START_TIMEOUT,
            f"start_timeout ({_hours(task.start_timeout_seconds)}) is longer than the window "
            f"({window.duration_hours} h): a node that was away can still get the command, and reboot, after it",
        )
    if _outlasts(task.command.execution_timeout_seconds, window):
        _warn(
            scope,
            EXECUTION_TIMEOUT,
            f"execution_timeout ({_hours(task.command.execution_timeout_seconds)}) is longer than the window "
            f"({window.duration_hours} h): patching of a node may go on after the window",
        )
    command = task.command
    for what, url in (
        ("baseline_override", command.baseline_override),
        ("install_override_list", command.install_override_list),
    ):
        if url is not None:
            warn_of_override(scope, what, url)
    if task.document_version is not None and task.document_version.isdigit():
        _warn(
            scope,
            PINNED_VERSION,
            f"document_version {task.document_version!r} pins a document of AWS's: updates to it no longer arrive; "
            "use '$DEFAULT' unless you follow its versions",
        )


def _outlasts(seconds: float | None, window: Window) -> bool:
    if seconds is None or is_unresolved((seconds, window.duration_hours)):
        return False
    return seconds > window.duration_hours * _SECONDS_PER_HOUR


def _hours(seconds: float | None) -> str:
    return f"{(seconds or 0) / _SECONDS_PER_HOUR:.10g} h"


def _warn(scope: Construct, warning: str, message: str) -> None:
    Annotations.of(scope).add_warning_v2(warning, message)
