"""What a check came to: the findings that are reported, and how many are not."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from patching_constructs.assembly.sources import Template
from patching_constructs.checks.finding import Finding, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """The findings that were asked for, in the order of templates and lines, with what they were chosen from."""

    templates: Sequence[Template]
    findings: Sequence[Finding]
    severity: Severity
    """The least that is reported."""
    ignored: int
    below: int
    """How many findings are less grave than what is reported."""

    @classmethod
    def of(
        cls, templates: Sequence[Template], findings: Sequence[Finding], *, severity: Severity, ignored: Collection[str]
    ) -> "Report":
        """Choose the findings that are grave enough and not of an ignored rule."""
        heeded = [each for each in findings if each.rule.id not in ignored]
        reported = [each for each in heeded if each.severity.rank <= severity.rank]
        return cls(templates, reported, severity, len(findings) - len(heeded), len(heeded) - len(reported))

    def by_template(self) -> Iterator[tuple[Template, list[Finding]]]:
        """Return every template with its findings."""
        found: dict[int, list[Finding]] = {}
        for each in self.findings:
            found.setdefault(id(each.resource.template), []).append(each)
        for template in self.templates:
            yield template, found.get(id(template), [])

    @property
    def summary(self) -> dict[str, int]:
        """The counts; what is not decided is counted by itself, whatever its severity."""
        decided = [each.severity for each in self.findings if each.verdict is not Verdict.NOT_DECIDABLE]
        return {
            "templates": len(self.templates),
            "errors": decided.count(Severity.ERROR),
            "warnings": decided.count(Severity.WARNING),
            "notes": decided.count(Severity.NOTE),
            "notDecided": len(self.findings) - len(decided),
            "ignored": self.ignored,
            "belowSeverity": self.below,
        }

    @property
    def summary_line(self) -> str:
        """The counts in words."""
        counts = self.summary
        templates = _counted(counts["templates"], "template")
        unreported = [f"{self.ignored} ignored"] * bool(self.ignored)
        unreported += [f"{self.below} below {self.severity}"] * bool(self.below)
        if not self.findings:
            line = f"{templates}, no finding"
        else:
            words = [_counted(counts[f"{name}s"], name) for name in ("error", "warning", "note")]
            line = f"{templates}: {', '.join(words)}, {counts['notDecided']} not decided"
        return "; ".join([line, *unreported])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
