"""What a CDK app acknowledges: ``cdk.Validations.of(construct).acknowledge(...)``, as a ``cdk.out`` contains it.

docs/decisions/0041-where-findings-are-ignored.md says which acknowledgments can be seen, and where.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from patching_constructs.checks.finding import Finding
from patching_constructs.checks.validation_report import Suppressed, suppressed_findings
from patching_constructs.template.construct_metadata import ConstructMetadata
from patching_constructs.template.sources import own_name

# cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY, which would cost a jsii round trip to read.
ACKNOWLEDGED: Final = "aws:cdk:acknowledged-rules"
ANNOTATION: Final = "Annotation::"
"""What the CDK records in front of an id that has no namespace."""
_NAMESPACES: Final = (ANNOTATION, "Patching::")
# Where cdk-nag writes suppressions with write_suppressions_to_cloud_formation.
_NAG: Final = "cdk_nag"
_SUPPRESSED: Final = "rules_to_suppress"


class Acknowledgments:
    """The acknowledgments of the stacks of a ``cdk.out``, and those that cdk-nag wrote into templates."""

    def __init__(self) -> None:
        """Read nothing yet: most templates have no findings."""
        self._stacks: dict[int, _Stack] = {}
        self._suppressed: dict[Path, frozenset[Suppressed]] = {}

    def reason(self, finding: Finding) -> str | None:
        """Return why the rule of a finding is acknowledged on its construct, or on one above it; None if it is not.

        Raises:
            PatchingError: what the ``cdk.out`` says of its constructs cannot be read.
        """
        for rule_id, reason in chain(self._stack(finding).acknowledged(finding), _written_by_nag(finding)):
            if rule_id == finding.rule.id:
                return reason
        # The report of the CDK has no reasons.
        return "" if self._is_suppressed(finding) else None

    def _stack(self, finding: Finding) -> "_Stack":
        metadata = finding.source.metadata
        if id(metadata) not in self._stacks:
            self._stacks[id(metadata)] = _Stack.of(metadata)
        return self._stacks[id(metadata)]

    def _is_suppressed(self, finding: Finding) -> bool:
        source = finding.source
        if not source.environment:
            return False
        directory = source.file.parent
        if directory not in self._suppressed:
            self._suppressed[directory] = suppressed_findings(directory)
        # The CDK names the resource of the file, which can contain the template that the finding is in.
        logical_id = (finding.logical_id or "").partition("/")[0]
        return (own_name(source.file), logical_id, finding.rule.id) in self._suppressed[directory]


@dataclass(frozen=True, slots=True)
class _Stack:
    """The acknowledgments of a stack and of the stacks nested in it."""

    metadata: ConstructMetadata
    by_path: Mapping[str, Mapping[str, str]]
    """The ids that are acknowledged on a construct, with the reasons, by its path."""
    stack_paths: Mapping[str, str]
    """The path of a stack, by the name of its template."""

    @classmethod
    def of(cls, metadata: ConstructMetadata) -> "_Stack":
        by_path: dict[str, dict[str, str]] = {}
        for path, data in metadata.of_type(ACKNOWLEDGED):
            by_path.setdefault(path, {}).update(_reasons(data))
        stack_paths = {str(file): path for path, file in metadata.of_type("aws:cdk:templateFile")}
        return cls(metadata, by_path, stack_paths)

    def acknowledged(self, finding: Finding) -> Iterator[tuple[str, str]]:
        file = finding.source.file.name
        path = self.metadata.path(file, finding.logical_id or "") or finding.construct_path
        path = path or self.stack_paths.get(file, "")
        while path:
            yield from self.by_path.get(path, {}).items()
            path = path.rpartition("/")[0]


def _reasons(data: object) -> dict[str, str]:
    """Return the reasons of a metadata entry by their plain ids."""
    entries = data.items() if isinstance(data, dict) else ()
    return {_plain(str(rule_id)): _text(reason) for rule_id, reason in entries}


def _plain(rule_id: str) -> str:
    for namespace in _NAMESPACES:
        rule_id = rule_id.removeprefix(namespace)
    return rule_id


def _text(reason: object) -> str:
    return reason if isinstance(reason, str) else ""


def _written_by_nag(finding: Finding) -> Iterator[tuple[str, str]]:
    resource = finding.resource
    content = resource.value.content if resource else None
    metadata = content.get("Metadata") if isinstance(content, dict) else None
    nag = metadata.get(_NAG) if isinstance(metadata, dict) else None
    entries = nag.get(_SUPPRESSED) if isinstance(nag, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield _plain(str(entry.get("id"))), _text(entry.get("reason"))
