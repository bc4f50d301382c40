"""The facades of a maintenance window: what happens to it. Each is made when it is asked for."""

from typing import cast

from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef

from patching_constructs.constructs.maintenance_window_events import MaintenanceWindowEvents
from patching_constructs.constructs.maintenance_window_grants import MaintenanceWindowGrants
from patching_constructs.constructs.maintenance_window_metrics import MaintenanceWindowMetrics


class WithFacades:
    """A construct that is a maintenance window, with its facades."""

    @property
    def events(self) -> MaintenanceWindowEvents:
        """Rules for the events of all windows, also of those that a freeze adds later."""
        return MaintenanceWindowEvents([self._window])

    @property
    def grants(self) -> MaintenanceWindowGrants:
        """Permissions for all windows, also for those that a freeze adds later."""
        return MaintenanceWindowGrants([self._window])

    @property
    def metrics(self) -> MaintenanceWindowMetrics:
        """Whether the windows have run, as metrics that a `PatchMonitoring` publishes."""
        return MaintenanceWindowMetrics([self._window])

    @property
    def _window(self) -> IMaintenanceWindowRef:
        return cast("IMaintenanceWindowRef", self)
