"""A forecast in words, the same in the warning of a construct, in a finding of the linter, and on the command line."""

from collections.abc import Iterator
from datetime import timedelta

from patching_constructs.planning.capacity import DECISIVE, Estimate, Forecast
from patching_constructs.properties.capacity import PatchCapacity

_MINUTE = timedelta(minutes=1)


def overrun_in_words(forecast: Forecast) -> str:
    """Describe a forecast of nodes that do not fit: what they need, and what is left when they should have ended."""
    window = forecast.window
    limit = "the cutoff is" if window.is_canceled else "the window ends"
    if forecast.not_started:
        left = f"{nodes_in_words(forecast.not_started)} not started then"
    else:
        left = f"{nodes_in_words(forecast.not_ended)} not finished then"
    return (
        f"{_load_in_words(forecast)}, patching takes {needed_in_words(forecast)}, but {limit} "
        f"{length_in_words(window.deadline)} after the window opens: {left}"
    )


def _load_in_words(forecast: Forecast) -> str:
    nodes = forecast.capacity.nodes
    return (
        f"With {nodes} node{'' if nodes == 1 else 's'}, {at_once_in_words(forecast.estimate)} at the same time, and "
        f"{capacity_in_words(forecast.capacity)}"
    )


def capacity_in_words(capacity: PatchCapacity) -> str:
    """Describe the time on a node: ``12 min each``."""
    if capacity.minutes_per_node_p95 is None:
        return f"{capacity.minutes_per_node} min each"
    return f"{capacity.minutes_per_node} min each (p95 {capacity.minutes_per_node_p95} min)"


def at_once_in_words(estimate: Estimate) -> str:
    """Return how many nodes run at the same time; of several targets, from the least to the most: ``9-10``."""
    slots = sorted({batch.slots for batch in estimate.batches})
    return "-".join(map(str, dict.fromkeys((slots[0], slots[-1]))))


def needed_in_words(forecast: Forecast) -> str:
    """Return how long patching takes; of simulated executions, the percentile that decides."""
    percentile = f" (p{DECISIVE})" if forecast.estimate.is_simulated else ""
    return f"{length_in_words(forecast.time_needed)}{percentile}"


def nodes_in_words(number: int) -> str:
    """Return a number of nodes with its verb: ``12 nodes have``."""
    return "1 node has" if number == 1 else f"{number} nodes have"


def length_in_words(length: timedelta) -> str:
    """Return a length in hours and minutes, rounded up to whole minutes: ``2 h 24 min``."""
    hours, minutes = divmod(-(-length // _MINUTE), 60)
    words = [f"{hours} h"] if hours else []
    words += [f"{minutes} min"] if minutes or not hours else []
    return " ".join(words)


def assumptions_of(forecast: Forecast) -> Iterator[str]:
    """Return what the forecast assumes, as far as it has an effect: the rest of a sentence each."""
    yield "no node fails or is offline, so that the error threshold is not reached"
    yield "a node starts as soon as another one has finished"
    if forecast.max_concurrency.unit:
        yield "a percentage is rounded down to whole nodes, at least 1, because AWS does not document the rounding"
    if forecast.targets > 1:
        share = ", with the percentage of its own nodes each" if forecast.max_concurrency.unit else ""
        yield f"the {forecast.targets} targets select equally many nodes and run one after another{share}"
    if forecast.is_preceded:
        yield "the tasks that run before the patching take no time"
    if forecast.estimate.is_simulated:
        yield "the times of the nodes have a log-normal distribution"
    if forecast.window.is_canceled:
        yield "the commands that run at the cutoff do not finish, because the service attempts to cancel them"
