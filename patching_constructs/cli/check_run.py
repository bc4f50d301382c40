"""A run of `check`: from paths and options to the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from patching_constructs.checks.engine import check_templates
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.rule_ids import check_rule_id
from patching_constructs.checks.selection import Covers, Exclusion, select
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.findings.report import Report
from patching_constructs.template.document import refuse
from patching_constructs.template.sources import Source, own_name, read_template, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """What to check, and what to report of it."""

    paths: Sequence[Path]
    severity: Severity
    ignore: Sequence[str] = ()
    """The ids of rules, as the command line has them: each can be several, separated by commas."""
    list_unknown: bool = False
    use_defaults: bool = False
    to_file: bool = False

    def report(self, now: datetime) -> Report:
        """Check the templates.

        Raises:
            PatchingError: a template cannot be read, or an option is invalid.
        """
        ignored = _ignored_by_option(self.ignore)
        templates = [read_template(source, use_defaults=self.use_defaults) for source in _sources(self.paths)]
        findings = check_templates(templates, now=now)
        selection = select(findings, [(Exclusion.IGNORED, ignored)])
        return Report.of(
            templates, selection, severity=self.severity, list_unknown=self.list_unknown, to_file=self.to_file
        )


def _ignored_by_option(given: Sequence[str]) -> Covers:
    named = {name.strip() for each in given for name in each.split(",")} - {""}
    ids = {check_rule_id("--ignore", name).id for name in sorted(named)}

    def covers(finding: Finding) -> bool:
        return finding.rule.id in ids

    return covers


def _sources(paths: Sequence[Path]) -> list[Source]:
    """Return every template once; one that is named twice with the stack and environment of its cdk.out."""
    found: dict[str, Source] = {}
    for path in paths:
        listed = sources(path)
        if not listed:
            raise refuse(path, "it contains no template to check")
        for source in listed:
            file = own_name(source.file)
            if file not in found or (source.environment and not found[file].environment):
                found[file] = source
    return list(found.values())
