"""Windows with their targets and tasks, as a `PatchSchedule` or a `MaintenanceWindow`."""

from collections.abc import Sequence
from typing import Any, Final

from patching_constructs._validation import check_description
from patching_constructs.adoption.adopted import Adopted
from patching_constructs.adoption.code import Call, Expression, Items, Literal, Name, Statement
from patching_constructs.adoption.given import (
    Given,
    NotAdoptableError,
    is_token,
    number,
    refusals_as_reasons,
    text,
    truth,
)
from patching_constructs.adoption.given import whole as whole_number
from patching_constructs.adoption.members import duration, moment
from patching_constructs.adoption.scope import Scope
from patching_constructs.adoption.settings import Settings, properties_of
from patching_constructs.adoption.targets import target_expression
from patching_constructs.adoption.tasks import AdoptedTask, adopted_task
from patching_constructs.properties._durations import whole
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule._options import check_cutoff
from patching_constructs.schedule._window_dates import check_window_dates
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import has_no_executions
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS
from patching_constructs.template.maintenance_windows import MaintenanceWindow, Registration

_PATCH_TASK: Final = "Task"
"""The id of the task that patches of a `PatchSchedule`."""
_LENGTHS: Final = {"cutoff": limits.CUTOFF_HOURS, "duration": limits.DURATION_HOURS}
_RESERVED: Final = ("Resource", "Default", "Target", "Task", "AfterFreeze", "Gate")


def adopted_window(window: MaintenanceWindow, scope: Scope) -> Adopted:
    """Return the construct of a window, with its targets and tasks.

    Raises:
        NotAdoptableError: the constructs cannot create the same resources.
    """
    return _Adoption(window, scope).adopted()


class _Adoption:
    def __init__(self, window: MaintenanceWindow, scope: Scope) -> None:
        self._window = window
        self._scope = scope
        self._settings = Settings()
        self._id = scope.new_id(window.logical_id)
        self._name = scope.new_name(window.logical_id)

    def adopted(self) -> Adopted:
        resource = f"{self._name}.window"
        named = self._window_properties(resource)
        targets = self._targets()
        tasks = sorted(self._tasks(), key=AdoptedTask.order)
        kind, of_tasks, ids = self._with_tasks(tasks, targets)
        for priority, (task, id_) in enumerate(zip(tasks, ids, strict=True), start=1):
            self._settle_task(task, f'{self._name}.tasks["{id_}"]', priority)
        schedule = {"schedule": named.pop("schedule")}
        arguments = {**schedule, **({"targets": Items(targets)} if targets else {}), **of_tasks, **named}
        construct = Call(kind, [Name("self"), Literal(self._id)], arguments)
        return Adopted(
            kind=kind,
            id=self._id,
            statements=[Statement(construct, self._name), *self._settings.statements],
            handles=self._settings.handles,
            notes=self._settings.notes,
            dependencies=self._settings.dependencies,
        )

    # --- The window -----------------------------------------------------------------------------------

    def _window_properties(self, handle: str) -> dict[str, Expression]:
        others: dict[str, Any] = {}
        given = Given(properties_of(self._window), others=others)
        settings = self._settings
        settings.resource(self._window, handle)
        found: dict[str, Expression] = {"window_name": text(given.required("Name"))}
        if (description := given.take("Description")) is not None:
            found["description"] = text(description)
        found["duration"] = duration("hours", given.required("Duration"))
        found["cutoff"] = duration("hours", given.required("Cutoff"))
        found["schedule"] = self._schedule(given, handle)
        for key, name in (("StartDate", "start_date"), ("EndDate", "end_date")):
            if (value := given.take(key)) is not None:
                found[name], is_same = moment(value)
                if not is_same:
                    settings.assign(f"{handle}.{name}", Literal(value))
        if truth(given.take("AllowUnassociatedTargets")):
            settings.assign(f"{handle}.allow_unassociated_targets", Literal(value=True))
        settings.tags(handle, given)
        given.finish()
        settings.override(handle, others)
        self._check(found)
        return found

    def _schedule(self, given: Given, handle: str) -> Expression:
        written, zone, offset = given.required("Schedule"), given.take("ScheduleTimezone"), given.take("ScheduleOffset")
        named = {} if zone is None else {"time_zone": text(zone)}
        if offset is not None:
            named["schedule_offset"] = number(offset)
        found = Call("ScheduleExpression.expression", [text(written)], named)
        schedule: ScheduleExpression = self._scope.evaluate(found)
        if has_no_executions(schedule):
            raise NotAdoptableError(f"the schedule {written!r} never has an execution")
        if not is_token(written) and schedule.expression_string != written:
            self._settings.assign(f"{handle}.schedule", Literal(written))
        return found

    def _check(self, given: dict[str, Expression]) -> None:
        values = self._scope.evaluate_all(given)
        with refusals_as_reasons():
            check_resource_name("window_name", values["window_name"])
            check_description(values.get("description"), limits.DESCRIPTION_LENGTH)
            lengths = [whole(name, values[name], "hours", bounds) for name, bounds in _LENGTHS.items()]
            check_cutoff(*lengths)
            check_window_dates(values["schedule"], values.get("start_date"), values.get("end_date"))

    # --- The targets ----------------------------------------------------------------------------------

    def _targets(self) -> list[Expression]:
        found = []
        for place, target in enumerate(self._window.targets):
            others: dict[str, Any] = {}
            given = Given(properties_of(target), others=others)
            given.take("WindowId")
            expression = target_expression(given)
            given.finish()
            self._scope.evaluate(expression)
            handle = f"{self._name}.window_targets[{place}]"
            self._settings.resource(target, handle)
            self._settings.override(handle, _window_id(target) | others)
            found.append(expression)
        if len(found) > limits.TASK_TARGETS:
            raise NotAdoptableError(f"it has more than {limits.TASK_TARGETS} targets")
        return found

    # --- The tasks ------------------------------------------------------------------------------------

    def _tasks(self) -> list[AdoptedTask]:
        found = [adopted_task(each.logical_id, properties_of(each), self._scope) for each in self._window.tasks]
        own = {target.logical_id for target in self._window.targets}
        for task in found:
            other = next((each for each in task.target_ids if each not in own), None)
            if other is not None:
                raise NotAdoptableError(f"the task {task.logical_id} runs on {other}, which is no target of its window")
        return found

    def _with_tasks(
        self, tasks: Sequence[AdoptedTask], targets: Sequence[Expression]
    ) -> tuple[str, dict[str, Expression], list[str]]:
        """Return the class, its properties for the tasks, and the ids of the tasks."""
        place = _place_of_patch_task(tasks)
        evaluated = [self._scope.evaluate(each) for each in targets]
        ids = [_PATCH_TASK if each == place else self._task_id(task) for each, task in enumerate(tasks)]
        others = {
            each: self._other_task(task, ids[each], evaluated) for each, task in enumerate(tasks) if each != place
        }
        if place is None:
            return "MaintenanceWindow", {"tasks": Items(list(others.values()))} if others else {}, ids
        found, overrides, notes = tasks[place].as_patch_task(self._scope)
        self._settings.note(tasks[place].logical_id, *notes)
        self._settings.override(f'{self._name}.tasks["{_PATCH_TASK}"]', overrides)
        before = [task for each, task in others.items() if each < place]
        after = [task for each, task in others.items() if each > place]
        found |= {"before": Items(before)} if before else {}
        found |= {"after": Items(after)} if after else {}
        return "PatchSchedule", found, ids

    def _other_task(self, task: AdoptedTask, id_: str, targets: Sequence[PatchTarget]) -> Expression:
        found, notes = task.as_other_task(self._scope, id_, targets)
        self._settings.note(task.logical_id, *notes)
        return found

    def _settle_task(self, task: AdoptedTask, handle: str, priority: int) -> None:
        resource = next(each for each in self._window.tasks if each.logical_id == task.logical_id)
        settings = self._settings
        settings.resource(resource, handle)
        if is_token(task.priority) or whole_number(task.priority) != priority:
            settings.assign(f"{handle}.priority", number(task.priority))
        if task.targets not in (None, self._all_targets):
            settings.override(handle, {"Targets": task.targets})
        settings.override(handle, _window_id(resource) | task.others)

    @property
    def _all_targets(self) -> list[dict[str, Any]]:
        """The targets of a task that runs on all of the window, as the constructs write them."""
        references = [{"Ref": each.logical_id} for each in self._window.targets]
        return [{"Key": WINDOW_TARGET_IDS, "Values": references}]

    @staticmethod
    def _task_id(task: AdoptedTask) -> str:
        return f"{task.logical_id}Step" if task.logical_id.startswith(_RESERVED) else task.logical_id


def _place_of_patch_task(tasks: Sequence[AdoptedTask]) -> int | None:
    """Return the place of the task that patches: the only one that may install, or the only one that scans."""
    patching = [place for place, task in enumerate(tasks) if task.can_be_patch_task and task.target_ids]
    installing = [place for place in patching if not tasks[place].scans]
    for found in (installing, patching):
        if len(found) == 1:
            return found[0]
    return None


def _window_id(registration: Registration) -> dict[str, Any]:
    """Return the id of the window if it is no plain ``Ref``, because another function could replace the resource."""
    given = registration.value.at("Properties").at("WindowId")
    raw = Given(properties_of(registration)).take("WindowId")
    return {} if raw == {"Ref": given.reference} else {"WindowId": raw}
