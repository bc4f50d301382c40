"""How a test asks for a refusal's words."""

from collections.abc import Callable

import pytest

from patching_constructs import PatchingError


def refused(call: Callable[[], object]) -> str:
    """Return the whole message of the PatchingError that the call raises."""
    with pytest.raises(PatchingError) as caught:
        call()
    return str(caught.value)
