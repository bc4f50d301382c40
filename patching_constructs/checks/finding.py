"""What a rule says of what it looked at: one of three verdicts, and where and why."""

from dataclasses import dataclass
from enum import StrEnum
from reprlib import Repr
from typing import TYPE_CHECKING, Final

from patching_constructs.template.intrinsics import Deferred

if TYPE_CHECKING:
    from patching_constructs.checks.model import Resource
    from patching_constructs.checks.rule import Rule
    from patching_constructs.checks.value import Value


class Severity(StrEnum):
    """How grave it is that a rule is broken."""

    ERROR = "error"
    """The service refuses it, or nothing is patched, or something else than it looks."""
    WARNING = "warning"
    """It can be deployed, and is seldom what was meant."""
    NOTE = "note"
    """Good to know."""

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Verdict(StrEnum):
    """What a rule says. Compliant things make no finding."""

    COMPLIANT = "compliant"
    NOT_COMPLIANT = "not compliant"
    NOT_DECIDABLE = "not decidable"
    """A value that decides is known only to the deployment."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at a value; and how to mend it, where that depends on the value."""

    at: "Value"
    problem: str
    mend: str | None = None


class UndecidableError(Exception):
    """A rule needs what is not known before deployment, or not seen here."""

    def __init__(self, at: "Value", reason: str = "", mend: str | None = None) -> None:
        self.at = at
        self.mend = mend
        self.reason = reason or f"{at.name} is known only to the deployment: {shown(at.content)}"
        super().__init__(self.reason)


Answer = Fault | UndecidableError
"""What a rule yields. Whatever it yields nothing about is compliant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule, or one that cannot be decided, at a place of a template."""

    rule: "Rule"
    verdict: Verdict
    at: "Value"
    line: int
    """The line in the file, from 1."""
    problem: str
    mend: str
    reason: str = ""
    """Why it is not decided, without the rule that it is about."""

    @property
    def severity(self) -> Severity:
        """The rule's; what cannot be decided is a note: it may well be right."""
        return Severity.NOTE if self.verdict is Verdict.NOT_DECIDABLE else self.rule.severity

    @property
    def resource(self) -> "Resource":
        """The resource that it is about."""
        return self.at.resource

    @property
    def file(self) -> str:
        """The template's file."""
        return str(self.resource.template.source.file)


_QUOTING: Final = Repr()
_QUOTING.maxlist = _QUOTING.maxdict = 10
_QUOTING.maxstring = 40


def shown(content: object, longest: int = 80) -> str:
    """Quote a value in one short line, whatever a template holds."""
    if isinstance(content, Deferred):
        content = content.intrinsic
    # Of a long text or list nothing is written out that is not shown.
    text = repr(content[: longest + 1]) if isinstance(content, str) else _QUOTING.repr(content)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
