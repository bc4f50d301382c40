"""Executions of maintenance windows: how one ended, why, and what to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from .lookups import Answer, Lookups
from .message import Event, Message, shortened
from .places import Place, moment
from .tasks import reasons
from .windows import Window

SUCCESS = "SUCCESS"
# A window is open for at most 24 hours.
LONGEST_WINDOW = timedelta(hours=25)
REASON_LENGTH = 600

ENDS = {
    SUCCESS: "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "timed out",
    "CANCELLED": "was canceled",
    "SKIPPED_OVERLAPPING": "was skipped",
}
PATCH_LATER = "Patch the nodes before the next execution if that is too late: patching-constructs now"
STEPS = {
    "FAILED": ["Read the output of the failed nodes, and fix the cause.", PATCH_LATER],
    "TIMED_OUT": [
        "Look for nodes that were not reached or not finished when the window closed.",
        "Give the window more time or more concurrency: patching-constructs capacity computes whether all nodes fit.",
        PATCH_LATER,
    ],
    "CANCELLED": ["Look up CancelMaintenanceWindowExecution in AWS CloudTrail to see who canceled it.", PATCH_LATER],
    "SKIPPED_OVERLAPPING": [
        "Check whether the execution before was still open: let the window end before its next execution starts.",
        PATCH_LATER,
    ],
}


def execution_message(event: Event, lookups: Lookups, place: Place) -> Message:
    """Return the message about the status of an execution."""
    detail = event["detail"]
    status, execution_id = detail["status"], detail["window-execution-id"]
    window = Window.read(detail["window-id"], lookups)
    end = ENDS.get(status, f"has the status {status}")
    why = [] if status == SUCCESS else list(_why(event, lookups))
    facts = {
        "When": _time(event),
        "Where": str(place),
        "Execution": execution_id,
        "Next execution": window.next_execution,
        "Note": lookups.missing,
    }
    return Message(
        title=f"Patching {end}: {window.name}",
        what=f"An execution of the maintenance window {window} {end} ({status}).",
        facts=facts,
        why=why,
        steps=STEPS.get(status, ()),
        link=place.window_link(window.id),
        thread=execution_id,
    )


def _time(event: Event) -> str:
    detail = event["detail"]
    started, ended = detail.get("start-time"), detail.get("end-time")
    if started and ended:
        return f"{moment(started)} to {moment(ended)}"
    return f"started {moment(started)}" if started else moment(event["time"])


def _why(event: Event, lookups: Lookups) -> Iterator[str]:
    details = _described(event, lookups).get("StatusDetails")
    if details:
        yield shortened(" ".join(details.split()), REASON_LENGTH)
    yield from (shortened(each, REASON_LENGTH) for each in reasons(event["detail"]["window-execution-id"], lookups))


def _described(event: Event, lookups: Lookups) -> Answer:
    """Return what the service says of the execution: GetMaintenanceWindowExecution cannot be limited to a window."""
    detail = event["detail"]
    begun = datetime.fromisoformat(detail.get("start-time") or event["time"])
    since = begun - (timedelta(minutes=1) if detail.get("start-time") else LONGEST_WINDOW)
    found = lookups.ask(
        "describe_maintenance_window_executions",
        WindowId=detail["window-id"],
        Filters=[{"Key": "ExecutedAfter", "Values": [f"{since:%Y-%m-%dT%H:%M:%SZ}"]}],
        MaxResults=100,
    )
    every: list[Answer] = found.get("WindowExecutions", [])
    return next((each for each in every if each["WindowExecutionId"] == detail["window-execution-id"]), {})
