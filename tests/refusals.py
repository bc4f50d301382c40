"""How a test asks for a refusal's words."""

from collections.abc import Callable
from typing import Any

import pytest

from patching_constructs import PatchingError


def refused(call: Callable[[], object]) -> str:
    """Return the whole message of the PatchingError that the call raises."""
    with pytest.raises(PatchingError) as caught:
        call()
    return str(caught.value)


def untyped(value: object) -> Any:
    """Hand over what a type checker would not let through."""
    return value
