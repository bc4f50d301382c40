"""Times that are typed as options."""

from datetime import UTC, datetime, tzinfo

from patching_constructs._errors import refusal
from patching_constructs.schedule._cron import YEAR


def moment(option: str, text: str | None, zone: tzinfo | None = None) -> datetime | None:
    """Return the time that an option names, None where it is not given.

    Args:
        option: the option.
        text: what was typed: an ISO 8601 date or time.
        zone: the time zone of a time without an offset. Default: UTC.

    Raises:
        PatchingError: it is no ISO 8601 date or time, or not in the years of schedule expressions.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise refusal(option, "must be an ISO 8601 date or time such as 2027-01-31", repr(text)) from None
    if not YEAR.minimum <= found.year <= YEAR.maximum:
        raise refusal(option, f"must be in the years {YEAR}", repr(text))
    return found if found.tzinfo else found.replace(tzinfo=zone or UTC)
