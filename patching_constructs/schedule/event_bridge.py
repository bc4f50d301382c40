"""The schedules of EventBridge rules and of EventBridge Scheduler, as far as AWS documents them.

A cron has six fields and no seconds. A rule's is in UTC, and a rule has no at(...); a schedule's has a time zone of its
own. On the day when a daylight saving switch skips the time of a schedule, it is not invoked.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from functools import lru_cache
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.schedule._rare_forms import has_rare_forms_only
from patching_constructs.schedule._rule import At, Rule, parse_rule

_FIELDS: Final = 6
_CRON: Final = re.compile(r"cron\((.*)\)", re.DOTALL)


@lru_cache(maxsize=1024)
def parse_event_schedule(text: str, *, is_rule: bool) -> Rule | None:
    """Parse the schedule of an EventBridge rule or of a schedule; None for one whose meaning no source settles.

    Args:
        text: the expression.
        is_rule: whether it is that of a rule, and not of EventBridge Scheduler.

    Raises:
        PatchingError: it is no such schedule.
    """
    cron = _CRON.fullmatch(text.strip())
    parts = cron[1].split() if cron else []
    if cron and len(parts) != _FIELDS:
        layout = "minutes hours day-of-month month day-of-week year"
        raise refusal("schedule", f"must have six fields ({layout})", f"{len(parts)} in {text!r}", _fix(text))
    try:
        rule = parse_rule(text)
    except PatchingError:
        if has_rare_forms_only(parts):
            return None
        raise
    if is_rule and isinstance(rule, At):
        raise refusal("schedule", "must be cron(...) or rate(...)", repr(text), "use EventBridge Scheduler for at(...)")
    return rule


def _fix(text: str) -> str:
    """Return what the window's dialect makes of it: five fields are often those of a crontab."""
    try:
        parse_rule(text)
    except PatchingError as error:
        return error.fix
    return "leave the seconds out"
