"""Where a finding is, in words that are safe to print: a template is what a stranger wrote."""

from pathlib import Path
from typing import Final

from patching_constructs.checks.finding import Finding, Status

_VERDICTS: Final = {Status.FAIL: "not compliant", Status.UNKNOWN: "not decidable"}


def printable(text: str) -> str:
    """Write what is no visible character as its escape, so that it neither breaks a line nor commands a terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def place(finding: Finding) -> str:
    """Return the construct's path, or else the stack and the logical id."""
    stack, logical_id = finding.source.stack, finding.logical_id
    return finding.construct_path or (f"{stack}/{logical_id}" if logical_id else stack)


def verdict(finding: Finding) -> str:
    """Return the status of a finding as the formats for programs call it."""
    return _VERDICTS[finding.status]


def property_in_words(finding: Finding) -> str:
    """Return the path of the property as one text; it is empty where the finding is about a whole resource."""
    return printable(".".join(map(str, finding.property_path)))


def in_working_directory(file: Path) -> Path:
    """Return a file's own path, without symbolic links, from the working directory where it lies below it."""
    file, here = file.resolve(), Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
