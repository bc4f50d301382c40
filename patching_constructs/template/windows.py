"""The maintenance windows of templates."""

from collections.abc import Sequence
from pathlib import Path

from patching_constructs.template.deployment import Deployment
from patching_constructs.template.frozen_schedules import first_windows
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.reading import read_templates
from patching_constructs.template.sources import Template, by_place


def read_windows(path: Path, *, use_defaults: bool = False) -> list[MaintenanceWindow]:
    """Read the maintenance windows of a ``cdk.out`` or a template, without those whose condition does not hold.

    Args:
        path: a ``cdk.out`` directory, with its stages and nested stacks, or a template in JSON or YAML.
        use_defaults: take a parameter's default for its value. Default: a parameter is unknown until deployment.

    Raises:
        PatchingError: the path cannot be read, or is not a template.
    """
    return windows_of(read_templates(path, use_defaults=use_defaults))


def windows_of(templates: Sequence[Template]) -> list[MaintenanceWindow]:
    """Return the maintenance windows of templates, in their order; of a schedule with freezes, the first one."""
    place = {template.scope: number for number, template in enumerate(templates)}
    windows = [window for together in by_place(templates) for window in first_windows(Deployment(together).windows)]
    return sorted(windows, key=lambda window: place[window.template.scope])
