"""What a check came to: the findings that are reported, and how many are not."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.severity import Severity
from patching_constructs.template.sources import Template


@dataclass(frozen=True, slots=True)
class Report:
    """The findings that were asked for, in the order of templates and lines, with what they were chosen from."""

    templates: Sequence[Template]
    findings: Sequence[Finding]
    severity: Severity
    """The least that is reported."""
    ignored: int
    below: int
    """How many violations are less severe than what is reported."""
    undecided: int
    """How many findings cannot be decided, reported or not."""
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
        """Choose the findings that are grave enough and not of an ignored rule."""
        heeded = [each for each in findings if each.rule.id not in ignored]
        undecided = [each for each in heeded if each.status is Status.UNKNOWN]
        decided = [each for each in heeded if each.status is not Status.UNKNOWN]
        return cls(
            templates,
            [each for each in heeded if each.severity.rank <= severity.rank],
            severity,
            ignored=len(findings) - len(heeded),
            below=len([each for each in decided if each.severity.rank > severity.rank]),
            undecided=len(undecided),
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
        """The counts; what is unknown until deployment is counted by itself, whether it is reported or not."""
        decided = [each.severity for each in self.findings if each.status is not Status.UNKNOWN]
        return {
            "templates": len(self.templates),
            "errors": decided.count(Severity.ERROR),
            "warnings": decided.count(Severity.WARNING),
            "notes": decided.count(Severity.NOTE),
            "notDecided": self.undecided,
            "ignored": self.ignored,
            "belowSeverity": self.below,
        }

    @property
    def summary_line(self) -> str:
        """The counts in words."""
        counts = self.summary
        templates = _counted(counts["templates"], "template")
        listed = any(each.status is Status.UNKNOWN for each in self.findings)
        undecided = f"{self.undecided} unknown until deployment"
        undecided += " (--severity note lists them)" if self.undecided and not listed else ""
        unreported = [f"{self.ignored} ignored"] * bool(self.ignored)
        unreported += [f"{self.below} below {self.severity}"] * bool(self.below)
        if not self.findings:
            return "; ".join([f"{templates}, no finding", *[undecided] * bool(self.undecided), *unreported])
        words = [_counted(counts[f"{name}s"], name) for name in ("error", "warning", "note")]
        return "; ".join([f"{templates}: {', '.join(words)}, {undecided}", *unreported])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
