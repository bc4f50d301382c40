"""The results of past executions, as lines below the table of executions."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, tzinfo

from rich.text import Text

from patching_constructs.cli.result_words import RESULTS
from patching_constructs.cli.results.past import PastExecutions
from patching_constructs.cli.schedule_labels import label_of
from patching_constructs.planning.executions import Execution
from patching_constructs.planning.recorded_executions import ExecutionResult, Result
from patching_constructs.template import MaintenanceWindow

_EXPECTED = (Result.SUCCEEDED, Result.RUNNING)


def result_text(result: ExecutionResult | None) -> Text:
    """Return a result in its color; empty for an upcoming execution."""
    if result is None:
        return Text()
    words = RESULTS[result.result]
    return Text(f"{words.title.lower()}{'' if result.is_scheduled else ', unscheduled'}", style=words.color)


def result_lines(past: PastExecutions, zone: tzinfo | None) -> Iterator[Text]:
    """Return where the results are from, how many executions have each, and the reason of those that need attention."""
    for place in past.places:
        failure = f": {place.failure}" if place.failure else ""
        yield Text(f"{place.name}, read {place.read_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC{failure}")
    counts = Counter(each.result.result for each in past.plan.executions if each.result)
    if counts:
        listed = (
            Text(f"{counts[each]} {RESULTS[each].title.lower()}", style=RESULTS[each].color)
            for each in RESULTS
            if counts[each]
        )
        yield Text(", ").join(listed)
    for window, reason in past.without_history:
        yield Text.assemble((label_of(window), "bold"), f": results unknown: {reason}")
    yield from _reasons(past, zone)


def _reasons(past: PastExecutions, zone: tzinfo | None) -> Iterator[Text]:
    """Return every reason once for each window and result, with the last execution and the number of the others."""
    found: dict[tuple[int, Result, bool, str], list[Execution[MaintenanceWindow]]] = {}
    for execution in past.plan.executions:
        result = execution.result
        if result and _needs_attention(result):
            key = id(execution.owner), result.result, result.is_scheduled, result.reason
            found.setdefault(key, []).append(execution)
    for (_, _, is_scheduled, reason), executions in found.items():
        last = executions[-1]
        start = last.occurrence.start.astimezone(zone or last.occurrence.zone)
        others = f" and {len(executions) - 1} earlier" if len(executions) > 1 else ""
        unscheduled = "" if is_scheduled else "; the template has no execution at this time"
        words = f"{start:%a %Y-%m-%d %H:%M %Z}{others}{unscheduled}{f': {reason}' if reason else ''}"
        yield Text.assemble(result_text(last.result), ": ", (label_of(last.owner), "bold"), f": {words}")


def _needs_attention(result: ExecutionResult) -> bool:
    return result.result not in _EXPECTED or not result.is_scheduled or bool(result.reason)
