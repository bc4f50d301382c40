"""A finding: a violation of a rule, or a result that is unknown until deployment."""

from dataclasses import dataclass
from enum import StrEnum

from patching_constructs.checks.rule import Rule
from patching_constructs.checks.severity import Severity
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Source
from patching_constructs.template.value import Value


class Status(StrEnum):
    """The result of a rule. Compliant resources have no finding."""

    FAIL = "fail"
    """The rule is violated."""
    UNKNOWN = "unknown"
    """Whether the rule is violated is unknown until deployment."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a rule, or a result that is unknown until deployment, at a location in a template."""

    rule: Rule
    status: Status
    at: Value
    resource: Resource | None
    """The resource that contains the value; None in another section of the template."""
    construct_path: str | None
    """The path of the resource's construct, from the template or the ``cdk.out`` directory."""
    line: int
    """The line in the file, from 1."""
    problem: str
    fix: str
    reason: str = ""
    """Why the result is unknown, without the requirement."""

    @property
    def severity(self) -> Severity:
        """The severity of the rule; a note if the result is unknown until deployment."""
        return Severity.NOTE if self.status is Status.UNKNOWN else self.rule.severity

    @property
    def source(self) -> Source:
        """The template, with its stack."""
        return self.at.template.source

    @property
    def file(self) -> str:
        """The file of the template."""
        return str(self.source.file)

    @property
    def logical_id(self) -> str | None:
        """The logical ID of the resource: ``Outer/Inner`` in a template that a resource holds."""
        return None if self.resource is None else self.source.qualified(self.resource.logical_id)

    @property
    def property_path(self) -> DocumentPath:
        """The keys and list indexes from the resource to the value."""
        return self.at.path if self.resource is None else self.at.path[2:]
