"""The nodes that commands of one kind run on."""

from collections.abc import Callable, Hashable, Sequence

from patching_constructs.planning.coverage import EVERY_NODE, Selection, SelectionIndex, keys_of, steps
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.value import UnknownError


class Reach:
    """The nodes that the commands of one kind run on, as selections."""

    def __init__(self, deployment: Deployment, is_of_kind: Callable[[Command], bool]) -> None:
        """Take the commands of one kind from a deployment."""
        self._unknown: UnknownError | None = None
        self._index: SelectionIndex[Command] = SelectionIndex()
        self._reaches_all = False
        self._by_keys: dict[frozenset[Hashable], Command] = {}
        self._unknown_keys: set[Hashable] = set()
        for command in deployment.commands:
            try:
                if is_of_kind(command):
                    self._add(command, deployment.selections_of(command))
            except UnknownError as error:
                self._unknown = error

    def _add(self, command: Command, selections: Sequence[Selection]) -> None:
        for choice in selections:
            self._by_keys.setdefault(keys_of(choice), command)
            self._unknown_keys |= _unknown_keys(choice)
            self._reaches_all |= choice == EVERY_NODE
            self._index.add(choice, command)

    def covers(self, selections: Sequence[Selection]) -> bool:
        """Return whether a command of the kind runs on the same nodes.

        Raises:
            UnknownError: the result is unknown until deployment, or the nodes are selected by other keys.
        """
        if self._reaches_all or any(True for choice in selections for _ in self._index.sharing(choice)):
            return True
        if self._unknown is not None:
            raise self._unknown
        for choice in selections:
            self._check_comparable(choice)
        return False

    def _check_comparable(self, choice: Selection) -> None:
        """Raise an error if the selections cannot be compared."""
        own = _unknown_keys(choice)
        for keys, command in self._by_keys.items():
            common = keys & keys_of(choice)
            if not common or common & (own | self._unknown_keys):
                runner = command.runner
                reason = f"The templates do not show whether {runner.logical_id} runs on the same nodes"
                raise UnknownError(runner.value, reason)


def _unknown_keys(choice: Selection) -> set[Hashable]:
    """Return the keys with a value that is unknown until deployment."""
    return {key for key, value in steps([choice]) if not isinstance(value, str)}
