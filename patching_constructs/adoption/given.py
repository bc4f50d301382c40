"""The properties of a resource as the template has them, and what of them was used."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from patching_constructs._errors import PatchingError
from patching_constructs.adoption.code import Call, Expression, Items, Literal, Starred

NO_VALUE: Final = {"Ref": "AWS::NoValue"}
NOTHING: Final[tuple[object, ...]] = (None, "", [], {})
"""What stands for no value: the handlers of CloudFormation drop it."""
_LONGEST_VALUE: Final = 80


class NotAdoptableError(Exception):
    """A resource cannot be created by a construct, so that it stays as it is in the template."""


def shown(value: object) -> str:
    """Return a value for a reason, cut off where it is long: functions, other mappings and lists as JSON."""
    found = json.dumps(value, default=str) if isinstance(value, Mapping | list) else repr(value)
    return found[:_LONGEST_VALUE]


@contextmanager
def refusals_as_reasons() -> Iterator[None]:
    """Make what a construct would refuse the reason for which a resource stays.

    Raises:
        NotAdoptableError: there is a `PatchingError` within.
    """
    try:
        yield
    except PatchingError as error:
        raise NotAdoptableError(str(error)) from error


class Given:
    """A mapping of a template, from which each key is taken once. What is left over is what no construct has."""

    def __init__(self, content: object, path: str = "", others: dict[str, Any] | None = None) -> None:
        """Take a mapping.

        Args:
            content: the mapping.
            path: the keys that lead to it, with dots between them.
            others: where what no construct has is kept by its path. Default: it is an error.

        Raises:
            NotAdoptableError: it is a function of CloudFormation, or no mapping.
        """
        name = path or "Properties"
        if not isinstance(content, Mapping):
            raise NotAdoptableError(f"{name} must be a mapping, got {shown(content)}")
        if any(is_function(key) for key in content):
            raise NotAdoptableError(_unknown(name, content))
        self._path = path
        self._others = others
        self._left = {str(key): each for key, each in content.items() if each != NO_VALUE}

    def take(self, name: str) -> Any:  # noqa: ANN401 - a value of a template
        """Return a value and take it out; None if there is none, or one that stands for none."""
        found = self._left.pop(name, None)
        if found == "" and self._others is not None:
            # The service gets the same without it, but the template differs.
            self.keep(name, found)
        return None if found in NOTHING else found

    def required(self, name: str) -> Any:  # noqa: ANN401 - a value of a template
        """Return a value and take it out.

        Raises:
            NotAdoptableError: there is none.
        """
        found = self.take(name)
        if found is None:
            raise NotAdoptableError(f"{self.path_of(name)} is missing")
        return found

    def below(self, name: str) -> "Given":
        """Return a mapping and take it out; an empty one if there is none.

        Raises:
            NotAdoptableError: it is a function of CloudFormation, or no mapping.
        """
        return Given(self.take(name) or {}, self.path_of(name), self._others)

    def is_mapping(self, name: str) -> bool:
        """Return whether a value is a mapping that is known, or nothing."""
        found = self._left.get(name)
        return found in NOTHING or (isinstance(found, Mapping) and not any(map(is_function, found)))

    def peek(self, name: str) -> Any:  # noqa: ANN401 - a value of a template
        """Return a value without taking it out; None if there is none, or one that stands for none."""
        found = self._left.get(name)
        return None if found in NOTHING else found

    def keep(self, name: str, value: object) -> None:
        """Keep a value that the constructs have no property for, or would write otherwise.

        Raises:
            NotAdoptableError: it cannot be kept.
        """
        if self._others is None:
            raise NotAdoptableError(f"the constructs have no such {self.path_of(name)}")
        self._others[self.path_of(name)] = value

    def skip(self, name: str) -> None:
        """Take a value out and keep it.

        Raises:
            NotAdoptableError: it cannot be kept.
        """
        self.keep(name, self._left.pop(name))

    def each(self, name: str) -> list[Any]:
        """Return the items of a list and take it out.

        Raises:
            NotAdoptableError: it is unknown until deployment, or no list.
        """
        found = self.take(name)
        if found is None:
            return []
        if is_token(found):
            raise NotAdoptableError(_unknown(self.path_of(name), found))
        if not isinstance(found, list):
            raise NotAdoptableError(f"{self.path_of(name)} must be a list, got {shown(found)}")
        return [item for item in found if item != NO_VALUE]

    def mappings(self, name: str) -> "Iterator[Given]":
        """Return the items of a list of mappings and take it out.

        Raises:
            NotAdoptableError: it is unknown until deployment, or no list of mappings.
        """
        path = self.path_of(name)
        return (Given(each, f"{path}.{place}", self._others) for place, each in enumerate(self.each(name)))

    def take_all(self) -> dict[str, Any]:
        """Return all values and take them out."""
        found = {name: self.take(name) for name in list(self._left)}
        return {name: each for name, each in found.items() if each is not None}

    def finish(self) -> None:
        """Keep what is left over, which the constructs do not have.

        Raises:
            NotAdoptableError: it cannot be kept.
        """
        for name in list(self._left):
            if self.peek(name) is not None:
                self.skip(name)
            else:
                self.take(name)

    def path_of(self, name: str) -> str:
        """Return a key with those that lead to it."""
        return f"{self._path}.{name}" if self._path else name


def _unknown(path: str, value: object) -> str:
    return f"{path} is unknown until deployment: {shown(value)}"


def is_function(key: object) -> bool:
    """Return whether a key of a mapping is that of a function of CloudFormation."""
    return key == "Ref" or str(key).startswith("Fn::")


def is_token(value: object) -> bool:
    """Return whether a value is a function of CloudFormation, which is unknown until deployment."""
    return isinstance(value, Mapping) and len(value) == 1 and is_function(next(iter(value)))


def text(value: object) -> Expression:
    """Return the expression of a string.

    Raises:
        NotAdoptableError: it is neither a string, a number, a truth value nor a function.
    """
    match value:
        case bool():
            return Literal(str(value).lower())
        case str() | int() | float():
            return Literal(str(value))
        case {"Ref": str(name), **others} if not others:
            return Call("cdk.Fn.ref", [Literal(name)])
        case {"Fn::GetAtt": [str(name), str(attribute)], **others} if not others:
            return _attribute(name, attribute)
        case {"Fn::ImportValue": str(name), **others} if not others:
            return Call("cdk.Fn.import_value", [Literal(name)])
        case dict() if is_token(value):
            return Call("cdk.Token.as_string", [Literal(value)])
        case _:
            raise NotAdoptableError(f"{shown(value)} is no string")


def number(value: object) -> Expression:
    """Return the expression of a number.

    Raises:
        NotAdoptableError: it is neither a whole number, also as a string, nor a function.
    """
    if is_token(value):
        return Call("cdk.Token.as_number", [Literal(value)])
    return Literal(whole(value))


def whole(value: object) -> int:
    """Return a whole number, also from a string.

    Raises:
        NotAdoptableError: it is none.
    """
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except ValueError:
        found = None
    if found is None or found % 1:
        raise NotAdoptableError(f"{shown(value)} is no whole number")
    return int(found)


def truth(value: object) -> bool:
    """Return a truth value, also from a string; False if there is none.

    Raises:
        NotAdoptableError: it is unknown until deployment.
    """
    match value:
        case None:
            return False
        case bool():
            return value
        case str() if value.lower() in ("true", "false"):
            return value.lower() == "true"
        case _:
            raise NotAdoptableError(f"{shown(value)} is not true or false")


def texts(value: object) -> list[Expression]:
    """Return the expressions of a list of strings, for the arguments of a function.

    Raises:
        NotAdoptableError: it is no list, or an item is no string.
    """
    match value:
        case list():
            return [text(each) for each in value if each != NO_VALUE]
        case dict() if is_token(value):
            return [Starred(Call("cdk.Token.as_list", [Literal(value)]))]
        case _:
            raise NotAdoptableError(f"{shown(value)} is no list")


def list_of_texts(value: object) -> Expression:
    """Return the expression of a list of strings.

    Raises:
        NotAdoptableError: it is no list, or an item is no string.
    """
    match texts(value):
        case [Starred(items)]:
            return items
        case found:
            return Items(found)


def _attribute(name: str, attribute: str) -> Expression:
    return Call("to_string", of=Call("cdk.Fn.get_att", [Literal(name), Literal(attribute)]))
