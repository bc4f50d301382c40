"""The ARNs of what is imported, which the CDK takes apart."""

from typing import Final

from patching_constructs.adoption.code import Expression, Literal
from patching_constructs.adoption.given import NotAdoptableError, shown, text

ROLE: Final = "role/"
FUNCTION: Final = "function:"
STATE_MACHINE: Final = "stateMachine:"
TOPIC: Final = ""
"""What begins the last part of an ARN."""
_PARTS: Final = 6


def arn(name: str, value: object, kind: str) -> Expression:
    """Return the expression of an ARN.

    Args:
        name: the property.
        value: its value.
        kind: what begins the last part.

    Raises:
        NotAdoptableError: it is known to be no such ARN.
    """
    found = text(value)
    if isinstance(found, Literal) and not _is_arn(str(found.value), kind):
        like = f"arn:aws:...:{kind}..."
        raise NotAdoptableError(f"{name} must be an ARN such as {like}, got {shown(value)}")
    return found


def _is_arn(value: str, kind: str) -> bool:
    parts = value.split(":", _PARTS - 1)
    if len(parts) < _PARTS:
        return False
    prefix, partition, service, _, _, resource = parts
    has_name = resource.startswith(kind) and len(resource) > len(kind)
    return prefix == "arn" and bool(partition and service) and has_name
