"""Where a finding is, in words that are safe to print: a template is what a stranger wrote."""

from pathlib import Path

from patching_constructs.checks.finding import Finding


def printable(text: str) -> str:
    """Write what is no visible character as its escape, so that it neither breaks a line nor commands a terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def construct_path(finding: Finding) -> str | None:
    """Return the path that the CDK wrote beside the resource."""
    path = finding.resource.construct_path
    return path if isinstance(path, str) and path else None


def place(finding: Finding) -> str:
    """Return the construct's path, or else the stack and the logical id."""
    stack, logical_id = finding.resource.template.source.stack, finding.resource.logical_id
    return construct_path(finding) or (f"{stack}/{logical_id}" if logical_id else stack)


def property_path(finding: Finding) -> tuple[str | int, ...]:
    """Return the keys and the places in lists that lead from the resource to the value."""
    path = finding.at.path
    return path[2:] if path[:2] == ("Resources", finding.resource.logical_id) else path


def property_in_words(finding: Finding) -> str:
    """Return that path as one text; it is empty where the finding is about a whole resource."""
    return printable(".".join(map(str, property_path(finding))))


def in_working_directory(file: Path) -> Path:
    """Return a file's own path, without symbolic links, from the working directory where it lies below it."""
    file, here = file.resolve(), Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
