"""A baseline file: the findings that a repository has already, so that only new ones are reported.

An entry is recognized by the rule, the file, the resource and the property. It does not depend on lines or values.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from patching_constructs.checks.configuration import relative
from patching_constructs.checks.finding import Finding
from patching_constructs.template.document import LARGEST_MANIFEST, exists, read_document, refuse
from patching_constructs.template.sources import Template

_VERSION: Final = 1
_REWRITE: Final = "write it with --write-baseline"


class Entry(NamedTuple):
    """A finding as the file has it."""

    file: str
    """The path from the directory of the baseline file, with slashes."""
    logicalId: str  # noqa: N815 - the key of the file
    """Empty where the finding is not about a resource."""
    property: str
    rule: str
    status: str

    def __str__(self) -> str:
        return f"{self.rule} of {f'{self.logicalId} in ' if self.logicalId else ''}{self.file}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings of a baseline file."""

    file: Path
    entries: frozenset[Entry]

    @classmethod
    def read(cls, file: Path) -> "Baseline":
        """Read a baseline file.

        Raises:
            PatchingError: it cannot be read, or is no baseline file.
        """
        content = read_document(file, largest_json=LARGEST_MANIFEST).content
        entries = content.get("findings") if isinstance(content, dict) and content.get("version") == _VERSION else None
        if not isinstance(entries, list) or not all(map(_is_entry, entries)):
            raise refuse(file, f"it is not a baseline file of version {_VERSION}; {_REWRITE}")
        return cls(file, frozenset(Entry(**entry) for entry in entries))

    def reason(self, finding: Finding) -> str | None:
        """Return why a finding in the baseline file is not reported; None for a finding that is not in it."""
        return f"In the baseline file {self.file}" if _entry(finding, self.file.parent) in self.entries else None

    def stale(self, findings: Iterable[Finding], templates: Iterable[Template]) -> list[Entry]:
        """Return the entries that no finding has any more, in the templates that were checked or do not exist."""
        directory = self.file.parent
        found = {_entry(finding, directory) for finding in findings}
        checked = {relative(template.source.file, directory) for template in templates}
        missing = {file for file in {entry.file for entry in self.entries} - checked if not exists(directory / file)}
        return sorted(entry for entry in self.entries - found if entry.file in checked | missing)


def baseline_text(findings: Sequence[Finding], directory: Path) -> str:
    """Return the content of a baseline file in a directory. Its order does not depend on lines."""
    entries = sorted({_entry(finding, directory) for finding in findings})
    content = {"version": _VERSION, "findings": [entry._asdict() for entry in entries]}
    return json.dumps(content, indent=2) + "\n"


def _entry(finding: Finding, directory: Path) -> Entry:
    return Entry(
        relative(finding.source.file, directory),
        finding.logical_id or "",
        ".".join(map(str, finding.property_path)),
        finding.rule.id,
        finding.status.value,
    )


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == set(Entry._fields)
        and all(isinstance(value, str) for value in entry.values())
    )
