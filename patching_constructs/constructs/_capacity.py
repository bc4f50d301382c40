"""The capacity of a schedule: what is written into its template, and the warning if the nodes do not fit."""

from datetime import timedelta
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._template_metadata import CAPACITY, MINUTES_PER_NODE, MINUTES_PER_NODE_P95, NODES
from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.planning.capacity import Forecast, WindowLimits
from patching_constructs.planning.capacity_remedies import Remedy, advice_without_remedy, remedies_of
from patching_constructs.planning.capacity_words import assumptions_of, overrun_in_words
from patching_constructs.properties.capacity import PatchCapacity
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.gate import PatchGate, run_seconds
from patching_constructs.properties.rate_control import RateControl

EXCEEDED: Final = "patching-constructs:capacityExceedsWindow"


def capacity_metadata(capacity: PatchCapacity | None) -> dict[str, object]:
    """Return the entry of a capacity in the metadata of its window; nothing without one."""
    if capacity is None:
        return {}
    entry: dict[str, object] = {NODES: capacity.nodes, MINUTES_PER_NODE: capacity.minutes_per_node}
    if capacity.minutes_per_node_p95 is not None:
        entry[MINUTES_PER_NODE_P95] = capacity.minutes_per_node_p95
    return {CAPACITY: entry}


def warn_of_capacity(
    scope: Construct,
    capacity: PatchCapacity | None,
    window: Window,
    *,
    max_concurrency: RateControl,
    behavior: CutoffBehavior | None,
    targets: int,
    is_preceded: bool,
    gate: PatchGate | None = None,
) -> None:
    """Warn if nodes do not fit into a window. What is unknown until deployment has no warning."""
    unknown = (max_concurrency.number, window.duration_hours, window.cutoff_hours, behavior)
    if capacity is None or capacity.is_unresolved or any(map(is_unresolved, unknown)):
        return
    forecast = Forecast(
        capacity=capacity,
        max_concurrency=max_concurrency,
        targets=targets,
        window=WindowLimits(
            duration=timedelta(hours=window.duration_hours),
            cutoff=timedelta(hours=window.cutoff_hours),
            behavior=behavior or CutoffBehavior.CONTINUE_TASK,
            longest_run=None if gate is None else _longest_run(gate, window),
        ),
        is_preceded=is_preceded,
    )
    if not forecast.fits:
        assumed = "; ".join(assumptions_of(forecast))
        message = f"{overrun_in_words(forecast)}; {_fix(forecast)}. Assumed: {assumed}"
        Annotations.of(scope).add_warning_v2(EXCEEDED, message)


def _longest_run(gate: PatchGate, window: Window) -> timedelta:
    return timedelta(seconds=run_seconds(gate, window.duration_hours, window.cutoff_hours))


def _fix(forecast: Forecast) -> str:
    remedies = " or ".join(map(_in_words, remedies_of(forecast)))
    return f"use {remedies}" if remedies else advice_without_remedy(forecast, "several schedules")


def _in_words(remedy: Remedy) -> str:
    words, concurrency = [], remedy.max_concurrency
    if concurrency is not None:
        factory = "percentage" if concurrency.unit else "count"
        words.append(f"max_concurrency=RateControl.{factory}({concurrency.number})")
    if remedy.duration is not None:
        words.append(f"duration=timedelta(hours={remedy.hours})")
    return " and ".join(words)
