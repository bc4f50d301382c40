"""The name of a schedule in a list, with the Region where a StackSet deploys it to several."""

from patching_constructs.cli.schedule_names import AnySchedule, resource_of
from patching_constructs.template import MaintenanceWindow


def label_of(schedule: AnySchedule) -> str:
    """Return the name of a schedule: ``patch-weekly (eu-central-1)`` if a StackSet deploys it to that Region."""
    return f"{schedule.label}{resource_of(schedule).template.source.in_region}"


def path_or_label_of(window: MaintenanceWindow) -> str:
    """Return the path of a window's construct, or else its name; with the Region in the same way."""
    return f"{window.schedule_path or window.label}{window.template.source.in_region}"
