"""The names that Systems Manager accepts for windows, targets, tasks and baselines."""

import re
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_type
from patching_constructs.ssm import limits

_INVALID: Final = re.compile(r"[^a-zA-Z0-9_\-.]+")


def check_resource_name(what: str, name: str | None) -> None:
    """Check the name of a window, a target, a task or a baseline. None and a token pass.

    Raises:
        PatchingError: the name has an invalid character or an invalid length.
    """
    if name is None:
        return
    check_type(what, name, str)
    if not is_unresolved(name) and not limits.WINDOW_NAME.fullmatch(name):
        similar = _INVALID.sub("-", name)
        fix = f"for example {similar!r}" if limits.WINDOW_NAME.fullmatch(similar) else ""
        raise refusal(what, "must be 3-128 letters, digits, _, - and .", repr(name), fix)
