"""Rules of EventBridge and their targets, as the emulator returns them."""

import json
from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def rule(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    events, name = emulator.client("events"), resource.physical_id
    found = events.describe_rule(Name=name)
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    return {**found, "EventPattern": json.loads(found["EventPattern"]), "Targets": targets}
