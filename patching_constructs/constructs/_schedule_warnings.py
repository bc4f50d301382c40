"""Warnings of a schedule: what the service accepts, but probably not what was meant.

Each warning has its own id, so that ``Annotations.of(schedule).acknowledge_warning(id)`` silences only that one.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.constructs._override_warnings import warn_of_override
from patching_constructs.constructs._patch_task import PatchTask
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule._reopening import opens_while_open
from patching_constructs.schedule._time_zone import zone_warning
from patching_constructs.ssm import limits

OPEN_AT_NEXT_START: Final = "patching-constructs:openAtNextStart"
FREQUENCY: Final = "patching-constructs:fasterThanSupported"
UNRECORDED_SCAN: Final = "patching-constructs:scanWithoutRecord"
NO_REBOOT: Final = "patching-constructs:noReboot"
TIME_ZONE: Final = "patching-constructs:timeZoneName"
START_TIMEOUT: Final = "patching-constructs:startTimeoutExceedsWindow"
EXECUTION_TIMEOUT: Final = "patching-constructs:executionTimeoutExceedsWindow"
TARGET_TYPE: Final = "patching-constructs:targetNodeType"
PINNED_VERSION: Final = "patching-constructs:pinnedDocumentVersion"

_SECONDS_PER_HOUR: Final = 3600


def warn_of_window(scope: Construct, window: Window) -> None:
    """Warn about the time zone and the frequency."""
    zone = window.schedule.time_zone
    warning = None if zone is None else zone_warning(zone)
    if warning is not None:
        _warn(scope, TIME_ZONE, f"time_zone {zone!r} {warning.problem}; {warning.fix}")
    if window.schedule.is_faster_than_supported:
        _warn(
            scope,
            FREQUENCY,
            f"schedule {str(window.schedule)!r} opens the window more often than every 5 minutes, which AWS does not "
            "support for cron(...) and does not mention for rate(...)",
        )
    elif _is_open_at_next_start(window):
        _warn(
            scope,
            OPEN_AT_NEXT_START,
            f"schedule {str(window.schedule)!r} starts the next execution while the window is open "
            f"({window.duration_hours} h), and that execution might be skipped",
        )


def _is_open_at_next_start(window: Window) -> bool:
    hours = window.duration_hours
    return not is_unresolved(hours) and opens_while_open(window.schedule.rule, timedelta(hours=hours))


def warn_of_targets(scope: Construct, targets: Sequence[PatchTarget]) -> None:
    """Warn about resource types on which no command runs."""
    types = dict.fromkeys(kind for target in targets for kind in target.resource_types)
    for kind in types:
        if kind not in limits.NODE_TYPES and not is_unresolved(kind):
            nodes = " and ".join(limits.NODE_TYPES)
            _warn(scope, TARGET_TYPE, f"resource type {kind!r} is not supported: commands run only on {nodes}")


def warn_of_task(scope: Construct, window: Window, task: PatchTask) -> None:
    """Warn about the command, its timeouts, its overrides and the document version."""
    if task.command.leaves_reboot_pending:
        _warn(
            scope,
            NO_REBOOT,
            "with RebootOption.NO_REBOOT, nodes stay non-compliant until they are rebooted and scanned again; "
            "schedule both",
        )
    if task.command.scans_without_record:
        _warn(
            scope,
            UNRECORDED_SCAN,
            "a scan with baseline_override does not update the compliance data of the nodes, its result is only in the "
            "command output; to update compliance data, use PatchBaseline(patch_groups=[...]) instead",
        )
    if _exceeds(task.start_timeout_seconds, window):
        _warn(
            scope,
            START_TIMEOUT,
            f"start_timeout ({_hours(task.start_timeout_seconds)}) is longer than the window "
            f"({window.duration_hours} h): a node that was offline can still start the command, and reboot, after it "
            "closes",
        )
    if _exceeds(task.command.execution_timeout_seconds, window):
        _warn(
            scope,
            EXECUTION_TIMEOUT,
            f"execution_timeout ({_hours(task.command.execution_timeout_seconds)}) is longer than the window "
            f"({window.duration_hours} h): patching can continue after it closes",
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
            f"document_version {task.document_version!r} pins the AWS document to a version without updates; "
            "use '$DEFAULT' unless you track its versions",
        )


def _exceeds(seconds: float | None, window: Window) -> bool:
    if seconds is None or is_unresolved((seconds, window.duration_hours)):
        return False
    return seconds > window.duration_hours * _SECONDS_PER_HOUR


def _hours(seconds: float | None) -> str:
    return f"{(seconds or 0) / _SECONDS_PER_HOUR:.10g} h"


def _warn(scope: Construct, warning: str, message: str) -> None:
    Annotations.of(scope).add_warning_v2(warning, message)
