"""The metadata entries that the CDK writes to a ``cdk.out`` for the constructs of a stack.

https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from patching_constructs.template.content import mapping, sequence
from patching_constructs.template.document import LARGEST_MANIFEST, exists, read_document


class ConstructMetadata:
    """The metadata of a stack's constructs, and of the stacks nested in it; read when it is first asked for."""

    def __init__(self, entries: Mapping[str, Any] | None = None, *, file: Path | None = None) -> None:
        """Take the entries by construct path, or the file that holds them; a file that is not there has none."""
        self._given = mapping(entries)
        self._file = file

    @classmethod
    def of_artifact(cls, directory: Path, artifact: Mapping[str, Any]) -> Self:
        """Find the metadata of a stack in the manifest of a ``cdk.out`` or, with newer CDK versions, in a file."""
        file = artifact.get("additionalMetadataFile")
        return cls(artifact.get("metadata"), file=directory / file if isinstance(file, str) else None)

    def of_type(self, kind: str) -> list[tuple[str, Any]]:
        """Return the data of every entry of a type, with the path of its construct."""
        return [
            (path.removeprefix("/"), entry.get("data"))
            for path, entries in self._entries.items()
            for entry in map(mapping, sequence(entries))
            if entry.get("type") == kind
        ]

    def path(self, template: str, logical_id: str) -> str | None:
        """Return the path of the construct that made a resource of a template, named by its file."""
        return self._paths.get((template, logical_id))

    @cached_property
    def _entries(self) -> dict[str, Any]:
        if self._file is None or not exists(self._file):
            return self._given
        return self._given | mapping(read_document(self._file, largest_json=LARGEST_MANIFEST).content)

    @cached_property
    def _paths(self) -> dict[tuple[str, str], str]:
        return {
            (self._template_of(path), str(logical_id)): path for path, logical_id in self.of_type("aws:cdk:logicalId")
        }

    def _template_of(self, path: str) -> str:
        while path and path not in self._templates:
            path = path.rpartition("/")[0]
        return self._templates.get(path, "")

    @cached_property
    def _templates(self) -> dict[str, str]:
        """The template of this stack and those of the stacks nested in it, by the stacks' paths."""
        return {path: str(file) for path, file in self.of_type("aws:cdk:templateFile")}
