"""The files that a ``cdk.out`` uploads for a stack, such as the templates of nested stacks, StackSets, and products.

https://docs.aws.amazon.com/cdk/v2/guide/assets.html
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from patching_constructs.template.content import mapping
from patching_constructs.template.document import LARGEST_MANIFEST, exists, read_document

_TEMPLATE: Final = ".template.json"


class StackAssets:
    """The files that are uploaded for a stack and for the stacks nested in it; read when they are first needed."""

    def __init__(self, manifest: Path | None = None) -> None:
        """Create the assets from the file that lists them; a missing file lists none."""
        self._manifest = manifest

    @cached_property
    def templates(self) -> list[Path]:
        """The assets that the CDK names as templates of stacks."""
        return [file for _, file in self._files if file.name.endswith(_TEMPLATE)]

    def file_of(self, object_name: str) -> Path | None:
        """Return the file that is uploaded as an object with a key that ends with a name, as in its URL."""
        return self._by_object.get(object_name)

    @cached_property
    def _by_object(self) -> dict[str, Path]:
        return {
            str(mapping(destination).get("objectKey")).rpartition("/")[2]: file
            for asset, file in self._files
            for destination in mapping(asset.get("destinations")).values()
        }

    @cached_property
    def _files(self) -> list[tuple[dict[str, Any], Path]]:
        return list(self._read())

    def _read(self) -> Iterator[tuple[dict[str, Any], Path]]:
        if self._manifest is None or not exists(self._manifest):
            return
        content = mapping(read_document(self._manifest, largest_json=LARGEST_MANIFEST).content)
        for asset in map(mapping, mapping(content.get("files")).values()):
            path = mapping(asset.get("source")).get("path")
            if isinstance(path, str):
                yield asset, self._manifest.parent / path
