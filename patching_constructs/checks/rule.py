"""A rule: a pure function of a resource and its deployment, with what a person needs to know of it."""

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
    """A requirement, how severe it is to violate it, the fix, and the AWS page that it is based on."""

    id: str
    severity: Severity
    title: str
    """What holds where the rule is kept."""
    fix: str
    page: str
    of: str
    """What it looks at, one at a time: the name of a collection of the deployment."""
    check: Callable[[Any, Context], Iterable[Outcome]]
    """The function that gets one of them and the deployment."""


_rules: Final[dict[str, Rule]] = {}


def rule(id: str, severity: Severity, *, of: str, fix: str, page: str) -> Callable[[_Check], _Check]:  # noqa: A002
    """Make a rule of a function: its docstring says what holds where the rule is kept."""

    def register(check: _Check) -> _Check:
        title = " ".join((check.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
        _rules[f"Patching-{id}"] = Rule(f"Patching-{id}", severity, title, fix, page, of, check)
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """Return the rules that were made so far, in the order of their making."""
    return tuple(_rules.values())
