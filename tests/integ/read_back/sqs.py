"""Queues and their policies, as the emulator returns them."""

import json
from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def queue(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    attributes = _attributes(emulator, resource.physical_id)
    return {
        "MessageRetentionPeriod": int(attributes["MessageRetentionPeriod"]),
        "SqsManagedSseEnabled": attributes["SqsManagedSseEnabled"] == "true",
    }


def policy(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    (url,) = resource.properties["Queues"]
    return {"PolicyDocument": json.loads(_attributes(emulator, url)["Policy"]), "Queues": [url]}


def _attributes(emulator: Emulator, url: str) -> dict[str, str]:
    attributes: dict[str, str] = emulator.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]
    return attributes
