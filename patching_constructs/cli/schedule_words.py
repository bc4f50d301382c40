"""The rule and the time zone of a schedule in words: ``At 04:00, 5 days after the second Tuesday of the month``."""

import re
from typing import Final

from cron_descriptor import FormatException, Options, get_description

from patching_constructs.cli.value_words import known_text, text_of_possible
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import At, Rate
from patching_constructs.template.possible_values import possible_values
from patching_constructs.template.value import Value

Rule = CronExpression | Rate | At
_PATCH_TUESDAY: Final = re.compile(r"(?:TUE|3)#([2-4])")
# One day of every month or week, in the words of the library.
_ONE_DAY: Final = re.compile(r"(?P<time>At [0-9:]+), (?:on (?P<day>[^,]+ of the month)|only on (?P<weekday>\w+))")


def rule_in_words(rule: Rule, days_after: str | None = None) -> str:
    """Describe the rule of a schedule, and the days that a cron is delayed by: ``At 04:00, only on Sunday``."""
    if isinstance(rule, CronExpression):
        words = _cron_in_words(rule)
        return words + _patch_tuesday_in_words(rule) if days_after is None else _delayed(rule, words, days_after)
    if isinstance(rule, Rate):
        return f"Every {rule.unit}" if rule.count == 1 else f"Every {rule.count} {rule.unit}s"
    return f"Once, on {rule.moment:%Y-%m-%d} at {rule.moment:%H:%M:%S} UTC"


def _cron_in_words(cron: CronExpression) -> str:
    options = Options(locale_code="en_US")
    options.day_of_week_start_index_zero = False
    options.use_24hour_time_format = True
    fields = [cron.second or "0", cron.minute, cron.hour, cron.day, cron.month, cron.weekday, cron.year]
    # The library does not support L as the last day of the week.
    fields[5] = "SAT" if str(cron.weekday) == "L" else cron.weekday
    try:
        words = get_description(" ".join(map(str, fields)), options)
    except FormatException:
        return str(cron)
    every_day = str(cron.day) in "*?" and str(cron.weekday) in "*?"
    return f"{words}, every day" if every_day and not words.startswith("Every") else words


def _patch_tuesday_in_words(cron: CronExpression) -> str:
    """Add that the third or fourth Tuesday is one or two weeks after Patch Tuesday."""
    days = _days_after_patch_tuesday(cron)
    return f" ({days} days after Patch Tuesday)" if days else ""


def _delayed(cron: CronExpression, words: str, days_after: str) -> str:
    days = f"{days_after} {'day' if days_after == '1' else 'days'}"
    weeks, one_day = _days_after_patch_tuesday(cron), _ONE_DAY.fullmatch(words)
    if one_day is None:
        return f"{words}, plus {days}"
    if weeks and days_after.isdecimal():
        return f"{one_day['time']}, {weeks + int(days_after)} days after Patch Tuesday"
    return f"{one_day['time']}, {days} after {one_day['day'] or 'every ' + one_day['weekday']}"


def _days_after_patch_tuesday(cron: CronExpression) -> int | None:
    """Return how many days after the second Tuesday the cron runs; None if it is not a Tuesday from the second on."""
    tuesday = _PATCH_TUESDAY.fullmatch(str(cron.weekday).upper())
    return 7 * (int(tuesday[1]) - 2) if tuesday else None


def zone_in_words(zone: Value) -> str:
    """Return the time zone of a schedule: UTC where it has none."""
    return text_of_possible(possible_values(zone), lambda each: known_text(each, default="") or "UTC")
