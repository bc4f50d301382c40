"""Time zones, by their names in the IANA time zone database, and aware datetimes."""

import zoneinfo
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Final, NamedTuple, Protocol

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import check_type, nearest


class NamedTimeZone(Protocol):
    """An object with an IANA name: ``aws_cdk.TimeZone``."""

    @property
    def timezone_name(self) -> str:
        """The IANA name, such as ``Europe/Berlin``."""
        ...  # pragma: no cover


TimeZone = str | zoneinfo.ZoneInfo | NamedTimeZone


def zone_name(time_zone: TimeZone | None, what: str = "time_zone") -> str | None:
    """Return the IANA name of a time zone that is given in any supported form; ``what`` names it in a message."""
    match time_zone:
        case None | str():
            return time_zone
        case zoneinfo.ZoneInfo(key=None):
            fix = "write a name such as 'Europe/Berlin'"
            raise refusal(what, "must have a name", "a ZoneInfo without a key", fix)
        case zoneinfo.ZoneInfo():
            return time_zone.key
        case _ if not isinstance(time_zone, type) and hasattr(time_zone, "timezone_name"):
            check_type(f"{what} name", time_zone.timezone_name, str)
            return time_zone.timezone_name
        case _:
            fix = "write its name, such as 'UTC' or 'Europe/Berlin'"
            raise refusal(what, "must be an IANA name, a ZoneInfo or an aws_cdk.TimeZone", shown(time_zone), fix)


# --- The database -------------------------------------------------------------------------------------

# Names of cities are short, and some are similar by chance: Berlin and Brunei.
_NEAR: Final = 0.75


def zone_info(name: str) -> zoneinfo.ZoneInfo:
    """Return the time zone with this name, ignoring case.

    Raises:
        PatchingError: there is no such time zone, or this machine has no time zone database.
    """
    check_zone_exists(name)
    return zoneinfo.ZoneInfo(_written(name) or name)


def check_zone_exists(name: str, what: str = "time_zone") -> None:
    """Check that a name is in the time zone database, ignoring case.

    AWS's documentation has an example with ``etc/UTC``, so another case is a warning only: see `zone_warning`.
    ``what`` names it in a message.

    Raises:
        PatchingError: there is no such time zone, or this machine has no time zone database.
    """
    if not _known_zones():
        rule = "cannot be checked, because this machine has no time zone database"
        raise refusal(what, rule, repr(name), "run: pip install tzdata")
    if _written(name) is None:
        near = nearest_zone(name)
        fix = f"did you mean {near!r}?" if near else "write a name such as 'Europe/Berlin'"
        raise refusal(what, "must be a name in the IANA time zone database", repr(name), fix)


def nearest_zone(name: str) -> str | None:
    """Return the time zone in the same region with the most similar name; None if no name is similar.

    There is no suggestion for an abbreviation or an offset: a similar one would be a different time zone.
    """
    region, slash, city = name.partition("/")
    if not slash or any(character.isdigit() for character in name):
        return None
    cities = _cities(region.lower())
    near = nearest(city, cities, cutoff=_NEAR)
    return cities[near] if near else None


def _written(name: str) -> str | None:
    """Return the name in the spelling of the database; None if the name is not in the database."""
    return _known_zones().get(name.lower()) if name.isascii() else None


@lru_cache
def _cities(region: str) -> dict[str, str]:
    """Return the time zones of a region, by what follows its name."""
    zones = (zone for name, zone in _known_zones().items() if name.startswith(f"{region}/"))
    return {zone.partition("/")[2]: zone for zone in zones}


@cache
def _known_zones() -> dict[str, str]:
    """Return the names in the database, by their lowercase forms."""
    # In many installations, localtime links to the time zone of the machine. The service does not support it.
    return {name.lower(): name for name in sorted(zoneinfo.available_timezones() - {"localtime"})}


# --- Valid names that are probably not what was meant -------------------------------------------------

# The time zones that they link to: https://github.com/eggert/tz/blob/2024b/backward
_WITHOUT_DAYLIGHT_SAVING: Final = {
    "EST": "write 'America/New_York', or 'America/Panama' for no daylight saving time",
    "MST": "write 'America/Denver', or 'America/Phoenix' for no daylight saving time",
    "HST": "write 'Pacific/Honolulu' or another city",
}
_ABBREVIATIONS: Final = {
    "CET": "Europe/Brussels",
    "CST6CDT": "America/Chicago",
    "EET": "Europe/Athens",
    "EST5EDT": "America/New_York",
    "GMT+0": "UTC",
    "GMT-0": "UTC",
    "GMT0": "UTC",
    "MET": "Europe/Brussels",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
    "WET": "Europe/Lisbon",
}


class ZoneWarning(NamedTuple):
    """Why the name of an existing time zone is probably not what was meant, and what to write instead."""

    problem: str
    fix: str


def zone_warning(name: str) -> ZoneWarning | None:
    """Return a warning about the name of an existing time zone, or None.

    There are warnings for abbreviations, some of which have no daylight saving time, and for names in another case.
    """
    written = _written(name)
    if written in _WITHOUT_DAYLIGHT_SAVING:
        fix = _WITHOUT_DAYLIGHT_SAVING[written]
        return ZoneWarning("is an abbreviation with a fixed offset and no daylight saving time", fix)
    if written in _ABBREVIATIONS:
        return ZoneWarning("is an abbreviation", f"write {_ABBREVIATIONS[written]!r} or another city")
    if written not in (None, name):
        return ZoneWarning(f"is spelled {written!r} in the IANA time zone database", f"write {written!r}")
    return None


# --- Moments ------------------------------------------------------------------------------------------


def check_aware(what: str, moment: object) -> datetime:
    """Return the moment if it is an aware datetime.

    Raises:
        PatchingError: it is not a datetime, or a naive one, which is ambiguous.
    """
    if not isinstance(moment, datetime):
        raise refusal(what, "must be an aware datetime", shown(moment), aware_fix(moment))
    if moment.utcoffset() is None:
        fix = "set tzinfo, for example to zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC"
        raise refusal(what, "must be an aware datetime", repr(moment), fix)
    return moment


def aware_fix(value: object) -> str:
    """Return how to write a value as an aware datetime: the same day or time if it is one, otherwise an example."""
    match value:
        case date():
            return f"write datetime({value.year}, {value.month}, {value.day}, tzinfo=UTC)"
        case str() if (moment := _moment_of(value)) is not None:
            return f"write datetime.fromisoformat({value!r}){'' if moment.tzinfo else '.replace(tzinfo=UTC)'}"
        case _:
            return "write for example datetime(2027, 1, 31, tzinfo=UTC)"


def _moment_of(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def check_moment(what: str, moment: object) -> datetime:
    """Return the moment if it is an aware datetime in whole seconds.

    Raises:
        PatchingError: it is not a datetime, a naive one, or one with a fraction of a second.
    """
    aware = check_aware(what, moment)
    if aware.microsecond:
        raise refusal(what, "must be in whole seconds", aware.isoformat(), "use .replace(microsecond=0)")
    return aware
