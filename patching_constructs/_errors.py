"""The one error of this library, and the one way its message is worded."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from constructs import Construct


class PatchingError(ValueError):
    """A property has a value that Systems Manager would refuse or misread.

    It is raised before the first resource is created, so a stack is never left half built. The message names the
    property, the rule, what was got, where there is one the likely fix, and the construct that was being created.
    """

    def __init__(self, problem: str, fix: str = "", *, what: str = "", construct_path: str = "") -> None:
        message = f"{problem}; {fix}" if fix else problem
        super().__init__(f"{message} [{construct_path}]" if construct_path else message)
        self.problem = problem
        self.fix = fix
        self.what = what
        """What the problem begins with: the property that it is about."""
        self.construct_path = construct_path
        """The path of the construct that was given the value, empty for a value that belongs to no construct yet."""

    def at(self, construct_path: str) -> Self:
        """Return the same error with a construct's path; one that has a path keeps it."""
        path = self.construct_path or construct_path
        return type(self)(self.problem, self.fix, what=self.what, construct_path=path).with_traceback(
            self.__traceback__
        )


def refusal(what: str, rule: str, got: object, fix: str = "") -> PatchingError:
    """Word a refusal: ``<what> <rule>, got <got>; <fix>``. A caller quotes ``got`` with repr() where it helps."""
    return PatchingError(f"{what} {rule}, got {got}", fix, what=what)


def shown(value: object) -> str:
    """Show a value as it is written in Python, or name its type where Python would print an address."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    text = repr(value)
    return f"an object of type {type(value).__name__}" if text.startswith("<") else text


@contextmanager
def located(scope: "Construct", *ids: str) -> Iterator[None]:
    """Name the construct in every refusal: in a loop over 200 schedules it is the one thing that tells which.

    The path costs a jsii round trip and is asked for only when there is an error.
    """
    try:
        yield
    except PatchingError as error:
        raise error.at("/".join(part for part in (scope.node.path, *ids) if part)) from error.__cause__
