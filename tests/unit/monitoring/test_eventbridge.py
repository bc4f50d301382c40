"""The rule engine, with the comparisons that our patterns use, as AWS documents them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from typing import Any

import pytest

from tests.unit.monitoring.eventbridge import matches
from tests.unit.notify.service import ALARM_ARN, alarm_event, execution_event

STATES = {
    "$or": [{"state": {"value": ["ALARM"]}}, {"state": {"value": ["OK"]}, "previousState": {"value": ["ALARM"]}}],
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.ssm"]}, True),
        ({"source": ["aws.SSM"]}, False),
        ({"source": ["aws.ssm"], "detail": {"status": ["FAILED", "TIMED_OUT"]}}, True),
        ({"source": ["aws.ssm"], "detail": {"status": ["TIMED_OUT"]}}, False),
        ({"detail": {"status": [{"anything-but": ["SUCCESS"]}]}}, True),
        ({"detail": {"status": [{"prefix": "FAIL"}]}}, True),
        ({"detail": {"reason": ["FAILED"]}}, False),
        ({"detail": {"reason": [{"exists": False}]}}, True),
        ({"resources": [{"prefix": "arn:aws:ssm:us-east-2:123456789012:maintenancewindow/"}]}, True),
        ({"resources": [{"prefix": "arn:aws:ssm:us-east-2:123456789012:windowtarget/"}]}, False),
        ({"detail": {"status": [{"wildcard": "F*D"}]}}, True),
    ],
)
def test_a_pattern(pattern: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a table
    assert matches(pattern, execution_event()) is expected


@pytest.mark.parametrize(
    ("state", "previous", "expected"),
    [
        ("ALARM", "OK", True),
        ("ALARM", "INSUFFICIENT_DATA", True),
        ("OK", "ALARM", True),
        ("OK", "INSUFFICIENT_DATA", False),
        ("INSUFFICIENT_DATA", "ALARM", False),
    ],
)
def test_alternatives(state: str, previous: str, expected: bool) -> None:  # noqa: FBT001 - a table
    event = alarm_event(state=state)
    event["detail"]["previousState"]["value"] = previous
    assert matches({"resources": [ALARM_ARN], "detail": STATES}, event) is expected


def test_a_pattern_that_is_too_long() -> None:
    with pytest.raises(AssertionError, match="the pattern has"):
        matches({"resources": [f"{ALARM_ARN}{number}" for number in range(40)]}, alarm_event())
