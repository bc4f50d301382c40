"""Which files a template can name: those of its repository, or else of its ``cdk.out`` or directory.

A template can come from anyone, and messages quote what cannot be read of a file that it names.
"""

import os
from pathlib import Path

from patching_constructs._errors import PatchingError
from patching_constructs.template.document import exists, shown_file


def check_is_within(file: Path, template: Path) -> None:
    """Check that a template can name a file: links and ``..`` must not lead out of the root of the template.

    Raises:
        PatchingError: the file is elsewhere, whether it exists or not.
    """
    if not is_within(file, template):
        raise PatchingError(f"{shown_file(file)} is outside of {shown_file(_root(template))}")


def is_within(file: Path, template: Path) -> bool:
    """Return whether a template can name a file."""
    try:
        return Path(os.path.realpath(file)).is_relative_to(_root(template))
    except ValueError:
        # A text that cannot name a file; reading it raises the error.
        return True


def _root(template: Path) -> Path:
    """Return the repository of a template, or else its ``cdk.out`` with the stages in it, or else its directory."""
    directory = Path(os.path.realpath(template.parent))
    repository = next((each for each in (directory, *directory.parents) if exists(each / ".git")), None)
    if repository is not None:
        return repository
    while exists(directory.parent / "manifest.json"):
        directory = directory.parent
    return directory
