"""Whether the patching of a window may begin: the script of the first step of a gate's runbook.

Whatever is missing, unexpected or not answered closes the gate. The error lists every reason, and is the failure
message of the step.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

PATCH_DOCUMENTS = ("AWS-RunPatchBaseline", "AWS-RunPatchBaselineWithHooks")
INSTALL, SCAN = "Install", "Scan"
# Together with the timeouts, less than the 600 seconds that a script can run.
CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})
# A window is open for at most 24 hours.
LONGEST_WINDOW = timedelta(hours=25)
STATES_PER_CALL = 50
SUCCESS = "Success"
"""The status of a command on a node; that of an execution is in uppercase."""

Answer = Mapping[str, Any]


class GateClosedError(Exception):
    """The patching must not begin."""


def decide(events: Answer, _: object) -> dict[str, str]:
    """Return a message if the patching may begin.

    Raises:
        GateClosedError: it must not; the message has the reasons.
    """
    with answered():
        gate = Gate(boto3.client("ssm", config=CONFIG), events)
        checks: list[Callable[[], str]] = [gate.check_calendars, gate.check_window_before, gate.check_start]
        found, reasons = [], []
        for check in checks:
            try:
                with answered():
                    found.append(check())
            except GateClosedError as closed:
                reasons.append(str(closed))
        if reasons:
            raise GateClosedError("The gate is closed: " + "; ".join(reasons))
        return {"Message": "The gate is open: " + "; ".join(filter(None, found))}


@contextmanager
def answered() -> Iterator[None]:
    """Close the gate if the service does not answer, or if an answer has another form."""
    try:
        yield
    except GateClosedError:
        raise
    except (BotoCoreError, ClientError) as error:
        raise GateClosedError(f"Systems Manager did not answer: {error}") from error
    except KeyError as error:
        raise GateClosedError(f"an answer of Systems Manager has no {error}") from error
    except Exception as error:
        raise GateClosedError(f"unexpected {type(error).__name__}: {error}") from error


class Gate:
    """The conditions of one gate, at one time."""

    def __init__(self, ssm: "SSMClient", events: Answer) -> None:
        """Take the client, and the input of the step."""
        self.ssm = ssm
        self.window_id: str = events["WindowId"]
        self.execution_id: str = events["WindowExecutionId"]
        self.own_windows: list[str] = events["OwnWindowIds"]
        # CloudFormation passes the value of a number parameter on as text.
        self.start_within = timedelta(seconds=float(events["StartWithinSeconds"]))
        self.longest_run = timedelta(seconds=float(events["LongestRunSeconds"]))
        self.calendars: list[str] = events["Calendars"]
        self.windows_before: list[str] = events["AfterWindowIds"]
        self.bake_time = timedelta(seconds=float(events["BakeTimeSeconds"]))
        self.max_age = timedelta(seconds=float(events["MaxAgeSeconds"]))
        # A scan shows nothing about an installation.
        self.operations = [INSTALL, SCAN] if events["Operation"] == SCAN else [INSTALL]
        self.max_failed = int(events["MaxFailed"])
        self.max_pending_reboots = int(events["MaxPendingReboots"])
        if not self.calendars and not self.windows_before:
            raise GateClosedError("the gate has no condition")

    # --- The window itself ----------------------------------------------------------------------------

    def check_start(self) -> str:
        """Check that the window has just opened, so that the timeout of the patch step ends before its cutoff."""
        if self.window_id not in self.own_windows:
            raise GateClosedError(f"it was started by {self.window_id} instead of {' or '.join(self.own_windows)}")
        now = datetime.now(UTC)
        executions = self.executions_of(self.window_id, after=now - LONGEST_WINDOW)
        opened = next((each["StartTime"] for each in executions if id_of(each) == self.execution_id), None)
        if opened is None:
            raise GateClosedError(f"{self.execution_id} is no current execution of {self.window_id}")
        if opened > now:
            raise GateClosedError(f"the clocks differ: the window opens at {shown(opened)}, and it is {shown(now)}")
        if now - opened > self.start_within:
            late = f"the window opened at {shown(opened)}, and it is {shown(now)}"
            raise GateClosedError(
                f"{late}: patching must begin within {length(self.start_within)} to end before the cutoff"
            )
        return ""

    # --- Change calendars -----------------------------------------------------------------------------

    def check_calendars(self) -> str:
        """Check that every change calendar is open, and stays so until the patching has ended."""
        ends = datetime.now(UTC) + self.longest_run
        for calendar in self.calendars:
            answer = self.ssm.get_calendar_state(CalendarNames=[calendar])
            state, changes = answer["State"], answer.get("NextTransitionTime")
            if state != "OPEN":
                raise GateClosedError(f"the calendar {calendar} is {state}")
            if changes and moment(changes) < ends:
                raise GateClosedError(f"the calendar {calendar} closes at {changes}, before the patching has to end")
        return f"open calendars: {', '.join(self.calendars)}" if self.calendars else ""

    # --- The window before ----------------------------------------------------------------------------

    def check_window_before(self) -> str:
        """Check that the last execution of the window before has succeeded, long enough ago, on its nodes."""
        if not self.windows_before:
            return ""
        last = self.last_execution()
        name = f"the execution {id_of(last)} of {last['WindowId']}, which began at {shown(last['StartTime'])},"
        if last["Status"] != "SUCCESS":
            raise GateClosedError(f"{name} has the status {last['Status']}")
        ended, now = last["EndTime"], datetime.now(UTC)
        if not last["StartTime"] <= ended <= now:
            raise GateClosedError(f"the clocks differ: {name} ended at {shown(ended)}, and it is {shown(now)}")
        if now - ended < self.bake_time:
            raise GateClosedError(f"{name} ended at {shown(ended)}, less than {length(self.bake_time)} ago")
        nodes = self.patched_nodes(last)
        if not nodes:
            raise GateClosedError(f"{name} ran no patch command with {' or '.join(self.operations)} on a node")
        failed, pending = self.failed_and_pending(nodes, since=last["StartTime"])
        check_limit(f"{name} failed, or did not report, on", failed, self.max_failed)
        check_limit(f"after {name} a reboot is pending on", pending, self.max_pending_reboots)
        return f"{name} patched {counted(nodes)}; failed: {len(failed)}; pending reboots: {len(pending)}"

    def last_execution(self) -> Answer:
        """Return the last execution of the window before, in the current period."""
        since = datetime.now(UTC) - self.max_age
        found = [each for window in self.windows_before for each in self.executions_of(window, after=since)]
        if not found:
            windows = " or ".join(self.windows_before)
            raise GateClosedError(f"{windows} has not run since {shown(since)}, in the last {length(self.max_age)}")
        return max(found, key=lambda each: each["StartTime"])

    def executions_of(self, window: str, *, after: datetime) -> list[Answer]:
        """Return the executions of a window that began after a time."""
        pages = self.ssm.get_paginator("describe_maintenance_window_executions").paginate(
            WindowId=window, Filters=[{"Key": "ExecutedAfter", "Values": [f"{after:%Y-%m-%dT%H:%M:%SZ}"]}]
        )
        found: list[Answer] = [each for page in pages for each in page["WindowExecutions"]]
        for each in found:
            if each["WindowId"] != window:
                raise GateClosedError(f"the service answered with {each['WindowId']} for {window}")
        return [each for each in found if each["StartTime"] >= after]

    def patched_nodes(self, execution: Answer) -> dict[str, str]:
        """Return the status of the patch command on each node of an execution."""
        nodes: dict[str, str] = {}
        for command in self.commands_of(execution):
            if command.get("Parameters", {}).get("Operation") not in ([each] for each in self.operations):
                continue
            for page in self.ssm.get_paginator("list_command_invocations").paginate(CommandId=command["CommandId"]):
                for each in page["CommandInvocations"]:
                    # Of several patch commands on a node, one without success counts.
                    if each["DocumentName"] in PATCH_DOCUMENTS and nodes.get(each["InstanceId"], SUCCESS) == SUCCESS:
                        nodes[each["InstanceId"]] = each["Status"]
        return nodes

    def commands_of(self, execution: Answer) -> Iterator[Answer]:
        """Return the commands that the tasks of an execution have sent, also by way of a gate."""
        pages = self.ssm.get_paginator("describe_maintenance_window_execution_tasks").paginate(
            WindowExecutionId=id_of(execution)
        )
        tasks: list[Answer] = [each for page in pages for each in page["WindowExecutionTaskIdentities"]]
        if not tasks:
            raise GateClosedError(f"the execution {id_of(execution)} of {execution['WindowId']} ran no task")
        for task in tasks:
            if task["Status"] != "SUCCESS":
                raise GateClosedError(f"the task {task['TaskArn']} of {id_of(execution)} is {task['Status']}")
            if task["TaskType"] == "RUN_COMMAND":
                for command in self.started_by(task):
                    yield from self.commands({"CommandId": command})
            elif task["TaskType"] == "AUTOMATION":
                for automation in self.started_by(task):
                    yield from self.commands_of_gate(automation, since=execution["StartTime"])

    def started_by(self, task: Answer) -> Iterator[str]:
        """Return what the invocations of a task have started: commands or automations."""
        pages = self.ssm.get_paginator("describe_maintenance_window_execution_task_invocations").paginate(
            WindowExecutionId=task["WindowExecutionId"], TaskId=task["TaskExecutionId"]
        )
        for page in pages:
            for each in page["WindowExecutionTaskInvocationIdentities"]:
                yield each["ExecutionId"]

    def commands_of_gate(self, automation: str, *, since: datetime) -> Iterator[Answer]:
        """Return the patch commands of an automation that is a gate: their snapshot has the id of the automation."""
        for document in PATCH_DOCUMENTS:
            filters = (("InvokedAfter", f"{since:%Y-%m-%dT%H:%M:%SZ}"), ("DocumentName", document))
            for each in self.commands({"Filters": [{"key": key, "value": value} for key, value in filters]}):
                if each.get("Parameters", {}).get("SnapshotId") == [automation]:
                    yield each

    def commands(self, request: Mapping[str, Any]) -> Iterator[Answer]:
        """Return commands with their parameters."""
        for page in self.ssm.get_paginator("list_commands").paginate(**request):
            yield from page["Commands"]

    def failed_and_pending(self, nodes: Mapping[str, str], *, since: datetime) -> tuple[list[str], list[str]]:
        """Return the nodes without a success that they have reported, and those that wait for a reboot."""
        states = self.patch_states(sorted(nodes))
        failed, pending = [], []
        for node, status in sorted(nodes.items()):
            state = states.get(node)
            if state is None or state["OperationEndTime"] < since or status != SUCCESS or state["FailedCount"]:
                failed.append(node)
            if state is not None and state["InstalledPendingRebootCount"]:
                pending.append(node)
        return failed, pending

    def patch_states(self, nodes: Sequence[str]) -> dict[str, Answer]:
        """Return the patch states of nodes."""
        found: dict[str, Answer] = {}
        paginator = self.ssm.get_paginator("describe_instance_patch_states")
        for first in range(0, len(nodes), STATES_PER_CALL):
            for page in paginator.paginate(InstanceIds=nodes[first : first + STATES_PER_CALL]):
                found |= {each["InstanceId"]: each for each in page["InstancePatchStates"]}
        return found


def check_limit(what: str, nodes: Sequence[str], most: int) -> None:
    """Check that a number of nodes is within its limit."""
    if len(nodes) > most:
        listed = ", ".join(nodes[:10]) + (", ..." if len(nodes) > len(nodes[:10]) else "")
        raise GateClosedError(f"{what} {counted(nodes)} ({listed}), more than the limit of {most}")


def id_of(execution: Answer) -> str:
    """Return the id of an execution of a window."""
    found: str = execution["WindowExecutionId"]
    return found


def moment(text: str) -> datetime:
    """Return a time of the service, which is in UTC if it has no offset."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def counted(nodes: Sequence[str] | Mapping[str, str]) -> str:
    """Return a number of nodes for a message."""
    return f"{len(nodes)} node" if len(nodes) == 1 else f"{len(nodes)} nodes"


def length(time: timedelta) -> str:
    """Return a length of time for a message: ``2 d 12 h``."""
    hours, rest = divmod(time.seconds, 3600)
    parts = ((time.days, "d"), (hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def shown(time: datetime) -> str:
    """Return a time for a message."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
