"""Log groups, as the emulator returns them."""

from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def log_group(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    name = resource.physical_id
    listed = emulator.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    (found,) = (each for each in listed if each["logGroupName"] == name)
    return {"RetentionInDays": found["retentionInDays"]} if "retentionInDays" in found else {}
