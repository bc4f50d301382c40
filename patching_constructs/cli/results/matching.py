"""Which windows of an account belong to a schedule of a template.

A window is the one that the stack of the template has created. Where the stack is unknown or could not be read, it is
the only one with its name.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patching_constructs.cli.results.recorded_place import RecordedPlace
from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.planning.recorded_executions import RecordedExecution
from patching_constructs.planning.results import History
from patching_constructs.template import MaintenanceWindow


@dataclass(frozen=True, slots=True)
class Environment:
    """The account and Region of a stack, as far as the template has them."""

    account: str | None
    region: str | None

    @classmethod
    def of(cls, window: MaintenanceWindow) -> "Environment":
        """Return the account and Region that a window is deployed to."""
        account, _, region = window.environment.removeprefix("aws://").rpartition("/")
        return cls(_known(account), _known(region))

    def __str__(self) -> str:
        return f"{self.account or 'any account'}/{self.region or 'any Region'}"

    def is_at(self, place: RecordedPlace) -> bool:
        """Return whether it is, or may be, an account and Region."""
        is_account = None in (self.account, place.account) or self.account == place.account
        return is_account and self.region in (None, place.region)


def _known(name: str) -> str | None:
    return name if name and not name.startswith("unknown-") else None


@dataclass(frozen=True, slots=True)
class NoHistory:
    """Nothing is known of the windows of a schedule: there are none, or they could not be read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """The windows of a schedule, and the account and Region that they are in."""

    place: RecordedPlace
    windows: tuple[LiveWindow, ...]

    @property
    def history(self) -> History | NoHistory:
        """What is known of them."""
        executions: list[RecordedExecution] = []
        for window in self.windows:
            record = self.place.records.get(window.id)
            if record is None or record.failure:
                failure = "they were not read" if record is None else record.failure
                return NoHistory(f"the executions of {window.id} are unknown: {failure}")
            executions += record.executions
        return History(
            windows=self.windows, executions=executions, begins=self.place.begins, read_at=self.place.read_at
        )


def matches(windows: Sequence[MaintenanceWindow], places: Sequence[RecordedPlace]) -> dict[int, Match | NoHistory]:
    """Return the windows of schedules in accounts, by the identity of the first window of each.

    Args:
        windows: the first windows of all schedules of the templates: two of them can have one name.
        places: the accounts and Regions that were read.
    """
    found = {id(window): _match(window, places) for window in windows}
    claims = Counter(each.id for match in found.values() if isinstance(match, Match) for each in match.windows)
    for owner, match in found.items():
        if isinstance(match, Match) and any(claims[each.id] > 1 for each in match.windows):
            found[owner] = NoHistory("several windows of the templates have the name of this one")
    return found


def _match(window: MaintenanceWindow, places: Sequence[RecordedPlace]) -> Match | NoHistory:
    environment = Environment.of(window)
    near = [place for place in places if environment.is_at(place)]
    if not near:
        return NoHistory(f"{environment} was not read, only {', '.join(place.name for place in places)}")
    failures = [f"{place.name}: {place.failure}" for place in near if place.failure]
    if failures:
        return NoHistory("; ".join(failures))
    found = [Match(place, windows) for place in near if (windows := _windows_of(window, place))]
    if len(found) > 1:
        return NoHistory(f"it can be a window in {' and '.join(match.place.name for match in found)}")
    if not found:
        return NoHistory(f"no window of this stack or name is in {' or '.join(place.name for place in near)}")
    return found[0]


def _windows_of(window: MaintenanceWindow, place: RecordedPlace) -> tuple[LiveWindow, ...]:
    """Return the windows of a schedule in an account and Region."""
    return tuple(dict.fromkeys(each for part in window.of_schedule for each in _deployed(part, place)))


def _deployed(window: MaintenanceWindow, place: RecordedPlace) -> Iterator[LiveWindow]:
    created = place.stacks.get(window.stack)
    if created is not None:
        yield from (each for each in place.windows if each.id == created.get(window.logical_id))
        return
    name = None if window.name.is_unknown else window.name.written()
    named = [each for each in place.windows if each.name == name]
    if len(named) == 1:
        yield from named
