"""The entry of the watch function: it runs on a schedule, and once in a deployment that changes what it watches.

An alarm for which missing data is breaching would be in the state ALARM until the function has run for the first time.
So a custom resource runs it before the alarms are created. A deployment never fails because of that.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.request import Request, urlopen

from .watch import handle as watch

# AWS does not document when alarms see new values.
VISIBLE_AFTER_SECONDS = 60
# The role is new, and IAM is eventually consistent.
ATTEMPTS = 4
PAUSE_SECONDS = 15
RESERVED_SECONDS = 30

Event = Mapping[str, Any]


class Context(Protocol):
    """What Lambda passes besides the event."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until Lambda ends the function."""
        ...  # pragma: no cover


def handle(event: Event, context: Context) -> None:
    """Check what a rule has asked for, or answer the request of a custom resource."""
    if "RequestType" not in event:
        watch(event, context)
        return
    reasons: list[str] = []
    try:
        if event["RequestType"] != "Delete":
            reasons = [reason for each in event["ResourceProperties"]["Inputs"] if (reason := run(each, context))]
            time.sleep(max(0, min(VISIBLE_AFTER_SECONDS, remaining(context))))
    finally:
        answer(event, "; ".join(reasons))


def run(given: str, context: Context) -> str:
    """Run one check, again if it fails; return why it failed, or an empty text."""
    reason = ""
    for attempt in range(ATTEMPTS):
        try:
            watch(json.loads(given), context)
        except Exception as error:  # noqa: BLE001 - the next run raises it again
            reason = f"{type(error).__name__}: {error}"
            print(reason)  # noqa: T201 - the log of the function
        else:
            return ""
        if attempt + 1 < ATTEMPTS and remaining(context) > PAUSE_SECONDS:
            time.sleep(PAUSE_SECONDS)
    return reason


def remaining(context: Context) -> float:
    """Return the seconds that are left, without those that the answer takes."""
    return context.get_remaining_time_in_millis() / 1000 - RESERVED_SECONDS


def answer(event: Event, reason: str) -> None:
    """Answer the request. If the run has failed, an alarm says so."""
    body = {
        "Status": "SUCCESS",
        "Reason": reason,
        "PhysicalResourceId": "first-run",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = Request(event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""})  # noqa: S310 - CloudFormation's URL
    with urlopen(request, timeout=RESERVED_SECONDS):  # noqa: S310 - CloudFormation's URL
        pass
