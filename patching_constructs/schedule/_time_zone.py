"""Time zones, by their names in the IANA time zone database, and moments that are sure of theirs."""

import zoneinfo
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple, Protocol

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import check_type, nearest


class NamedTimeZone(Protocol):
    """What carries an IANA name: ``aws_cdk.TimeZone``."""

    @property
    def timezone_name(self) -> str:
        """The IANA name, such as ``Europe/Berlin``."""
        ...  # pragma: no cover


TimeZone = str | zoneinfo.ZoneInfo | NamedTimeZone


def zone_name(time_zone: TimeZone | None) -> str | None:
    """Return the IANA name of a time zone, however it was given."""
    match time_zone:
        case None | str():
            return time_zone
        case zoneinfo.ZoneInfo(key=None):
            fix = "write a name such as 'Europe/Berlin'"
            raise refusal("time_zone", "must have a name", "a ZoneInfo without a key", fix)
        case zoneinfo.ZoneInfo():
            return time_zone.key
        case _ if not isinstance(time_zone, type) and hasattr(time_zone, "timezone_name"):
            check_type("time_zone name", time_zone.timezone_name, str)
            return time_zone.timezone_name
        case _:
            fix = "write its name, such as 'UTC' or 'Europe/Berlin'"
            raise refusal("time_zone", "must be an IANA name, a ZoneInfo or an aws_cdk.TimeZone", shown(time_zone), fix)


# --- The database -------------------------------------------------------------------------------------

# Names of cities are short, and some are alike by chance: Berlin and Brunei.
_NEAR: Final = 0.75


def zone_info(name: str) -> zoneinfo.ZoneInfo:
    """Return the zone of a name, in whatever case it is written.

    Raises:
        PatchingError: there is no such zone, or no database to look in.
    """
    check_zone_exists(name)
    return zoneinfo.ZoneInfo(_written(name) or name)


def check_zone_exists(name: str) -> None:
    """Refuse a name that is not in the time zone database, with the nearest one of its region.

    The case does not count: an official example writes ``etc/UTC``. `zone_doubt` tells.

    Raises:
        PatchingError: there is no such zone, or no database to look in.
    """
    if not _known_zones():
        rule = "cannot be checked, as this machine has no time zone database"
        raise refusal("time_zone", rule, repr(name), "run: pip install tzdata")
    if _written(name) is None:
        near = nearest_zone(name)
        fix = f"did you mean {near!r}?" if near else "write a name such as 'Europe/Berlin'"
        raise refusal("time_zone", "must be a name in the IANA time zone database", repr(name), fix)


def nearest_zone(name: str) -> str | None:
    """Return the zone of the same region whose name is most like another, None where none is near.

    An abbreviation has no region, and an offset no name: what is near to them is another one, and hardly what was
    meant.
    """
    region, slash, city = name.partition("/")
    if not slash or any(character.isdigit() for character in name):
        return None
    cities = {
        zone.partition("/")[2]: zone
        for zone in _known_zones().values()
        if zone.lower().startswith(f"{region.lower()}/")
    }
    near = nearest(city, cities, cutoff=_NEAR)
    return cities[near] if near else None


def _written(name: str) -> str | None:
    """Return the name as the database has it, None where it has no such name in any case."""
    return _known_zones().get(name.lower()) if name.isascii() else None


@cache
def _known_zones() -> dict[str, str]:
    """Return the names of the database, by the same in lower case."""
    # A link to the machine's own zone lies beside the zones in many installations; the service knows none.
    return {name.lower(): name for name in sorted(zoneinfo.available_timezones() - {"localtime"})}


# --- Names that the database knows, and few people mean -----------------------------------------------

# What they are links to: https://github.com/eggert/tz/blob/2024b/backward
_WITHOUT_DAYLIGHT_SAVING: Final = {
    "EST": "write 'America/New_York', or 'America/Panama' for a place without daylight saving",
    "MST": "write 'America/Denver', or 'America/Phoenix' for a place without daylight saving",
    "HST": "write 'Pacific/Honolulu', or the city that is meant",
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


class ZoneDoubt(NamedTuple):
    """Why the name of a zone that exists may not say what is meant, and what to write instead."""

    problem: str
    fix: str


def zone_doubt(name: str) -> ZoneDoubt | None:
    """Return what to warn of in the name of a zone that exists, or None.

    Warned of are abbreviations, of which some do not follow daylight saving, and names in another case.
    """
    written = _written(name)
    if written in _WITHOUT_DAYLIGHT_SAVING:
        fix = _WITHOUT_DAYLIGHT_SAVING[written]
        return ZoneDoubt("is an abbreviation, and a fixed offset without daylight saving", fix)
    if written in _ABBREVIATIONS:
        return ZoneDoubt("is an abbreviation", f"write {_ABBREVIATIONS[written]!r}, or the city that is meant")
    if written not in (None, name):
        return ZoneDoubt(f"is spelled {written!r} in the IANA time zone database", f"write {written!r}")
    return None


# --- Moments ------------------------------------------------------------------------------------------


def check_aware(what: str, moment: object) -> datetime:
    """Return the moment if it is an aware datetime.

    Raises:
        PatchingError: it is not; it could not be placed without a guess.
    """
    if not isinstance(moment, datetime):
        raise refusal(what, "must be an aware datetime", shown(moment), "write datetime(2027, 1, 31, tzinfo=UTC)")
    if moment.utcoffset() is None:
        fix = "give it a tzinfo, such as zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC"
        raise refusal(what, "must be an aware datetime", repr(moment), fix)
    return moment


def check_moment(what: str, moment: object) -> datetime:
    """Return the moment if it is an aware datetime in whole seconds.

    Raises:
        PatchingError: it is not; it could not be handed on without a guess or a loss.
    """
    aware = check_aware(what, moment)
    if aware.microsecond:
        raise refusal(what, "must be in whole seconds", aware.isoformat(), "use .replace(microsecond=0)")
    return aware
