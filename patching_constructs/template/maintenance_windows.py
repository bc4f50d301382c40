"""Maintenance windows, and the targets and tasks that are registered with them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html
"""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from patching_constructs._errors import PatchingError
from patching_constructs._template_metadata import FROZEN
from patching_constructs.planning.windows import read_moment, read_schedule
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm.documents import is_owned_by_aws, name_of
from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS
from patching_constructs.template.node_filters import is_by_id, patch_groups
from patching_constructs.template.resource import Resource
from patching_constructs.template.rollout_rings import RolloutRing, ring_of
from patching_constructs.template.sources import Template
from patching_constructs.template.value import Referent, Value
from patching_constructs.template.window_freezes import freezes_in

WINDOW: Final = "AWS::SSM::MaintenanceWindow"
TARGET: Final = "AWS::SSM::MaintenanceWindowTarget"
TASK: Final = "AWS::SSM::MaintenanceWindowTask"
RUN_COMMAND: Final = "RUN_COMMAND"
INVOCATION_PARAMETERS: Final = {
    RUN_COMMAND: "MaintenanceWindowRunCommandParameters",
    "AUTOMATION": "MaintenanceWindowAutomationParameters",
    "LAMBDA": "MaintenanceWindowLambdaParameters",
    "STEP_FUNCTIONS": "MaintenanceWindowStepFunctionsParameters",
}
"""The key in TaskInvocationParameters, by the type of the task."""
_WITHOUT_DOCUMENT: Final = ("LAMBDA", "STEP_FUNCTIONS")


class Registration(Resource):
    """A target or a task: it is registered with a window."""

    @property
    def window_id(self) -> Value:
        """The window that it is registered with."""
        return self.at("WindowId")


class WindowTarget(Registration):
    """A target of a window."""

    @cached_property
    def filters(self) -> list[Value]:
        """The entries of its ``Targets``: keys with values.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return self["Targets"].items()

    @property
    def filters_as_written(self) -> list[tuple[Value, list[Value]]]:
        """The keys of its ``Targets`` with their values; what is unknown is one unknown key or value."""
        return [(entry.at("Key"), entry.at("Values").each()) for entry in self.at("Targets").each()]

    @cached_property
    def patch_groups(self) -> list[Value]:
        """The patch groups that it selects by name.

        Raises:
            UnknownError: a key is unknown until deployment.
        """
        return patch_groups(self.filters)


class WindowTask(Registration):
    """A task of a window."""

    runbook: Resource | None = None
    """The document of the templates that it runs."""

    @property
    def document(self) -> Value:
        """The document that it runs."""
        return self.at("TaskArn")

    @property
    def kind(self) -> Value:
        """Its ``TaskType``."""
        return self.at("TaskType")

    @property
    def max_concurrency(self) -> Value:
        """The maximum number of nodes that run it at the same time."""
        return self.at("MaxConcurrency")

    @property
    def max_errors(self) -> Value:
        """The maximum number of errors before it stops."""
        return self.at("MaxErrors")

    @property
    def cutoff_behavior(self) -> Value:
        """The behavior of a running task at the cutoff."""
        return self.at("CutoffBehavior")

    @property
    def roles(self) -> list[Value]:
        """The roles that Systems Manager assumes: for the task, for its notifications, and for a runbook of AWS."""
        given = [self.at("ServiceRoleArn"), self._run_command.at("ServiceRoleArn")]
        document = "" if self.document.is_unknown else name_of(self.document.text() or "")
        automation = self.at("TaskInvocationParameters").at("MaintenanceWindowAutomationParameters")
        role = automation.at("Parameters").at("AutomationAssumeRole")
        return [*given, *role.each()] if is_owned_by_aws(document) else given

    @property
    def start_timeout(self) -> Value:
        """The seconds within which a node must start."""
        return self._run_command.at("TimeoutSeconds")

    @property
    def invocation(self) -> Value:
        """The Run Command part of ``TaskInvocationParameters``.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self["TaskInvocationParameters"][INVOCATION_PARAMETERS[RUN_COMMAND]]

    @cached_property
    def runs_command(self) -> bool:
        """Whether it is a Run Command task, or has the parameters of one beside another type, which is invalid.

        Raises:
            UnknownError: its type is unknown until deployment.
        """
        return self["TaskType"].text() == RUN_COMMAND or isinstance(self._run_command.content, dict)

    @property
    def may_run_document(self) -> bool:
        """Whether the template does not show that it runs a function or a state machine instead of a document."""
        kind = self.kind
        if kind.is_unknown or kind.text() not in _WITHOUT_DOCUMENT or isinstance(self._run_command.content, dict):
            return True
        # A document beside the type of a function is an error.
        return not self.document.is_unknown

    @cached_property
    def filters(self) -> list[Value]:
        """The entries of its ``Targets``.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return self["Targets"].items()

    @cached_property
    def target_ids(self) -> list[Value]:
        """The ids of the window's targets that it runs on.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        by_target = [entry["Values"] for entry in self.filters if entry["Key"].text() == WINDOW_TARGET_IDS]
        return [value for values in by_target for value in values.items()]

    @cached_property
    def target_references(self) -> frozenset[Referent]:
        """The references among them: the resources of the templates that it runs on.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return frozenset(value.referent for value in self.target_ids if value.referent is not None)

    # --- The document's parameters --------------------------------------------------------------------

    @property
    def parameters(self) -> dict[str, Value]:
        """The parameters of the document that Systems Manager uses, each usually a list.

        The deprecated ``TaskParameters`` count where ``TaskInvocationParameters`` has no values.
        https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return {name: self.parameter_values(name) for name, _ in self._parameters.entries()}

    def parameter(self, name: str) -> Value:
        """Return the first value of a parameter of the document."""
        given = self.parameter_values(name)
        return next(iter(given.each()), given)

    def parameter_values(self, name: str) -> Value:
        """Return the values of a parameter of the document, usually a list of one."""
        given = self._parameters.at(name)
        return given.at("Values") if self.is_legacy else given

    @property
    def _parameters(self) -> Value:
        return self.at("TaskParameters") if self.is_legacy else self._run_command.at("Parameters")

    @property
    def is_legacy(self) -> bool:
        """Whether Systems Manager uses the deprecated ``TaskParameters``."""
        current, deprecated = self.at("TaskInvocationParameters"), self.at("TaskParameters")
        given = current.content.values() if isinstance(current.content, dict) else [current.content]
        return all(each in (None, {}) for each in given) and deprecated.content not in (None, {})

    @property
    def _run_command(self) -> Value:
        return self.at("TaskInvocationParameters").at(INVOCATION_PARAMETERS[RUN_COMMAND])


class MaintenanceWindow(Resource):
    """A maintenance window, with the targets and tasks that the templates register with it."""

    def __init__(
        self,
        template: Template,
        logical_id: str,
        content: Mapping[str, object],
        registrations: Sequence[Registration] = (),
    ) -> None:
        """Create a window with its registered targets and tasks, in the order of the templates."""
        super().__init__(template, logical_id, content)
        self.targets = [each for each in registrations if isinstance(each, WindowTarget)]
        self.tasks = [each for each in registrations if isinstance(each, WindowTask)]
        self.first: MaintenanceWindow | None = None
        """The first window of its schedule, if it is one after a freeze."""
        self.later: list[MaintenanceWindow] = []
        """The windows of its schedule after freezes; this is the first one."""
        # Read now, so that metadata that cannot be read is reported before anything is printed.
        path = self.construct_path
        self.schedule_path = None if path is None else path.removesuffix("/Resource")
        """The path of the construct that created it: without the ``/Resource`` of the window itself."""

    @property
    def name(self) -> Value:
        """Its name."""
        return self.at("Name")

    @property
    def label(self) -> str:
        """Its name; the logical id if it has no name, or if the name is unknown until deployment."""
        return self.logical_id if self.name.is_unknown else self.name.written() or self.logical_id

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What the constructs, or the author of the template, say about it."""
        return self.template.metadata(self.logical_id)

    @property
    def is_frozen(self) -> bool:
        """Whether the template says that the window has no task on purpose."""
        return self.metadata.get(FROZEN) is True

    # --- Freezes --------------------------------------------------------------------------------------

    def add_later(self, window: "MaintenanceWindow") -> None:
        """Add a window of the same schedule after a freeze."""
        self.later.append(window)
        window.first = self

    @property
    def of_schedule(self) -> "list[MaintenanceWindow]":
        """All windows of its schedule, of which at most one can be open."""
        first = self.first or self
        return [first, *first.later]

    @cached_property
    def freezes(self) -> list[PatchFreeze]:
        """When the template says that there is a freeze on purpose."""
        return list(freezes_in(self.metadata))

    @cached_property
    def ring(self) -> RolloutRing | None:
        """The ring of a rollout that it belongs to."""
        return ring_of(self.template.metadata(self.logical_id))

    # --- What its tasks run on ------------------------------------------------------------------------

    @cached_property
    def used_targets(self) -> frozenset[Referent]:
        """The targets that its tasks run on.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return frozenset[Referent]().union(*(task.target_references for task in self.tasks))

    @cached_property
    def runbook_tasks(self) -> list[WindowTask]:
        """Its tasks that start a runbook of the templates."""
        return [task for task in self.tasks if task.runbook is not None]

    @cached_property
    def unknown_target_id(self) -> Value | None:
        """A target that one of its tasks runs on and that is unknown until deployment.

        Raises:
            UnknownError: the targets of a task are unknown until deployment.
        """
        ids = (value for task in self.tasks for value in task.target_ids)
        return next((value for value in ids if value.is_unknown and not value.reference), None)

    @cached_property
    def node_ids(self) -> frozenset[Hashable] | None:
        """The nodes that its targets name, to compare by `Value.identity`; None where some are selected otherwise.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        entries = [entry for target in self.targets for entry in target.filters]
        if not all(map(is_by_id, entries)):
            return None
        return frozenset(value.identity for entry in entries for value in entry["Values"].items())

    # --- When it is open ------------------------------------------------------------------------------

    @property
    def schedule(self) -> Value:
        """The schedule expression, as the template has it."""
        return self.at("Schedule")

    @property
    def time_zone(self) -> Value:
        """The time zone of the schedule."""
        return self.at("ScheduleTimezone")

    @property
    def schedule_offset(self) -> Value:
        """The days between each date of the schedule and the execution."""
        return self.at("ScheduleOffset")

    @property
    def duration(self) -> Value:
        """Its duration in hours."""
        return self.at("Duration")

    @property
    def cutoff(self) -> Value:
        """The hours before the end after which no new task starts."""
        return self.at("Cutoff")

    @property
    def start_date(self) -> Value:
        """The date after which it opens."""
        return self.at("StartDate")

    @property
    def end_date(self) -> Value:
        """The date after which it no longer opens."""
        return self.at("EndDate")

    @cached_property
    def expression(self) -> ScheduleExpression | None:
        """The schedule with its time zone and offset; None if it is invalid, which rules of their own report.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        text, zone = self["Schedule"].text(), self["ScheduleTimezone"].text()
        offset = self["ScheduleOffset"].number()
        try:
            return None if text is None else read_schedule(text, zone, offset)
        except PatchingError:
            return None

    @property
    def starts(self) -> datetime | None:
        """The start date; None where there is none, or it is invalid, which has a rule of its own.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return _moment(self["StartDate"])

    @property
    def ends(self) -> datetime | None:
        """The end date; None where there is none, or it is invalid, which has a rule of its own.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return _moment(self["EndDate"])


def _moment(date: Value) -> datetime | None:
    try:
        return read_moment(date.name, date.text())
    except PatchingError:
        return None
