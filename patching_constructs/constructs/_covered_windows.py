"""The windows that a facade covers: of each schedule all of them, before and after its freezes."""

from collections.abc import Callable, Sequence
from typing import Final, cast

from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import check_reference
from patching_constructs.constructs._window_parts import HasWindowParts, WindowParts, parts_of

Added = Callable[[IMaintenanceWindowRef, Sequence[str]], object]
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
        self.windows: Final = tuple(dict.fromkeys(windows))

    @property
    def scope(self) -> Construct:
        """The first window, which is a construct as every reference is."""
        return cast("Construct", self.windows[0])

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all windows, each once."""
        return tuple(dict.fromkeys(id_ for window in self.windows for id_ in window_ids(window)))

    def listed_ids(self) -> tuple[str, ...]:
        """Return the same for use where a window that a freeze adds later would be missing: adding one is an error."""
        for window in self.windows:
            if isinstance(window, HasWindowParts):
                parts_of(window).listed()
        return self.ids()

    def follow(self, added: Added) -> None:
        """Call a function whenever a freeze adds windows, with their schedule and their ids."""
        for window in self.windows:
            if isinstance(window, HasWindowParts):
                _follow(window, parts_of(window), added)


def _follow(window: IMaintenanceWindowRef, parts: WindowParts, added: Added) -> None:
    known = set(window_ids(window))

    def changed() -> None:
        new = [id_ for id_ in window_ids(window) if id_ not in known]
        known.update(new)
        if new:
            added(window, new)

    parts.follow(changed)
