"""Rules for event patterns: EventBridge accepts a pattern that never matches an event."""

from collections.abc import Iterator
from functools import partial

from patching_constructs._validation import nearest
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.spelling import folded
from patching_constructs.ssm.events import (
    COMMAND_DETAIL_TYPES,
    DETAILS,
    EVENT_SOURCE,
    OTHER_DETAIL_TYPES,
    CommandStatus,
    DetailType,
)
from patching_constructs.template.event_rules import EventRule
from patching_constructs.template.value import Value, listed, shown


@rule(
    "EventPattern",
    Severity.WARNING,
    of="event_rules",
    fix="Use a value from the list of Systems Manager events.",
    page=f"{GUIDE}monitoring-systems-manager-event-examples.html",
)
def event_pattern(event_rule: EventRule, _: Context) -> Iterator[Outcome]:
    """An event pattern should match only types and values that Systems Manager emits."""
    pattern = event_rule.pattern
    if not any(source.text() == EVENT_SOURCE for source in listed(pattern["source"])):
        return
    types = listed(pattern["detail-type"])
    yield from for_each(types, _misspelled_type)
    if types and all(each.text() in COMMAND_DETAIL_TYPES for each in types):
        yield from for_each(listed(pattern["detail"]["status"]), _command_status)
    # If the pattern has several types, a value must be valid for one of them.
    known = [DETAILS[DetailType(each.text() or "")] for each in types if each.text() in list(DETAILS)]
    if known and len(known) == len(types):
        for key in dict.fromkeys(key for key, _ in known):
            words = list(dict.fromkeys(str(word) for name, kind in known if name == key for word in kind))
            yield from for_each(listed(pattern["detail"][key]), partial(_word, words))


def _misspelled_type(value: Value) -> Iterator[Outcome]:
    text = value.text()
    if text is None or text in list(DetailType) or text in OTHER_DETAIL_TYPES:
        return
    near = nearest(text, list(DetailType), cutoff=0.9)
    if near:
        yield Violation(value, f"Systems Manager emits no events of type {shown(text)}.", f"Use {near}.")


def _command_status(value: Value) -> Iterator[Outcome]:
    # AWS documents no complete list of the statuses in these events.
    text = value.text() or ""
    near = next((status for status in CommandStatus if folded(status) == folded(text)), None)
    if near not in (None, text):
        yield Violation(value, f"Events of commands have the status {near}, got {shown(text)}.", f"Use {near}.")


def _word(words: list[str], value: Value) -> Iterator[Outcome]:
    text = value.text()
    if text is not None and text not in words:
        yield Violation(value, f"{value.name} must be one of {', '.join(words)}, got {shown(text)}.")
