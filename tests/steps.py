"""The number of steps: calls of Python and C functions, which do not depend on the machine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Steps:
    """The steps so far."""

    count: int = 0


@contextmanager
def counted() -> Iterator[Steps]:
    """Count the steps in the context, without those of other threads."""
    steps = Steps()

    def count(_: FrameType, event: str, __: object) -> None:
        if event in {"call", "c_call"}:
            steps.count += 1

    sys.setprofile(count)
    try:
        yield steps
    finally:
        sys.setprofile(None)
