"""The one error of this library, and the one way its message is worded."""

from enum import Enum


class PatchingError(ValueError):
    """A property was given a value that Systems Manager would refuse or misread.

    It is raised before the first resource is made, so a stack is never left half built. The message
    names the property, the rule, what was got and, where there is one, the likely fix.
    """

    def __init__(self, problem: str, fix: str = "", *, what: str = "") -> None:
        super().__init__(f"{problem}; {fix}" if fix else problem)
        self.problem = problem
        self.fix = fix
        self.what = what
        """What the problem begins with: the property that it is about."""


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
