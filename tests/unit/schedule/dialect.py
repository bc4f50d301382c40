"""Parsing an expression without the check of its frequency."""

from patching_constructs import ScheduleExpression
from patching_constructs.schedule._rule import parse_rule


def parse(text: str, *, time_zone: str | None = None, schedule_offset: float | None = None) -> ScheduleExpression:
    """Parse an expression as in a template, because the factories check its frequency."""
    return ScheduleExpression(parse_rule(text), time_zone, schedule_offset)
