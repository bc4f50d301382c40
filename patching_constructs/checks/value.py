"""A value of a template that knows where it stands, and does not let itself be guessed.

Whoever asks for what it says gets it, or an `UndecidableError` where only the deployment knows; so a rule that needs
a value cannot take an unknown one for a good one.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patching_constructs.checks.finding import UndecidableError
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.intrinsics import Deferred

if TYPE_CHECKING:
    from patching_constructs.checks.model import Resource

# No list that the rules look into may have a tenth of it, and a hostile one has millions.
_MOST_ITEMS: Final = 1_000
_NO_VALUE: Final = '"AWS::NoValue"'
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a template, None where there is none, and where it stands or would stand."""

    resource: "Resource"
    path: DocumentPath
    content: object

    def __getitem__(self, key: str) -> "Value":
        """Return what stands under a key.

        Raises:
            UndecidableError: only the deployment knows what stands here.
        """
        known = self.known()
        return self._child(key, known.get(key) if isinstance(known, dict) else None)

    @property
    def name(self) -> str:
        """What a template calls it: its key, or that of the list that it is an item of."""
        return next(str(step) for step in reversed(self.path) if isinstance(step, str))

    @property
    def is_given(self) -> bool:
        """Whether there is something.

        Raises:
            UndecidableError: only the deployment knows.
        """
        if isinstance(self.content, Deferred) and _NO_VALUE in self.content.intrinsic:
            raise UndecidableError(self)
        return self.content is not None

    @property
    def is_deferred(self) -> bool:
        """Whether only the deployment knows what it is."""
        return isinstance(self.content, Deferred)

    @property
    def refers_to(self) -> "Resource | None":
        """The resource of the template that it is a plain reference to."""
        name = self.content.resource if isinstance(self.content, Deferred) else None
        return self.resource.neighbour(name) if name else None

    @property
    def is_ref(self) -> bool:
        """Whether it is a plain Ref, which of most resources is the name and not the ARN."""
        return isinstance(self.content, Deferred) and self.content.intrinsic.startswith('{"Ref":')

    def known(self) -> object:
        """Return what it says.

        Raises:
            UndecidableError: only the deployment knows.
        """
        if self.is_deferred:
            raise UndecidableError(self)
        return self.content

    @property
    def shape(self) -> str:
        """What is known of it as text, with `UNKNOWN` for every piece that only the deployment knows."""
        return self.content.shape if isinstance(self.content, Deferred) else self.text() or ""

    def text(self) -> str | None:
        """Return what it says as text; None where there is nothing, or no text.

        Raises:
            UndecidableError: only the deployment knows.
        """
        match self.known():
            case bool() as known:
                return str(known).lower()
            case str() | int() | float() as known:
                return str(known)
            case _:
                return None

    def example(self) -> str | None:
        """Return what it says as text, AWS's pseudo parameters replaced by values that they can have.

        It is for rules about the form of a text, which is the same in every account and Region.

        Raises:
            UndecidableError: only the deployment knows more than these.
        """
        example = self.content.example if isinstance(self.content, Deferred) else None
        return self.text() if example is None else example

    def number(self) -> float | None:
        """Return what it says as a number, which may be written as text; None where it is none.

        Raises:
            UndecidableError: only the deployment knows.
        """
        text = self.text()
        return float(text) if text is not None and _NUMBER.fullmatch(text) else None

    def is_true(self) -> bool:
        """Tell whether it says true.

        Raises:
            UndecidableError: only the deployment knows.
        """
        return (self.text() or "").lower() == "true"

    def items(self) -> "list[Value]":
        """Return the items of a list, the first thousand, which is more than any may have; of anything else none.

        Raises:
            UndecidableError: only the deployment knows.
        """
        known = self.known()
        first = known[:_MOST_ITEMS] if isinstance(known, list) else []
        items = [self._child(place, item) for place, item in enumerate(first)]
        return [item for item in items if item.content is not None]

    def count(self) -> int:
        """Return how many items a list has, be they more than `items` returns.

        Raises:
            UndecidableError: only the deployment knows.
        """
        known = self.known()
        return len(self.items()) + max(0, len(known) - _MOST_ITEMS) if isinstance(known, list) else 0

    def entries(self) -> "list[tuple[str, Value]]":
        """Return the keys of a mapping with their values; of anything else none.

        Raises:
            UndecidableError: only the deployment knows.
        """
        known = self.known()
        entries = [(key, self[key]) for key in known] if isinstance(known, dict) else []
        return [(key, value) for key, value in entries if value.content is not None]

    def texts(self) -> tuple[str | Deferred, ...]:
        """Return the items of a list as texts; those that only the deployment knows stay what they are.

        Raises:
            UndecidableError: only the deployment knows the list.
        """
        return tuple(item.content if isinstance(item.content, Deferred) else item.text() or "" for item in self.items())

    def _child(self, step: str | int, content: object) -> "Value":
        return Value(self.resource, (*self.path, step), self.resource.template.intrinsics.resolve(content))


def listed(value: Value) -> list[Value]:
    """Return the items of what may be a list or a single one."""
    return value.items() or ([value] if value.is_given and not isinstance(value.content, list) else [])
