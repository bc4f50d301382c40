"""The schedules of EventBridge rules and of EventBridge Scheduler."""

import pytest

from patching_constructs import PatchingError
from patching_constructs.schedule.event_bridge import parse_event_schedule

LAYOUT = "schedule must have six fields (minutes hours day-of-month month day-of-week year)"
INVALID = {
    "cron(0 4 * * *)": (
        f"{LAYOUT}, got 5 in 'cron(0 4 * * *)'; this looks like a Unix cron expression; write cron(0 4 * * ? *)"
    ),
    "cron(0 0 4 * * ? *)": f"{LAYOUT}, got 7 in 'cron(0 0 4 * * ? *)'; leave the seconds out",
    "cron(0 4 * * * *)": (
        "schedule must have ? in exactly one of day-of-month and day-of-week, got 'cron(0 4 * * * *)'; "
        "write ? in day-of-week"
    ),
    "rate(5 day)": (
        "schedule must have a singular unit after 1 and a plural unit after any other number, got 'rate(5 day)'; "
        "write rate(5 days)"
    ),
    "every day": "schedule must be cron(...), rate(...) or at(...), got 'every day'; wrap the fields in cron(...)",
}


@pytest.mark.parametrize("is_rule", [True, False])
@pytest.mark.parametrize(("text", "message"), INVALID.items())
def test_what_is_no_schedule(*, text: str, message: str, is_rule: bool) -> None:
    with pytest.raises(PatchingError) as caught:
        parse_event_schedule(text, is_rule=is_rule)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["cron(0 4 * * ? *)", "cron(0/1 8-17 ? * MON-FRI *)", "rate(1 minute)"])
@pytest.mark.parametrize("is_rule", [True, False])
def test_what_both_have(*, text: str, is_rule: bool) -> None:
    assert str(parse_event_schedule(text, is_rule=is_rule)) == text


def test_only_scheduler_runs_once() -> None:
    text = "at(2027-01-31T02:00:00)"
    assert str(parse_event_schedule(text, is_rule=False)) == text
    with pytest.raises(PatchingError) as caught:
        parse_event_schedule(text, is_rule=True)
    assert str(caught.value) == (
        "schedule must be cron(...) or rate(...), got 'at(2027-01-31T02:00:00)'; use EventBridge Scheduler for at(...)"
    )


@pytest.mark.parametrize("text", ["cron(0 4 L-3 * ? *)", "cron(0 4 ? * SAT-MON *)", "cron(0 4 1W,15W * ? *)"])
def test_what_is_not_settled_has_no_times(text: str) -> None:
    assert parse_event_schedule(text, is_rule=True) is None
