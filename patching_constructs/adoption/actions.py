"""What tasks run, as the factories of `WindowTask`."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from patching_constructs.adoption.arns import FUNCTION, ROLE, STATE_MACHINE, TOPIC, arn
from patching_constructs.adoption.code import Call, Entries, Expression, Items, Literal, Name
from patching_constructs.adoption.given import Given, NotAdoptableError, list_of_texts, shown, text
from patching_constructs.adoption.members import duration, member
from patching_constructs.adoption.scope import Scope
from patching_constructs.properties._json_texts import json_text
from patching_constructs.properties.document_parameters import ROLE_PARAMETERS
from patching_constructs.properties.notification import NotificationEvent, NotificationType
from patching_constructs.properties.task_actions import TaskType
from patching_constructs.template.maintenance_windows import INVOCATION_PARAMETERS

PREFIX: Final = "TaskInvocationParameters"
_IMMUTABLE: Final = {"mutable": Literal(value=False)}


@dataclass(frozen=True, slots=True)
class Action:
    """What a task runs, and the options that depend on its type."""

    type: TaskType
    document: object
    parameters: Mapping[str, Any]
    """Of a document or a runbook."""
    factory: Expression | None
    """The factory of `WindowTask`; None for Run Command, which `run_command` creates."""
    options: Mapping[str, Expression] = field(default_factory=dict)


def action_of(given: Given, kind: object, scope: Scope, logical_id: str) -> Action:
    """Return what a task runs.

    Args:
        given: the properties of the task.
        kind: its type.
        scope: the scope.
        logical_id: its logical id, from which the ids of imported resources are made.

    Raises:
        NotAdoptableError: the constructs have no such task.
    """
    document = given.required("TaskArn")
    parameters = given.below(PREFIX)
    match kind:
        case TaskType.RUN_COMMAND:
            invocation = parameters.below(INVOCATION_PARAMETERS[TaskType.RUN_COMMAND])
            found = Action(
                TaskType.RUN_COMMAND,
                document,
                _parameters(invocation),
                None,
                _command_options(invocation, scope, logical_id),
            )
        case TaskType.AUTOMATION:
            invocation = parameters.below(INVOCATION_PARAMETERS[TaskType.AUTOMATION])
            of_runbook = _parameters(invocation)
            runbook = _runbook(document, of_runbook, invocation, scope, logical_id)
            found = Action(TaskType.AUTOMATION, document, of_runbook, *runbook)
        case TaskType.LAMBDA:
            invocation = parameters.below(INVOCATION_PARAMETERS[TaskType.LAMBDA])
            name, value = "aws_lambda.Function.from_function_arn", arn("TaskArn", document, FUNCTION)
            function = scope.imported(name, f"{logical_id}Function", value)
            found = Action(TaskType.LAMBDA, document, {}, _lambda(function, invocation))
        case TaskType.STEP_FUNCTIONS:
            invocation = parameters.below(INVOCATION_PARAMETERS[TaskType.STEP_FUNCTIONS])
            name, value = "stepfunctions.StateMachine.from_state_machine_arn", arn("TaskArn", document, STATE_MACHINE)
            machine = scope.imported(name, f"{logical_id}StateMachine", value)
            found = Action(TaskType.STEP_FUNCTIONS, document, {}, _step_functions(machine, invocation))
        case _:
            raise NotAdoptableError(f"TaskType must be known, got {shown(kind)}")
    invocation.finish()
    parameters.finish()
    return found


def role(scope: Scope, wanted: str, value: object, name: str = "ServiceRoleArn") -> Expression:
    """Return an imported role, whose policies the constructs do not change.

    Raises:
        NotAdoptableError: the value is known to be no ARN of a role.
    """
    return scope.imported("iam.Role.from_role_arn", wanted, arn(name, value, ROLE), **_IMMUTABLE)


def run_command(document: object, parameters: Mapping[str, Any]) -> Expression:
    """Return a task that runs a Command document.

    Raises:
        NotAdoptableError: a parameter has no string or list of strings.
    """
    return _with_parameters("WindowTask.run_command", document, parameters)


def _with_parameters(name: str, document: object, parameters: Mapping[str, Any], **named: Expression) -> Expression:
    given = {key: _parameter(each) for key, each in parameters.items()}
    options: dict[str, Expression] = {"parameters": Entries(given)} if given else {}
    return Call(name, [text(document)], options | named)


def _parameters(invocation: Given) -> dict[str, Any]:
    """Return the parameters of a document. A single value, which the constructs write as a list, is kept."""
    given = invocation.below("Parameters")
    found = given.take_all()
    for name, value in found.items():
        if isinstance(value, str | int | float):
            given.keep(name, value)
    return found


def _parameter(value: object) -> Expression:
    match value:
        case [only] | (str() | int() | float() as only):
            return text(only)
        case _:
            return list_of_texts(value)


def _command_options(given: Given, scope: Scope, logical_id: str) -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    if (comment := given.take("Comment")) is not None:
        found["comment"] = text(comment)
    if (version := given.take("DocumentVersion")) is not None:
        found["document_version"] = text(version)
    if (timeout := given.take("TimeoutSeconds")) is not None:
        found["start_timeout"] = duration("seconds", timeout)
    if output := _output(given, scope, logical_id):
        found["output"] = Call("CommandOutput", named=output)
    publisher = given.take("ServiceRoleArn")
    if not given.is_mapping("NotificationConfig"):
        given.skip("NotificationConfig")
    notification = _notification(given.below("NotificationConfig"), scope, logical_id)
    if notification:
        if publisher is None:
            raise NotAdoptableError("a notification without a role for it: the constructs would create one")
        notification["role"] = role(scope, f"{logical_id}NotificationRole", publisher)
        found["notification"] = Call("CommandNotification", named=notification)
    elif publisher is not None:
        given.keep("ServiceRoleArn", publisher)
    return found


def _output(given: Given, scope: Scope, logical_id: str) -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    if (bucket := given.take("OutputS3BucketName")) is not None:
        found["bucket"] = scope.imported("s3.Bucket.from_bucket_name", f"{logical_id}OutputBucket", text(bucket))
    if (prefix := given.take("OutputS3KeyPrefix")) is not None:
        found["key_prefix"] = text(prefix)
    if (group := _log_group(given)) is not None:
        name = "logs.LogGroup.from_log_group_name"
        found["log_group"] = scope.imported(name, f"{logical_id}OutputLogGroup", text(group))
    return found


def _log_group(given: Given) -> object:
    """Return the log group for the output; None if there is none, or if the constructs have none like this."""
    match given.peek("CloudWatchOutputConfig"):
        case {"CloudWatchLogGroupName": group, "CloudWatchOutputEnabled": True | "true", **others} if not others:
            given.take("CloudWatchOutputConfig")
            return group
        case None:
            return None
        case _:
            given.skip("CloudWatchOutputConfig")
            return None


def _notification(given: Given, scope: Scope, logical_id: str) -> dict[str, Expression]:
    topic, events, kind = (
        given.take("NotificationArn"),
        given.each("NotificationEvents"),
        given.take("NotificationType"),
    )
    given.finish()
    if topic is None and not events and kind is None:
        return {}
    if topic is None or not events or kind is None:
        raise NotAdoptableError("NotificationConfig requires NotificationArn, NotificationEvents and NotificationType")
    return {
        "topic": scope.imported("sns.Topic.from_topic_arn", f"{logical_id}Topic", arn("NotificationArn", topic, TOPIC)),
        "events": Items([member(NotificationEvent, each) for each in events], is_tuple=True),
        "notification_type": member(NotificationType, kind),
    }


def _runbook(
    document: object, parameters: Mapping[str, Any], given: Given, scope: Scope, logical_id: str
) -> tuple[Expression, dict[str, Expression]]:
    others = dict(parameters)
    named: dict[str, Expression] = {}
    given_role = next((name for name in ROLE_PARAMETERS if name in others), None)
    if given_role is not None:
        match others.pop(given_role):
            case [value] | (str() as value):
                named["runbook_role"] = role(scope, f"{logical_id}RunbookRole", value, given_role)
            case _:
                raise NotAdoptableError(f"{given_role} must be one role")
    version = given.take("DocumentVersion")
    options = {} if version is None else {"document_version": text(version)}
    return _with_parameters("WindowTask.automation", document, others, **named), options


def _lambda(function: Name, given: Given) -> Expression:
    named = _json_properties(given, {"Payload": "payload", "ClientContext": "client_context"}, is_base64=True)
    qualifier = given.take("Qualifier")
    if qualifier is not None:
        named["qualifier"] = text(qualifier)
    return Call("WindowTask.lambda_function", [function], named)


def _step_functions(machine: Name, given: Given) -> Expression:
    named = _json_properties(given, {"Input": "input"}, is_base64=False)
    if (name := given.take("Name")) is not None:
        named["execution_name"] = text(name)
    return Call("WindowTask.step_functions", [machine], named)


def _json_properties(given: Given, names: Mapping[str, str], *, is_base64: bool) -> dict[str, Expression]:
    """Return the properties that are mappings. A text that the constructs would write otherwise is kept beside them."""
    found: dict[str, Expression] = {}
    for key, name in names.items():
        value = given.take(key)
        if value is None:
            continue
        content = _json(value, is_base64=is_base64)
        if content is not None:
            found[name] = Literal(content)
        if content is None or _as_the_constructs_write_it(content, is_base64=is_base64) != value:
            given.keep(key, value)
    return found


def _json(value: object, *, is_base64: bool) -> dict[str, Any] | None:
    """Return the mapping that a text of JSON contains; None if it is unknown, or no such text."""
    if not isinstance(value, str):
        return None
    try:
        content = json.loads(b64decode(value, validate=True) if is_base64 else value)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _as_the_constructs_write_it(content: dict[str, Any], *, is_base64: bool) -> str | None:
    written = json_text("payload", content) or ""
    return b64encode(written.encode()).decode() if is_base64 else written
