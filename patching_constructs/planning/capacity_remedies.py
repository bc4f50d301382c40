"""What would make the nodes of a window fit."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from patching_constructs.planning.capacity import Forecast
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm import limits

_LONGEST: Final = timedelta(hours=limits.DURATION_HOURS[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change of a window with which its nodes fit. With both properties, neither of them is enough."""

    max_concurrency: RateControl | None = None
    duration: timedelta | None = None

    @property
    def hours(self) -> int | None:
        """The duration in hours."""
        return None if self.duration is None else self.duration // timedelta(hours=1)


def remedies_of(forecast: Forecast) -> list[Remedy]:
    """Return the alternatives; none if the nodes fit in no window."""
    concurrency, duration = forecast.smallest_concurrency, forecast.smallest_duration
    alone = [Remedy(max_concurrency=concurrency)] if concurrency else []
    alone += [Remedy(duration=duration)] if duration else []
    return alone or _both(forecast)


def _both(forecast: Forecast) -> list[Remedy]:
    duration = replace(forecast, max_concurrency=forecast.highest_concurrency).smallest_duration
    if duration is None:
        return []
    concurrency = replace(forecast, window=forecast.window.lasting(duration)).smallest_concurrency
    return [Remedy(max_concurrency=concurrency, duration=duration)]


def remedy_of_template(forecast: Forecast) -> str:
    """Return what to set in a template: ``set MaxConcurrency to 12% or Duration to 5``."""
    remedies = " or ".join(map(_in_words, remedies_of(forecast)))
    return f"set {remedies}" if remedies else advice_without_remedy(forecast, "several windows")


def _in_words(remedy: Remedy) -> str:
    words = [] if remedy.max_concurrency is None else [f"MaxConcurrency to {remedy.max_concurrency}"]
    words += [] if remedy.duration is None else [f"Duration to {remedy.hours}"]
    return " and ".join(words)


def advice_without_remedy(forecast: Forecast, several: str) -> str:
    """Return what to do if the nodes fit in no window.

    Args:
        forecast: the nodes.
        several: between what the nodes can be divided: ``several windows``.
    """
    one = replace(forecast.capacity, nodes=1)
    if replace(forecast, capacity=one, targets=1, window=forecast.window.lasting(_LONGEST)).fits:
        return f"divide the nodes between {several}"
    longest = f"{limits.DURATION_HOURS[1]} h with the same cutoff"
    return f"make patching faster, because one node alone does not fit into the longest window ({longest})"
