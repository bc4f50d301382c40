"""A run of `check`: from paths and options to the report."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.checks.acknowledgments import Acknowledgments
from patching_constructs.checks.baseline_file import Baseline, Entry
from patching_constructs.checks.configuration import Configuration
from patching_constructs.checks.engine import result_of
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.repeated_findings import first_of_regions
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rule_ids import check_rule_id
from patching_constructs.checks.selection import Excluder, Exclusion, Reason, select
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.template_ignores import TemplateIgnore, TemplateIgnores
from patching_constructs.cli.formats.findings.report import Report
from patching_constructs.template.given_templates import read_inputs

_MOST_UNKNOWN: Final = 5
"""The rules of Ignore that do not exist and that have a note each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """What to check, and what to report of it."""

    paths: Sequence[Path]
    severity: Severity
    configuration: Configuration
    ignore: Sequence[str] = ()
    """The ids of rules, as the command line has them: each can be several, separated by commas."""
    baseline: Path | None = None
    list_unknown: bool = False
    use_defaults: bool = False
    to_file: bool = False

    def report(self, now: datetime) -> Report:
        """Check the templates.

        Raises:
            PatchingError: a file cannot be read, or an option, an ignore of a template or the configuration is invalid.
        """
        ignored = _ignored_by_option(self.ignore)
        baseline = Baseline.read(self.baseline) if self.baseline else None
        inputs = read_inputs(self.paths, sys.stdin.buffer, use_defaults=self.use_defaults)
        templates = inputs.templates
        in_templates = TemplateIgnores(templates)
        result = result_of(templates, now=now, rules=self.configuration.rules)
        findings = first_of_regions(result.findings)
        excluders = [
            Excluder(Exclusion.IGNORED, ignored),
            Excluder(Exclusion.IGNORED, self.configuration.reason),
            Excluder(Exclusion.IGNORED, in_templates.reason, is_in_source=True),
            Excluder(Exclusion.ACKNOWLEDGED, Acknowledgments().reason, is_in_source=True),
        ]
        notes = inputs.notes
        notes += [str(each) for each in in_templates.unknown[:_MOST_UNKNOWN]]
        if (more := len(in_templates.unknown) - _MOST_UNKNOWN) > 0:
            notes.append(f"Ignore has {more} more with a rule that does not exist")
        notes += [_unused(ignore, line) for ignore, line in in_templates.unused(findings)]
        notes += _incomplete(result.incomplete)
        if baseline:
            excluders.append(Excluder(Exclusion.BASELINE, baseline.reason))
            notes += _stale(baseline, baseline.stale(findings, templates))
        return Report.of(
            templates,
            select(findings, excluders),
            severity=self.severity,
            list_unknown=self.list_unknown,
            notes=notes,
            to_file=self.to_file,
        )


def _ignored_by_option(given: Sequence[str]) -> Reason:
    named = {name.strip() for each in given for name in each.split(",")} - {""}
    if given and not named:
        raise refusal("--ignore", "must be the id of a rule", repr(given[0]))
    ids = {check_rule_id("--ignore", name).id for name in sorted(named)}

    def reason(finding: Finding) -> str | None:
        return "Ignored with --ignore" if finding.rule.id in ids else None

    return reason


# --- Notes --------------------------------------------------------------------------------------------


def _incomplete(rules: Sequence[Rule]) -> Iterator[str]:
    if rules:
        ids = ", ".join(rule.id for rule in rules)
        yield f"not every combination of possible values was checked; some results are unknown until deployment: {ids}"


def _unused(ignore: TemplateIgnore, line: int) -> str:
    return f"{ignore.template.source.file}:{line}: {ignore.rule} is ignored, but nothing was found; remove the entry"


def _stale(baseline: Baseline, entries: Sequence[Entry]) -> Iterator[str]:
    if entries:
        number = "1 entry has" if len(entries) == 1 else f"{len(entries)} entries have"
        example = "" if len(entries) == 1 else "for example "
        yield f"{baseline.file}: {number} no finding any more ({example}{entries[0]}); update it with --write-baseline"
