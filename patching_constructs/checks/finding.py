"""A finding: a violated rule, or one of which it is unknown until deployment whether it is violated."""

from dataclasses import dataclass
from enum import StrEnum

from patching_constructs.checks.rule import Rule
from patching_constructs.checks.severity import Severity
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Source
from patching_constructs.template.value import Value


class Status(StrEnum):
    """What a finding says of its rule. What complies with a rule has no finding."""

    FAIL = "fail"
    """The rule is violated."""
    UNKNOWN = "unknown"
    """Whether the rule is violated is unknown until deployment."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A violated rule, or one of which it is unknown until deployment whether it is, at a place of a template."""

    rule: Rule
    status: Status
    at: Value
    resource: Resource | None
    """The resource that the value is a part of; None for a part of another section of the template."""
    construct_path: str | None
    """The path of the resource's construct in the app, from the template or else from the ``cdk.out``."""
    line: int
    """The line in the file, from 1."""
    problem: str
    fix: str
    reason: str = ""
    """Why it is unknown, without the rule that it is about."""

    @property
    def severity(self) -> Severity:
        """The rule's; a note where it is unknown whether the rule is violated: it may well not be."""
        return Severity.NOTE if self.status is Status.UNKNOWN else self.rule.severity

    @property
    def source(self) -> Source:
        """The template that it is about, with its stack."""
        return self.at.template.source

    @property
    def file(self) -> str:
        """The template's file."""
        return str(self.source.file)

    @property
    def logical_id(self) -> str | None:
        """The logical id of the resource that it is about."""
        return None if self.resource is None else self.resource.logical_id

    @property
    def property_path(self) -> DocumentPath:
        """The keys and the places in lists that lead from the resource to the value."""
        return self.at.path if self.resource is None else self.at.path[2:]
