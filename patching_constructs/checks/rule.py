"""A rule: a function that checks one resource in its deployment, and its documentation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from patching_constructs.checks.context import Context
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome

_Check = TypeVar("_Check", bound=Callable[..., Iterable[Outcome]])

GUIDE: Final = "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
API: Final = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
CLOUDFORMATION: Final = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement, the severity and the fix of a violation, and the AWS documentation page it is based on."""

    id: str
    severity: Severity
    title: str
    """The requirement: with *must* for an error, and with *should* for a warning or a note."""
    fix: str
    page: str
    of: str
    """The name of a collection of the deployment; the rule checks its items one at a time."""
    check: Callable[[Any, Context], Iterable[Outcome]]
    """The function that checks an item in its deployment."""


_rules: Final[dict[str, Rule]] = {}


def rule(id: str, severity: Severity, *, of: str, fix: str, page: str) -> Callable[[_Check], _Check]:  # noqa: A002
    """Register a function as a rule; its docstring is the requirement."""

    def register(check: _Check) -> _Check:
        title = " ".join((check.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
        _rules[f"Patching-{id}"] = Rule(f"Patching-{id}", severity, title, fix, page, of, check)
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """Return the registered rules, in the order of their registration."""
    return tuple(_rules.values())
