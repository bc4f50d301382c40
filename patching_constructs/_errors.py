"""The error class of this library, and the format of its messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from constructs import Construct


class PatchingError(ValueError):
    """A property has a value that Systems Manager would reject, or would interpret differently than intended.

    It is raised before the first resource is created, so that no stack is left incomplete. The message contains the
    property, the rule, the value, a fix if there is one, and the path of the construct.
    """

    def __init__(self, problem: str, fix: str = "", *, what: str = "", construct_path: str = "") -> None:
        message = f"{problem}; {fix}" if fix else problem
        super().__init__(f"{message} [{construct_path}]" if construct_path else message)
        self.problem = problem
        self.fix = fix
        self.what = what
        """The property that the problem is about, with which the problem begins."""
        self.construct_path = construct_path
        """The path of the construct that got the value; empty for a value without a construct."""

    def at(self, construct_path: str) -> Self:
        """Return the same error with the path of a construct, unless the error already has a path."""
        path = self.construct_path or construct_path
        return type(self)(self.problem, self.fix, what=self.what, construct_path=path).with_traceback(
            self.__traceback__
        )


class UndocumentedError(PatchingError):
    """A value that AWS does not document, so that it might be accepted.

    The constructs raise it, because there is a documented value with the same meaning. In a template it is a warning.
    """


def refusal(what: str, rule: str, got: object, fix: str = "") -> PatchingError:
    """Return an error with the message ``<what> <rule>, got <got>; <fix>``. Quote ``got`` with repr() if needed."""
    return PatchingError(f"{what} {rule}, got {got}", fix, what=what)


_LONGEST_VALUE: Final = 100


def shown(value: object) -> str:
    """Return a value as Python code, or the name of its type where that is long or contains a memory address."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    text = repr(value)
    is_long = len(text) > _LONGEST_VALUE and not isinstance(value, str | int | float)
    is_opaque = text.startswith("<") or " object at 0x" in text
    return f"an object of type {type(value).__name__}" if is_long or is_opaque else text


@contextmanager
def located(scope: "Construct", *ids: str) -> Iterator[None]:
    """Add the path of the construct to every error, so that the failing one of many schedules can be found.

    Reading the path costs a jsii round trip, so it is read only if there is an error.
    """
    try:
        yield
    except PatchingError as error:
        raise error.at("/".join(part for part in (scope.node.path, *ids) if part)) from error.__cause__
