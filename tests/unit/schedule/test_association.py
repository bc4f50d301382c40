"""The schedules of State Manager associations: what is invalid, not supported by AWS, or not listed by it."""

import pytest

from patching_constructs import PatchingError
from patching_constructs.schedule.association import doubt_of, is_listed, parse_association_schedule

INVALID = {
    "0 13 * * *": (
        "schedule must be cron(...), rate(...) or at(...), got '0 13 * * *'; "
        "this looks like a Unix cron expression; write cron(0 13 * * ? *)"
    ),
    "0 4 ? * SUN *": (
        "schedule must be cron(...), rate(...) or at(...), got '0 4 ? * SUN *'; write cron(0 4 ? * SUN *)"
    ),
    "Sunday": "schedule must be cron(...), rate(...) or at(...), got 'Sunday'",
    "cron(0 13 * * *)": (
        "schedule must have six fields (minutes hours day-of-month month day-of-week year), or seven with seconds "
        "first, got 5 in 'cron(0 13 * * *)'; this looks like a Unix cron expression; write cron(0 13 * * ? *)"
    ),
    "cron(0 25 ? * SUN *)": "schedule hours must be 0-23, got '25'",
    "cron(0 4 * * SUN *)": (
        "schedule must have ? in exactly one of day-of-month and day-of-week, got 'cron(0 4 * * SUN *)'; "
        "write ? in day-of-month"
    ),
    "cron(0 4 L-31 * ? *)": (
        "schedule day-of-month must not count back from the last day, because AWS documents only L and LW, got 'L-31'; "
        "use L or the number of a day"
    ),
    "cron(0 4 ? * MON-XYZ *)": "schedule day-of-week must be 1-7 or SUN-SAT, got 'MON-XYZ'",
    "rate(1 hours)": (
        "schedule must have a singular unit after 1 and a plural unit after any other number, got 'rate(1 hours)'; "
        "write rate(1 hour)"
    ),
    "at(2027-02-30T00:00:00)": (
        "schedule must be at(YYYY-MM-DDThh:mm:ss), in UTC, got 'at(2027-02-30T00:00:00)'; "
        "use ScheduleExpression.at(datetime)"
    ),
    f"rate({'1' * 250} days)": "schedule must have at most 256 characters, got 261",
}
UNDOCUMENTED = ("cron(0 4 ? SUN *)", "cron(0 4 L-3 * ? *)", "cron(0 4 ? * FRI-MON *)", "cron(0 4 ? * MON#1,MON#3 *)")
DOUBTS = {
    "rate(5 minutes)": "runs more often than every 30 minutes",
    "rate(31 days)": "has a rate of 31 days or more",
    "cron(0/29 * * * ? *)": "runs more often than every 30 minutes",
    "cron(0,45 * * * ? *)": "runs more often than every 30 minutes",
    "cron(0 4 1 JAN ? *)": "names months, which associations do not support",
    "cron(30 0 4 ? * SUN *)": "has seconds other than 0, which associations do not support",
    **dict.fromkeys(UNDOCUMENTED, "has a form that AWS does not document for associations"),
}
LISTED = (
    "cron(0/30 * * * ? *)",
    "cron(0 */30 * * * ? *)",
    "cron(0 0/1 * * ? *)",
    "cron(0 0/2 * * ? *)",
    "cron(0 0/4 * * ? *)",
    "cron(0 0/8 * * ? *)",
    "cron(0 0/12 * * ? *)",
    "cron(15 3,15 * * ? *)",
    "cron(15 13 ? * * *)",
    "cron(15 13 */1 * ? *)",
    "cron(15 13 ? * SUN-SAT *)",
    "cron(15 13 ? * MON *)",
    "cron(0 0 ? * THU#2 *)",
    "cron(0 0 ? * 6L *)",
    "rate(30 minutes)",
    "rate(30 days)",
    "at(2027-01-31T02:00:00)",
)
UNLISTED = (
    "cron(15 13 ? * MON-FRI *)",
    "cron(15 13 1 * ? *)",
    "cron(15 13 L * ? *)",
    "cron(0 0/3 * * ? *)",
    "cron(0 4,5 * * ? *)",
    "cron(0 0/12 ? * SUN *)",
    "cron(0 4 ? * SUN 2027)",
)


@pytest.mark.parametrize(("text", "message"), INVALID.items(), ids=[text[:40] for text in INVALID])
def test_what_is_no_schedule_of_an_association(text: str, message: str) -> None:
    for read in (parse_association_schedule, doubt_of):
        with pytest.raises(PatchingError) as caught:
            read(text)
        assert str(caught.value) == message


@pytest.mark.parametrize("text", UNDOCUMENTED)
def test_what_aws_does_not_document_has_no_times(text: str) -> None:
    assert parse_association_schedule(text) is None


@pytest.mark.parametrize(("text", "problem"), DOUBTS.items())
def test_what_aws_does_not_support(text: str, problem: str) -> None:
    doubt = doubt_of(text)
    assert doubt is not None
    assert doubt.problem == problem
    assert doubt.fix


@pytest.mark.parametrize("text", LISTED)
def test_what_aws_lists(text: str) -> None:
    rule = parse_association_schedule(text)
    assert rule is not None
    assert is_listed(rule)
    assert doubt_of(text) is None


@pytest.mark.parametrize("text", UNLISTED)
def test_what_aws_does_not_list(text: str) -> None:
    rule = parse_association_schedule(text)
    assert rule is not None
    assert not is_listed(rule)
    assert doubt_of(text) is None
