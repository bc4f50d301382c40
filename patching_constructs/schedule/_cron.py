"""The cron dialect of maintenance windows, as atoms, fields and expressions; ``str()`` returns the cron text of each.

The dialect is that of Quartz: six fields, or seven with seconds first; weekdays start with 1 for Sunday; exactly one of
day-of-month and day-of-week has a value, and the other one is ``?``. It differs from the dialects of Unix cron,
EventBridge and State Manager.

https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
"""

import re
from dataclasses import dataclass, field
from typing import Final

from patching_constructs._errors import PatchingError, refusal

WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


# --- Atoms --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Every:
    """``*``: every value."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Unspecified:
    """``?``: no value, because the other day field has one."""

    def __str__(self) -> str:
        return "?"


@dataclass(frozen=True, slots=True)
class Value:
    """One value. ``MON`` and ``2`` are equal weekdays, but keep their text."""

    number: int
    written: str = field(compare=False)

    def __str__(self) -> str:
        return self.written


@dataclass(frozen=True, slots=True)
class Range:
    """``first-last``, both included."""

    first: Value
    last: Value

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Step:
    """``start/step``: every step-th value of a range, or of the values from ``start`` on."""

    start: Every | Value | Range
    step: int

    def __str__(self) -> str:
        return f"{self.start}/{self.step}"


@dataclass(frozen=True, slots=True)
class LastDay:
    """``L``: the last day of the month; in day-of-week, the last day of the week, which is Saturday."""

    def __str__(self) -> str:
        return "L"


@dataclass(frozen=True, slots=True)
class LastWorkday:
    """``LW``: the last weekday (Monday to Friday) of the month."""

    def __str__(self) -> str:
        return "LW"


@dataclass(frozen=True, slots=True)
class NearestWorkday:
    """``15W``: the weekday (Monday to Friday) of the month that is nearest to the 15th."""

    day: int

    def __str__(self) -> str:
        return f"{self.day}W"


@dataclass(frozen=True, slots=True)
class LastWeekday:
    """``6L``: the last Friday of the month."""

    weekday: Value

    def __str__(self) -> str:
        return f"{self.weekday}L"


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """``TUE#2``: the second Tuesday of the month."""

    weekday: Value
    nth: int

    def __str__(self) -> str:
        return f"{self.weekday}#{self.nth}"


Atom = Every | Unspecified | Value | Range | Step | LastDay | LastWorkday | NearestWorkday | LastWeekday | NthWeekday


# --- Fields -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldRule:
    """The name, the bounds and the named values of a field."""

    name: str
    minimum: int
    maximum: int
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the valid values: ``1-12 or JAN-DEC``."""
        bounds = f"{self.minimum}-{self.maximum}"
        return f"{bounds} or {self.names[0]}-{self.names[-1]}" if self.names else bounds


SECOND: Final = FieldRule("seconds", 0, 59)
MINUTE: Final = FieldRule("minutes", 0, 59)
HOUR: Final = FieldRule("hours", 0, 23)
DAY: Final = FieldRule("day-of-month", 1, 31)
MONTH: Final = FieldRule("month", 1, 12, MONTHS)
WEEKDAY: Final = FieldRule("day-of-week", 1, 7, WEEKDAYS)
YEAR: Final = FieldRule("year", 1970, 2199)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an expression: a comma-separated list of atoms."""

    atoms: tuple[Atom, ...]

    def __str__(self) -> str:
        return ",".join(map(str, self.atoms))

    @property
    def is_unspecified(self) -> bool:
        """Whether the field is ``?``."""
        return self.atoms == (Unspecified(),)


def parse_field(rule: FieldRule, text: str) -> Field:
    """Parse one field, such as ``MON-FRI`` or ``0/15``.

    Raises:
        PatchingError: the field is invalid; the message contains its name, the rule and the likely fix.
    """
    atoms = tuple(_parse_atom(rule, part) for part in text.upper().split(","))
    single = next((atom for atom in atoms if not isinstance(atom, Value | Range | Step)), None)
    if single and len(atoms) > 1:
        raise refusal(f"schedule {rule.name}", f"must not combine {single} with other values", repr(text))
    return Field(atoms)


def _parse_atom(rule: FieldRule, text: str) -> Atom:
    start, slash, step = text.partition("/")
    if slash:
        return Step(_parse_start(rule, start, text), _parse_step(rule, step, text))
    if text == "?" and rule in (DAY, WEEKDAY):
        return Unspecified()
    return _parse_day_of_month(text) if rule is DAY else _parse_plain(rule, text)


def _parse_plain(rule: FieldRule, text: str) -> Atom:
    if rule is WEEKDAY:
        if "#" in text:
            return _parse_nth(text)
        if text == "L":
            return LastDay()
        if text.endswith("L"):
            return LastWeekday(_parse_value(rule, text[:-1], text))
    if text == "*":
        return Every()
    return _parse_range(rule, text) if "-" in text else _parse_value(rule, text, text)


def _parse_day_of_month(text: str) -> Atom:
    if text == "L":
        return LastDay()
    if text == "LW":
        return LastWorkday()
    if text.startswith("L-"):
        rule = "must not count back from the last day, because AWS documents only L and LW"
        raise refusal("schedule day-of-month", rule, repr(text), "use L or the number of a day")
    if text.endswith("W"):
        return NearestWorkday(_parse_value(DAY, text[:-1], text).number)
    return _parse_plain(DAY, text)


def _parse_start(rule: FieldRule, start: str, text: str) -> Every | Value | Range:
    atom = _parse_atom(rule, start) if start else None
    if not isinstance(atom, Every | Value | Range):
        raise refusal(f"schedule {rule.name}", "must have *, a value or a range before /", repr(text))
    return atom


def _parse_step(rule: FieldRule, step: str, text: str) -> int:
    if not _is_number(step) or not 1 <= int(step) <= rule.maximum:
        raise refusal(f"schedule {rule.name}", f"must have a step of 1-{rule.maximum} after /", repr(text))
    return int(step)


def _parse_range(rule: FieldRule, text: str) -> Range:
    first, last = (_parse_value(rule, end, text) for end in text.split("-", 1))
    if first.number > last.number and rule is YEAR:
        raise refusal("schedule year", "must have a range in ascending order", repr(text), f"write {last}-{first}")
    if first.number > last.number:
        end, begin = (rule.names[-1], rule.names[0]) if rule.names else (rule.maximum, rule.minimum)
        raise refusal(
            f"schedule {rule.name}", "must have a range in ascending order", repr(text),
            fix=f"write {_span(first, end)},{_span(begin, last)}",
        )  # fmt: skip
    return Range(first, last)


def _span(first: object, last: object) -> str:
    return str(first) if str(first) == str(last) else f"{first}-{last}"


def _parse_nth(text: str) -> NthWeekday:
    weekday, _, nth = text.partition("#")
    if nth not in ("1", "2", "3", "4", "5"):
        raise refusal("schedule day-of-week", "must have a number of 1-5 after #", repr(text))
    return NthWeekday(_parse_value(WEEKDAY, weekday, text), int(nth))


def _parse_value(rule: FieldRule, value: str, text: str) -> Value:
    if value in rule.names:
        return Value(rule.names.index(value) + rule.minimum, value)
    if _is_number(value) and rule.minimum <= int(value) <= rule.maximum:
        return Value(int(value), str(int(value)))
    raise refusal(f"schedule {rule.name}", f"must be {rule}", repr(text), fix=_value_fix(rule, value))


def _value_fix(rule: FieldRule, value: str) -> str:
    if rule is WEEKDAY and value == "0":
        return "Sunday is 0 in Unix cron and 1 here; write SUN"
    if value == "?" and rule not in (DAY, WEEKDAY):
        return "? is supported only in day-of-month and day-of-week; write *"
    name = next((name for name in rule.names if value.startswith(name) and value.isalpha()), None)
    return f"write {name}" if name else ""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,4}", text) is not None


# --- The expression -----------------------------------------------------------------------------------

_SIX: Final = (MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR)
_SEVEN: Final = (SECOND, *_SIX)
_LAYOUT: Final = "minutes hours day-of-month month day-of-week year"


@dataclass(frozen=True, slots=True)
class CronExpression:
    """``cron(fields)``. ``second`` is None in the form with six fields."""

    minute: Field
    hour: Field
    day: Field
    month: Field
    weekday: Field
    year: Field
    second: Field | None = None

    def __str__(self) -> str:
        fields = (self.second, self.minute, self.hour, self.day, self.month, self.weekday, self.year)
        return f"cron({' '.join(str(each) for each in fields if each is not None)})"


def parse_cron(text: str) -> CronExpression:
    """Parse the fields of ``cron(...)``.

    Raises:
        PatchingError: the text is invalid; the message contains the field, the rule and the likely fix.
    """
    parts = text.split()
    match len(parts):
        case 6:
            return _parse_six(parts)
        case 7:
            return _parse(_SEVEN, parts)
        case count:
            raise refusal(
                "schedule", f"must have six fields ({_LAYOUT}), or seven with seconds first",
                f"{count} in {f'cron({text})'!r}", fix=_unix_fix(parts),
            )  # fmt: skip


def _parse_six(parts: list[str]) -> CronExpression:
    try:
        return _parse(_SIX, parts)
    except PatchingError as error:
        with_year = _parsed_or_none([*parts, "*"])
        if with_year is None:
            raise
        raise refusal(
            "schedule", "must have a year if it has seconds", repr(f"cron({' '.join(parts)})"),
            fix=f"write {with_year}",
        ) from error  # fmt: skip


def _parse(rules: tuple[FieldRule, ...], parts: list[str]) -> CronExpression:
    fields = [parse_field(rule, part) for rule, part in zip(rules, parts, strict=True)]
    second = fields.pop(0) if rules is _SEVEN else None
    minute, hour, day, month, weekday, year = fields
    _check_days(day, weekday, " ".join(parts))
    return CronExpression(minute, hour, day, month, weekday, year, second)


def _check_days(day: Field, weekday: Field, text: str) -> None:
    if day.is_unspecified == weekday.is_unspecified:
        raise refusal(
            "schedule", "must have ? in exactly one of day-of-month and day-of-week", repr(f"cron({text})"),
            fix=_days_fix(day, weekday),
        )  # fmt: skip


def _days_fix(day: Field, weekday: Field) -> str:
    if day.is_unspecified:
        return "for every day, write * in day-of-month"
    if weekday.atoms == (Every(),):
        return "write ? in day-of-week"
    if day.atoms == (Every(),):
        return "write ? in day-of-month"
    return "to use both, create one schedule with a day of the month and one with a day of the week"


def _parsed_or_none(parts: list[str]) -> CronExpression | None:
    try:
        return _parse(_SEVEN if len(parts) == len(_SEVEN) else _SIX, parts)
    except PatchingError:
        return None


def _unix_fix(parts: list[str]) -> str:
    """Translate five Unix fields, unless both the day and the weekday have a value."""
    if len(parts) != len(_SIX) - 1:
        return ""
    minute, hour, day, month, weekday = parts
    weekday = re.sub(r"(?<![/#0-9])[0-7](?![0-9])", lambda number: WEEKDAYS[int(number[0]) % 7], weekday)
    day, weekday = (day, "?") if weekday == "*" else ("?" if day == "*" else day, weekday)
    meant = _parsed_or_none([minute, hour, day, month, weekday, "*"])
    return "this looks like a Unix cron expression" + (f"; write {meant}" if meant else "")
