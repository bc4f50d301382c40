"""Templates that are made in memory: what is read of resources, without a file."""

from pathlib import Path
from typing import Any

from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.document import Document
from patching_constructs.template.sources import Source, template_of
from patching_constructs.template.windows import windows_of

HERE = "aws://123456789012/eu-central-1"


def read_resources(
    resources: dict[str, Any], *, stack: str = "Stack", environment: str = HERE
) -> list[MaintenanceWindow]:
    """Return the maintenance windows of a template with these resources."""
    source = Source(Path(f"{stack}.template.json"), stack, environment)
    document = Document(source.file, {"Resources": resources}, lambda paths: [1 for _ in paths])
    return windows_of([template_of(source, document)])
