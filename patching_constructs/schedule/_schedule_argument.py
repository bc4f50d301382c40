"""Checks of a property that must be a `ScheduleExpression`."""

from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs._validation import Kind, check_type
from patching_constructs.schedule.expression import ScheduleExpression

_FACTORY: Final = "use a factory such as ScheduleExpression.daily(hour=2)"


def check_schedule(what: str, value: object, *others: type) -> None:
    """Check that a value is a schedule, or of one of the other types.

    Raises:
        PatchingError: it is not; for a string, the message contains how to write the schedule.
    """
    kinds: Kind = (ScheduleExpression, *others)
    check_type(what, value, kinds, _written(value) if isinstance(value, str) else "")


def _written(text: str) -> str:
    try:
        ScheduleExpression.expression(text)
    except PatchingError:
        return _FACTORY
    return f"write ScheduleExpression.expression({text!r})"
