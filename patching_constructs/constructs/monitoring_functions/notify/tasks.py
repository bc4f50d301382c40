"""The tasks of an execution that did not succeed, and the nodes on which they failed."""

from collections.abc import Iterator

from .lookups import Answer, Lookups

SUCCESS = "SUCCESS"
# Every task and command is requests; a person reads the first ones.
FEW_TASKS = 5
FEW_COMMANDS = 5
FEW_NODES = 5
FAILED_NODE_STATUS = ("Failed", "TimedOut")


def reasons(execution_id: str, lookups: Lookups) -> Iterator[str]:
    """Return a line for each task that did not succeed, and for what it started."""
    found = lookups.ask("describe_maintenance_window_execution_tasks", WindowExecutionId=execution_id, MaxResults=100)
    every: list[Answer] = found.get("WindowExecutionTaskIdentities", [])
    if found and not every:
        yield "The execution has run no task."
    failed = [each for each in every if each["Status"] != SUCCESS]
    for task in failed[:FEW_TASKS]:
        yield f"The task {task['TaskArn']} has the status {task['Status']}{_details(task)}"
        yield from _invocations(execution_id, task, lookups)
    if failed[FEW_TASKS:]:
        yield f"{_counted(len(failed) - FEW_TASKS, 'more task')} did not succeed."


def _invocations(execution_id: str, task: Answer, lookups: Lookups) -> Iterator[str]:
    found = lookups.ask(
        "describe_maintenance_window_execution_task_invocations",
        WindowExecutionId=execution_id,
        TaskId=task["TaskExecutionId"],
        MaxResults=100,
    )
    every: list[Answer] = found.get("WindowExecutionTaskInvocationIdentities", [])
    failed = [each for each in every if each["Status"] != SUCCESS]
    if found and not every:
        yield "It ran on no node."
    for invocation in failed[:FEW_COMMANDS]:
        if task["TaskType"] == "RUN_COMMAND" and invocation.get("ExecutionId"):
            yield from _nodes(invocation["ExecutionId"], lookups)
        elif task["TaskType"] == "AUTOMATION" and invocation.get("ExecutionId"):
            yield from _automation(invocation["ExecutionId"], lookups)
        else:
            yield f"An invocation has the status {invocation['Status']}{_details(invocation)}"


def _nodes(command_id: str, lookups: Lookups) -> Iterator[str]:
    """Return how many nodes a command failed on, and some of them."""
    found: list[Answer] = lookups.ask("list_commands", CommandId=command_id).get("Commands", [])
    for command in found:
        targets, errors = command.get("TargetCount", 0), command.get("ErrorCount", 0)
        unreached = command.get("DeliveryTimedOutCount", 0)
        yield (
            f"The command {command_id} has the status {command['StatusDetails']}: of {_counted(targets, 'node')}, "
            f"{errors} failed and {unreached} could not be reached."
        )
    nodes = [each for status in FAILED_NODE_STATUS for each in _with_status(command_id, status, lookups)]
    if nodes:
        listed = ", ".join(f"{each['InstanceId']} ({each['StatusDetails']})" for each in nodes[:FEW_NODES])
        yield f"Nodes: {listed}{', ...' if nodes[FEW_NODES:] else ''}"


def _with_status(command_id: str, status: str, lookups: Lookups) -> list[Answer]:
    """Return the first nodes with a status."""
    filters = [{"key": "Status", "value": status}]
    found = lookups.ask("list_command_invocations", CommandId=command_id, Filters=filters, MaxResults=FEW_NODES + 1)
    nodes: list[Answer] = found.get("CommandInvocations", [])
    return nodes


def _automation(execution_id: str, lookups: Lookups) -> Iterator[str]:
    """Return why an automation failed: the message of a gate has every reason why it is closed."""
    found: Answer = lookups.ask("get_automation_execution", AutomationExecutionId=execution_id)
    if execution := found.get("AutomationExecution"):
        message = " ".join(execution.get("FailureMessage", "no message").split())
        yield f"The automation {execution_id} has the status {execution['AutomationExecutionStatus']}: {message}"
        for command_id in list(_commands(execution))[:FEW_COMMANDS]:
            yield from _nodes(command_id, lookups)


def _commands(execution: Answer) -> Iterator[str]:
    """Return the commands of an automation that did not succeed.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runcommand.html
    """
    for step in execution.get("StepExecutions", ()):
        if step.get("Action") == "aws:runCommand" and step.get("StepStatus") != "Success":
            yield from step.get("Outputs", {}).get("CommandId", ())


def _details(described: Answer) -> str:
    details = described.get("StatusDetails")
    return f": {details}" if details else "."


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
