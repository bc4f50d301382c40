"""Which schedules a command shows: those of a stack, with a name, with an operation, or of nodes with a tag."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patching_constructs._errors import refusal
from patching_constructs._validation import nearest
from patching_constructs.cli.schedule_names import AnySchedule, find_schedules, resource_of
from patching_constructs.planning.coverage import Selection
from patching_constructs.properties.command import OPERATION, PatchOperation
from patching_constructs.ssm.documents import ACTION, INSTALL_WINDOWS_UPDATES
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template import MaintenanceWindow, UnknownError
from patching_constructs.template.commands import Command
from patching_constructs.template.node_filters import selection
from patching_constructs.template.task_runs import commands_in
from patching_constructs.template.upcoming_runs import Schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFilter:
    """What each option asks for; a schedule is shown if it matches one value of every option that is given.

    What is unknown until deployment matches, so that no install is hidden.
    """

    stacks: Sequence[str] = ()
    names: Sequence[str] = ()
    operations: Sequence[PatchOperation] = ()
    tags: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Return whether it leaves any schedule out."""
        return bool(self.stacks or self.names or self.operations or self.tags)

    def __str__(self) -> str:
        """Return the options as they are typed."""
        given = {"--stack": self.stacks, "--schedule": self.names, "--operation": self.operations, "--tag": self.tags}
        return " ".join(f"{flag} {value}" for flag, values in given.items() for value in values)

    def select(self, read: Schedules) -> Schedules:
        """Return the schedules that match.

        Raises:
            PatchingError: there is no such stack or schedule, or a tag is not written as KEY=VALUE.
        """
        schedules: list[AnySchedule] = [*read.windows, *read.runs]
        named = {id(each) for name in self.names for each in find_schedules(schedules, name)}
        self._check_stacks(schedules)
        tags = [_tag(each) for each in self.tags]

        def matches(schedule: AnySchedule) -> bool:
            return (
                (not self.names or id(schedule) in named)
                and (not self.stacks or resource_of(schedule).stack in self.stacks)
                and (not self.operations or any(_does(each, self.operations) for each in _commands(schedule)))
                and (not tags or any(_selects(each, tags) for each in _selections(schedule)))
            )

        return Schedules(
            [window for window in read.windows if matches(window)],
            [run for run in read.runs if matches(run)],
            read.unread,
        )

    def _check_stacks(self, schedules: Sequence[AnySchedule]) -> None:
        known = list(dict.fromkeys(resource_of(each).stack for each in schedules))
        for stack in self.stacks:
            if stack not in known:
                near = nearest(stack, known)
                fix = f"did you mean {near!r}?" if near else f"the schedules are in {', '.join(known) or 'no stack'}"
                raise refusal("--stack", "must name a stack with a schedule", repr(stack), fix)


def _tag(given: str) -> tuple[str, str]:
    key, equals, value = given.partition("=")
    if not (key and equals):
        raise refusal("--tag", "must be KEY=VALUE", repr(given))
    return key, value


def _commands(schedule: AnySchedule) -> Sequence[Command]:
    if isinstance(schedule, MaintenanceWindow):
        return commands_in(schedule)
    return schedule.commands


def _does(command: Command, operations: Sequence[PatchOperation]) -> bool:
    try:
        if command.document_name == INSTALL_WINDOWS_UPDATES:
            return (command.parameter(ACTION) or PatchOperation.INSTALL) in operations
        return command.parameter(OPERATION) in operations
    except UnknownError:
        return True


def _selections(schedule: AnySchedule) -> Iterator[Selection | None]:
    """Return the nodes that a schedule selects; None where they are unknown until deployment."""
    try:
        if isinstance(schedule, MaintenanceWindow):
            yield from (selection(target.filters) for target in schedule.targets)
        else:
            yield from (each for command in schedule.commands for each in command.selections())
    except UnknownError:
        yield None


def _selects(selected: Selection | None, tags: Sequence[tuple[str, str]]) -> bool:
    # Which tags the nodes of a resource group have, or those with an ID, is unknown.
    if selected is None or not any(key == TAG_KEY or key.startswith(TAG) for key in selected):
        return True
    return any(_selects_tag(selected, key, value) for key, value in tags)


def _selects_tag(selected: Selection, key: str, value: str) -> bool:
    values = selected.get(f"{TAG}{key}", ())
    is_unknown = any(not isinstance(each, str) for each in values)
    return is_unknown or value in values or key in selected.get(TAG_KEY, ())
