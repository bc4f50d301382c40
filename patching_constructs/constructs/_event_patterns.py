"""The event pattern of a rule for maintenance windows.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Annotations
from aws_cdk import aws_events as events

from patching_constructs.ssm.events import EVENT_SOURCE, PATTERN_LENGTH

LONG_PATTERN: Final = "patching-constructs:longEventPattern"
_WINDOW_ID: Final = "window-id"
_ANY_WINDOW: Final = "mw-0123456789abcdef0"


@dataclass(frozen=True, slots=True)
class WindowPattern:
    """The events of windows with some types, and with some values of their status."""

    detail_types: Sequence[str]
    status: Mapping[str, list[str]]

    def of(self, window_ids: Sequence[str]) -> events.EventPattern:
        """Return the pattern for windows."""
        return events.EventPattern(
            source=[EVENT_SOURCE],
            detail_type=list(self.detail_types),
            detail={_WINDOW_ID: list(window_ids), **self.status},
        )

    def warn_of_length(self, rule: events.Rule, windows: int) -> None:
        """Warn if the pattern of a rule for a number of windows exceeds the quota."""
        detail = {_WINDOW_ID: [_ANY_WINDOW] * windows, **self.status}
        pattern = {"source": [EVENT_SOURCE], "detail-type": list(self.detail_types), "detail": detail}
        length = len(json.dumps(pattern, separators=(",", ":")))
        if length > PATTERN_LENGTH:
            message = (
                f"The event pattern of {windows} windows has {length} characters, and the quota is {PATTERN_LENGTH} by "
                "default. Create several rules, each for some of the windows."
            )
            Annotations.of(rule).add_warning_v2(LONG_PATTERN, message)


def add_windows(rule: events.Rule, window_ids: Sequence[str]) -> None:
    """Add windows to the pattern of a rule."""
    rule.add_event_pattern(detail={_WINDOW_ID: list(window_ids)})
