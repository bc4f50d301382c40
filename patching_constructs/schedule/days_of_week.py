"""The days of the week, by their names in a cron."""

from enum import StrEnum


class DayOfWeek(StrEnum):
    """A day of the week. It has no number, because 1 is Sunday here and Monday in Unix cron."""

    SUNDAY = "SUN"
    MONDAY = "MON"
    TUESDAY = "TUE"
    WEDNESDAY = "WED"
    THURSDAY = "THU"
    FRIDAY = "FRI"
    SATURDAY = "SAT"
