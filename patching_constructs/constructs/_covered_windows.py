"""The windows that a facade covers: of each schedule all of them, before and after its freezes."""

from collections.abc import Callable, Sequence
from typing import Final, cast

from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import check_reference
from patching_constructs.constructs._window_parts import HasWindowParts, parts_of

IMPORT_WINDOW: Final = "import one by its id with MaintenanceWindow.from_maintenance_window_id(...)"


def window_ids(window: IMaintenanceWindowRef) -> tuple[str, ...]:
    """Return the ids of all windows of a schedule, which has several around freezes; of any other window, its id."""
    if isinstance(window, HasWindowParts):
        return tuple(part.window_id for part in parts_of(window).all)
    return (window.maintenance_window_ref.window_id,)


class CoveredWindows:
    """The windows of one or more schedules. Freezes can add some later."""

    def __init__(self, windows: Sequence[IMaintenanceWindowRef]) -> None:
        """Take the windows.

        Raises:
            PatchingError: there is none, or one is not an ``IMaintenanceWindowRef``.
        """
        if isinstance(windows, str | bytes) or not isinstance(windows, Sequence):
            raise refusal("windows", "must be a list of IMaintenanceWindowRef", shown(windows))
        for window in windows:
            check_reference("windows", window, "IMaintenanceWindowRef", IMPORT_WINDOW)
        if not windows:
            raise refusal("windows", "must have at least 1 item", 0)
        self.windows: Final = tuple(windows)

    @property
    def scope(self) -> Construct:
        """The first window, which is a construct as every reference is."""
        return cast("Construct", self.windows[0])

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all windows, each once."""
        return tuple(dict.fromkeys(id_ for window in self.windows for id_ in window_ids(window)))

    def follow(self, added: Callable[[tuple[str, ...]], None]) -> None:
        """Call a function with the ids of the windows that a freeze adds, whenever one does."""
        known = set(self.ids())

        def changed() -> None:
            new = tuple(id_ for id_ in self.ids() if id_ not in known)
            known.update(new)
            if new:
                added(new)

        for window in self.windows:
            if isinstance(window, HasWindowParts):
                parts_of(window).follow(changed)
