"""The end of the patching: the script of the last step of a gate's runbook.

It runs after the patch step, whether that step succeeded, failed, timed out at the cutoff, or was canceled. A command
that still runs is canceled, so that the patching begins on no further node.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})
# A window is open for at most 24 hours.
LONGEST_WINDOW = timedelta(hours=25)
RUNNING = ("Pending", "InProgress")


class PatchingFailedError(Exception):
    """The patching did not succeed."""


def finish(events: Mapping[str, Any], _: object) -> dict[str, str]:
    """Return a message if the patch command of this automation succeeded.

    Raises:
        PatchingFailedError: it did not, or there is none. A command that still ran was canceled.
    """
    ssm = boto3.client("ssm", config=CONFIG)
    found = commands_of(ssm, events["DocumentName"], events["AutomationId"])
    for command, status in found.items():
        if status in RUNNING:
            ssm.cancel_command(CommandId=command)
    listed = ", ".join(f"{command}: {status}" for command, status in found.items()) or "no command was sent"
    if any(status in RUNNING for status in found.values()):
        raise PatchingFailedError(f"The time for patching is over, and the running command was canceled ({listed})")
    if not found or set(found.values()) != {"Success"}:
        raise PatchingFailedError(f"The patch command did not succeed ({listed})")
    return {"Message": f"The patch command succeeded ({listed})"}


def commands_of(ssm: "SSMClient", document: str, automation: str) -> dict[str, str]:
    """Return the patch commands of an automation with their status: their snapshot has the id of the automation."""
    since = datetime.now(UTC) - LONGEST_WINDOW
    pages = ssm.get_paginator("list_commands").paginate(
        Filters=[
            {"key": "InvokedAfter", "value": f"{since:%Y-%m-%dT%H:%M:%SZ}"},
            {"key": "DocumentName", "value": document},
        ]
    )
    every = [each for page in pages for each in page["Commands"]]
    own = [each for each in every if each.get("Parameters", {}).get("SnapshotId") == [automation]]
    return {each["CommandId"]: each["Status"] for each in own}
