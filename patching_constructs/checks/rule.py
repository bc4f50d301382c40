"""A rule: a pure function over one record of a template, with what a person needs to know of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from patching_constructs.checks.finding import Answer, Severity

_Check = TypeVar("_Check", bound=Callable[..., Iterable[Answer]])

GUIDE: Final = "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
API: Final = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
CLOUDFORMATION: Final = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold, how grave it is if it does not, how to mend it, and the AWS page that it rests on."""

    id: str
    severity: Severity
    title: str
    """What holds where the rule is kept."""
    mend: str
    page: str
    of: str
    """The records that it looks at, one at a time: the name of a collection of the `Estate`."""
    check: Callable[[Any], Iterable[Answer]]


_rules: Final[dict[str, Rule]] = {}


def rule(id: str, severity: Severity, *, of: str, mend: str, page: str) -> Callable[[_Check], _Check]:  # noqa: A002
    """Make a rule of a function: its docstring says what holds where the rule is kept."""

    def register(check: _Check) -> _Check:
        title = " ".join((check.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
        _rules[f"Patching-{id}"] = Rule(f"Patching-{id}", severity, title, mend, page, of, check)
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """Return the rules that were made so far, in the order of their making."""
    return tuple(_rules.values())
