"""A maintenance window that was created elsewhere."""

from typing import Protocol

import jsii
from aws_cdk import Resource
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef, MaintenanceWindowReference
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_type
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._with_facades import WithFacades
from patching_constructs.constructs.maintenance_window_events import MaintenanceWindowEvents
from patching_constructs.constructs.maintenance_window_grants import MaintenanceWindowGrants
from patching_constructs.constructs.maintenance_window_metrics import MaintenanceWindowMetrics
from patching_constructs.ssm import limits


class IMaintenanceWindow(IMaintenanceWindowRef, Protocol):
    """A maintenance window, created here or imported."""

    @property
    def maintenance_window_id(self) -> str:
        """The window's id, ``mw-`` and 17 hexadecimal digits."""
        ...  # pragma: no cover

    @property
    def events(self) -> MaintenanceWindowEvents:
        """Rules for the events of the window."""
        ...  # pragma: no cover

    @property
    def grants(self) -> MaintenanceWindowGrants:
        """Permissions for the window."""
        ...  # pragma: no cover

    @property
    def metrics(self) -> MaintenanceWindowMetrics:
        """Whether the window has run, as metrics that a `PatchMonitoring` publishes."""
        ...  # pragma: no cover


def imported_window(scope: Construct, id: str, maintenance_window_id: str) -> IMaintenanceWindow:  # noqa: A002
    """Import an existing window by its id.

    Raises:
        PatchingError: the id is invalid.
    """
    with creating(scope, id):
        _check_window_id(maintenance_window_id)
    return _ImportedWindow(scope, id, maintenance_window_id)


@jsii.implements(IMaintenanceWindowRef)
class _ImportedWindow(WithFacades, Resource):
    def __init__(self, scope: Construct, id: str, maintenance_window_id: str) -> None:  # noqa: A002
        super().__init__(scope, id)
        self._window_id = maintenance_window_id

    @property
    def maintenance_window_id(self) -> str:
        return self._window_id

    @property
    def maintenance_window_ref(self) -> MaintenanceWindowReference:
        return MaintenanceWindowReference(window_id=self._window_id)


def _check_window_id(window_id: str) -> None:
    check_type("maintenance_window_id", window_id, str)
    if not is_unresolved(window_id) and not limits.WINDOW_ID.fullmatch(window_id):
        raise refusal("maintenance_window_id", "must be like mw-0123456789abcdef0", repr(window_id))
