"""How a test reads an expression of the whole dialect."""

from patching_constructs import ScheduleExpression
from patching_constructs.schedule._rule import parse_rule


def parse(text: str, *, time_zone: str | None = None, schedule_offset: float | None = None) -> ScheduleExpression:
    """Read an expression as a template's is read: the factories refuse what fires more often than AWS supports."""
    return ScheduleExpression(parse_rule(text), time_zone, schedule_offset)
