"""A forecast in words, the same in the warning of a construct, in a finding of the linter, and on the command line."""

from collections.abc import Iterator
from datetime import timedelta

from patching_constructs.planning.capacity import DECISIVE, Estimate, Forecast
from patching_constructs.properties.capacity import PatchCapacity

_MINUTE = timedelta(minutes=1)


def forecast_in_words(forecast: Forecast) -> str:
    """Describe a forecast: what the nodes need, and whether they fit."""
    if not forecast.fits:
        return overrun_in_words(forecast)
    return f"{_needed_in_words(forecast)}, and {_limit_in_words(forecast)}: all nodes fit"


def overrun_in_words(forecast: Forecast) -> str:
    """Describe a forecast of nodes that do not fit: what they need, and what is left when they should have ended."""
    return f"{_needed_in_words(forecast)}, but {_limit_in_words(forecast)}: {_left_in_words(forecast)}"


def _needed_in_words(forecast: Forecast) -> str:
    nodes, waves = forecast.capacity.nodes, forecast.estimate.waves
    percentile = f"p{DECISIVE}, " if forecast.estimate.is_simulated else ""
    return (
        f"With {nodes} node{'' if nodes == 1 else 's'}, {at_once_in_words(forecast.estimate)} at the same time, and "
        f"{capacity_in_words(forecast.capacity)}, patching takes {length_in_words(forecast.time_needed)} "
        f"({percentile}{waves} wave{'' if waves == 1 else 's'})"
    )


def _limit_in_words(forecast: Forecast) -> str:
    window = forecast.window
    length = length_in_words(window.deadline)
    if window.longest_run is not None:
        return f"the gate ends it after {length}"
    return (
        f"the cutoff is {length} after the window opens" if window.is_canceled else f"the window is open for {length}"
    )


def _left_in_words(forecast: Forecast) -> str:
    not_started, not_ended = forecast.not_started, forecast.not_ended
    if not_started == not_ended:
        return f"{_nodes_have(not_started)} not started then"
    unfinished = f"{_nodes_have(not_ended)} not finished then"
    return f"{unfinished}, of which {not_started} {_have(not_started)} not started" if not_started else unfinished


def _nodes_have(number: int) -> str:
    return f"{number} node{'' if number == 1 else 's'} {_have(number)}"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def capacity_in_words(capacity: PatchCapacity) -> str:
    """Describe the time on a node: ``12 min each``."""
    if capacity.minutes_per_node_p95 is None:
        return f"{capacity.minutes_per_node} min each"
    return f"{capacity.minutes_per_node} min each (p95 {capacity.minutes_per_node_p95} min)"


def at_once_in_words(estimate: Estimate) -> str:
    """Return how many nodes run at the same time; of several targets, from the least to the most: ``9-10``."""
    slots = sorted({batch.slots for batch in estimate.batches})
    return "-".join(map(str, dict.fromkeys((slots[0], slots[-1]))))


def length_in_words(length: timedelta) -> str:
    """Return a length in hours and minutes, rounded up to whole minutes: ``2 h 24 min``."""
    hours, minutes = divmod(-(-length // _MINUTE), 60)
    words = [f"{hours} h"] if hours else []
    words += [f"{minutes} min"] if minutes or not hours else []
    return " ".join(words)


def assumptions_of(forecast: Forecast) -> Iterator[str]:
    """Return what the forecast assumes, as far as it has an effect: the rest of a sentence each."""
    yield "no node fails or is offline"
    yield "a node starts as soon as another one has finished"
    if forecast.max_concurrency.unit:
        yield "a percentage is rounded down, which AWS does not document"
    if forecast.targets > 1:
        of_each = ", with the percentage of its own nodes" if forecast.max_concurrency.unit else ""
        yield f"the {forecast.targets} targets have equally many nodes and run one after another{of_each}"
    if forecast.is_preceded:
        yield "earlier tasks of the window take no time"
    if forecast.estimate.is_simulated:
        yield "the times of the nodes have a log-normal distribution"
    if forecast.window.is_canceled:
        ends = "cutoff" if forecast.window.longest_run is None else "gate"
        yield f"the {ends} stops running commands, which AWS does not guarantee"
