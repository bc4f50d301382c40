"""A deployment with the values of some parameters and conditions assumed."""

from typing import Final, Protocol, runtime_checkable

from patching_constructs.checks.context import Context
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.unknown import Assumed, Choice
from patching_constructs.template.value import Value

MOST_RESOURCES: Final = 30_000
"""How many resources are read again for one account and Region, beside those of `RESOURCE_READS`."""
RESOURCE_READS: Final = 8
"""How many times every resource of an account and Region can be read again in any case."""

Place = tuple[object, DocumentPath]


@runtime_checkable
class Subject(Protocol):
    """What a rule checks: something in a template."""

    @property
    def value(self) -> Value:
        """Where it is."""


def place_of(value: Value) -> Place:
    """Return where a value is; it is the same whatever is assumed."""
    return value.template.scope, value.path


class LimitReachedError(Exception):
    """There are more combinations of values than are checked."""


class AssumedDeployments:
    """One deployment, with any values assumed."""

    def __init__(self, base: Context) -> None:
        """Take the deployment, nothing assumed."""
        self._base = base
        self._known: dict[frozenset[tuple[Choice, object]], AssumedDeployment] = {}
        self._resources_left = MOST_RESOURCES + RESOURCE_READS * len(base.resources)

    def assuming(self, assumed: Assumed) -> "AssumedDeployment":
        """Return the deployment with values assumed.

        Raises:
            LimitReachedError: more resources would be read than the limit allows.
        """
        key = frozenset(assumed.items())
        if key not in self._known:
            self._resources_left -= self._base.cost_of_assuming(assumed)
            if self._resources_left < 0:
                raise LimitReachedError
            self._known[key] = AssumedDeployment(self._base.assuming(assumed))
        return self._known[key]


class AssumedDeployment:
    """The deployment with some values assumed."""

    def __init__(self, context: Context) -> None:
        """Take the deployment that results from the assumptions."""
        self.context = context
        self._subjects: dict[str, dict[Place, Subject]] = {}

    def find(self, collection: str, subject: Subject) -> Subject | None:
        """Return the same subject with the values assumed; None if it is not created with them."""
        if collection not in self._subjects:
            self._subjects[collection] = {place_of(each.value): each for each in getattr(self.context, collection)}
        return self._subjects[collection].get(place_of(subject.value))
