"""Warnings of a window and its tasks: what the service accepts, but probably not what was meant.

Each warning has its own id, so that ``Annotations.of(schedule).acknowledge_warning(id)`` silences only that one.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._tokens import is_unresolved, with_tokens_masked
from patching_constructs.constructs._freezes import freezes_outside
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.constructs._name_prefix import name_without_prefix
from patching_constructs.constructs._override_warnings import warn_of_override
from patching_constructs.properties.command import BASELINE_OVERRIDE, INSTALL_OVERRIDE_LIST
from patching_constructs.properties.document_parameters import ASSUME_ROLE
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.properties.pseudo_parameters import PseudoParameter
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import Automation, LambdaFunction, RunCommand, StateMachine
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.schedule._reopening import opens_while_open
from patching_constructs.schedule._time_zone import zone_warning
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import LEGACY_DOCUMENTS, is_owned_by_aws
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.runbooks import RUNBOOK_PERMISSIONS
from patching_constructs.ssm.target_keys import TAG

OPEN_AT_NEXT_START: Final = "patching-constructs:openAtNextStart"
FREQUENCY: Final = "patching-constructs:fasterThanSupported"
UNRECORDED_SCAN: Final = "patching-constructs:scanWithoutRecord"
TIME_ZONE: Final = "patching-constructs:timeZoneName"
START_TIMEOUT: Final = "patching-constructs:startTimeoutExceedsWindow"
EXECUTION_TIMEOUT: Final = "patching-constructs:executionTimeoutExceedsWindow"
TARGET_TYPE: Final = "patching-constructs:targetNodeType"
RESOURCE_GROUP_TYPES: Final = "patching-constructs:resourceGroupTypes"
RUNBOOK_ROLE: Final = "patching-constructs:runbookWithoutRole"
TAG_VALUES: Final = "patching-constructs:tagValueCount"
TASK_QUOTA: Final = "patching-constructs:taskQuota"
LEGACY_DOCUMENT: Final = "patching-constructs:legacyDocument"
NAME_PREFIX: Final = "patching-constructs:taskNamePrefix"
FREEZE_OUTSIDE: Final = "patching-constructs:freezeOutsideDates"
EXECUTION_NAME: Final = "patching-constructs:repeatedExecutionName"
PINNED_VERSION: Final = "patching-constructs:pinnedDocumentVersion"

_SECONDS_PER_HOUR: Final = 3600


def warn_of_window(scope: Construct, window: Window) -> None:
    """Warn about the time zone and the frequency."""
    if window.schedule.time_zone is not None:
        warn_of_zone(scope, "time_zone", window.schedule.time_zone)
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


def warn_of_zone(scope: Construct, what: str, zone: str) -> None:
    """Warn about the name of a time zone."""
    warning = zone_warning(zone)
    if warning is not None:
        _warn(scope, TIME_ZONE, f"{what} {zone!r} {warning.problem}; {warning.fix}")


def warn_of_freezes(scope: Construct, window: Window, freezes: Sequence[PatchFreeze]) -> None:
    """Warn about freezes without effect."""
    for freeze in freezes_outside(window, freezes):
        _warn(scope, FREEZE_OUTSIDE, f"{freeze} has no effect, because it is outside of start_date and end_date")


def _is_open_at_next_start(window: Window) -> bool:
    hours = window.duration_hours
    return not is_unresolved(hours) and opens_while_open(window.schedule.rule, timedelta(hours=hours))


def warn_of_targets(scope: Construct, task: TaskOptions, of_the_window: Sequence[PatchTarget]) -> None:
    """Warn about resources on which the document does not run, tags with many values, and repeated names."""
    targets = of_the_window if task.targets is None else task.targets
    match task.action:
        case RunCommand():
            _warn_of_types(scope, "commands run", limits.NODE_TYPES, targets)
            _warn_of_tags(scope, targets)
        case Automation(name=name, resource_type=str(kind)):
            _warn_of_types(scope, f"{name} runs", (kind,), targets)
            _warn_of_groups(scope, name, kind, targets)
        case StateMachine(execution_name=str(name)) as machine if machine.has_same_name(has_targets=bool(targets)):
            _warn_of_execution_name(scope, name)
        case _:
            pass


def _warn_of_execution_name(scope: Construct, name: str) -> None:
    _warn(
        scope,
        EXECUTION_NAME,
        f"execution_name {name!r} is that of several executions, but Step Functions accepts a name only once in 90 "
        f"days; use {PseudoParameter.INVOCATION_ID}, or leave it out",
    )


def _warn_of_types(scope: Construct, what_runs: str, supported: Sequence[str], targets: Sequence[PatchTarget]) -> None:
    for kind in dict.fromkeys(kind for target in targets for kind in target.resource_types):
        if kind not in supported and not is_unresolved(kind):
            types = " and ".join(supported)
            _warn(scope, TARGET_TYPE, f"resource type {kind!r} is not supported: {what_runs} only on {types}")


def _warn_of_groups(scope: Construct, runbook: str, kind: str, targets: Sequence[PatchTarget]) -> None:
    for name in (target.group_of_all_types for target in targets):
        if name is not None:
            _warn(
                scope,
                RESOURCE_GROUP_TYPES,
                f"every resource in the resource group {with_tokens_masked(name)!r} is a target of {runbook}, which "
                f"runs only on {kind}: AWS documents that others might be reported as errors; use "
                f"PatchTarget.resource_group(name, {kind!r})",
            )


def _warn_of_tags(scope: Construct, targets: Sequence[PatchTarget]) -> None:
    for each in dict.fromkeys(each for target in targets for each in target.filters):
        if each.key.startswith(TAG) and len(each.values) > limits.TAG_VALUES:
            found = f"{each.key!r} has {len(each.values)} values"
            rule = f"AWS documents at most {limits.TAG_VALUES} for commands"
            _warn(scope, TAG_VALUES, f"{found}, and {rule}; use another tag or several targets")


def warn_of_task(scope: Construct, window: Window, task: TaskOptions) -> None:
    """Warn about a document, its timeouts, overrides and role, or about the name of a function or state machine."""
    match task.action:
        case RunCommand() as command:
            _warn_of_command(scope, window, command)
            _warn_of_version(scope, command)
        case Automation() as runbook:
            _warn_of_version(scope, runbook)
            if task.role is None:
                _warn_of_runbook_role(scope, task.id, runbook)
        case LambdaFunction(function=function):
            arn = function.function_ref.function_arn
            _warn_of_name(scope, "function", name_without_prefix(function, "function_name", arn))
        case _ as other:
            state_machine = other.state_machine
            arn = state_machine.state_machine_ref.state_machine_arn
            _warn_of_name(scope, "state machine", name_without_prefix(state_machine, "state_machine_name", arn))


def warn_of_task_count(scope: Construct, tasks: int) -> None:
    """Warn about more tasks than the quota of Systems Manager, which can be raised."""
    if tasks > limits.WINDOW_TASKS:
        quota = f"the window has more than {limits.WINDOW_TASKS} tasks, which is the quota of Systems Manager"
        _warn(scope, TASK_QUOTA, f"{quota}; request an increase, or use a second window")


def _warn_of_command(scope: Construct, window: Window, command: RunCommand) -> None:
    if command.name in LEGACY_DOCUMENTS:
        instead = LEGACY_DOCUMENTS[command.name]
        _warn(scope, LEGACY_DOCUMENT, f"{command.name} is no longer updated or supported by AWS; use {instead}")
    if command.scans_without_record:
        _warn(
            scope,
            UNRECORDED_SCAN,
            "a scan with baseline_override does not update the compliance data of the nodes, its result is only in the "
            "command output; to update compliance data, use PatchBaseline(patch_groups=[...]) instead",
        )
    if _exceeds(command.start_timeout_seconds, window):
        reboots = ", and reboot," if command.run.reboot is not Reboot.NONE else ""
        _warn(
            scope,
            START_TIMEOUT,
            f"start_timeout ({_hours(command.start_timeout_seconds)}) is longer than the window "
            f"({window.duration_hours} h): a node that was offline can still start the command{reboots} after it "
            "closes",
        )
    if _exceeds(command.patching_timeout_seconds, window):
        _warn(
            scope,
            EXECUTION_TIMEOUT,
            f"execution_timeout ({_hours(command.patching_timeout_seconds)}) is longer than the window "
            f"({window.duration_hours} h): patching can continue after it closes",
        )
    for what, parameter in (
        ("baseline_override", BASELINE_OVERRIDE),
        ("install_override_list", INSTALL_OVERRIDE_LIST),
    ):
        url = command.parameter(parameter) if command.run.is_patching else None
        if url:
            warn_of_override(scope, what, url)


def _warn_of_version(scope: Construct, action: RunCommand | Automation) -> None:
    version = action.document_version
    if version is not None and version.isdigit() and is_owned_by_aws(action.name):
        _warn(
            scope,
            PINNED_VERSION,
            f"document_version {version!r} pins the AWS document to a version without updates; "
            "use '$DEFAULT' unless you track its versions",
        )


def _warn_of_runbook_role(scope: Construct, task: str, runbook: Automation) -> None:
    if runbook.runbook_role is not None or runbook.name in RUNBOOK_PERMISSIONS:
        return
    parameter = "" if runbook.role_parameter else f"add the parameter {ASSUME_ROLE} to the document, "
    _warn(
        scope,
        RUNBOOK_ROLE,
        f"task {task} has no runbook_role, and the created role can only start its runbook: it lacks the permissions "
        "of the steps, and iam:PassRole for a role that the document assumes; "
        f"{parameter}pass runbook_role=..., or add the permissions to task_roles[TaskType.AUTOMATION]",
    )


def _warn_of_name(scope: Construct, what: str, name: str | None) -> None:
    if name is not None:
        _warn(
            scope,
            NAME_PREFIX,
            f"AWS documents that the name of a {what} in a maintenance window begins with {limits.TASK_NAME_PREFIX!r}, "
            f"got {name}; the created role allows it by its ARN, but whether that is sufficient is not documented",
        )


def _exceeds(seconds: float | None, window: Window) -> bool:
    if seconds is None or is_unresolved((seconds, window.duration_hours)):
        return False
    return seconds > window.duration_hours * _SECONDS_PER_HOUR


def _hours(seconds: float | None) -> str:
    return f"{(seconds or 0) / _SECONDS_PER_HOUR:.10g} h"


def _warn(scope: Construct, warning: str, message: str) -> None:
    Annotations.of(scope).add_warning_v2(warning, message)
