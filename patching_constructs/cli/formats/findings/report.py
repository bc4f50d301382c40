"""The result of a check: the findings that are reported, and how many are not."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from patching_constructs.checks.finding import Finding
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.findings.location import is_unknown
from patching_constructs.template.sources import Template


@dataclass(frozen=True, slots=True)
class Report:
    """The reported findings in the order of templates and lines, and the templates that were checked."""

    templates: Sequence[Template]
    findings: Sequence[Finding]
    severity: Severity
    """The lowest severity that is reported."""
    ignored: int
    below: int
    """How many violations are less severe than what is reported."""
    unknown: int
    """How many findings are unknown until deployment, reported or not."""
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    @classmethod
    def of(
        cls,
        templates: Sequence[Template],
        findings: Sequence[Finding],
        *,
        severity: Severity,
        ignored: Collection[str],
        to_file: bool = False,
    ) -> "Report":
        """Select the findings of the severity and above whose rules are not ignored."""
        selected = [each for each in findings if each.rule.id not in ignored]
        violations = [each for each in selected if not is_unknown(each)]
        return cls(
            templates,
            [each for each in selected if each.severity.rank <= severity.rank],
            severity,
            ignored=len(findings) - len(selected),
            below=len([each for each in violations if each.severity.rank > severity.rank]),
            unknown=len(selected) - len(violations),
            to_file=to_file,
        )

    def by_template(self) -> Iterator[tuple[Template, list[Finding]]]:
        """Return every template with its findings."""
        found: dict[int, list[Finding]] = {}
        for each in self.findings:
            found.setdefault(id(each.at.template), []).append(each)
        for template in self.templates:
            yield template, found.get(id(template), [])

    @property
    def summary(self) -> dict[str, int]:
        """The counts; findings that are unknown until deployment are counted separately, reported or not."""
        violations = [each.severity for each in self.findings if not is_unknown(each)]
        return {
            "templates": len(self.templates),
            "errors": violations.count(Severity.ERROR),
            "warnings": violations.count(Severity.WARNING),
            "notes": violations.count(Severity.NOTE),
            "unknown": self.unknown,
            "ignored": self.ignored,
            "belowSeverity": self.below,
        }

    @property
    def summary_line(self) -> str:
        """The counts in words."""
        counts = self.summary
        templates = _counted(counts["templates"], "template")
        unknown = f"{self.unknown} unknown until deployment"
        unknown += " (--severity note lists them)" if self.unknown and not any(map(is_unknown, self.findings)) else ""
        unreported = [f"{self.ignored} ignored"] * bool(self.ignored)
        unreported += [f"{self.below} below {self.severity}"] * bool(self.below)
        if not self.findings:
            return "; ".join([f"{templates}, no findings", *[unknown] * bool(self.unknown), *unreported])
        words = [_counted(counts[f"{name}s"], name) for name in ("error", "warning", "note")]
        return "; ".join([f"{templates}: {', '.join(words)}, {unknown}", *unreported])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
