"""What a command line names as templates: files, directories, pipes and standard input, the same for every command."""

import stat
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from patching_constructs.template.discovery import discover
from patching_constructs.template.document import LARGEST_JSON, parse_document, refuse, refuse_unreadable
from patching_constructs.template.reading import with_deployed
from patching_constructs.template.sources import Source, Template, own_name, read_template, template_of

STANDARD_INPUT: Final = Path("-")
# A shell's process substitution. A pipe with a name of its own, into which maybe nobody writes, is not waited for.
_DESCRIPTORS: Final = (Path("/dev/fd"), Path("/proc/self/fd"))
_OWN_INPUT: Final = Path("/dev/stdin")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The templates that were read."""

    paths: Sequence[Path]
    templates: Sequence[Template]
    passed_over: Mapping[Path, Counter[str]]
    """How many files of each kind have no name of a template, by the directory that was searched."""

    @property
    def label(self) -> str:
        """The paths as they were typed."""
        return ", ".join(map(str, self.paths))

    @property
    def notes(self) -> list[str]:
        """What was not read, in words."""
        return [_note(directory, kinds) for directory, kinds in self.passed_over.items() if kinds]


def read_inputs(paths: Sequence[Path], standard_input: BinaryIO, *, use_defaults: bool = False) -> Inputs:
    """Read templates, and those that they deploy.

    Args:
        paths: ``cdk.out`` directories, other directories with templates, files, pipes, or ``-`` for standard input.
        standard_input: what to read for ``-``.
        use_defaults: take a parameter's default for its value. Default: a parameter is unknown until deployment.

    Raises:
        PatchingError: a path cannot be read, or is no template.
    """
    streams = [path for path in paths if _is_stream(path)]
    sources, passed_over = _sources([path for path in paths if path not in streams])
    templates = [read_template(source, use_defaults=use_defaults) for source in sources]
    templates += [_from_stream(path, standard_input, use_defaults=use_defaults) for path in dict.fromkeys(streams)]
    return Inputs(paths, with_deployed(templates, use_defaults=use_defaults), passed_over)


def _sources(paths: Sequence[Path]) -> tuple[list[Source], dict[Path, Counter[str]]]:
    """Return every template once; one that is named twice with the stack and environment of its cdk.out."""
    found: dict[str, Source] = {}
    passed_over: dict[Path, Counter[str]] = {}
    for path in paths:
        discovered = discover(path)
        passed_over[path] = discovered.passed_over
        for source in discovered.sources:
            file = own_name(source.file)
            if file not in found or (source.environment and not found[file].environment):
                found[file] = source
    return list(found.values()), passed_over


def _is_stream(path: Path) -> bool:
    if path in (STANDARD_INPUT, _OWN_INPUT):
        return True
    try:
        return path.parent in _DESCRIPTORS and stat.S_ISFIFO(path.stat().st_mode)
    except OSError:
        return False


def _from_stream(path: Path, standard_input: BinaryIO, *, use_defaults: bool) -> Template:
    """Read a template from a pipe or from standard input, which names no stack."""
    try:
        if path in (STANDARD_INPUT, _OWN_INPUT):
            content = standard_input.read(LARGEST_JSON + 1)
        else:
            with path.open("rb") as stream:
                content = stream.read(LARGEST_JSON + 1)
        if len(content) > LARGEST_JSON:
            raise refuse(path, f"it is too large: up to {LARGEST_JSON:,} bytes are read")
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse_unreadable(path, error) from error
    return template_of(Source(path, "stdin"), parse_document(path, text), use_defaults=use_defaults)


def _note(directory: Path, kinds: Counter[str]) -> str:
    number = kinds.total()
    files = "1 file is" if number == 1 else f"{number} files are"
    each = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    reason = "not named like a template, or without Resources"
    return f"{directory}: {files} not read ({each}): {reason}; to read a file, name it"
