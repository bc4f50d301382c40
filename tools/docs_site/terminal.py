"""A command in a terminal: its exit code and what it prints, wrapped at the width of the terminal."""

import os
import pty
import subprocess
import tempfile
import termios
from pathlib import Path


def run(command: list[str], directory: Path, columns: int, settings: dict[str, str]) -> tuple[int, str]:
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
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=errors,
        ) as process:
            os.close(terminal)
            output = _all(reading)
        errors.seek(0)
        return process.returncode, (output + errors.read()).decode()


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
