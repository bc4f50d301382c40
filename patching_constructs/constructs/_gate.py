"""What a gate adds to a schedule: the document of its runbook, and the role that the runbook runs with."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, cast

from aws_cdk import aws_iam as iam
from aws_cdk.aws_ssm import CfnDocument
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef

from patching_constructs.constructs._child_ids import OfGate
from patching_constructs.constructs._covered_windows import window_ids
from patching_constructs.constructs._gate_runbook import CheckedGate, check_gated_task, operation_of, runbook
from patching_constructs.constructs._gate_warnings import warn_of_closed
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.constructs._task_permissions import (
    PASS_ROLE,
    SYSTEMS_MANAGER,
    Allowed,
    document_arn,
    permissions,
    window_arn,
)
from patching_constructs.constructs._task_roles import WindowRoles
from patching_constructs.constructs._window_parts import parts_of
from patching_constructs.constructs.maintenance_window import MaintenanceWindow
from patching_constructs.properties.gate import PatchGate, max_age_seconds, run_seconds
from patching_constructs.properties.pseudo_parameters import PseudoParameter
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import Automation, RunCommand
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.ssm.gate_input import GateInput

_PARAMETERS: Final = (
    (GateInput.WINDOW_ID.value, (PseudoParameter.WINDOW_ID.value,)),
    (GateInput.WINDOW_EXECUTION_ID.value, (PseudoParameter.WINDOW_EXECUTION_ID.value,)),
)
_EXECUTIONS: Final = ("ssm:DescribeMaintenanceWindowExecutions",)
# These actions do not support resource-level permissions.
_READING: Final = (
    "ssm:DescribeInstancePatchStates",
    "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
    "ssm:DescribeMaintenanceWindowExecutionTasks",
)


class ScheduleGate:
    """The gate of a schedule, and the resources that it consists of."""

    def __init__(self, gate: PatchGate) -> None:
        """Take the conditions."""
        self.gate = gate
        self.document: CfnDocument | None = None
        self.role: iam.Role | None = None
        self.created_publisher: iam.Role | None = None
        self._checked: CheckedGate
        self._content: Callable[[], dict[str, object]]
        self._executions: iam.PolicyStatement

    def check(self, window: Window, targets: Sequence[PatchTarget], task: TaskOptions) -> None:
        """Check the gate with the window, the targets and the patch command of the schedule.

        Raises:
            PatchingError: they cannot be used together.
        """
        check_gated_task(task, targets)
        self._checked = CheckedGate(
            gate=self.gate,
            run_seconds=run_seconds(self.gate, window.duration_hours, window.cutoff_hours),
            max_age_seconds=max_age_seconds(self.gate, window.schedule),
            operation=operation_of(task),
        )

    def create(
        self, schedule: MaintenanceWindow, task: TaskOptions, target: PatchTarget, roles: WindowRoles
    ) -> TaskOptions:
        """Create the resources, and return the task of the window: it starts the runbook.

        Args:
            schedule: the schedule, whose windows start the runbook.
            task: the patch command.
            target: the nodes of the command.
            roles: the roles of the window.
        """
        notification = task.action.notification if isinstance(task.action, RunCommand) else None
        publisher, publishing = roles.publisher(notification, prefix="")
        self._content = partial(self._runbook, schedule, task, target, publisher)
        self._executions = Allowed(_EXECUTIONS, self._arns(schedule)).statement()
        others = [
            *_reading(self.gate),
            *permissions(task.action, has_targets=True),
            *([Allowed(PASS_ROLE, (publisher.role_ref.role_arn,))] if publisher else []),
        ]
        self.role = iam.Role(
            schedule,
            OfGate.ROLE,
            assumed_by=iam.ServicePrincipal(SYSTEMS_MANAGER),
            inline_policies={
                "RunGate": iam.PolicyDocument(statements=[self._executions, *(each.statement() for each in others)])
            },
        )
        self.document = CfnDocument(
            schedule,
            OfGate.DOCUMENT,
            content=self._content(),
            document_type="Automation",
            # The JSON of a template is YAML too; AWS does not document a script as supported in a runbook in JSON.
            document_format="YAML",
            update_method="NewVersion",
        )
        if publishing:
            self.created_publisher = cast("iam.Role", publisher)
            publishing.apply_before(self.document)
        for each in (schedule, self.gate.after):
            if isinstance(each, MaintenanceWindow):
                parts_of(each).follow(partial(self._write_windows, schedule, self.document))
        return TaskOptions(
            id=task.id,
            action=Automation(document=self.document, parameters=_PARAMETERS, runbook_role=self.role),
            targets=(),
            cutoff_behavior=task.cutoff_behavior,
            role=task.role,
            task_name=task.task_name,
            task_description=task.task_description,
        )

    def warn(self, schedule: MaintenanceWindow) -> None:
        """Warn if the gate cannot open."""
        after = self.gate.after
        if isinstance(after, MaintenanceWindow):
            warn_of_closed(schedule, self._checked, after.node.path, parts_of(schedule), parts_of(after))

    def _write_windows(self, schedule: MaintenanceWindow, document: CfnDocument) -> None:
        """Write the windows again, after a freeze has added some."""
        document.content = self._content()
        self._executions.add_resources(*self._arns(schedule))

    def _runbook(
        self, schedule: MaintenanceWindow, task: TaskOptions, target: PatchTarget, publisher: IRoleRef | None
    ) -> dict[str, object]:
        events = self._checked.events(window_ids(schedule), _ids(self.gate.after))
        return runbook(task, target, events, self._checked.run_seconds, publisher)

    def _arns(self, schedule: MaintenanceWindow) -> tuple[str, ...]:
        return tuple(map(window_arn, [*window_ids(schedule), *_ids(self.gate.after)]))


def _ids(window: IMaintenanceWindowRef | None) -> Sequence[str]:
    return [] if window is None else window_ids(window)


def _reading(gate: PatchGate) -> Iterator[Allowed]:
    if gate.calendars:
        yield Allowed(("ssm:GetCalendarState",), tuple(map(document_arn, gate.calendars)))
    if gate.after is not None:
        yield Allowed(_READING)
