"""PatchFreeze: when it is, and what is invalid."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import aws_cdk as cdk
import pytest

from patching_constructs import PatchFreeze
from tests.refusals import refused, untyped

START, END = datetime(2026, 12, 18, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)


def test_dates_are_the_first_instants_of_their_days() -> None:
    freeze = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone="Europe/Berlin")
    assert freeze.start.isoformat() == "2026-12-18T00:00:00+01:00"
    assert freeze.end.isoformat() == "2027-01-04T00:00:00+01:00"
    assert freeze.reason == "Christmas"


@pytest.mark.parametrize("zone", ["Europe/Berlin", ZoneInfo("Europe/Berlin"), cdk.TimeZone.EUROPE_BERLIN])
def test_a_time_zone_can_have_any_form(zone: str | ZoneInfo | cdk.TimeZone) -> None:
    freeze = PatchFreeze(date(2027, 7, 1), date(2027, 7, 2), "Launch", time_zone=zone)
    assert freeze.start.utcoffset() == timedelta(hours=2)


def test_a_date_and_a_datetime_can_be_combined() -> None:
    freeze = PatchFreeze(date(2026, 12, 18), END, "Christmas", time_zone="Europe/Berlin")
    assert (freeze.start.isoformat(), freeze.end) == ("2026-12-18T00:00:00+01:00", END)


def test_a_copy_is_checked_too() -> None:
    freeze = PatchFreeze(START, END, "Christmas")
    assert replace(freeze, reason="Sale") == PatchFreeze(START, END, "Sale")
    assert refused(lambda: replace(freeze, reason="")) == "reason must have 1-128 characters, got 0"


NEW_YORK = ZoneInfo("America/New_York")


def test_an_hour_that_is_repeated_is_compared_by_its_instants() -> None:
    # The second 01:30 is an hour after the first one.
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    freeze = PatchFreeze(first, first.replace(fold=1), "The hour in between")
    assert freeze.end.astimezone(UTC) - freeze.start.astimezone(UTC) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "zone", "message"),
    [
        (
            datetime(2026, 12, 18),  # noqa: DTZ001
            END,
            None,
            "start must be an aware datetime, got datetime.datetime(2026, 12, 18, 0, 0); set tzinfo, for example to "
            "zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC",
        ),
        (
            date(2026, 12, 18),
            END,
            None,
            "start of type date requires time_zone, got datetime.date(2026, 12, 18); add time_zone='Europe/Berlin'",
        ),
        (
            START,
            "2027-01-04",
            None,
            "end must be an aware datetime or a datetime.date, got '2027-01-04'; write "
            "datetime.fromisoformat('2027-01-04').replace(tzinfo=UTC), or a date with time_zone",
        ),
        (START, END, "UTC", "time_zone can be used only with dates, got 'UTC'; leave it out"),
        (
            END,
            START,
            None,
            "end must be after start, got start=2027-01-04T00:00:00+00:00, end=2026-12-18T00:00:00+00:00",
        ),
        (
            START.replace(microsecond=1),
            END,
            None,
            "start must be in whole seconds, got 2026-12-18T00:00:00.000001+00:00; use .replace(microsecond=0)",
        ),
        (date(2026, 12, 18), date(2200, 1, 1), "UTC", "end must be in the years 1970-2199, got 2200-01-01"),
        (
            date(2026, 12, 18),
            date(2027, 1, 4),
            "Europe/Berln",
            "time_zone must be a name in the IANA time zone database, got 'Europe/Berln'; did you mean "
            "'Europe/Berlin'?",
        ),
    ],
)
def test_what_is_invalid(start: object, end: object, zone: str | None, message: str) -> None:
    assert refused(lambda: PatchFreeze(untyped(start), untyped(end), "Christmas", time_zone=zone)) == message
