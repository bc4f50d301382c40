"""The executions of one rollout as a table: a row for each cycle, a column for each ring."""

from datetime import tzinfo

from rich.table import Table
from rich.text import Text

from patching_constructs.cli.rollout_lanes import RolloutLanes, WindowExecution


def lane_table(rollout: RolloutLanes, zone: tzinfo | None) -> Table:
    """Return the table of a rollout.

    Args:
        rollout: the rollout.
        zone: the time zone of all times. None where each ring has its own.
    """
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("schedule", no_wrap=True)
    for ring in rollout.rings:
        table.add_column(Text(ring), overflow="fold")
    for day, executions in rollout.cycles.items():
        date = "once" if day is None else f"{day:%a %Y-%m-%d}"
        table.add_row(date, *(_start(executions.get(ring), zone) for ring in rollout.rings))
    return table


def _start(execution: WindowExecution | None, zone: tzinfo | None) -> str:
    if execution is None:
        return "-"
    start = execution.occurrence.start.astimezone(zone or execution.occurrence.zone)
    frozen = " (frozen)" if execution.owner.is_frozen else ""
    return f"{start:%a %m-%d %H:%M %Z}{frozen}"
