"""A command in a terminal: its exit code and what it prints, in color and wrapped at the width of the terminal."""

import os
import pty
import subprocess
import tempfile
import termios
from pathlib import Path
from typing import Final

from rich.text import Text

# What decides about colors besides the terminal.
_COLORS: Final = ("COLORTERM", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE")
_TERMINAL: Final = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}


def run(command: list[str], directory: Path, columns: int, settings: dict[str, str]) -> tuple[int, Text]:
    """Run a command, and return its exit code and its output; what it writes to standard error comes last."""
    reading, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (50, columns))
    attributes = termios.tcgetattr(terminal)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(
            command,
            cwd=directory,
            env={name: value for name, value in os.environ.items() if name not in _COLORS} | _TERMINAL | settings,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=errors,
        ) as process:
            os.close(terminal)
            output = _all(reading)
        errors.seek(0)
        return process.returncode, _text((output + errors.read()).decode())


def _text(output: str) -> Text:
    return Text("\n").join(_stripped(line) for line in Text.from_ansi(output.strip("\n")).split("\n"))


def _stripped(line: Text) -> Text:
    line.rstrip()
    return line


def _all(reading: int) -> bytes:
    pieces = []
    while piece := _piece(reading):
        pieces.append(piece)
    os.close(reading)
    return b"".join(pieces)


def _piece(reading: int) -> bytes:
    try:
        return os.read(reading, 65536)
    except OSError:
        # On Linux, the end of a terminal.
        return b""
