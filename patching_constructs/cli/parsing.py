"""How the text of an option is read: an error is one line that names the flag.

Each function here returns what Typer takes as `parser`. Without one, Typer quotes the texts of the library that it
validates with.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._validation import nearest
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm.limits import WINDOW_ID

Literal = TypeVar("Literal", bound=StrEnum)
Parsed = TypeVar("Parsed")
_STANDARD: Final = "-"
# us-gov-west-1, eusc-de-east-1, ap-southeast-2
_REGION: Final = re.compile(r"[a-z]{2,5}(-[a-z]+){1,3}-[0-9]{1,2}")
_ACCOUNT: Final = re.compile(r"[0-9]{12}")


def one_of(flag: str, literals: type[Literal]) -> Callable[[str], Literal]:
    """Read one of a few words."""

    def parse(text: str) -> Literal:
        if text in set(literals):
            return literals(text)
        words = [literal.value for literal in literals]
        meant = nearest(text, words)
        fix = f"did you mean {meant}?" if meant else ""
        raise refusal(flag, f"must be {', '.join(words[:-1])} or {words[-1]}", repr(text), fix)

    return _in_one_line(parse)


def whole_number(flag: str, *, least: int, most: int) -> Callable[[str], int]:
    """Read a whole number within bounds."""

    def parse(text: str) -> int:
        number = int(text) if re.fullmatch(r"[0-9]{1,12}", str(text)) else None
        if number is None or not least <= number <= most:
            raise refusal(flag, f"must be a whole number from {least} to {most}", repr(text))
        return number

    return _in_one_line(parse)


def number(flag: str, *, least: float, most: float, unit: str) -> Callable[[str], float]:
    """Read a number of a unit within bounds, which can have decimal places."""

    def parse(text: str) -> float:
        read = float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", str(text)) else None
        if read is None or not least <= read <= most:
            raise refusal(flag, f"must be a number of {unit} from {least:g} to {most:g}", repr(text))
        return read

    return _in_one_line(parse)


def rate_control(flag: str) -> Callable[[str], RateControl]:
    """Read a number of nodes, or a percentage of them."""

    def parse(text: str) -> RateControl:
        read = RateControl.parsed(text)
        if read is None or not read.number:
            raise refusal(flag, "must be a number of nodes such as 10, or a percentage such as 10%", repr(text))
        return read

    return _in_one_line(parse)


def text(flag: str) -> Callable[[str], str]:
    """Read a text that is not empty: an empty shell variable is not meant to be the default."""

    def parse(given: str) -> str:
        if not given.strip():
            raise PatchingError(f"{flag} must not be empty, got {given!r}", "leave it out for the default", what=flag)
        return given

    return _in_one_line(parse)


def region(flag: str) -> Callable[[str], str]:
    """Read the name of a Region. Which Regions there are changes; how they are named does not."""

    def parse(given: str) -> str:
        if not _REGION.fullmatch(given):
            raise refusal(flag, "must be the name of a Region such as eu-central-1", repr(given))
        return given

    return _in_one_line(parse)


def account(flag: str) -> Callable[[str], str]:
    """Read the id of an account."""

    def parse(given: str) -> str:
        if not _ACCOUNT.fullmatch(given):
            raise refusal(flag, "must be the 12 digits of an account", repr(given))
        return given

    return _in_one_line(parse)


def window_id(flag: str) -> Callable[[str], str]:
    """Read the id of a maintenance window."""

    def parse(given: str) -> str:
        if not WINDOW_ID.fullmatch(given):
            raise refusal(flag, "must be the ID of a window such as mw-0123456789abcdef0", repr(given))
        return given

    return _in_one_line(parse)


def path(flag: str) -> Callable[[str], Path]:
    """Read the name of a file or directory."""
    read = text(flag)

    def parse(given: str | Path) -> Path:
        return given if isinstance(given, Path) else Path(read(given))

    return parse


def file(flag: str) -> Callable[[str], Path]:
    """Read the name of a file; ``-`` is none here."""
    read = text(flag)

    def parse(given: str) -> Path:
        if given == _STANDARD:
            raise refusal(flag, "must be a file", repr(given))
        return Path(read(given))

    return _in_one_line(parse)


def output_file(flag: str) -> Callable[[str], Path | None]:
    """Read the name of a file to write; None for ``-``, which is standard output."""
    read = text(flag)
    return lambda given: None if given == _STANDARD else Path(read(given))


def _in_one_line(parse: Callable[[str], Parsed]) -> Callable[[str], Parsed]:
    def parse_or_exit(given: str) -> Parsed:
        with one_line_refusals():
            return parse(given)

    return parse_or_exit
