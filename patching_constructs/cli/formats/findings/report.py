"""The result of a check: the findings that are reported, and how many are not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patching_constructs.checks.finding import Finding
from patching_constructs.checks.selection import Excluded, Exclusion, Selection
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.findings.location import is_unknown
from patching_constructs.template.sources import Template


@dataclass(frozen=True, slots=True)
class Report:
    """The reported findings in the order of templates and lines, and the templates that were checked."""

    templates: Sequence[Template]
    findings: Sequence[Finding]
    unlisted: Sequence[Finding]
    """Findings that are unknown until deployment and are only counted."""
    severity: Severity
    """The lowest severity that is reported."""
    excluded: Sequence[Excluded]
    """The findings that are ignored, acknowledged, or in the baseline file."""
    suppressed: Sequence[Excluded]
    """Those of them that somebody accepted, and that would be reported otherwise."""
    below: int
    """How many findings have a rule that is less severe than what is reported."""
    notes: Sequence[str] = ()
    """What ignores no finding, and what was not checked. They are written to standard error in every format."""
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    @classmethod
    def of(
        cls,
        templates: Sequence[Template],
        selection: Selection,
        *,
        severity: Severity,
        list_unknown: bool = False,
        notes: Sequence[str] = (),
        to_file: bool = False,
    ) -> "Report":
        """Report the violations of rules of the severity and above, and their unknown findings if these are listed.

        Args:
            templates: the templates that were checked.
            selection: their findings that are not excluded.
            severity: the lowest severity of the rules to report. With notes, unknown findings are listed.
            list_unknown: list the findings that are unknown until deployment, whatever the severity is.
            notes: what ignores no finding, and what was not checked.
            to_file: whether it is written to a file.
        """
        lists_unknown = list_unknown or severity is Severity.NOTE

        def is_reported(finding: Finding) -> bool:
            return finding.rule.severity.rank <= severity.rank and (lists_unknown or not is_unknown(finding))

        found = [each for each in selection.findings if each.rule.severity.rank <= severity.rank]
        accepted = [each for each in selection.excluded if each.exclusion is not Exclusion.BASELINE]
        return cls(
            templates,
            [each for each in found if is_reported(each)],
            unlisted=[each for each in found if not is_reported(each)],
            severity=severity,
            excluded=selection.excluded,
            suppressed=[each for each in accepted if is_reported(each.finding)],
            below=len(selection.findings) - len(found),
            notes=notes,
            to_file=to_file,
        )

    def by_template(self) -> Iterator[tuple[Template, list[Finding]]]:
        """Return every template with its reported findings."""
        return self._by_template(self.findings)

    def unlisted_by_template(self) -> Iterator[tuple[Template, list[Finding]]]:
        """Return every template with its findings that are unknown until deployment and are only counted."""
        return self._by_template(self.unlisted)

    def _by_template(self, findings: Sequence[Finding]) -> Iterator[tuple[Template, list[Finding]]]:
        found: dict[object, list[Finding]] = {}
        for each in findings:
            found.setdefault(each.at.template.scope, []).append(each)
        for template in self.templates:
            yield template, found.get(template.scope, [])

    @property
    def violations(self) -> int:
        """How many violations are reported."""
        return sum(not is_unknown(each) for each in self.findings)

    @property
    def unknown(self) -> int:
        """How many findings of rules of the severity are unknown until deployment, listed or not."""
        return len(self.findings) - self.violations + len(self.unlisted)

    @property
    def summary(self) -> dict[str, int]:
        """The counts; findings that are unknown until deployment are counted separately, reported or not."""
        excluded = Counter(each.exclusion for each in self.excluded)
        violations = [each.severity for each in self.findings if not is_unknown(each)]
        return {
            "templates": len({template.written for template in self.templates}),
            "errors": violations.count(Severity.ERROR),
            "warnings": violations.count(Severity.WARNING),
            "notes": violations.count(Severity.NOTE),
            "unknown": self.unknown,
            "ignored": excluded[Exclusion.IGNORED],
            "acknowledged": excluded[Exclusion.ACKNOWLEDGED],
            "inBaselineFile": excluded[Exclusion.BASELINE],
            "belowSeverity": self.below,
        }

    @property
    def summary_line(self) -> str:
        """The counts in words."""
        counts = self.summary
        templates = counted(counts["templates"], "template")
        unknown = f"{self.unknown} unknown until deployment"
        words = {"ignored": "ignored", "acknowledged": "acknowledged", "inBaselineFile": "in the baseline file"}
        words |= {"belowSeverity": f"below {self.severity}"}
        unreported = [f"{counts[name]} {said}" for name, said in words.items() if counts[name]]
        if not self.findings:
            return "; ".join([f"{templates}, no findings", *[unknown] * bool(self.unknown), *unreported])
        severities = [counted(counts[f"{name}s"], name) for name in ("error", "warning", "note")]
        return "; ".join([f"{templates}: {', '.join(severities)}, {unknown}", *unreported])


def counted(number: int, noun: str) -> str:
    """Return a number with a noun in the singular or plural."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
