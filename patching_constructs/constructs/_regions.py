"""Whether what a schedule refers to is in its Region: Systems Manager finds nothing in another one.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
"""

from collections.abc import Iterable, Iterator

from aws_cdk import Stack
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.properties.task_actions import (
    Automation,
    LambdaFunction,
    RunCommand,
    TaskAction,
)
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.ssm.documents import region_of


def check_regions(scope: Construct, tasks: Iterable[TaskOptions]) -> None:
    """Check the documents, functions and state machines of tasks, as far as their Regions are known.

    Raises:
        PatchingError: one of them is in another Region than the scope.
    """
    found = [(what, _region(used)) for task in tasks for what, used in _used(task.action)]
    known = [(what, region) for what, region in found if region and not is_unresolved(region)]
    if not known:
        return
    here = Stack.of(scope).region
    other = next(((what, region) for what, region in known if region != here), None)
    if other is not None and not is_unresolved(here):
        fix = "use one of the same Region"
        raise refusal(other[0], f"must be in the Region of the window, {here}", other[1], fix)


def check_window_before(scope: Construct, window: IMaintenanceWindowRef) -> None:
    """Check that the window before is in the same account and Region, as far as they are known.

    Raises:
        PatchingError: it is not, so a gate would find no execution of it.
    """
    if different := _different_environment(scope, window):
        name, own, other = different
        fix = "use a window of the same account and Region"
        raise refusal("PatchGate after", f"must be in the {name} of the schedule, {own}", other, fix)


def check_rule_scope(scope: Construct, windows: Iterable[IMaintenanceWindowRef]) -> None:
    """Check that an EventBridge rule is in the account and Region of its windows, as far as they are known.

    Raises:
        PatchingError: it is not, so it would receive no event of a window.
    """
    for window in windows:
        if different := _different_environment(scope, window):
            name, own, other = different
            fix = "create a rule in the account and Region of each window"
            raise refusal("windows", f"must be in the {name} of the rule, {own}", other, fix)


def check_monitored_window(scope: Construct, window: IMaintenanceWindowRef) -> None:
    """Check that a window is in the account and Region of its monitoring, as far as they are known.

    Raises:
        PatchingError: it is not, so the monitoring would receive no event of it, and could not read its executions.
    """
    if different := _different_environment(scope, window):
        name, own, other = different
        fix = "create a PatchMonitoring in the account and Region of each schedule"
        raise refusal("schedules", f"must be in the {name} of the monitoring, {own}", other, fix)


def _different_environment(scope: Construct, window: IMaintenanceWindowRef) -> tuple[str, str, str] | None:
    """Return what differs, the account or the Region, with the value of the scope and that of the window."""
    here, there = Stack.of(scope), window.env
    pairs = (("account", here.account, there.account), ("Region", here.region, there.region))
    different = (each for each in pairs if not is_unresolved(each[1:]) and each[1] != each[2])
    return next(different, None) or _half_known(pairs, window)


def _half_known(pairs: Iterable[tuple[str, str, str]], window: IMaintenanceWindowRef) -> tuple[str, str, str] | None:
    """Return what is known of one environment alone, between which the CDK does not pass the ID of a window."""
    if not is_unresolved(window.maintenance_window_ref.window_id):
        return None
    half = (
        (name, _shown(own), _shown(there)) for name, own, there in pairs if is_unresolved(own) != is_unresolved(there)
    )
    return next(half, None)


def _shown(value: str) -> str:
    return "that of a stack without env" if is_unresolved(value) else value


def _used(action: TaskAction) -> Iterator[tuple[str, object]]:
    """Return what an action runs, each with the name of its property."""
    match action:
        case RunCommand():
            yield "document", action.document
            yield from action.hooks
        case Automation():
            yield "document", action.document
        case LambdaFunction():
            yield "function", action.function
        case _:
            yield "state_machine", action.state_machine


def _region(used: object) -> str | None:
    """Return the Region of a construct, or that in the ARN of a document; None for a name."""
    if isinstance(used, str):
        return region_of(used)
    environment = getattr(used, "env", None)
    return None if environment is None else str(environment.region)
