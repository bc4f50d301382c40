"""Patch baselines, as the emulator returns them: it has no `GetPatchBaseline`, only the list."""

from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource

_NAMES = {"BaselineName": "Name", "BaselineDescription": "Description", "OperatingSystem": "OperatingSystem"}


def baseline(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    pages = emulator.client("ssm").get_paginator("describe_patch_baselines").paginate()
    (found,) = (
        each for page in pages for each in page["BaselineIdentities"] if each["BaselineId"] == resource.physical_id
    )
    return {_NAMES[name]: value for name, value in found.items() if name in _NAMES}
