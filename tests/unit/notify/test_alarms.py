"""Messages about alarms of the monitoring."""

import pytest

from tests.unit.notify.conftest import Send
from tests.unit.notify.service import ALARM_ARN, WINDOW, Monitored, alarm_event

SCHEDULE = {"Schedule": "Fleet/Production"}
ALARM_PAGE = (
    "https://us-east-2.console.aws.amazon.com/cloudwatch/deeplink.js?region=us-east-2"
    "#alarmsV2:alarm/Prod%2FMonitoring%2FDidNotRun"
)


def test_patching_that_did_not_run(send: Send) -> None:
    sent = send(alarm_event(points=[0, 7.4333], description="The patching of Prod/Web must not be 6 hours overdue."))
    assert sent.subject == "Patching did not run: web-install"
    assert (
        sent.text
        == f"""\
An execution of web-install was due, and none has succeeded since. Patching is overdue for 7.4 h.

When: 2025-06-02 14:52 UTC
Where: account 123456789012, us-east-2
Alarm: Prod/Monitoring/DidNotRun (ALARM)
Description: The patching of Prod/Web must not be 6 hours overdue.

Why:
- Threshold Crossed: 1 out of the last 1 datapoints was greater than the threshold (6.0).

What to do:
- Check in the history of the window whether an execution started, and how it ended.
- Check that the window is enabled, has a next execution, and that its targets select nodes.
- Patch the nodes now if they cannot wait: patching-constructs now

Console: https://us-east-2.console.aws.amazon.com/systems-manager/maintenance-windows/{WINDOW}/history?region=us-east-2

Event: CloudWatch Alarm State Change, id 01234567-0123-0123-0123-0123456789ab
"""
    )


@pytest.mark.parametrize(
    ("metric", "dimensions", "titles"),
    [
        (
            "PatchingConstructs HoursOverdue",
            {"WindowId": WINDOW},
            (
                "Patching did not run: web-install",
                "It is unknown whether patching ran: web-install",
                "Patching is no longer overdue: web-install",
            ),
        ),
        (
            "PatchingConstructs NonCompliantNodes",
            SCHEDULE,
            (
                "Non-compliant nodes: 3 of Fleet/Production",
                "The compliance of the nodes is unknown: Fleet/Production",
                "No node is non-compliant for too long: Fleet/Production",
            ),
        ),
        (
            "PatchingConstructs NodesWithoutEvidence",
            SCHEDULE,
            (
                "Nodes without a patch state: 3 of Fleet/Production",
                "The compliance of the nodes is unknown: Fleet/Production",
                "All nodes have a current patch state: Fleet/Production",
            ),
        ),
        (
            "AWS/Lambda Errors",
            {"FunctionName": "watch"},
            (
                "Patch monitoring failed: watch",
                "It is unknown whether patch monitoring works: watch",
                "Patch monitoring works again: watch",
            ),
        ),
        (
            "AWS/SQS ApproximateNumberOfMessagesVisible",
            {"QueueName": "letters"},
            (
                "Messages about patching were not delivered: letters",
                "It is unknown whether messages about patching are delivered: letters",
                "The dead-letter queue is empty again: letters",
            ),
        ),
    ],
)
def test_each_metric(send: Send, metric: str, dimensions: dict[str, str], titles: tuple[str, str, str]) -> None:
    alarm = send(alarm_event(metric, points=[3], dimensions=dimensions))
    unknown = send(alarm_event(metric, points=[], dimensions=dimensions))
    ok = send(alarm_event(metric, points=[0], dimensions=dimensions, state="OK", description="It has failed."))
    assert (alarm.subject, unknown.subject, ok.subject) == titles
    assert f"{titles[1]}. The metric of the alarm has no data.\n" in unknown.text
    assert ok.text.startswith(f"{titles[2]}.\n")
    assert "What to do" not in ok.text
    assert "It has failed." not in ok.text
    assert ("Fleet/Production" in alarm.text) == (dimensions == SCHEDULE)
    assert {sent.chat["metadata"]["threadId"] for sent in (alarm, unknown, ok)} == {ALARM_ARN}


def test_an_alarm_has_a_page(send: Send) -> None:
    assert f"Console: {ALARM_PAGE}\n" in send(alarm_event("AWS/Lambda Errors", dimensions={"FunctionName": "a"})).text


@pytest.mark.parametrize("metric", ["AWS/EC2 CPUUtilization", None])
@pytest.mark.parametrize("state", ["ALARM", "OK"])
def test_an_alarm_of_something_else(send: Send, metric: str | None, state: str) -> None:
    sent = send(alarm_event(metric, state=state))
    assert sent.subject == f"{state}: Prod/Monitoring/DidNotRun"
    assert f"The alarm Prod/Monitoring/DidNotRun has the state {state}.\n" in sent.text
    assert "Threshold Crossed" in sent.text
    assert f"Console: {ALARM_PAGE}\n" in sent.text


@pytest.mark.parametrize("points", [[], [0]])
def test_insufficient_data(send: Send, points: list[float]) -> None:
    sent = send(alarm_event(state="INSUFFICIENT_DATA", points=points))
    assert sent.subject == "It is unknown whether patching ran: web-install"
    assert "Alarm: Prod/Monitoring/DidNotRun (INSUFFICIENT_DATA)\n" in sent.text


def test_an_alarm_without_a_reason(send: Send) -> None:
    event = alarm_event()
    event["detail"]["state"] = {"value": "ALARM"}
    event["resources"] = []
    sent = send(event)
    assert sent.subject == "It is unknown whether patching ran: web-install"
    assert "Why" not in sent.text
    assert sent.chat["metadata"]["threadId"] == "Prod/Monitoring/DidNotRun"


def test_an_alarm_of_several_metrics(send: Send) -> None:
    event = alarm_event()
    event["detail"]["configuration"]["metrics"] *= 2
    assert send(event).subject == "ALARM: Prod/Monitoring/DidNotRun"


def test_an_alarm_of_an_expression(send: Send) -> None:
    event = alarm_event()
    event["detail"]["configuration"]["metrics"] = [{"id": "e1", "expression": "m1 * 2"}]
    assert send(event).subject == "ALARM: Prod/Monitoring/DidNotRun"


def test_a_window_that_is_gone(send: Send, service: Monitored) -> None:
    service.windows = {}
    sent = send(alarm_event())
    assert sent.subject == f"Patching did not run: {WINDOW}"
    assert "Note: details could not be read (get_maintenance_window: DoesNotExistException)\n" in sent.text
