"""Expressions of the closed sets of the service, and of its durations and rates."""

from datetime import datetime, timedelta
from enum import StrEnum

from patching_constructs.adoption.code import Call, Expression, Literal, Name
from patching_constructs.adoption.given import NotAdoptableError, is_token, number, shown, text, whole
from patching_constructs.properties.rate_control import RateControl


def member(kind: type[StrEnum], value: object) -> Expression:
    """Return a member of a closed set.

    Raises:
        NotAdoptableError: it has no such member, or it is unknown until deployment.
    """
    found = next((each for each in kind if each == value), None)
    if is_token(value):
        raise NotAdoptableError(f"{kind.__name__} must be known, got {shown(value)}")
    if found is None:
        raise NotAdoptableError(f"{kind.__name__} must be one of {', '.join(kind)}, got {shown(value)}")
    return Name(f"{kind.__name__}.{found.name}")


def member_or_token(kind: type[StrEnum], value: object) -> Expression:
    """Return a member of a closed set, or a token.

    Raises:
        NotAdoptableError: it has no such member.
    """
    return text(value) if is_token(value) else member(kind, value)


def duration(unit: str, value: object) -> Expression:
    """Return a duration in ``days``, ``hours`` or ``seconds``.

    Raises:
        NotAdoptableError: it is no whole number, or longer than a duration can be.
    """
    if is_token(value):
        return Call(f"cdk.Duration.{unit}", [number(value)])
    amount = whole(value)
    try:
        timedelta(**{unit: amount})
    except OverflowError:
        raise NotAdoptableError(f"{shown(value)} {unit} is no duration") from None
    return Call("timedelta", named={unit: Literal(amount)})


def rate(value: object) -> Expression:
    """Return a rate control.

    Raises:
        NotAdoptableError: it is invalid.
    """
    if is_token(value):
        return Call("RateControl.count", [number(value)])
    parsed = RateControl.parsed(str(value))
    if parsed is None:
        raise NotAdoptableError(f"{shown(value)} is no rate control")
    return Call("RateControl.percentage" if parsed.unit else "RateControl.count", [Literal(int(parsed.number))])


def moment(value: object) -> tuple[Expression, bool]:
    """Return a date with a time, and whether the constructs write it as it is.

    Raises:
        NotAdoptableError: it is no date with a time zone.
    """
    if is_token(value):
        return text(value), True
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise NotAdoptableError(f"{shown(value)} is no date with a time zone")
    return Call("datetime.fromisoformat", [Literal(str(value))]), found.isoformat() == value
