"""How a schedule is named on the command line: by its window, its logical id or its construct path."""

from collections.abc import Iterator, Sequence
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._validation import nearest
from patching_constructs.template import MaintenanceWindow

_MOST_LISTED: Final = 10


def find_window(
    windows: Sequence[MaintenanceWindow], name: str | None, *, option: str = "--schedule"
) -> MaintenanceWindow:
    """Return the window of that name.

    Args:
        windows: the windows to choose from.
        name: the window's name, its logical id, its construct id, its construct path, or the last parts of the path.
        option: the option that names it, for the message.

    Raises:
        PatchingError: no window has that name, or several do.
    """
    wanted = (name or "").removesuffix("/Resource")
    found = [each for each in windows if wanted in _names(each)]
    # A whole path can also be the end of a longer path, such as that of another stage.
    exact = [each for each in found if wanted == _path(each)]
    match exact or found:
        case [window]:
            return window
        case []:
            raise _not_found(windows, name, option)
        case several:
            got = f"{name!r}, which matches {len(several)} schedules"
            raise refusal(option, "must name one schedule", got, f"specify one of {_listed(several)}")


def _not_found(windows: Sequence[MaintenanceWindow], name: str | None, option: str) -> PatchingError:
    rule = "must name a schedule in the template"
    if not windows:
        return refusal(option, rule, repr(name), "the template has no maintenance windows")
    if not name:
        return refusal(option, rule, "none", f"the template has {_listed(windows)}")
    near = nearest(name, [each for window in windows for each in _names(window)])
    fix = f"did you mean {near!r}? The template has" if near else "the template has"
    return refusal(option, rule, repr(name), f"{fix} {_listed(windows)}")


def _names(window: MaintenanceWindow) -> Iterator[str]:
    """Return all names of the window."""
    yield window.label
    yield window.logical_id
    yield f"{window.stack}/{window.logical_id}"
    parts = window.schedule_path.split("/") if window.schedule_path else []
    yield from ("/".join(parts[place:]) for place in range(len(parts)))


def _path(window: MaintenanceWindow) -> str:
    """Return the unique name of the window."""
    return window.schedule_path or f"{window.stack}/{window.logical_id}"


def _listed(windows: Sequence[MaintenanceWindow]) -> str:
    more = len(windows) - _MOST_LISTED
    return ", ".join(map(_shown, windows[:_MOST_LISTED])) + (f" and {more} more" if more > 0 else "")


def _shown(window: MaintenanceWindow) -> str:
    facts = {
        "window": window.label if window.label != window.logical_id else None,
        "logical id": window.logical_id if window.schedule_path else None,
        "stack": window.stack,
    }
    return f"{_path(window)} ({', '.join(f'{fact} {value}' for fact, value in facts.items() if value)})"
