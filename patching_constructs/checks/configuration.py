"""The configuration of a repository: which findings are ignored, and how severe rules are there."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.checks.entries import check_keys, check_text
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rule_ids import check_rule_id
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from patching_constructs.template.value import shown

_KEYS: Final = ("ignore", "severities")
_IGNORE_KEYS: Final = ("rule", "reason", "path", "logical-id")


@dataclass(frozen=True, slots=True)
class ConfiguredIgnore:
    """A rule that is ignored, with the reason; everywhere, or in some files, or of one logical id."""

    rule: str
    reason: str
    path: str | None
    """A pattern of file names, from the directory of the configuration: ``*`` is any text, ``/`` included."""
    logical_id: str | None

    def covers(self, finding: Finding, directory: Path) -> bool:
        """Return whether a finding is ignored."""
        return (
            self.rule == finding.rule.id
            and self.logical_id in (None, finding.logical_id)
            and (self.path is None or fnmatchcase(relative(finding.source.file, directory), self.path))
        )


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a repository configures."""

    directory: Path = Path()
    """The directory of the configuration, from which its paths are."""
    ignores: Sequence[ConfiguredIgnore] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """The severities of rules that differ from the default, by the ids of the rules."""

    @property
    def rules(self) -> list[Rule]:
        """All rules, with the severities that are configured."""
        return [replace(rule, severity=self.severities.get(rule.id, rule.severity)) for rule in RULES]

    def reason(self, finding: Finding) -> str | None:
        """Return why a finding is ignored; None if it is not."""
        return next((ignore.reason for ignore in self.ignores if ignore.covers(finding, self.directory)), None)


def configuration_of(content: object, directory: Path, table: str = "") -> Configuration:
    """Read a configuration.

    Args:
        content: its keys and values.
        directory: the directory of its file.
        table: the table of the file that it is in. Default: it is the whole file.

    Raises:
        PatchingError: it has an unknown key, a rule that does not exist, or an ignore without a reason.
    """
    keys = check_keys(table or "the configuration", content, _KEYS)
    ignore, severities = (f"{table}.{key}".removeprefix(".") for key in _KEYS)
    entries = keys.get("ignore", [])
    if not isinstance(entries, list):
        raise refusal(ignore, "must be an array of tables", shown(entries), f"write [[{ignore}]]")
    ignores = [_ignore(f"{ignore}[{place}]", entry) for place, entry in enumerate(entries)]
    return Configuration(directory, ignores, _severities(severities, keys.get("severities", {})))


def _ignore(what: str, entry: object) -> ConfiguredIgnore:
    keys = check_keys(what, entry, _IGNORE_KEYS)
    rule = check_rule_id(f"{what}.rule", keys.get("rule"))
    reason = check_text(f"{what}.reason", keys, "reason")
    path, logical_id = (
        check_text(f"{what}.{key}", keys, key) if key in keys else None for key in ("path", "logical-id")
    )
    return ConfiguredIgnore(rule.id, reason, path, logical_id)


def _severities(what: str, table: object) -> dict[str, Severity]:
    if not isinstance(table, dict):
        raise refusal(what, "must be a table", shown(table))
    return {
        check_rule_id(f"a key of {what}", rule).id: _severity(f"{what}.{rule}", name) for rule, name in table.items()
    }


def _severity(what: str, name: object) -> Severity:
    if name not in list(Severity):
        raise refusal(what, f"must be one of {', '.join(Severity)}", shown(name))
    return Severity(str(name))


def relative(file: Path, directory: Path) -> str:
    """Return the path of a file from a directory, with slashes; the whole path where the file is elsewhere."""
    own, above = Path(os.path.realpath(file)), Path(os.path.realpath(directory))
    return (own.relative_to(above) if own.is_relative_to(above) else own).as_posix()
