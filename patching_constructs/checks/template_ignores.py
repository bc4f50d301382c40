"""What a template ignores: ``Metadata: {PatchingConstructs: {Ignore: [{rule, reason}]}}`` of a resource.

In the Metadata of the template itself it applies to the whole template.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._template_metadata import METADATA_KEY
from patching_constructs._validation import nearest
from patching_constructs.checks.entries import check_keys, check_text
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.rule_ids import RULES_BY_ID, unknown_rule
from patching_constructs.template.document import DocumentPath, refuse
from patching_constructs.template.sources import Template
from patching_constructs.template.value import shown

IGNORE: Final = "Ignore"
_KEYS: Final = ("rule", "reason")
_LIKENESS: Final = 0.7
_Scope = tuple[object, str | None, str]
"""A template, the logical id of a resource or None for all of them, and the id of a rule."""


@dataclass(frozen=True, slots=True)
class TemplateIgnore:
    """A rule that a template ignores, with the reason."""

    template: Template
    logical_id: str | None
    """None for the whole template."""
    rule: str
    reason: str
    path: DocumentPath

    @property
    def scope(self) -> _Scope:
        """What it applies to."""
        return self.template.written, self.logical_id, self.rule

    @property
    def place(self) -> tuple[object, DocumentPath]:
        """Where it is written: the template, and the path in its file."""
        return self.template.written, self.template.origin(self.path)


@dataclass(frozen=True, slots=True)
class UnknownRule:
    """An entry with a rule that does not exist, for example one of a later version."""

    template: Template
    rule: str
    path: DocumentPath

    def __str__(self) -> str:
        """Return the file, the line and the problem in one line."""
        error = unknown_rule(f"rule of {IGNORE}", self.rule)
        return f"{self.template.source.file}:{self.template.line(self.path)}: {error}"


class TemplateIgnores:
    """What templates ignore."""

    def __init__(self, templates: Sequence[Template]) -> None:
        """Read the metadata of templates.

        Raises:
            PatchingError: an entry is invalid, or has no reason; the message has the file and the line.
        """
        # A StackSet deploys what is written once to several Regions.
        written = {template.written: template for template in templates}
        found = [each for template in written.values() for each in _ignores(template)]
        self._by_scope = {each.scope: each for each in found if isinstance(each, TemplateIgnore)}
        self.unknown = [each for each in found if isinstance(each, UnknownRule)]
        """The entries that name no rule."""

    def reason(self, finding: Finding) -> str | None:
        """Return why the rule of a finding is ignored where the finding is; None if it is not."""
        return next((self._by_scope[scope].reason for scope in _scopes(finding) if scope in self._by_scope), None)

    def unused(self, findings: Iterable[Finding]) -> Iterator[tuple[TemplateIgnore, int]]:
        """Return the entries that ignore none of the findings, with their lines.

        An entry in a loop is in every resource that the loop makes, and is used if one of them has such a finding.
        """
        scopes = {scope for finding in findings for scope in _scopes(finding)}
        used = {ignore.place for scope, ignore in self._by_scope.items() if scope in scopes}
        unused: dict[object, dict[DocumentPath, TemplateIgnore]] = {}
        for ignore in self._by_scope.values():
            if ignore.place not in used:
                scope, path = ignore.place
                unused.setdefault(scope, {}).setdefault(path, ignore)
        for by_path in unused.values():
            ignores = list(by_path.values())
            yield from zip(ignores, ignores[0].template.lines(each.path for each in ignores), strict=True)


def _scopes(finding: Finding) -> tuple[_Scope, _Scope]:
    template, resource = finding.at.template.written, finding.resource
    logical_id = None if resource is None else resource.logical_id
    return (template, logical_id, finding.rule.id), (template, None, finding.rule.id)


def _ignores(template: Template) -> Iterator[TemplateIgnore | UnknownRule]:
    yield from _entries(template, None, (), template.content.get("Metadata"))
    for logical_id, resource in template.resources():
        yield from _entries(template, logical_id, ("Resources", logical_id), resource.get("Metadata"))


def _entries(
    template: Template, logical_id: str | None, at: DocumentPath, metadata: object
) -> Iterator[TemplateIgnore | UnknownRule]:
    own = metadata.get(METADATA_KEY) if isinstance(metadata, dict) else None
    if not isinstance(own, dict):
        return
    at = (*at, "Metadata", METADATA_KEY)
    for key in own:
        with _located(template, (*at, key)):
            _check_spelling(key)
    with _located(template, (*at, IGNORE)):
        entries = _list(own.get(IGNORE, []))
    for place, entry in enumerate(entries):
        path = (*at, IGNORE, place)
        with _located(template, path):
            rule, reason = _rule_and_reason(entry)
        if rule in RULES_BY_ID:
            yield TemplateIgnore(template, logical_id, rule, reason, path)
        else:
            yield UnknownRule(template, rule, path)


def _check_spelling(key: object) -> None:
    """Refuse a key that is meant to be Ignore. Other keys are left alone: a later version may write them."""
    if key != IGNORE and nearest(str(key), (IGNORE,), cutoff=_LIKENESS):
        raise refusal(METADATA_KEY, "has no such key", shown(key), f"did you mean {IGNORE}?")


def _list(entries: object) -> list[object]:
    if not isinstance(entries, list):
        raise refusal(IGNORE, "must be a list of entries with rule and reason", shown(entries))
    return entries


def _rule_and_reason(entry: object) -> tuple[str, str]:
    keys = check_keys(f"an entry of {IGNORE}", entry, _KEYS)
    rule, reason = (check_text(f"{key} of {IGNORE}", keys, key) for key in _KEYS)
    return rule, reason


@contextmanager
def _located(template: Template, path: DocumentPath) -> Iterator[None]:
    """Name the file and the line in an error."""
    try:
        yield
    except PatchingError as error:
        raise refuse(Path(f"{template.source.file}:{template.line(path)}"), error) from None
