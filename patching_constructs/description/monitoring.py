"""The facts about what monitors a window, which are no properties of it."""

from collections.abc import Iterable, Iterator
from typing import Final

from patching_constructs.description.facts import Fact
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.monitoring import WindowMonitoring

ALARMS: Final = "Monitoring.Alarms"
EVENTS: Final = "Monitoring.Events"
DESTINATIONS: Final = "Monitoring.Destinations"
MONITORING_FACTS: Final = (ALARMS, EVENTS, DESTINATIONS)


def monitoring_facts(window: MaintenanceWindow, monitoring: WindowMonitoring) -> Iterator[Fact]:
    """Return what monitors a window, as facts that can be compared."""
    yield from _listed(window, ALARMS, monitoring.alarms)
    yield from _listed(window, EVENTS, monitoring.events)
    yield from _listed(window, DESTINATIONS, monitoring.destinations)


def _listed(window: MaintenanceWindow, name: str, words: Iterable[str]) -> Iterator[Fact]:
    listed = sorted(words)
    if listed:
        yield Fact(name, [*listed], window.value, window.type)
