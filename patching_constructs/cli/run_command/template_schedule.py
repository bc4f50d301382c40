"""A schedule of a template that one command can run: a task of a maintenance window, or an association and its like."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.given_schedules import read_given
from patching_constructs.cli.run_command.options import Options, parsed_rate
from patching_constructs.cli.run_command.settings import Settings, settings_of
from patching_constructs.cli.run_command.targets import (
    SELECT_THE_NODES,
    Filter,
    filters_in_words,
    target_of_filters,
)
from patching_constructs.cli.run_command.template_values import in_file, one_text, place, unknown
from patching_constructs.cli.schedule_names import AnySchedule, find_schedule, resource_of
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    HOOKS,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    RUN_PATCH_BASELINE,
    SNAPSHOT_ID,
    PatchHooks,
    PatchOperation,
)
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm.target_keys import INSTANCE_IDS, WINDOW_TARGET_IDS
from patching_constructs.template import MaintenanceWindow, UnknownError, Value
from patching_constructs.template.commands import Command, TaskCommand
from patching_constructs.template.gates import gate_of
from patching_constructs.template.patch_policies import PolicyCommand
from patching_constructs.template.scheduled_runs import RunKind, ScheduledRun
from patching_constructs.template.task_runs import commands_in
from patching_constructs.template.upcoming_runs import schedules_of

# The parameters that `now` can send; another one is an error, because it would be dropped.
_INSTALLS: Final = frozenset({REBOOT_OPTION, INSTALL_OVERRIDE_LIST, *HOOKS.values()})
_PARAMETERS: Final = frozenset({OPERATION, BASELINE_OVERRIDE, EXECUTION_TIMEOUT, SNAPSHOT_ID}) | _INSTALLS
_OF_THE_WINDOW: Final = "WINDOW_EXECUTION_ID"


@dataclass(frozen=True)
class TemplateSchedule:
    """The only patch command of a schedule of a template."""

    schedule: AnySchedule
    command: Command

    @property
    def name(self) -> str:
        """What to call it."""
        return self.schedule.label

    @property
    def environment(self) -> tuple[str | None, str | None]:
        """The account and the Region of the stack, each None where it is unknown until deployment."""
        account, _, region = resource_of(self.schedule).environment.removeprefix("aws://").partition("/")
        return (
            None if account in {"", "unknown-account"} else account,
            None if region in {"", "unknown-region"} else region,
        )

    # --- Values ---------------------------------------------------------------------------------------

    def known(self, name: str, fix: str) -> str | None:
        """Return a parameter of the document.

        Raises:
            PatchingError: it is unknown until deployment, or is not a list with one string.
        """
        if name not in self._parameters:
            return None
        try:
            return one_text(self._parameters[name], is_scalar_accepted=self.command.is_scalar_accepted)
        except UnknownError as error:
            raise unknown(self.name, error, fix, name) from None

    def rate(self, name: str, fix: str) -> RateControl | None:
        """Return MaxConcurrency or MaxErrors.

        Raises:
            PatchingError: it is invalid, or unknown until deployment.
        """
        value = self.command.max_concurrency if name == "MaxConcurrency" else self.command.max_errors
        try:
            text = value.written()
        except UnknownError as error:
            raise unknown(self.name, error, fix) from None
        with in_file(value):
            return parsed_rate(name, text) if text else None

    def located(self, name: str) -> AbstractContextManager[None]:
        """Add the file and line of a parameter of the document to an error; of its task where it has none."""
        return in_file(self._parameters.get(name, self.command.at))

    @cached_property
    def _parameters(self) -> Mapping[str, Value]:
        return dict(self.command.parameters.entries())

    @cached_property
    def settings(self) -> Settings:
        """What it gives to Run Command beside the document and its parameters."""
        try:
            return settings_of(self.command)
        except UnknownError as error:
            raise unknown(self.name, error, SELECT_THE_NODES) from None

    def hooks(self) -> PatchHooks | None:
        """Return the documents that run around the install."""
        fix = f"to install without hooks, {SELECT_THE_NODES}"
        documents = {field: self.known(name, fix) for field, name in HOOKS.items()}
        return PatchHooks(**documents) if any(documents.values()) else None

    # --- Nodes ----------------------------------------------------------------------------------------

    def target(self) -> PatchTarget:
        """Return the nodes as one target: a schedule can have several targets, a command has one."""
        every = self._targets
        with in_file(self.command.at):
            return self._one_target(every)

    def _one_target(self, every: list[list[Filter]]) -> PatchTarget:
        match every:
            case [filters]:
                return target_of_filters(filters)
            case [[(key, _)], *_] if all(len(each) == 1 and each[0][0] == key for each in every):
                values = dict.fromkeys(value for [(_, values)] in every for value in values)
                return target_of_filters([(key, tuple(values))])
            case _:
                got = " or ".join(map(filters_in_words, every)) or "none"
                what = f"schedule {self.name!r}: the targets"
                raise refusal(what, "must be the same key with different values, or one target", got, SELECT_THE_NODES)

    @cached_property
    def _targets(self) -> list[list[Filter]]:
        if self.command.are_nodes_decided_later:
            problem = f"schedule {self.name!r}: its nodes are known only when its runbook runs"
            raise PatchingError(f"{place(self.command.at)}: {problem}", SELECT_THE_NODES)
        try:
            return _of_window(self.schedule, self.command) if isinstance(self.command, TaskCommand) else self._own()
        except UnknownError as error:
            raise unknown(self.name, error, SELECT_THE_NODES, "a target") from None

    def _own(self) -> list[list[Filter]]:
        filters = _filters(self.command.filters)
        ids = [] if self.command.node_ids is None else self.command.node_ids.each()
        by_id = [[(INSTANCE_IDS, tuple(map(_text, ids)))]] if ids else []
        return [*([filters] if filters else []), *by_id]

    # --- What is sent otherwise -----------------------------------------------------------------------

    def left_out(self, sent: Mapping[str, object], document: str) -> list[str]:
        """Return in words what it says and a command does not do.

        Args:
            sent: the parameters of the command.
            document: the document of the command.
        """
        given = [name for name, value in self._parameters.items() if value.is_unknown or _has_text(value)]
        notes = [f"{name} is left out: a scan installs nothing" for name in given if name in _INSTALLS - sent.keys()]
        if SNAPSHOT_ID in given and _OF_THE_WINDOW not in str(self._parameters[SNAPSHOT_ID].content):
            notes.append(f"{SNAPSHOT_ID} is replaced by a new one, so that the nodes get the patches approved today")
        if self.command.document_name != document:
            notes.append(f"{document} is run instead of {self.command.document_name}: there are no hooks to run")
        if isinstance(self.schedule, ScheduledRun):
            notes += _ignored_of(self.schedule)
        else:
            own = next(task for task in self.schedule.tasks if self.command.runner in (task, task.runbook))
            if gate_of(own.runbook):
                notes.append("the conditions of the gate are not checked")
            others = [task.logical_id for task in self.schedule.tasks if task is not own]
            notes += [f"the other tasks of the window are not run: {', '.join(others)}"] if others else []
        return [*notes, *self.settings.left_out]


def _has_text(value: Value) -> bool:
    return any(item.is_unknown or item.text() != "" for item in value.each())


def _ignored_of(run: ScheduledRun) -> list[str]:
    notes = []
    if run.kind in (RunKind.RULE, RunKind.SCHEDULE) and run.resource.at("State").content == "DISABLED":
        notes.append(f"the {run.kind} is disabled in the template")
    if run.kind is RunKind.ASSOCIATION and run.resource.at("CalendarNames").content:
        notes.append("CalendarNames is ignored: the command runs even if a change calendar is closed")
    return notes


def _of_window(schedule: AnySchedule, command: TaskCommand) -> list[list[Filter]]:
    """Return the targets of a task; to ignore one that is not found would leave nodes unpatched."""
    targets = schedule.targets if isinstance(schedule, MaintenanceWindow) else []
    found = {each.referent: each for each in targets}
    every: list[list[Filter]] = []
    for entry in command.filters:
        if entry["Key"].text() != WINDOW_TARGET_IDS:
            every.append(_filters([entry]))
            continue
        for value in entry["Values"].items():
            if value.referent not in found:
                what = f"{place(value)}: schedule {schedule.label!r}: a target"
                got = value.function or value.written()
                raise refusal(what, "must be in the template and belong to the same window", got, SELECT_THE_NODES)
            every.append(_filters(found[value.referent].filters))
    return every


def _filters(entries: Sequence[Value]) -> list[Filter]:
    return [(_text(each["Key"]), tuple(_text(value) for value in each["Values"].each())) for each in entries]


def _text(value: Value) -> str:
    return value.text() or ""


# --- Which schedule, and which of its commands --------------------------------------------------------


def schedule_of_options(options: Options) -> TemplateSchedule:
    """Return the schedule that the options name.

    Raises:
        PatchingError: there is no such schedule, or `now` cannot run it.
    """
    read = schedules_of(read_given(options.templates, use_defaults=options.use_defaults).templates)
    schedules: list[AnySchedule] = [*read.windows, *_one_of_each_resource(read.runs)]
    schedule = find_schedule(schedules, options.schedule)
    try:
        command = _command(schedule, options.operation)
        _check_parameters(schedule, command)
    except UnknownError as error:
        raise unknown(schedule.label, error, SELECT_THE_NODES) from None
    return TemplateSchedule(schedule, command)


def _one_of_each_resource(runs: Sequence[ScheduledRun]) -> Iterable[ScheduledRun]:
    """Return one run of each resource: the scans and the installs of a patch policy have the same name.

    `now` can run neither of them, so there is nothing to choose.
    """
    return {run.resource: run for run in runs}.values()


def _is_meant(command: Command, operation: PatchOperation | None) -> bool:
    """Return whether it is the one of several: of the operation that is asked for, by default the install.

    A schedule can install patches, and scan afterwards, so that compliance data is current.
    """
    return command.installs if operation is None else command.parameter(OPERATION) == operation


def _command(schedule: AnySchedule, operation: PatchOperation | None) -> Command:
    where = place(resource_of(schedule).value)
    what = f"{where}: schedule {schedule.label!r}"
    if isinstance(schedule, MaintenanceWindow):
        if schedule.is_frozen and not schedule.tasks:
            raise refusal(what, "must have a task", "a frozen schedule without a task", SELECT_THE_NODES)
        commands: Sequence[Command] = commands_in(schedule)
    else:
        commands = schedule.commands
    patching = [each for each in commands if each.document_name in PATCH_DOCUMENTS]
    if len(patching) > 1:
        patching = [each for each in patching if _is_meant(each, operation)] or patching
    if len(patching) != 1:
        got = ", ".join(f"{each.runner.logical_id} ({each.document_name or 'no document'})" for each in commands)
        rule = f"must have exactly one task that runs {' or '.join(PATCH_DOCUMENTS)}"
        raise refusal(what, rule, got or "no task", SELECT_THE_NODES)
    if isinstance(patching[0], PolicyCommand):
        problem = "is a patch policy, whose patch baselines Quick Setup passes to the nodes at run time"
        raise PatchingError(f"{what} {problem}", SELECT_THE_NODES)
    return patching[0]


def _check_parameters(schedule: AnySchedule, command: Command) -> None:
    document = command.document_name or RUN_PATCH_BASELINE
    accepted = _PARAMETERS & command.known_parameters.keys()
    what = f"schedule {schedule.label!r}"
    for name, value in command.parameters.entries():
        if name not in accepted:
            with in_file(value):
                rule = f"must have only the parameters {', '.join(sorted(accepted))} of {document}"
                raise refusal(what, rule, name, SELECT_THE_NODES)
        # A new snapshot is sent in any case.
        if command.is_decided_later(value) and name != SNAPSHOT_ID:
            with in_file(value):
                raise PatchingError(f"{what}: {name} is known only when its runbook runs", SELECT_THE_NODES)
