"""Maintenance windows, their targets and tasks; and what a task sends when its window runs."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.api_model.mappings.registry import Created, Properties, rename, requests_of
from tests.api_model.model import Request
from tests.api_model.unknown import Unknown

_INVOCATIONS: Final = {
    "MaintenanceWindowRunCommandParameters": "RunCommand",
    "MaintenanceWindowAutomationParameters": "Automation",
    "MaintenanceWindowLambdaParameters": "Lambda",
    "MaintenanceWindowStepFunctionsParameters": "StepFunctions",
}
_NODE: Final = "i-0123456789abcdef0"


@requests_of("AWS::SSM::MaintenanceWindow")
def window(created: Created) -> Iterator[Request]:
    yield Request("ssm", "CreateMaintenanceWindow", created.rest())


@requests_of("AWS::SSM::MaintenanceWindowTarget")
def target(created: Created) -> Iterator[Request]:
    yield Request("ssm", "RegisterTargetWithMaintenanceWindow", created.rest())


@requests_of("AWS::SSM::MaintenanceWindowTask")
def task(created: Created) -> Iterator[Request]:
    given = created.rest()
    if "LoggingInfo" in given:
        renamed = {"S3Bucket": "S3BucketName", "S3Prefix": "S3KeyPrefix", "Region": "S3Region"}
        given["LoggingInfo"] = rename(given["LoggingInfo"], **renamed)
    if "TaskInvocationParameters" in given:
        given["TaskInvocationParameters"] = _invocation(given["TaskInvocationParameters"])
    yield Request("ssm", "RegisterTaskWithMaintenanceWindow", given)
    yield from _at_execution(given)


def _invocation(given: Any) -> Any:
    invocation = rename(given, **_INVOCATIONS)
    match invocation:
        case {"Lambda": {"Payload": str(payload)} as function}:
            # A blob: base64 in a template, bytes in botocore.
            decoded = payload if isinstance(payload, Unknown) else b64decode(payload)
            return invocation | {"Lambda": function | {"Payload": decoded}}
    return invocation


def _at_execution(task: Mapping[str, Any]) -> Iterator[Request]:
    """Return what the task sends, for one node: the models of these requests have requirements of their own."""
    parameters = task.get("TaskInvocationParameters", {})
    document = {"DocumentName": task.get("TaskArn")}
    match task.get("TaskType"):
        case "RUN_COMMAND":
            rates = {name: task[name] for name in ("MaxConcurrency", "MaxErrors") if name in task}
            given = document | {"InstanceIds": [_NODE]} | rates | parameters.get("RunCommand", {})
            yield Request("ssm", "SendCommand", given)
        case "AUTOMATION":
            yield Request("ssm", "StartAutomationExecution", document | parameters.get("Automation", {}))
        case "LAMBDA":
            given = {"FunctionName": task.get("TaskArn")} | parameters.get("Lambda", {})
            yield Request("lambda", "Invoke", given)
        case "STEP_FUNCTIONS":
            given = rename(parameters.get("StepFunctions", {}), Input="input", Name="name")
            yield Request("stepfunctions", "StartExecution", _state_machine(task) | given)


def _state_machine(task: Mapping[str, Any]) -> Properties:
    return {"stateMachineArn": task.get("TaskArn")}
