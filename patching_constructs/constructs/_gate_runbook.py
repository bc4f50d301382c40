"""The runbook of a gate: it decides whether the patching may begin, patches, and ends the patching at the cutoff.

No step leads to the patch step but the decision, if it succeeds.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from patching_constructs._errors import refusal
from patching_constructs.constructs._window_tasks import rates_of
from patching_constructs.properties._document_names import document_name
from patching_constructs.properties.command import OPERATION, SNAPSHOT_ID
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.document_parameters import ASSUME_ROLE
from patching_constructs.properties.gate import PatchGate, bake_seconds, start_within_seconds
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import RunCommand
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.ssm.gate_input import DECIDE, FINISH, PATCH, GateInput

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_iam import IRoleRef

_PLACEHOLDER: Final = "{{"
_AUTOMATION_ID: Final = "{{automation:EXECUTION_ID}}"
_RUNTIME: Final = "python3.11"
# The longest time that a script can run:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
_SCRIPT_SECONDS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedGate:
    """A gate with what the schedule determines."""

    gate: PatchGate
    run_seconds: int
    """How long the patching can run."""
    max_age_seconds: float

    operation: str
    """What the schedule with the gate does."""

    def events(self, own_windows: Sequence[str], windows_before: Sequence[str]) -> dict[str, object]:
        """Return the input of the decision."""
        gate = self.gate
        return {
            **{name.value: f"{{{{ {name} }}}}" for name in (GateInput.WINDOW_ID, GateInput.WINDOW_EXECUTION_ID)},
            GateInput.OWN_WINDOWS.value: list(own_windows),
            GateInput.START_WITHIN.value: start_within_seconds(gate),
            GateInput.LONGEST_RUN.value: self.run_seconds,
            GateInput.CALENDARS.value: [document_name("calendars", each) for each in gate.calendars],
            GateInput.WINDOWS_BEFORE.value: list(windows_before),
            GateInput.BAKE_TIME.value: bake_seconds(gate),
            GateInput.MAX_AGE.value: self.max_age_seconds,
            GateInput.MAX_FAILED.value: gate.max_failed,
            GateInput.MAX_PENDING_REBOOTS.value: gate.max_pending_reboots,
            GateInput.OPERATION.value: self.operation,
        }


def check_gated_task(task: TaskOptions, targets: Sequence[PatchTarget]) -> None:
    """Check what a runbook does not support in its patch step.

    Raises:
        PatchingError: there are several targets, the patching would continue after the cutoff, or a text has what
            Automation would replace.
    """
    if len(targets) > 1:
        fix = "select the nodes by one tag with several values, or create a schedule for each target"
        rule = "must have exactly 1 item with a gate, whose runbook sends one command"
        raise refusal("targets", rule, len(targets), fix)
    if task.cutoff_behavior == CutoffBehavior.CONTINUE_TASK:
        rule = "must not be CONTINUE_TASK with a gate, whose runbook cancels the patching at the cutoff"
        raise refusal("cutoff_behavior", rule, CutoffBehavior.CONTINUE_TASK.value, "leave it out")
    for what, text in _texts(_command_of(task), targets):
        if _PLACEHOLDER in text:
            rule = f"must not contain {_PLACEHOLDER} with a gate, because Automation would replace it"
            raise refusal(what, rule, repr(text))


def _texts(action: RunCommand, targets: Sequence[PatchTarget]) -> Iterator[tuple[str, str]]:
    yield "comment", action.comment or ""
    yield "CommandOutput key_prefix", (action.output and action.output.key_prefix) or ""
    yield from (("parameters", value) for _, values in action.parameters for value in values)
    for each in (each for target in targets for each in target.filters):
        yield from (("targets", text) for text in (each.key, *each.values))


def _command_of(task: TaskOptions) -> RunCommand:
    assert isinstance(task.action, RunCommand)  # noqa: S101 - the task that patches
    return task.action


def operation_of(task: TaskOptions) -> str:
    """Return the operation of the patch command."""
    return dict(_command_of(task).parameters)[OPERATION][0]


def runbook(
    task: TaskOptions, target: PatchTarget, events: Mapping[str, object], run_seconds: int, publisher: "IRoleRef | None"
) -> dict[str, object]:
    """Return the content of the runbook.

    Args:
        task: the patch command.
        target: its nodes.
        events: the input of the decision.
        run_seconds: how long the patching can run.
        publisher: the role that publishes the notifications of the command.
    """
    action = _command_of(task)
    return {
        "schemaVersion": "0.3",
        "description": "Patches if the conditions of the gate hold, and otherwise fails without patching.",
        "assumeRole": f"{{{{ {ASSUME_ROLE} }}}}",
        "parameters": {
            ASSUME_ROLE: {"type": "AWS::IAM::Role::Arn", "description": "The role that the runbook runs with."},
            GateInput.WINDOW_ID.value: {"type": "String", "description": "The window that starts the runbook."},
            GateInput.WINDOW_EXECUTION_ID.value: {"type": "String", "description": "The execution of that window."},
        },
        "mainSteps": [
            _script_step(DECIDE, "decide", events, nextStep=PATCH),
            {
                "name": PATCH,
                "action": "aws:runCommand",
                "timeoutSeconds": run_seconds,
                # A failure, the timeout at the cutoff and a cancellation also lead to the end of the command.
                "onFailure": f"step:{FINISH}",
                "onCancel": f"step:{FINISH}",
                "isCritical": True,
                "nextStep": FINISH,
                "inputs": _without_none(_command(task, action, target, publisher)),
            },
            _script_step(
                FINISH,
                "finish",
                {"DocumentName": document_name("document", action.document), "AutomationId": _AUTOMATION_ID},
                isEnd=True,
            ),
        ],
    }


def _script_step(name: str, handler: str, events: Mapping[str, object], **then: object) -> dict[str, object]:
    script = files(f"{__package__}.gate_scripts").joinpath(f"{handler}.py").read_text(encoding="utf-8")
    return {
        "name": name,
        "action": "aws:executeScript",
        "timeoutSeconds": _SCRIPT_SECONDS,
        "maxAttempts": 1,
        "onFailure": "Abort",
        "isCritical": True,
        **then,
        "inputs": {"Runtime": _RUNTIME, "Handler": handler, "InputPayload": dict(events), "Script": script},
        "outputs": [{"Name": "Message", "Selector": "$.Payload.Message", "Type": "String"}],
    }


def _command(
    task: TaskOptions, action: RunCommand, target: PatchTarget, publisher: "IRoleRef | None"
) -> dict[str, Any]:
    """Return the inputs of the patch step, which are those of SendCommand.

    The window would supply a snapshot id. Here it is the id of the automation, by which its command is found.
    """
    max_concurrency, max_errors = rates_of(task)
    bucket = action.output.bucket if action.output else None
    log_group = action.output.log_group if action.output else None
    notification = action.notification
    return {
        "DocumentName": document_name("document", action.document),
        "DocumentVersion": action.document_version,
        "Parameters": {**{name: list(values) for name, values in action.parameters}, SNAPSHOT_ID: [_AUTOMATION_ID]},
        "Targets": [{"Key": each.key, "Values": list(each.values)} for each in target.filters],
        "MaxConcurrency": max_concurrency,
        "MaxErrors": max_errors,
        "Comment": action.comment,
        "TimeoutSeconds": action.start_timeout_seconds,
        "OutputS3BucketName": bucket.bucket_ref.bucket_name if bucket else None,
        "OutputS3KeyPrefix": action.output.key_prefix if action.output else None,
        "CloudWatchOutputConfig": log_group
        and {"CloudWatchLogGroupName": log_group.log_group_ref.log_group_name, "CloudWatchOutputEnabled": True},
        "NotificationConfig": notification
        and {
            "NotificationArn": notification.topic.topic_ref.topic_arn,
            "NotificationEvents": [each.value for each in notification.events],
            "NotificationType": notification.notification_type.value,
        },
        "ServiceRoleArn": publisher.role_ref.role_arn if publisher else None,
    }


def _without_none(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if value is not None}
