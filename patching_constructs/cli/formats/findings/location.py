"""What a finding is about, in words that are safe to print: a stranger may have written the template."""

from pathlib import Path

from patching_constructs._printable import printable
from patching_constructs.checks.finding import Finding, Status


def is_unknown(finding: Finding) -> bool:
    """Return whether it is unknown until deployment if the rule is violated."""
    return finding.status is Status.UNKNOWN


def stack(finding: Finding) -> str | None:
    """Return the name of the stack, None for a template that is not part of a cloud assembly."""
    return finding.source.stack if finding.source.environment else None


def location(finding: Finding) -> str:
    """Return the construct path, or else the stack and the logical id."""
    # The name of the stack of a template that a resource holds ends with the logical id of the resource.
    name, resource = finding.source.stack, finding.resource
    return finding.construct_path or (f"{name}/{resource.logical_id}" if resource else name)


def property_name(finding: Finding) -> str:
    """Return the path of the property as one text, empty where the finding is about a whole resource."""
    return printable(".".join(map(str, finding.property_path)))


def in_working_directory(file: Path) -> Path:
    """Return a file's path without symbolic links, relative to the working directory where it is below it."""
    file, here = file.resolve(), Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
