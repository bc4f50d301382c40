"""Helpers for tests of error messages."""

from collections.abc import Callable
from typing import Any

import pytest

from patching_constructs import PatchingError


def refused(call: Callable[[], object]) -> str:
    """Return the complete message of the PatchingError that a call raises."""
    with pytest.raises(PatchingError) as caught:
        call()
    return str(caught.value)


def untyped(value: object) -> Any:
    """Return a value without its type, to pass a wrong type."""
    return value
