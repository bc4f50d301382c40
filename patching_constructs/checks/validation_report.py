"""The validation report of a ``cdk.out``: the findings of `PatchingChecks` that the app acknowledges.

It is the only file that contains what is acknowledged on the app and its stages.

https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
"""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from patching_constructs.template.document import LARGEST_MANIFEST, read_document
from patching_constructs.template.sources import own_name

_REPORT: Final = "validation-report.json"
_MANIFEST: Final = "manifest.json"
_NAMESPACE: Final = "Patching::"

Suppressed = tuple[str, str, str]
"""The file of a template, the logical id of a resource, and the id of a rule."""


def suppressed_findings(directory: Path) -> frozenset[Suppressed]:
    """Return the acknowledged findings of the ``cdk.out`` that a directory is, or is a stage of.

    Raises:
        PatchingError: the report cannot be read.
    """
    directory = directory.absolute()
    assemblies = takewhile(lambda each: (each / _MANIFEST).is_file(), (directory, *directory.parents))
    root = next((each for each in assemblies if (each / _REPORT).is_file()), None)
    if root is None:
        return frozenset()
    report = read_document(root / _REPORT, largest_json=LARGEST_MANIFEST)
    return frozenset(_suppressed(root, report.content))


def _suppressed(root: Path, report: object) -> Iterator[Suppressed]:
    for plugin in _entries(report, "pluginReports"):
        for violation in _entries(plugin, "suppressedViolations"):
            rule_id = str(violation.get("acknowledgedId"))
            if rule_id.startswith(_NAMESPACE):
                for construct in _entries(violation, "violatingConstructs"):
                    resource = construct.get("cloudFormationResource")
                    if isinstance(resource, dict):
                        file = own_name(root / str(resource.get("templatePath")))
                        yield file, str(resource.get("logicalId")), rule_id.removeprefix(_NAMESPACE)


def _entries(content: object, key: str) -> list[dict[str, Any]]:
    entries = content.get(key) if isinstance(content, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
