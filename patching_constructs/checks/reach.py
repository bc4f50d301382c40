"""Which nodes commands of some kind reach."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from patching_constructs.checks.finding import UndecidableError
from patching_constructs.planning.coverage import EVERY_NODE, Selection, SelectionIndex, keys_of, steps
from patching_constructs.template.intrinsics import Deferred

if TYPE_CHECKING:
    from patching_constructs.checks.model import Command


class Reach:
    """The nodes that commands of one kind run on."""

    def __init__(self, commands: "Iterable[Command]", is_of_kind: "Callable[[Command], bool]") -> None:
        """Take the commands that are of the kind."""
        self._undecided: UndecidableError | None = None
        self._index: SelectionIndex[Command] = SelectionIndex()
        self._reaches_all = False
        self._by_keys: dict[frozenset[Hashable], Command] = {}
        # The keys under which a value is not known before deployment.
        self._unknown: set[Hashable] = set()
        for command in commands:
            try:
                if is_of_kind(command):
                    self._add(command)
            except UndecidableError as error:
                self._undecided = error

    def _add(self, command: "Command") -> None:
        for choice in command.selections:
            self._by_keys.setdefault(keys_of(choice), command)
            self._unknown |= {key for key, value in steps([choice]) if isinstance(value, Deferred)}
            self._reaches_all |= choice == EVERY_NODE
            self._index.add(choice, command)

    def covers(self, selections: Sequence[Selection]) -> bool:
        """Tell whether a command of the kind runs on common nodes.

        Raises:
            UndecidableError: that is not known, or they are chosen by other keys.
        """
        if self._reaches_all or any(True for choice in selections for _ in self._index.sharing(choice)):
            return True
        if self._undecided is not None:
            raise self._undecided
        for choice in selections:
            self._check_comparable(choice)
        return False

    def _check_comparable(self, choice: Selection) -> None:
        """Tell apart what has no common nodes from what cannot be compared."""
        own = {key for key, value in steps([choice]) if isinstance(value, Deferred)}
        for keys, command in self._by_keys.items():
            common = keys & keys_of(choice)
            if not common or common & (own | self._unknown):
                runner = command.runner
                reason = f"Whether {runner.logical_id} runs on the same nodes is not seen here"
                raise UndecidableError(runner.value, reason)
