"""A process that runs a function as Lambda does: its code is the asset, its environment that of the template.

Standard input has a request in each line, standard output its result. The time is that of the request, and the package
of the constructs cannot be imported, because it is not in the asset.
"""

import importlib
import json
import os
import sys
import time
import traceback
from typing import Any

import time_machine


class Context:
    """What a function reads of its context."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


def no_sleep(_: object) -> None:
    """Waste no time: the time of a request stands still."""


def run(request: dict[str, Any]) -> dict[str, Any]:
    os.environ.update(request["environment"])
    module, _, function = request["handler"].rpartition(".")
    with time_machine.travel(request["now"], tick=False):
        try:
            handle = getattr(importlib.import_module(module), function)
            return {"result": handle(request["event"], Context(request["timeout"]))}
        except Exception:  # noqa: BLE001 - Lambda reports every error
            return {"error": traceback.format_exc()}


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    sys.modules["patching_constructs"] = None  # type: ignore[assignment]
    time.sleep = no_sleep
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
