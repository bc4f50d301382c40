"""Which events a rule matches, by the rule engine of moto.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.events.models import EventPattern

# The longest pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
PATTERN_LENGTH = 2048


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Return whether a pattern whose references are resolved matches an event."""
    text = json.dumps(pattern, separators=(",", ":"))
    assert len(text) <= PATTERN_LENGTH, f"the pattern has {len(text)} characters"
    return EventPattern.load(text).matches_event(dict(event))  # type: ignore[arg-type]
