"""The facades of a maintenance window: what happens to it. Each is made when it is asked for."""

from typing import cast

from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef

from patching_constructs.constructs.maintenance_window_events import MaintenanceWindowEvents


class WindowFacades:
    """A construct that is a maintenance window, with its facades."""

    @property
    def events(self) -> MaintenanceWindowEvents:
        """Rules for the events of all windows, also of those that a freeze adds later."""
        return MaintenanceWindowEvents.from_maintenance_window(cast("IMaintenanceWindowRef", self))
