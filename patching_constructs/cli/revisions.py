"""Templates of a side of `diff`: below a path, or in a revision of a git repository."""

import os
import posixpath
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.given_schedules import read_given
from patching_constructs.template.document import LARGEST_JSON, exists
from patching_constructs.template.reading import read_templates
from patching_constructs.template.sources import Template

# Git is run twice for each of them.
_MOST_NESTED: Final = 100
# Reading a revision neither downloads what a partial clone leaves out, nor asks for a password.
_ENVIRONMENT: Final = {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


def read_side(side: str, *, use_defaults: bool) -> Sequence[Template]:
    """Read the templates of a path or of standard input, or of a file in a revision: ``HEAD~1:path/template.json``.

    The nested templates of a file in a revision are those of the same revision.

    Raises:
        PatchingError: there is no such path, revision or file, or it is no template.
    """
    path = Path(side)
    revision, colon, file = side.partition(":")
    if exists(path) or not (revision and colon and file):
        return read_given([path], use_defaults=use_defaults).templates
    content = _content(side, revision)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        copy = _copied(root, _path_from_root(file), content)
        try:
            return _with_nested(copy, root, revision, use_defaults=use_defaults)
        except PatchingError as error:
            raise PatchingError(str(error).replace(str(copy), side)) from None


def _with_nested(copy: Path, root: Path, revision: str, *, use_defaults: bool) -> Sequence[Template]:
    """Read the copy of a template with the files of the same revision that it deploys."""
    # A template can name any file of its repository.
    (root / ".git").mkdir()
    asked: set[str] = set()
    while True:
        templates = read_templates(copy, use_defaults=use_defaults)
        missing = list(dict.fromkeys(_missing(templates, root)))
        new = [each for each in missing if each not in asked][: _MOST_NESTED - len(asked)]
        if not new:
            break
        asked.update(new)
        for path in new:
            with suppress(PatchingError):
                _copied(root, path, _content(f"{revision}:{path}", revision))
    for template in templates:
        template.unread[:] = [
            replace(each, reason=each.reason.replace(f"{root}{os.sep}", f"{revision}:")) for each in template.unread
        ]
    return templates


def _missing(templates: Sequence[Template], root: Path) -> Iterator[str]:
    """Return the paths of the files that templates deploy and that were not read, from the root of the repository."""
    for template in templates:
        for each in template.unread:
            if isinstance(each.content, str) and each.content.isprintable() and "://" not in each.content:
                path = os.path.relpath(template.source.file.parent / each.content, root)
                if not path.startswith(os.pardir):
                    yield Path(path).as_posix()


def _path_from_root(file: str) -> str:
    """Return the path of a file in its repository; only ``./`` and ``../`` are relative to the working directory."""
    prefix = _git("rev-parse", "--show-prefix").decode().removesuffix("\n") if file.startswith(("./", "../")) else ""
    return posixpath.normpath(prefix + file)


def _copied(root: Path, path: str, content: bytes) -> Path:
    copy = root / path
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(content)
    return copy


def _content(side: str, revision: str) -> bytes:
    """Return a file of a revision as git stores it, without filters that the repository can set.

    Raises:
        PatchingError: there is no such revision or file.
    """
    if revision.startswith("-"):
        raise refusal(side, "must be a path, or a revision and a path such as HEAD~1:template.json", repr(side))
    if shutil.which("git") is None:
        raise PatchingError(f"{side}: reading a revision requires git; install it")
    try:
        return _blob(side)
    except subprocess.CalledProcessError as error:
        reason = " ".join(error.stderr.decode("utf-8", "replace").split()).removeprefix("fatal: ").rstrip(".")
        fix = "specify a template, as in HEAD~1:template.json"
        raise PatchingError(f"{side}: git cannot read it: {reason}; {fix}") from None


def _blob(side: str) -> bytes:
    size = int(_git("cat-file", "-s", side))
    if size > LARGEST_JSON:
        raise PatchingError(f"{side}: it is too large: files of up to {LARGEST_JSON:,} bytes are read")
    return _git("cat-file", "blob", side)


def _git(*arguments: str) -> bytes:
    # What does not begin with "-" is no option, and nothing is run by a shell.
    command = [shutil.which("git") or "git", *arguments]
    return subprocess.run(command, check=True, capture_output=True, env={**os.environ, **_ENVIRONMENT}).stdout  # noqa: S603
