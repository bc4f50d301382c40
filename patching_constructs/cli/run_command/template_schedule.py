"""A schedule of a template that one command can run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.run_command.options import Options
from patching_constructs.cli.run_command.schedule_names import find_window
from patching_constructs.cli.run_command.targets import (
    SELECT_THE_NODES,
    Filter,
    filters_in_words,
    target_of_filters,
)
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    HOOKS,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    SNAPSHOT_ID,
    PatchHooks,
)
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.template import MaintenanceWindow, UnknownError, Value, WindowTarget, WindowTask, read_windows

# The parameters that `now` can send; others would be dropped silently.
_PARAMETERS: Final = frozenset(
    {
        OPERATION,
        REBOOT_OPTION,
        BASELINE_OVERRIDE,
        INSTALL_OVERRIDE_LIST,
        EXECUTION_TIMEOUT,
        SNAPSHOT_ID,
        *HOOKS.values(),
    }
)


@dataclass(frozen=True, slots=True)
class TemplateSchedule:
    """A window of a template, with the values of its only patch task."""

    name: str
    stack_environment: str
    values: Mapping[str, Value]
    targets: tuple[WindowTarget, ...]

    @property
    def environment(self) -> tuple[str | None, str | None]:
        """The account and the Region of the stack, each None where it is unknown until deployment."""
        account, _, region = self.stack_environment.removeprefix("aws://").partition("/")
        return (
            None if account in {"", "unknown-account"} else account,
            None if region in {"", "unknown-region"} else region,
        )

    def known(self, name: str, fix: str) -> str | None:
        """Return a value that the command needs.

        Raises:
            PatchingError: it is unknown until deployment.
        """
        return self._known(name, self.values[name], fix) if name in self.values else None

    def _known(self, what: str, value: Value, fix: str) -> str | None:
        if value.is_unknown:
            raise _unknown(self.name, what, value, fix)
        return value.written()

    def hooks(self) -> PatchHooks | None:
        """Return the documents that run around the install."""
        fix = f"to install without hooks, {SELECT_THE_NODES}"
        documents = {field: self.known(name, fix) for field, name in HOOKS.items()}
        return PatchHooks(**documents) if any(documents.values()) else None

    def target(self) -> PatchTarget:
        """Return the nodes as one target: a window can have several targets, a command has one."""
        every = [self._filters(each) for each in self.targets]
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

    def _filters(self, target: WindowTarget) -> list[Filter]:
        return [
            (self._known_text(key), tuple(self._known_text(value) for value in values))
            for key, values in target.filters_as_written
        ]

    def _known_text(self, value: Value) -> str:
        return self._known("a target", value, SELECT_THE_NODES) or ""


def _unknown(schedule: str, what: str, value: Value, fix: str) -> PatchingError:
    return PatchingError(f"schedule {schedule!r}: {what} is unknown until deployment, got {value.function}", fix)


def schedule_of_options(options: Options) -> TemplateSchedule | None:
    """Return the schedule that the options name, None where they name no template."""
    if options.template is None:
        return None
    window = find_window(read_windows(options.template, use_defaults=options.use_defaults), options.schedule)
    try:
        return _schedule(window, _task(window))
    except UnknownError as error:
        raise _unknown(window.label, error.at.name, error.at, SELECT_THE_NODES) from None


def _schedule(window: MaintenanceWindow, task: WindowTask) -> TemplateSchedule:
    values = {name: task.parameter(name) for name in task.parameters}
    return TemplateSchedule(
        name=window.label,
        stack_environment=window.environment,
        values=values | {"MaxConcurrency": task.max_concurrency, "MaxErrors": task.max_errors},
        targets=_targets(window, task),
    )


def _targets(window: MaintenanceWindow, task: WindowTask) -> tuple[WindowTarget, ...]:
    """Return the targets of the task; to ignore one that is not found would leave nodes unpatched."""
    found = {each.logical_id: each for each in window.targets}
    for value in task.target_ids:
        if value.reference not in found:
            what = f"schedule {window.label!r}: a target"
            got = value.function or value.written()
            raise refusal(what, "must be in the template and belong to the same window", got, SELECT_THE_NODES)
    return tuple(found[value.reference] for value in task.target_ids if value.reference)


def _task(window: MaintenanceWindow) -> WindowTask:
    documents = {each.logical_id: each.document.function or each.document.written() for each in window.tasks}
    patching = [each for each in window.tasks if documents[each.logical_id] in PATCH_DOCUMENTS]
    what = f"schedule {window.label!r}"
    if window.is_frozen and not window.tasks:
        raise refusal(what, "must have a task", "a frozen schedule without a task", SELECT_THE_NODES)
    if len(patching) != 1:
        got = ", ".join(f"{name} ({document})" for name, document in documents.items()) or "no task"
        raise refusal(what, f"must have exactly one task that runs {' or '.join(PATCH_DOCUMENTS)}", got)
    foreign = sorted(set(patching[0].parameters) - _PARAMETERS)
    if foreign:
        rule = f"must have only the parameters {', '.join(sorted(_PARAMETERS))}"
        raise refusal(what, rule, ", ".join(foreign), SELECT_THE_NODES)
    return patching[0]
