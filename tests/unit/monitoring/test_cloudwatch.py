"""The evaluation of alarms, with every row of the tables that AWS documents.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.monitoring.cloudwatch import Alarm, Point, Sample, State

NOW = datetime(2027, 1, 19, 3, 5, tzinfo=UTC)
VALUES: dict[str, Point] = {"0": 0, "X": 2, "-": None}
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
OK, ALARM, UNKNOWN, RETAINED = "OK", "ALARM", "INSUFFICIENT_DATA", "Retain current state"
ROWS = [
    # 3 out of 3
    (3, "0 - X - X", (OK, OK, OK, OK)),
    (3, "0 - - - -", (OK, OK, OK, OK)),
    (3, "- - - - -", (UNKNOWN, RETAINED, ALARM, OK)),
    (3, "0 X X - X", (ALARM, ALARM, ALARM, ALARM)),
    (3, "- - X - -", (ALARM, RETAINED, ALARM, OK)),
    # 2 out of 3
    (2, "0 - X - X", (ALARM, ALARM, ALARM, ALARM)),
    (2, "0 0 X 0 X", (ALARM, ALARM, ALARM, ALARM)),
    (2, "0 - X - -", (OK, OK, ALARM, OK)),
    (2, "- - - - 0", (OK, OK, ALARM, OK)),
    (2, "- - - X -", (ALARM, RETAINED, ALARM, OK)),
]
# "The alarm does not go immediately into ALARM state when the data is either."
TOO_EARLY = ["- - - - X", "- - - X -"]


def alarm(missing: str = "missing", *, needed: int = 3, of: int = 3, statistic: str = "Maximum") -> Alarm:
    return Alarm.of(
        {
            "Namespace": "PatchingConstructs",
            "MetricName": "HoursOverdue",
            "Dimensions": [{"Name": "WindowId", "Value": "mw-1"}],
            "Statistic": statistic,
            "Period": 300,
            "EvaluationPeriods": of,
            "DatapointsToAlarm": needed,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 1,
            "TreatMissingData": missing,
        }
    )


@pytest.mark.parametrize("current", State)
@pytest.mark.parametrize(("column", "missing"), list(enumerate(TREATMENTS)), ids=TREATMENTS)
@pytest.mark.parametrize(("needed", "points", "expected"), ROWS, ids=[f"{needed}: {row}" for needed, row, _ in ROWS])
def test_the_documented_examples(
    needed: int, points: str, expected: tuple[str, ...], column: int, missing: str, current: State
) -> None:
    found = alarm(missing, needed=needed).state([VALUES[each] for each in points.split()], current)
    assert found == (current if expected[column] == RETAINED else expected[column])


@pytest.mark.parametrize("points", TOO_EARLY)
def test_an_alarm_is_not_premature(points: str) -> None:
    assert alarm().state([VALUES[each] for each in points.split()], State.OK) != State.ALARM


@given(st.lists(st.sampled_from([0.0, 2.0]), min_size=1, max_size=8), st.sampled_from(TREATMENTS))
def test_without_missing_data_the_treatment_does_not_matter(points: list[float], missing: str) -> None:
    of = len(points)
    for needed in range(1, of + 1):
        expected = State.ALARM if points.count(2.0) >= needed else State.OK
        assert alarm(missing, needed=needed, of=of).state(points, State.OK) == expected


@pytest.mark.parametrize(
    ("statistic", "value"), [("Maximum", 3), ("Minimum", 1), ("Sum", 4), ("SampleCount", 2), ("Average", 2)]
)
def test_data_points_of_samples(statistic: str, value: float) -> None:
    samples = [sample(minutes=12, value=3), sample(minutes=11, value=1), sample(minutes=0, value=7)]
    others = [
        Sample("Other", "HoursOverdue", {"WindowId": "mw-1"}, NOW, 9),
        Sample("PatchingConstructs", "Other", {"WindowId": "mw-1"}, NOW, 9),
        Sample("PatchingConstructs", "HoursOverdue", {"WindowId": "mw-2"}, NOW, 9),
    ]
    last: float = 1 if statistic == "SampleCount" else 7
    assert alarm(statistic=statistic).points([*samples, *others], NOW) == [None, None, value, None, last]


def sample(*, minutes: int, value: float) -> Sample:
    return Sample("PatchingConstructs", "HoursOverdue", {"WindowId": "mw-1"}, NOW - timedelta(minutes=minutes), value)


def test_the_datapoints_to_alarm_are_all_unless_given() -> None:
    properties = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 2,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": 1,
    }
    found = Alarm.of(properties)
    assert (found.datapoints_to_alarm, found.missing, found.dimensions) == (2, "missing", {})
    assert found.state([1, 1], State.OK) == State.ALARM
