"""What the facades of maintenance windows have in common: how they are made, as those of the CDK.

https://docs.aws.amazon.com/cdk/v2/guide/facades.html
"""

from collections.abc import Sequence
from typing import Self

from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef

from patching_constructs._validation import check_reference
from patching_constructs.constructs._covered_windows import IMPORT_WINDOW, CoveredWindows


class WindowFacade:
    """A facade of one or more maintenance windows."""

    def __init__(self, windows: Sequence[IMaintenanceWindowRef]) -> None:
        """Use `from_maintenance_window` or `from_maintenance_windows` instead."""
        self._covered = CoveredWindows(windows)

    @classmethod
    def from_maintenance_window(cls, window: IMaintenanceWindowRef) -> Self:
        """Return the facade of a window: of a schedule, of an imported window, or of an L1 construct.

        An L1 construct is one window, without those that its schedule has after freezes.

        Args:
            window: the window.

        Raises:
            PatchingError: the argument is not an ``IMaintenanceWindowRef``.
        """
        check_reference("window", window, "IMaintenanceWindowRef", IMPORT_WINDOW)
        return cls([window])

    @classmethod
    def from_maintenance_windows(cls, windows: Sequence[IMaintenanceWindowRef]) -> Self:
        """Return one facade of several windows.

        Args:
            windows: the windows, at least 1.

        Raises:
            PatchingError: there is no window, or one is not an ``IMaintenanceWindowRef``.
        """
        return cls(windows)
