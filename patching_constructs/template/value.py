"""A value of a template: where it is, whether it is unknown until deployment, and what is known of it then.

Who asks for a value that is unknown until deployment gets an `UnknownError`, so that an unknown value cannot be taken
for a good one by forgetting to ask.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from reprlib import Repr
from typing import Final

from patching_constructs.template.document import DocumentPath
from patching_constructs.template.intrinsics import UNKNOWN, Unknown
from patching_constructs.template.sources import Template

# The longest list that the service accepts has a tenth of it, and a hostile one has millions.
_MOST_ITEMS: Final = 1_000
_NO_VALUE: Final = '"AWS::NoValue"'
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value of a template, or the place where one could be."""

    template: Template
    path: DocumentPath
    content: object
    """What the template says there, its functions resolved; None where there is nothing."""

    # --- Where it is ----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The property that it is: its key, or the key of the list that it is an item of."""
        return next(str(step) for step in reversed(self.path) if isinstance(step, str))

    @property
    def line(self) -> int:
        """The line in the template's file, from 1; for many values `Document.lines` is faster."""
        return self.template.document.line(self.path)

    def __getitem__(self, key: str) -> "Value":
        """Return the value of a key.

        Raises:
            UnknownError: this value is unknown until deployment.
        """
        known = self.known()
        return self._child(key, known.get(key) if isinstance(known, dict) else None)

    def at(self, key: str) -> "Value":
        """Return the value of a key; it is unknown where this value is."""
        if isinstance(self.content, Unknown):
            content = Unknown(self.content.function, scope=self.content.scope)
            return Value(self.template, (*self.path, key), content)
        return self[key]

    # --- Whether it is known --------------------------------------------------------------------------

    @property
    def is_unknown(self) -> bool:
        """Whether it is unknown until deployment."""
        return isinstance(self.content, Unknown)

    @property
    def is_given(self) -> bool:
        """Whether the template gives a value.

        Raises:
            UnknownError: whether it does is unknown until deployment.
        """
        if isinstance(self.content, Unknown) and _NO_VALUE in self.content.function:
            raise UnknownError(self)
        return self.content is not None

    def known(self) -> object:
        """Return its content.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        if self.is_unknown:
            raise UnknownError(self)
        return self.content

    # --- What is known of an unknown one --------------------------------------------------------------

    @property
    def function(self) -> str:
        """The intrinsic function that returns it, as JSON; empty where it is known."""
        return self.content.function if isinstance(self.content, Unknown) else ""

    @property
    def reference(self) -> str | None:
        """The logical id of the template's resource that it refers to, if it is a plain reference."""
        return self.content.reference if isinstance(self.content, Unknown) else None

    @property
    def is_ref(self) -> bool:
        """Whether it is the ``Ref`` of a resource, which for most types is the name and not the ARN."""
        return isinstance(self.content, Unknown) and bool(self.content.reference) and self.content.attribute is None

    @property
    def shape(self) -> str:
        """The text as far as it is known, with a private character for every part that is not."""
        return self.content.shape if isinstance(self.content, Unknown) else self.text() or ""

    def known_after(self, separator: str) -> str:
        """Return the part of a text after the last separator; the whole text where there is none.

        Raises:
            UnknownError: that part is unknown until deployment.
        """
        part = self.shape.rpartition(separator)[2]
        if UNKNOWN in part:
            self.known()
        return part

    def example(self) -> str | None:
        """Return a text that it can be, with a possible value for each of AWS's pseudo parameters.

        Use it for requirements on the form of a text, which is the same in every account and Region.

        Raises:
            UnknownError: more than pseudo parameters is unknown until deployment.
        """
        example = self.content.example if isinstance(self.content, Unknown) else None
        return self.text() if example is None else example

    @property
    def identity(self) -> Hashable:
        """What to compare it by: its text or, for an unknown one, an object that is equal to the same one only."""
        return self.content if isinstance(self.content, Unknown) else self.text() or ""

    # --- A text or number -----------------------------------------------------------------------------

    def text(self) -> str | None:
        """Return it as text; None where there is nothing, or no text.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        match self.known():
            case bool() as known:
                return str(known).lower()
            case str() | int() | float() as known:
                return str(known)
            case _:
                return None

    def written(self) -> str | None:
        """Return it as text even if it is a list or mapping, as a short quotation; None where there is nothing.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        text = self.text()
        return shown(self.content) if text is None and self.content is not None else text

    def number(self) -> float | None:
        """Return it as a number, which may be written as text; None where it is no number.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        text = self.text()
        return float(text) if text is not None and _NUMBER.fullmatch(text) else None

    def is_true(self) -> bool:
        """Return whether it is true.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return (self.text() or "").lower() == "true"

    # --- A list or mapping ----------------------------------------------------------------------------

    @property
    def is_list(self) -> bool:
        """Whether it is known to be a list."""
        return isinstance(self.content, list)

    @property
    def is_nested(self) -> bool:
        """Whether it is known to be a list or a mapping."""
        return isinstance(self.content, list | dict)

    def items(self) -> "list[Value]":
        """Return the first thousand items of a list, more than the service accepts anywhere; of anything else none.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        known = self.known()
        first = known[:_MOST_ITEMS] if isinstance(known, list) else []
        items = [self._child(place, item) for place, item in enumerate(first)]
        return [item for item in items if item.content is not None]

    def each(self) -> "list[Value]":
        """Return the items of a list; a single value, or an unknown one, as the only item."""
        if self.is_list:
            return self.items()
        return [] if self.content is None else [self]

    def count(self) -> int:
        """Return how many items a list has, even if they are more than `items` returns.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        known = self.known()
        return len(self.items()) + max(0, len(known) - _MOST_ITEMS) if isinstance(known, list) else 0

    def entries(self) -> "list[tuple[str, Value]]":
        """Return the keys of a mapping with their values; of anything else none.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        known = self.known()
        entries = [(key, self[key]) for key in known] if isinstance(known, dict) else []
        return [(key, value) for key, value in entries if value.content is not None]

    def leaves(self) -> "Iterator[Value]":
        """Return every value below it that is no list and no mapping, as the template writes it."""
        level = [self]
        for each in level:
            match each.content:
                case dict() as content:
                    level += [Value(self.template, (*each.path, key), value) for key, value in content.items()]
                case list() as content:
                    level += [Value(self.template, (*each.path, place), item) for place, item in enumerate(content)]
                case _:
                    yield each

    def _child(self, step: str | int, content: object) -> "Value":
        return Value(self.template, (*self.path, step), self.template.intrinsics.resolve(content))


class UnknownError(Exception):
    """A value is needed that is unknown until deployment, or that is outside of what is read."""

    def __init__(self, at: Value, reason: str = "", fix: str | None = None) -> None:
        self.at = at
        self.fix = fix
        self.reason = reason or f"{at.name} is unknown until deployment: {shown(at.content)}"
        super().__init__(self.reason)


def listed(value: Value) -> list[Value]:
    """Return the items of a list, or a single value as the only item.

    Raises:
        UnknownError: it is unknown until deployment.
    """
    return value.items() or ([value] if value.is_given and not value.is_list else [])


_QUOTING: Final = Repr()
_QUOTING.maxlist = _QUOTING.maxdict = 10
_QUOTING.maxstring = 40


def shown(content: object, longest: int = 80) -> str:
    """Quote a value in one short line, whatever a template holds."""
    if isinstance(content, Unknown):
        content = content.function
    # Of a long text or list nothing is written out that is not shown.
    text = repr(content[: longest + 1]) if isinstance(content, str) else _QUOTING.repr(content)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
