"""What runs the watch function, with the schedules as its input: rules, and a custom resource in a deployment.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import jsii
from aws_cdk import CustomResource, Duration, IStableAnyProducer, Lazy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

Entry = Callable[[], Mapping[str, object] | None]
"""Returns what the function must know about a schedule; None if this check does not include it."""
# An input has at most 8,192 characters. The rest is for windows that freezes add later.
_LONGEST_INPUT: Final = 7_000
_MOST_TARGETS: Final = 5
"""The quota of targets of a rule."""
_TIMEOUT: Final = Duration.minutes(15)
"""Longer than a function can run."""


class WatchRuns:
    """Creates what runs the watch function."""

    def __init__(self, scope: Construct, function: lambda_.IFunction, queue: sqs.IQueue) -> None:
        """Take the function, and the queue for what EventBridge cannot deliver."""
        self._scope = scope
        self._function = function
        self._queue = queue

    def regularly(self, id: str, check: str, every: Duration, entries: Sequence[Entry]) -> Iterator[events.Rule]:  # noqa: A002
        """Create as many rules as the inputs require, usually one.

        Args:
            id: the id of the first one.
            check: what the function checks.
            every: how often.
            entries: the schedules, whose values are read at synthesis.
        """
        inputs = list(_inputs(check, entries))
        for place, first in enumerate(range(0, len(inputs), _MOST_TARGETS), start=1):
            name = id if place == 1 else f"{id}{place}"
            rule = events.Rule(self._scope, name, schedule=events.Schedule.rate(every))
            for each in inputs[first : first + _MOST_TARGETS]:
                given = events.RuleTargetInput.from_object(each)
                rule.add_target(targets.LambdaFunction(self._function, event=given, dead_letter_queue=self._queue))
            yield rule

    def in_deployment(self, id: str, check: str, entries: Sequence[Entry]) -> CustomResource:  # noqa: A002
        """Create the custom resource, which runs a check when it is created, and when the schedules change."""
        stack = Stack.of(self._scope)
        return CustomResource(
            self._scope,
            id,
            resource_type="Custom::PatchMonitoringRun",
            service_token=self._function.function_arn,
            service_timeout=_TIMEOUT,
            # CloudFormation passes all values on as texts.
            properties={"Inputs": [stack.to_json_string(each) for each in _inputs(check, entries)]},
        )


@jsii.implements(IStableAnyProducer)
class _Entries:
    """Entries at synthesis, after the last freeze was added."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    def produce(self) -> list[Mapping[str, object]]:
        return [found for found in (each() for each in self._entries) if found is not None]


def _inputs(check: str, entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    """Return the inputs of a check; the schedules are read at synthesis."""
    for part in _parts(entries):
        yield {"check": check, "schedules": Lazy.any(_Entries(part))}


def _parts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Divide the schedules into inputs that are short enough."""
    part: list[Entry] = []
    length = 0
    for each in entries:
        # The ID of a window is as long as the text of its token.
        own = len(json.dumps(each()))
        if part and length + own > _LONGEST_INPUT:
            yield part
            part, length = [], 0
        part.append(each)
        length += own
    yield part
