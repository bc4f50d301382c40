"""A value of a template, with its path and, if it is unknown until deployment, its constraints.

Reading a value that is unknown until deployment raises `UnknownError`, so that code cannot mistake an unknown value for
a valid one.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from reprlib import Repr
from typing import Final

from patching_constructs.template.document import DocumentPath
from patching_constructs.template.sources import Template
from patching_constructs.template.unknown import NO_CHOICES, UNKNOWN, Bounds, Choice, Unknown

# The longest list that the service accepts has a tenth of it, and a hostile one has millions.
MOST_ITEMS: Final = 1_000
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")


Referent = tuple[object, str]
"""A resource: what stands for its template, and its logical id."""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value of a template, or the path of a missing one."""

    template: Template
    path: DocumentPath
    content: object
    """What the template says there, its functions resolved; None where there is nothing."""

    # --- Where it is ----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of its property: its key, or the key of the list that contains it."""
        return next(str(step) for step in reversed(self.path) if isinstance(step, str))

    @property
    def line(self) -> int:
        """Its line in the template's file, from 1; for many values, `Template.lines` is faster."""
        return self.template.line(self.path)

    def __getitem__(self, key: str) -> "Value":
        """Return the value of a key.

        Raises:
            UnknownError: this value is unknown until deployment.
        """
        known = self.known()
        if not isinstance(known, dict):
            return self._child(key, None)
        if key not in known and (function := _function_among(known)) is not None:
            # What an AWS::Include puts there is not seen.
            content = Unknown(shown(known[function]), scope=self.template.scope, is_optional=True)
            return Value(self.template, (*self.path, key), content)
        return self._child(key, known.get(key))

    def at(self, key: str) -> "Value":
        """Return the value of a key; it is unknown where this value is."""
        if isinstance(self.content, Unknown):
            content = Unknown(
                self.content.function,
                scope=self.content.scope,
                choices=self.content.choices,
                is_optional=self.content.is_optional,
                is_impossible=self.content.is_impossible,
            )
            return Value(self.template, (*self.path, key), content)
        return self[key]

    # --- Whether it is known --------------------------------------------------------------------------

    @property
    def is_unknown(self) -> bool:
        """Whether it is unknown until deployment."""
        return isinstance(self.content, Unknown)

    @property
    def is_given(self) -> bool:
        """Whether the template gives a value; an empty string is none, because CloudFormation leaves it out.

        Raises:
            UnknownError: whether it does is unknown until deployment.
        """
        if self._may_be_empty:
            raise UnknownError(self)
        return self.exists and self.content != ""

    @property
    def exists(self) -> bool:
        """Whether the template gives a value or an empty string.

        Raises:
            UnknownError: whether it does is unknown until deployment.
        """
        if isinstance(self.content, Unknown) and self.content.is_optional:
            raise UnknownError(self)
        return self.content is not None

    @property
    def _may_be_empty(self) -> bool:
        if not isinstance(self.content, Unknown) or self.content.shape.strip(UNKNOWN):
            # A string with a known part is not empty.
            return False
        return any("" in choice.values for choice in self.content.choices) or '""' in self.content.function

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
        """The logical ID of the resource that it refers to, if it is only a reference."""
        return self.content.reference if isinstance(self.content, Unknown) else None

    @property
    def referent(self) -> "Referent | None":
        """The resource that it refers to, if it is only a reference, as a key for the resources of all templates."""
        if not isinstance(self.content, Unknown) or self.content.reference is None:
            return None
        return self.content.scope, self.content.reference

    @property
    def is_ref(self) -> bool:
        """Whether it is the ``Ref`` of a resource, which for most types is the name and not the ARN."""
        return isinstance(self.content, Unknown) and bool(self.content.reference) and self.content.attribute is None

    @property
    def shape(self) -> str:
        """The string as far as it is known, with a private-use character for every unknown part."""
        return self.content.shape if isinstance(self.content, Unknown) else self.text() or ""

    def known_after(self, separator: str) -> str:
        """Return the part of a string after the last separator; the whole string if there is none.

        Raises:
            UnknownError: that part is unknown until deployment.
        """
        part = self.shape.rpartition(separator)[2]
        if UNKNOWN in part:
            self.known()
        return part

    def name_after(self, separator: str, end: str = "") -> "Value":
        """Return the part between the last separator and the end, such as the name in an ARN.

        It can be a reference of its own: in ``document/${Document}``, to the document.
        """
        start, _, part = self.shape.rpartition(separator)
        name = part.partition(end)[0] if end else part
        if UNKNOWN not in name:
            return Value(self.template, self.path, name)
        parts = self.content.parts if isinstance(self.content, Unknown) else ()
        is_part = name == UNKNOWN and len(parts) == self.shape.count(UNKNOWN)
        return Value(self.template, self.path, parts[start.count(UNKNOWN)] if is_part else self.content)

    def example(self) -> str | None:
        """Return a possible string, with example values for pseudo parameters and names of resources.

        Use it for requirements on the form of a string, which do not depend on the account and Region.

        Raises:
            UnknownError: more than these is unknown until deployment.
        """
        example = self.content.example if isinstance(self.content, Unknown) else None
        return self.text() if example is None else example

    @property
    def choices(self) -> frozenset[Choice]:
        """The parameters and conditions that decide it; empty if it is known, or if nothing is known about it."""
        return self.content.choices if isinstance(self.content, Unknown) else NO_CHOICES

    @property
    def is_impossible(self) -> bool:
        """Whether no valid value exists, so that the template cannot be deployed."""
        return isinstance(self.content, Unknown) and self.content.is_impossible

    @property
    def numbers(self) -> Bounds | None:
        """The minimum and maximum of a number that is unknown until deployment, if they are known."""
        return self.content.numbers if isinstance(self.content, Unknown) else None

    @property
    def lengths(self) -> Bounds | None:
        """The minimum and maximum length of a string that is unknown until deployment, if they are known."""
        return self.content.lengths if isinstance(self.content, Unknown) else None

    @property
    def identity(self) -> Hashable:
        """A key for comparisons: the string or, for an unknown value, an object equal only to its own."""
        return self.content if isinstance(self.content, Unknown) else self.text() or ""

    # --- A text or number -----------------------------------------------------------------------------

    def text(self) -> str | None:
        """Return it as a string; None if there is no value, or if it is not a string.

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
        """Return it as a string, with a list or mapping quoted in short form; None if there is no value.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        text = self.text()
        return shown(self.content) if text is None and self.content is not None else text

    def number(self) -> float | None:
        """Return it as a number, which may be written as a string; None if it is not a number.

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
    def is_unknown_list(self) -> bool:
        """Whether it is certainly a list, of items that are unknown until deployment."""
        return isinstance(self.content, Unknown) and self.content.is_list

    @property
    def is_nested(self) -> bool:
        """Whether it is known to be a list or a mapping."""
        return isinstance(self.content, list | dict)

    def items(self) -> "list[Value]":
        """Return the first 1,000 items of a list, more than the service accepts; empty for any other value.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        known = self.known()
        first = known[:MOST_ITEMS] if isinstance(known, list) else []
        items = [self._child(place, item) for place, item in enumerate(first)]
        return [item for item in items if item.content is not None]

    def each(self) -> "list[Value]":
        """Return the items of a list; a single or unknown value is the only item."""
        if self.is_list:
            return self.items()
        return [] if self.content is None else [self]

    def count(self) -> int:
        """Return the number of items of a list, even if `items` returns fewer.

        Raises:
            UnknownError: the list, or whether one of its items exists, is unknown until deployment.
        """
        known = self.known()
        return (
            sum(item.exists for item in self.items()) + max(0, len(known) - MOST_ITEMS)
            if isinstance(known, list)
            else 0
        )

    def entries(self) -> "list[tuple[str, Value]]":
        """Return the keys of a mapping with their values; empty for any other value.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        known = self.known()
        entries = [(key, self[key]) for key in known if not _is_function(key)] if isinstance(known, dict) else []
        return [(key, value) for key, value in entries if value.content is not None]

    def leaves(self) -> "Iterator[Value]":
        """Return every value below it that is neither a list nor a mapping, as written in the template."""
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
    """A required value is unknown until deployment, or defined outside of the templates read."""

    def __init__(
        self,
        at: Value,
        reason: str = "",
        fix: str | None = None,
        *,
        choices: frozenset[Choice] = NO_CHOICES,
        cause: "UnknownError | None" = None,
    ) -> None:
        """Create the error for the unknown value, or for the value that needs it.

        Args:
            at: the value.
            reason: why it is unknown. Default: the deployment returns it.
            fix: the fix. Default: as for any unknown value.
            choices: the choices that decide it, in addition to those of the value.
            cause: another value that is unknown, and the reason for this.
        """
        self.at = at
        self.fix = fix
        self.choices: frozenset[Choice] = choices | at.choices | (cause.choices if cause else NO_CHOICES)
        self.is_impossible: bool = at.is_impossible or (cause is not None and cause.is_impossible)
        """Whether the template cannot be deployed like this."""
        self.reason = reason or f"{at.name} is unknown until deployment: {shown(at.content)}"
        super().__init__(self.reason)


def check_choices(at: Value, choices: frozenset[Choice], reason: str) -> None:
    """Check that no parameter or condition decides what a caller needs to know.

    Raises:
        UnknownError: one of them does.
    """
    if choices:
        raise UnknownError(at, reason, choices=choices)


def listed(value: Value) -> list[Value]:
    """Return the items of a list, or a single value as the only item.

    Raises:
        UnknownError: it is unknown until deployment.
    """
    return value.items() or ([value] if value.is_given and not value.is_list else [])


def _function_among(known: dict[str, object]) -> str | None:
    """Return the function that adds keys to a mapping, in addition to those written in the template."""
    return next((key for key in known if _is_function(key)), None)


def _is_function(key: object) -> bool:
    return str(key) == "Fn::Transform" or str(key).startswith("Fn::ForEach::")


_QUOTING: Final = Repr()
_QUOTING.maxlist = _QUOTING.maxdict = 10
_QUOTING.maxstring = 40


def shown(content: object, longest: int = 80) -> str:
    """Quote any value of a template on one short line."""
    if isinstance(content, Unknown):
        content = content.function
    # Of a long text or list nothing is written out that is not shown.
    text = repr(content[: longest + 1]) if isinstance(content, str) else _QUOTING.repr(content)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
