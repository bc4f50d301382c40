"""What monitors a window, in words."""

from collections.abc import Iterable, Iterator

from patching_constructs.template.monitoring import WindowMonitoring


def monitoring_in_words(monitoring: WindowMonitoring) -> str:
    """Return alarms and events with their destinations: ``alarms HoursOverdue > 4; execution FAILED; to topic T``."""
    if not monitoring:
        return "not in these templates"
    parts = [*_listed("alarms", monitoring.alarms), *_events(monitoring.events)]
    return "; ".join([*parts, *_listed("to", monitoring.destinations)])


def _listed(heading: str, words: Iterable[str]) -> Iterator[str]:
    if listed := ", ".join(sorted(words)):
        yield f"{heading} {listed}"


def _events(events: Iterable[str]) -> Iterator[str]:
    """Return the statuses of each kind: ``execution FAILED, TIMED_OUT``."""
    by_kind: dict[str, list[str]] = {}
    for event in sorted(events):
        kind, _, status = event.partition(" ")
        by_kind.setdefault(kind, []).append(status)
    for kind, statuses in by_kind.items():
        yield from _listed(kind, statuses)
