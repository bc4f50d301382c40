"""What is common to all messages: nothing is dropped, nothing is sent twice in different words."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.constructs.monitoring_functions.notify.handler import handle, message_about, other_message
from patching_constructs.constructs.monitoring_functions.notify.lookups import BUDGET_SECONDS, CONFIG
from patching_constructs.constructs.monitoring_functions.notify.message import as_chat, as_text, subject
from patching_constructs.constructs.monitoring_functions.notify.places import Place
from tests.unit.gate.service import EXECUTION
from tests.unit.notify.conftest import Send
from tests.unit.notify.service import WINDOW, Monitored, alarm_event, execution_event, state_event

EVENTS = {
    "execution": execution_event(),
    "success": execution_event("SUCCESS"),
    "state": state_event("DISABLED"),
    "alarm": alarm_event(),
    "ok": alarm_event(state="OK"),
    "other": {"source": "aws.ssm", "detail-type": "Calendar State Change", "detail": {"state": "CLOSED"}},
    "empty": {},
}
every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)

# The format that AWS documents: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html#event-schema
TEXT = {"type": "string", "minLength": 1}
CUSTOM_NOTIFICATION = {
    "type": "object",
    "required": ["version", "source", "content"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "1.0"},
        "source": {"const": "custom"},
        "id": {"type": "string"},
        "content": {
            "type": "object",
            "required": ["description"],
            "additionalProperties": False,
            "properties": {
                "textType": {"const": "client-markdown"},
                "title": TEXT,
                "description": TEXT,
                "nextSteps": {"type": "array", "items": TEXT, "minItems": 1},
                "keywords": {"type": "array", "items": TEXT},
            },
        },
        "metadata": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "threadId": TEXT,
                "summary": TEXT,
                "eventType": {"type": "string"},
                "relatedResources": {"type": "array", "items": TEXT},
                "additionalContext": {"type": "object", "additionalProperties": TEXT},
            },
        },
    },
}


@every_event
def test_a_message_has_the_format_of_the_chat_service(send: Send, event: dict[str, Any]) -> None:
    jsonschema.validate(send(event).chat, CUSTOM_NOTIFICATION)


def test_the_chat_message_of_a_failed_execution(send: Send) -> None:
    chat = send(execution_event()).chat
    assert chat["content"]["title"] == "Patching failed: web-install"
    assert chat["content"]["description"].startswith(
        f"An execution of the maintenance window web-install ({WINDOW}) failed (FAILED).\n"
        "When: 2025-06-02 14:48 UTC to 2025-06-02 14:52 UTC\n"
    )
    assert chat["content"]["nextSteps"][-1].startswith("Open the console: https://us-east-2.console.aws.amazon.com/")
    assert chat["metadata"] == {
        "threadId": EXECUTION,
        "summary": "Patching failed: web-install",
        "eventType": "Maintenance Window Execution State-change Notification",
        "relatedResources": [f"arn:aws:ssm:us-east-2:123456789012:maintenancewindow/{WINDOW}"],
    }


@every_event
def test_a_second_delivery_of_an_event_has_the_same_words(send: Send, event: dict[str, Any]) -> None:
    assert send(event) == send(json.loads(json.dumps(event)))


def test_an_unknown_event_is_sent_as_it_is(send: Send) -> None:
    sent = send(execution_event() | {"detail-type": "Calendar State Change", "detail": {"state": "CLOSED"}})
    assert sent.subject == "Patching: Calendar State Change"
    assert (
        sent.text
        == """\
The event Calendar State Change of aws.ssm occurred.

When: 2025-06-02 14:52 UTC
Where: account 123456789012, us-east-2

Why:
- {"state": "CLOSED"}

Event: Calendar State Change, id 01234567-0123-0123-0123-0123456789ab
"""
    )


def test_an_event_without_anything_is_sent(send: Send) -> None:
    sent = send({})
    assert sent.subject == "Patching: unknown event"
    assert sent.text.startswith("The event unknown event of an unknown source occurred.\n")


@pytest.mark.parametrize("event", [execution_event(), state_event("DISABLED"), alarm_event()], ids=["1", "2", "3"])
def test_a_known_event_in_another_form_is_sent_as_it_is(
    send: Send, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    sent = send(event | {"detail": {"state": 1}})
    assert sent.subject == f"Patching: {event['detail-type']}"
    assert '- {"state": 1}\n' in sent.text
    assert "This event has another form than AWS documents" in caplog.text


OPERATIONS = (
    "GetMaintenanceWindow",
    "DescribeMaintenanceWindowExecutions",
    "DescribeMaintenanceWindowExecutionTasks",
    "DescribeMaintenanceWindowExecutionTaskInvocations",
    "ListCommands",
    "ListCommandInvocations",
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_lookup_that_is_not_allowed_leaves_a_message(send: Send, service: Monitored, operation: str) -> None:
    service.errors[operation] = "AccessDeniedException"
    sent = send(execution_event())
    assert sent.subject in {"Patching failed: web-install", f"Patching failed: {WINDOW}"}
    assert "Note: details could not be read (" in sent.text
    assert ": AccessDeniedException)\n" in sent.text


def test_no_lookup_is_allowed(send: Send, service: Monitored) -> None:
    service.errors = dict.fromkeys(OPERATIONS, "AccessDeniedException")
    sent = send(execution_event())
    assert sent.subject == f"Patching failed: {WINDOW}"
    assert f"An execution of the maintenance window {WINDOW} failed (FAILED).\n" in sent.text
    assert "What to do" in sent.text


def test_systems_manager_does_not_answer(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:9")
    assert "get_maintenance_window: EndpointConnectionError" in send(execution_event()).text


def test_the_lookups_have_a_budget(send: Send, monkeypatch: pytest.MonkeyPatch, service: Monitored) -> None:
    ticks = iter([0.0, *[BUDGET_SECONDS + 1.0] * 20])
    monkeypatch.setattr(
        "patching_constructs.constructs.monitoring_functions.notify.lookups.time.monotonic", ticks.__next__
    )
    sent = send(execution_event())
    assert "Note: details could not be read (there was no time for more requests to Systems Manager)\n" in sent.text
    assert service.operations == []


def test_the_longest_lookup_ends_before_the_timeout_of_the_function() -> None:
    options = CONFIG._user_provided_options  # type: ignore[attr-defined]
    longest_request = (options["connect_timeout"] + options["read_timeout"]) * options["retries"]["total_max_attempts"]
    assert BUDGET_SECONDS + longest_request < 50


def test_a_message_that_cannot_be_sent_is_an_error(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPIC_ARN", f"{topic}-that-is-gone")
    with pytest.raises(ClientError, match="NotFound"):
        handle(execution_event(), None)


@pytest.mark.usefixtures("topic")
def test_without_a_topic_nothing_is_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOPIC_ARN")
    with pytest.raises(KeyError, match="TOPIC_ARN"):
        handle(execution_event(), None)


@pytest.mark.parametrize(
    ("partition", "region", "link"),
    [
        ("aws-cn", "cn-north-1", "https://cn-north-1.console.amazonaws.cn/"),
        ("aws-us-gov", "us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"),
    ],
)
def test_links_of_other_partitions(partition: str, region: str, link: str) -> None:
    place = Place(partition=partition, region=region, account="123456789012")
    assert place.window_link(WINDOW).startswith(f"{link}systems-manager/maintenance-windows/{WINDOW}/history")
    assert place.alarm_link("a").startswith(f"{link}cloudwatch/")


@pytest.mark.usefixtures("topic")
def test_a_partition_whose_console_is_unknown_has_no_link() -> None:
    topic = "arn:aws-iso:sns:us-iso-east-1:123456789012:patching"
    event = {"source": "aws.ssm", **state_event("ENABLED"), "region": "us-iso-east-1"}
    place = Place.of(event, topic)
    assert place == Place(partition="aws-iso", region="us-iso-east-1", account="123456789012")
    message = message_about(event, place)
    assert message.link == ""
    assert "Console" not in as_text(message, event)
    assert "nextSteps" not in as_chat(message, event)["content"]  # type: ignore[operator]


def test_a_name_mentions_nobody(send: Send, service: Monitored) -> None:
    service.closed_gate(FailureMessage="<!channel> & <https://example.com|click>")
    sent = send(execution_event())
    assert "&lt;!channel&gt; &amp; &lt;https://example.com|click&gt;" in sent.chat["content"]["description"]
    assert "<!channel> & <https://example.com|click>" in sent.text


@given(name=st.text(max_size=300), detail=st.dictionaries(st.text(max_size=20), st.text(max_size=3000), max_size=8))
def test_every_text_is_within_the_limits_of_the_topic(name: str, detail: Mapping[str, str]) -> None:
    event = {"detail-type": name, "source": "test", "detail": detail}
    message = other_message(event, None, Place(partition="aws", region="us-east-2", account="1"))  # type: ignore[arg-type]
    forms = {"default": as_text(message, event), "https": json.dumps(as_chat(message, event))}
    assert 0 < len(subject(message)) < 100
    assert subject(message).isascii()
    assert subject(message).isprintable()
    assert len(json.dumps(forms).encode()) < 256 * 1024


def test_requests_have_the_names_of_the_service(send: Send, service: Monitored) -> None:
    """The endpoint validates the requests, so it is enough that every operation occurs."""
    send(execution_event())
    service.closed_gate(FailureMessage="closed")
    send(execution_event())
    assert set(service.operations) == {*OPERATIONS, "GetAutomationExecution"}


def test_an_automation_that_cannot_be_read(send: Send, service: Monitored) -> None:
    service.closed_gate()
    service.errors["GetAutomationExecution"] = "AccessDeniedException"
    text = send(execution_event()).text
    assert "The automation" not in text
    assert "Note: details could not be read (get_automation_execution: AccessDeniedException)\n" in text
