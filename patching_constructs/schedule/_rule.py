"""The rule of a schedule: a cron, a rate or a single moment, parsed from and converted to the service's string.

https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from patching_constructs._errors import PatchingError, UndocumentedError, refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.schedule._cron import CronExpression, parse_cron
from patching_constructs.schedule._rare_forms import has_rare_forms_only
from patching_constructs.ssm import limits

_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_LONGEST_STEP: Final = timedelta(days=300 * 366)


@dataclass(frozen=True, slots=True)
class Rate:
    """``rate(count unit)``: executions at a fixed interval. ``unit`` is minute, hour or day."""

    count: int
    unit: str

    @property
    def step(self) -> timedelta:
        """The interval between executions, at most 300 years, which is longer than any schedule."""
        return min(self.count, _LONGEST_STEP // _UNITS[self.unit]) * _UNITS[self.unit]

    def __str__(self) -> str:
        return f"rate({self.count} {self.unit}{'' if self.count == 1 else 's'})"


@dataclass(frozen=True, slots=True)
class At:
    """``at(moment)``: one execution, at a moment in UTC."""

    moment: datetime

    def __str__(self) -> str:
        return f"at({self.moment.replace(tzinfo=None).isoformat(timespec='seconds')})"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An expression with a CDK token, which is unknown until deployment and not checked."""

    text: str

    def __str__(self) -> str:
        return self.text


Rule = CronExpression | Rate | At | Unresolved


_FIELDS_WITHOUT_SECONDS: Final = 6
_WRAPPED: Final = re.compile(r"\s*(cron|rate|at)\((.*)\)\s*", re.DOTALL | re.IGNORECASE)
_RATE: Final = re.compile(r"\s*([0-9]+)\s+(minute|hour|day|week)(s?)\s*", re.IGNORECASE | re.ASCII)
_AT: Final = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\s*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def parse_rule(text: str) -> Rule:
    """Parse ``cron(...)``, ``rate(...)`` or ``at(...)``. A string with a CDK token is not parsed.

    Results are cached, because a fleet can have thousands of schedules but only a few dozen expressions.

    Raises:
        PatchingError: the expression is invalid.
        UndocumentedError: it is a cron with a form that AWS does not document.
    """
    if is_unresolved(text):
        return Unresolved(text)
    check_length(text)
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None:
        fix = "wrap the fields in cron(...)" if len(text.split()) > 1 else ""
        raise refusal("schedule", "must be cron(...), rate(...) or at(...)", repr(text), fix)
    readers: dict[str, Callable[[str], Rule]] = {"cron": _read_cron, "rate": _read_rate, "at": _read_at}
    return readers[wrapped[1].lower()](wrapped[2])


def _read_cron(text: str) -> CronExpression:
    try:
        return parse_cron(text)
    except PatchingError as error:
        parts = text.split()
        # AWS documents neither the rare forms nor seconds without a year.
        if has_rare_forms_only(parts) or (len(parts) == _FIELDS_WITHOUT_SECONDS and has_rare_forms_only([*parts, "*"])):
            raise UndocumentedError(error.problem, error.fix, what=error.what) from error
        raise


def _read_rate(text: str) -> Rate:
    parsed = _RATE.fullmatch(text)
    if parsed is None:
        raise refusal("schedule", "must be rate(<number> minutes|hours|days)", repr(f"rate({text})"))
    count, unit, plural = int(parsed[1]), parsed[2].lower(), bool(parsed[3])
    rate = check_rate(Rate(count * 7, "day") if unit == "week" else Rate(count, unit))
    if unit == "week":
        raise refusal("schedule", "must be in days, hours or minutes", repr(f"rate({text})"), f"write {rate}")
    if plural == (count == 1):
        rule = "must have a singular unit after 1 and a plural unit after any other number"
        raise refusal("schedule", rule, repr(f"rate({text})"), f"write {rate}")
    return rate


def check_rate(rate: Rate) -> Rate:
    """Return the rate if it is valid.

    Raises:
        PatchingError: the number is below 1, or the expression is too long.
    """
    if rate.count < 1:
        raise refusal("schedule rate", f"must be at least 1 {rate.unit}", repr(str(rate)))
    check_length(str(rate))
    return rate


def check_length(text: str) -> None:
    """Check the length of an expression.

    Raises:
        PatchingError: the expression is too long.
    """
    if len(text) > limits.SCHEDULE_LENGTH:
        raise refusal("schedule", f"must have at most {limits.SCHEDULE_LENGTH} characters", len(text))


def _read_at(text: str) -> At:
    parsed = _AT.fullmatch(text)
    try:
        return At(datetime.fromisoformat(parsed[1].upper() if parsed else "").replace(tzinfo=UTC))
    except ValueError:
        fix = "use ScheduleExpression.at(datetime)"
        raise refusal("schedule", "must be at(YYYY-MM-DDThh:mm:ss), in UTC", repr(f"at({text})"), fix) from None
