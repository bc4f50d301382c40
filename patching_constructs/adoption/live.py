"""A template of what the API describes: windows with their targets and tasks, and patch baselines.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetMaintenanceWindowTask.html
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from patching_constructs.adoption.adopted import Note
from patching_constructs.adoption.given import NOTHING
from patching_constructs.adoption.scope import pascal_case, unused
from patching_constructs.properties.task_actions import TaskType
from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS
from patching_constructs.template.baselines import BASELINE
from patching_constructs.template.maintenance_windows import INVOCATION_PARAMETERS, TARGET, TASK, WINDOW

Answer = Mapping[str, Any]
_WINDOW: Final = (
    "Name",
    "Description",
    "StartDate",
    "EndDate",
    "Schedule",
    "ScheduleTimezone",
    "ScheduleOffset",
    "Duration",
    "Cutoff",
    "AllowUnassociatedTargets",
)
_TARGET: Final = ("ResourceType", "Targets", "OwnerInformation", "Name", "Description")
_TASK: Final = (
    "TaskArn",
    "ServiceRoleArn",
    "TaskType",
    "TaskParameters",
    "Priority",
    "MaxConcurrency",
    "MaxErrors",
    "LoggingInfo",
    "Name",
    "Description",
    "CutoffBehavior",
)
_INVOCATIONS: Final = {
    "RunCommand": INVOCATION_PARAMETERS[TaskType.RUN_COMMAND],
    "Automation": INVOCATION_PARAMETERS[TaskType.AUTOMATION],
    "StepFunctions": INVOCATION_PARAMETERS[TaskType.STEP_FUNCTIONS],
    "Lambda": INVOCATION_PARAMETERS[TaskType.LAMBDA],
}
_BASELINE: Final = (
    "Name",
    "OperatingSystem",
    "GlobalFilters",
    "ApprovalRules",
    "ApprovedPatches",
    "ApprovedPatchesComplianceLevel",
    "ApprovedPatchesEnableNonSecurity",
    "RejectedPatches",
    "RejectedPatchesAction",
    "PatchGroups",
    "Description",
    "Sources",
    "AvailableSecurityUpdatesComplianceStatus",
)
_STACK: Final = "aws:cloudformation:stack-name"
# What the API returns for what was not given: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
_DEFAULTS: Final = {
    "ApprovedPatchesComplianceLevel": "UNSPECIFIED",
    "ApprovedPatchesEnableNonSecurity": False,
    "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY",
    "ComplianceLevel": "UNSPECIFIED",
    "EnableNonSecurity": False,
}


@dataclass(frozen=True, slots=True)
class LiveResources:
    """What the API describes in one account and Region."""

    windows: Sequence["LiveWindowParts"]
    baselines: Sequence["LiveBaseline"]


@dataclass(frozen=True, slots=True)
class LiveWindowParts:
    """A window with its targets and tasks."""

    window: Answer
    targets: Sequence[Answer]
    tasks: Sequence[Answer]
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveBaseline:
    """A patch baseline."""

    baseline: Answer
    is_default: bool
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveTemplate:
    """A template, and how CloudFormation identifies the resources that it would import."""

    content: dict[str, Any]
    identifiers: dict[str, dict[str, str]]
    """What identifies each resource, by its logical id."""
    notes: Sequence[Note]
    """What CloudFormation has no property for."""
    of_stacks: Mapping[str, str]
    """The windows and baselines that belong to a stack already, which are left out: the names of the stacks by id."""


def live_template(live: LiveResources) -> LiveTemplate:
    """Return the template of what the API describes."""
    return _Writer().written(live)


class _Writer:
    def __init__(self) -> None:
        self._resources: dict[str, Any] = {}
        self._identifiers: dict[str, dict[str, str]] = {}
        self._notes: list[Note] = []
        self._taken: set[str] = set()
        self._of_stacks: dict[str, str] = {}

    def written(self, live: LiveResources) -> LiveTemplate:
        for baseline in live.baselines:
            if not self._is_of_stack(baseline.baseline["BaselineId"], baseline.tags):
                self._add_baseline(baseline)
        for window in live.windows:
            if not self._is_of_stack(window.window["WindowId"], window.tags):
                self._add_window(window)
        return LiveTemplate({"Resources": self._resources}, self._identifiers, self._notes, self._of_stacks)

    def _is_of_stack(self, id_: str, tags: Mapping[str, str]) -> bool:
        if _STACK in tags:
            self._of_stacks[id_] = tags[_STACK]
        return _STACK in tags

    def _add_window(self, parts: LiveWindowParts) -> None:
        window_id = parts.window["WindowId"]
        properties = _given(parts.window, _WINDOW) | _tags(parts.tags)
        window = self._add(WINDOW, f"{parts.window['Name']} window", properties, WindowId=window_id)
        if not parts.window.get("Enabled", True):
            self._note(window, "it is disabled, which CloudFormation has no property for")
        base = window.removesuffix("Window")
        targets = {
            each["WindowTargetId"]: self._add(
                TARGET,
                f"{base} target",
                _given(each, _TARGET) | {"WindowId": {"Ref": window}},
                WindowId=window_id,
                WindowTargetId=each["WindowTargetId"],
            )
            for each in parts.targets
        }
        for task in sorted(parts.tasks, key=lambda each: (each.get("Priority", 0), each["WindowTaskId"])):
            self._add_task(task, base, window, targets)

    def _add_task(self, task: Answer, base: str, window: str, targets: Mapping[str, str]) -> None:
        properties = _given(task, _TASK) | {
            "WindowId": {"Ref": window},
            "Targets": [_target(each, targets) for each in task.get("Targets", ())],
            "TaskInvocationParameters": _invocation(task.get("TaskInvocationParameters", {})),
        }
        added = self._add(
            TASK,
            f"{base} {task.get('Name') or 'task'}",
            {name: each for name, each in properties.items() if each not in ([], {})},
            WindowId=task["WindowId"],
            WindowTaskId=task["WindowTaskId"],
        )
        if task.get("AlarmConfiguration"):
            self._note(added, "it has an AlarmConfiguration, which CloudFormation has no property for")

    def _add_baseline(self, live: LiveBaseline) -> None:
        properties = _given(live.baseline, _BASELINE) | _tags(live.tags)
        properties = {name: each for name, each in _without_defaults(properties).items() if each not in ([], {})}
        if live.is_default:
            properties["DefaultBaseline"] = True
        self._add(BASELINE, f"{live.baseline['Name']} baseline", properties, Id=live.baseline["BaselineId"])

    def _add(self, kind: str, name: str, properties: dict[str, Any], **identifier: str) -> str:
        logical_id = unused(pascal_case(name), self._taken)
        self._resources[logical_id] = {"Type": kind, "Properties": properties}
        self._identifiers[logical_id] = identifier
        return logical_id

    def _note(self, logical_id: str, text: str) -> None:
        self._notes.append(Note(logical_id, text))


def _given(answer: Answer, names: Sequence[str]) -> dict[str, Any]:
    found = {name: answer.get(name) for name in names}
    return {name: _as_json(each) for name, each in found.items() if each not in NOTHING}


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _without_defaults(value: Any) -> Any:  # noqa: ANN401 - a value of JSON
    match value:
        case dict():
            return {
                key: _without_defaults(each)
                for key, each in value.items()
                if key not in _DEFAULTS or each != _DEFAULTS[key]
            }
        case list():
            return [_without_defaults(each) for each in value]
        case _:
            return value


def _tags(tags: Mapping[str, str]) -> dict[str, Any]:
    # The tags of AWS cannot be set.
    own = [{"Key": key, "Value": value} for key, value in tags.items() if not key.startswith("aws:")]
    return {"Tags": own} if own else {}


def _target(entry: Answer, targets: Mapping[str, str]) -> dict[str, Any]:
    if entry["Key"] != WINDOW_TARGET_IDS:
        return dict(entry)
    return {"Key": entry["Key"], "Values": [_reference(each, targets) for each in entry["Values"]]}


def _reference(target_id: str, targets: Mapping[str, str]) -> Any:  # noqa: ANN401 - a value of a template
    return {"Ref": targets[target_id]} if target_id in targets else target_id


def _invocation(parameters: Answer) -> dict[str, Any]:
    return {_INVOCATIONS[kind]: dict(_texts(each)) for kind, each in parameters.items() if each}


def _texts(parameters: Answer) -> Iterator[tuple[str, Any]]:
    for name, value in parameters.items():
        if value not in NOTHING:
            yield name, b64encode(value).decode() if isinstance(value, bytes) else value
