"""Templates of a side of `diff`: below a path, or in a revision of a git repository."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.given_schedules import read_given
from patching_constructs.template.document import LARGEST_JSON, exists
from patching_constructs.template.reading import read_templates
from patching_constructs.template.sources import Template

# Reading a revision neither downloads what a partial clone leaves out, nor asks for a password.
_ENVIRONMENT: Final = {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


def read_side(side: str, *, use_defaults: bool) -> Sequence[Template]:
    """Read the templates of a path or of standard input, or of a file in a revision: ``HEAD~1:path/template.json``.

    Raises:
        PatchingError: there is no such path, revision or file, or it is no template.
    """
    path = Path(side)
    revision, colon, file = side.partition(":")
    if exists(path) or not (revision and colon and file):
        return read_given([path], use_defaults=use_defaults).templates
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, Path(file).name)
        copy.write_bytes(_content(side, revision))
        try:
            return read_templates(copy, use_defaults=use_defaults)
        except PatchingError as error:
            raise PatchingError(str(error).replace(str(copy), side)) from None


def _content(side: str, revision: str) -> bytes:
    """Return a file of a revision as git stores it, without filters that the repository can set.

    Raises:
        PatchingError: there is no such revision or file.
    """
    if revision.startswith("-"):
        raise refusal(side, "must be a path, or a revision and a path such as HEAD~1:template.json", repr(side))
    git = shutil.which("git")
    if git is None:
        raise PatchingError(f"{side}: reading a revision requires git; install it")
    size = int(_git(git, side, "-s"))
    if size > LARGEST_JSON:
        raise PatchingError(f"{side}: it is too large: files of up to {LARGEST_JSON:,} bytes are read")
    return _git(git, side, "blob")


def _git(git: str, side: str, what: str) -> bytes:
    """Return the size (``-s``) or the content (``blob``) of a file.

    Raises:
        PatchingError: there is no such revision or file.
    """
    # What does not begin with "-" is no option, and nothing is run by a shell.
    command = [git, "cat-file", what, side]
    ran = subprocess.run(command, check=False, capture_output=True, env={**os.environ, **_ENVIRONMENT})  # noqa: S603
    if ran.returncode:
        reason = " ".join(ran.stderr.decode("utf-8", "replace").split()).removeprefix("fatal: ").rstrip(".")
        raise PatchingError(f"{side}: git cannot read it: {reason}; specify a template, as in HEAD~1:template.json")
    return ran.stdout
