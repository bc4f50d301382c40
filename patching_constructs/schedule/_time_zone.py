"""Time zones, by their names in the IANA time zone database, and moments that are sure of theirs."""

import zoneinfo
from datetime import datetime
from functools import cache
from typing import Protocol

from patching_constructs._errors import refusal, shown
from patching_constructs._nearest import nearest
from patching_constructs._validation import check_type


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


def check_zone_exists(name: str) -> None:
    """Refuse a name that is not in the zone database, with the nearest one that is.

    Raises:
        PatchingError: there is no such zone, or no database to look in.
    """
    known = _known_zones()
    if not known:
        raise refusal("time_zone", "cannot be checked: no zone database", repr(name), "pip install tzdata")
    if name not in known:
        near = nearest_zone(name)
        fix = f"did you mean {near!r}?" if near else "write a name such as 'Europe/Berlin'"
        raise refusal("time_zone", "must be a name in the IANA time zone database", repr(name), fix)


def nearest_zone(name: str) -> str | None:
    """Return the zone whose name is most like another, None where none is near."""
    return nearest(name, _known_zones())


@cache
def _known_zones() -> frozenset[str]:
    # A link to the machine's own zone lies beside the zones in many installations; the service knows none.
    return frozenset(zoneinfo.available_timezones() - {"localtime"})


def check_aware(what: str, moment: object) -> datetime:
    """Return the moment if it is an aware datetime.

    Raises:
        PatchingError: it is not; it could not be placed without a guess.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
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
