"""The nodes that commands of one kind run on."""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

from patching_constructs.planning.coverage import EVERY_NODE, Selection, SelectionIndex, is_covered, keys_of, steps
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.value import UnknownError


class Reach:
    """The nodes that the commands of one kind run on, as selections."""

    def __init__(self, deployment: Deployment, is_of_kind: Callable[[Command], bool]) -> None:
        """Take the commands of one kind from a deployment."""
        self._unknown: UnknownError | None = None
        self._index: SelectionIndex[tuple[Selection, Command]] = SelectionIndex()
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
            self._index.add(choice, (choice, command))

    def covers(self, selections: Sequence[Selection], *, without: Collection[int] = ()) -> bool:
        """Return whether commands of the kind together run on the same nodes.

        Args:
            selections: the nodes.
            without: the ids of the objects of tasks that do not count.

        Raises:
            UnknownError: the result is unknown until deployment, or the nodes are selected by other keys.
        """

        def sharing(part: Selection) -> Iterator[Selection]:
            found = self._index.sharing(part)
            return (choice for choice, command in found if id(command.runner) not in without)

        if self._reaches_all or (selections and all(is_covered(choice, sharing) for choice in selections)):
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
