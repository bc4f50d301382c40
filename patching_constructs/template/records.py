"""The maintenance windows of a template with their targets and tasks, as plain records.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from patching_constructs._template_metadata import FROZEN
from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS
from patching_constructs.template.intrinsics import Deferred, Text, mapping, sequence
from patching_constructs.template.sources import Template, read_templates

WINDOW: Final = "AWS::SSM::MaintenanceWindow"
TARGET: Final = "AWS::SSM::MaintenanceWindowTarget"
TASK: Final = "AWS::SSM::MaintenanceWindowTask"
_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """A target of a window."""

    logical_id: str
    resource_type: Text
    filters: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task of a window."""

    logical_id: str
    document: Text
    parameters: Mapping[str, tuple[Text, ...]]
    target_ids: tuple[str | Deferred, ...]
    max_concurrency: Text
    max_errors: Text
    type: Text = None
    cutoff_behavior: Text = None
    start_timeout: Text = None
    """How many seconds a node may take to start."""

    def parameter(self, name: str) -> Text:
        """Return the only value of a document parameter, or None."""
        values = self.parameters.get(name, ())
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class WindowRecord:
    """A maintenance window with its targets and tasks, in the words of the template."""

    stack: str
    environment: str
    place: str
    """What the windows of one account and Region have in common, see `patching_constructs.template.sources.Source`."""
    logical_id: str
    name: Text
    schedule: Text
    time_zone: Text
    schedule_offset: Text
    duration: Text
    cutoff: Text
    start_date: Text
    end_date: Text
    deployment: str = ""
    """What the windows of one place have in common that certainly are in one account and Region."""
    targets: tuple[TargetRecord, ...] = ()
    tasks: tuple[TaskRecord, ...] = ()
    is_frozen: bool = False
    """Whether the template says that the window is meant to have no task."""
    construct_path: str | None = None
    """Where its construct is in the app, without the ``/Resource`` at its end; None where the template says nothing."""

    @property
    def label(self) -> str:
        """What a person calls the window: its name, or its logical id where the name is not known."""
        return self.name if isinstance(self.name, str) else self.logical_id


def read_windows(path: Path, *, use_defaults: bool = False) -> list[WindowRecord]:
    """Read every maintenance window below a path.

    Args:
        path: a ``cdk.out`` directory, with its stages and nested stacks, or a template in JSON or YAML.
        use_defaults: take a parameter's default for its value. Default: a parameter is not known before deployment.

    Raises:
        PatchingError: the path cannot be read, or is no template.
    """
    return [window for template in read_templates(path, use_defaults=use_defaults) for window in windows_of(template)]


def windows_of(template: Template) -> Iterator[WindowRecord]:
    """Return every maintenance window of a template."""
    targets = _by_window(template, TARGET, _target)
    tasks = _by_window(template, TASK, _task)
    for name, properties in template.of_type(WINDOW):
        window = _window(template, name, properties)
        yield replace(window, targets=tuple(targets.get(name, ())), tasks=tuple(tasks.get(name, ())))


def _by_window(
    template: Template, kind: str, read: Callable[[Template, str, dict[str, Any]], _Record]
) -> dict[str | None, list[_Record]]:
    found: dict[str | None, list[_Record]] = {}
    for name, properties in template.of_type(kind):
        window = template.intrinsics.reference(properties.get("WindowId"))
        found.setdefault(window, []).append(read(template, name, properties))
    return found


def _window(template: Template, name: str, properties: dict[str, Any]) -> WindowRecord:
    text = template.intrinsics.text
    return WindowRecord(
        stack=template.source.stack,
        environment=template.source.environment,
        place=template.source.place,
        deployment=template.source.deployment,
        logical_id=name,
        is_frozen=template.metadata(name).get(FROZEN) is True,
        construct_path=_construct_path(template, name),
        name=text(properties.get("Name")),
        schedule=text(properties.get("Schedule")),
        time_zone=text(properties.get("ScheduleTimezone")),
        schedule_offset=text(properties.get("ScheduleOffset")),
        duration=text(properties.get("Duration")),
        cutoff=text(properties.get("Cutoff")),
        start_date=text(properties.get("StartDate")),
        end_date=text(properties.get("EndDate")),
    )


def _construct_path(template: Template, logical_id: str) -> str | None:
    path = template.construct_path(logical_id)
    return None if path is None else path.removesuffix("/Resource")


def _target(template: Template, name: str, properties: dict[str, Any]) -> TargetRecord:
    text = template.intrinsics.text
    filters = tuple(
        (text(each.get("Key")), tuple(text(value) for value in sequence(each.get("Values"))))
        for each in map(mapping, sequence(properties.get("Targets")))
    )
    return TargetRecord(name, text(properties.get("ResourceType")), filters)


def _task(template: Template, name: str, properties: dict[str, Any]) -> TaskRecord:
    text = template.intrinsics.text
    invocation = mapping(properties.get("TaskInvocationParameters"))
    command = mapping(invocation.get("MaintenanceWindowRunCommandParameters"))
    ids = [
        template.intrinsics.reference(value) or Deferred(json.dumps(value, default=str))
        for each in map(mapping, sequence(properties.get("Targets")))
        if each.get("Key") == WINDOW_TARGET_IDS
        for value in sequence(each.get("Values"))
    ]
    return TaskRecord(
        logical_id=name,
        document=text(properties.get("TaskArn")),
        parameters={
            parameter: tuple(text(value) for value in sequence(given))
            for parameter, given in _parameters(properties).items()
        },
        target_ids=tuple(ids),
        max_concurrency=text(properties.get("MaxConcurrency")),
        max_errors=text(properties.get("MaxErrors")),
        type=text(properties.get("TaskType")),
        cutoff_behavior=text(properties.get("CutoffBehavior")),
        start_timeout=text(command.get("TimeoutSeconds")),
    )


def _parameters(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the document's parameters; the deprecated ones count where TaskInvocationParameters holds nothing."""
    invocation = mapping(properties.get("TaskInvocationParameters"))
    if invocation:
        return mapping(mapping(invocation.get("MaintenanceWindowRunCommandParameters")).get("Parameters"))
    legacy = mapping(properties.get("TaskParameters"))
    return {name: mapping(value).get("Values") for name, value in legacy.items()}
