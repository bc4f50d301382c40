"""Answers of AWS in a file, so that reading can be continued after an interruption or a failure."""

import json
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.live.request import Answer

_VERSION: Final = 1
_OPTION: Final = "--resume"
_TIME: Final = "$time"
LONGEST_AGE: Final = timedelta(hours=24)
"""A report is of one time: older answers are no part of it."""


class SavedAnswers:
    """Answers by their requests, each one a line of a file. The first line says when reading began."""

    def __init__(self, file: Path, started: datetime, answers: Mapping[str, list[Answer]]) -> None:
        """Take what `opened` has read."""
        self.started = started
        """When reading began."""
        self._file = file
        self._answers = dict(answers)
        self._lock = threading.Lock()

    @classmethod
    def opened(cls, file: Path, now: datetime) -> Self:
        """Read a file. One that does not exist is begun with the first answer.

        Raises:
            PatchingError: the file is none of this command, is too old, or cannot be read or written.
        """
        if not file.parent.is_dir():
            raise refusal(_OPTION, "must be a file in a directory that exists", str(file))
        try:
            lines = file.read_bytes().decode(errors="replace").splitlines() if file.exists() else []
        except (OSError, ValueError) as error:
            raise _unusable(file, error) from None
        if not lines:
            return cls(file, now, {})
        started = _start(file, lines[0])
        if now - started > LONGEST_AGE:
            hours = LONGEST_AGE // timedelta(hours=1)
            raise refusal(
                "--resume",
                f"must be a file that was begun in the last {hours} h",
                str(file),
                "delete it to begin again",
            )
        return cls(file, started, dict(filter(None, map(_answer, lines[1:]))))

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self._answers)

    def get(self, key: str) -> list[Answer] | None:
        """Return the saved answer to a request."""
        return self._answers.get(key)

    def add(self, key: str, answer: list[Answer]) -> None:
        """Save an answer.

        Raises:
            PatchingError: the file cannot be written.
        """
        line = _line({"request": key, "answer": answer})
        try:
            with self._lock:
                if not self._file.exists():
                    self._file.write_text(_line({"version": _VERSION, "started": self.started}), encoding="utf-8")
                with self._file.open("a", encoding="utf-8") as file:
                    # On a line of its own, also after one that was not written to its end.
                    file.write(f"\n{line}")
        except OSError as error:
            raise _unusable(self._file, error) from None

    def delete(self) -> None:
        """Delete the file: everything was read."""
        self._file.unlink(missing_ok=True)


def _unusable(file: Path, error: OSError | ValueError) -> PatchingError:
    reason = (error.strerror if isinstance(error, OSError) else None) or "it is no name of a file"
    return PatchingError(f"{_OPTION} {file} cannot be used: {reason}", what=_OPTION)


def _line(content: Mapping[str, Any]) -> str:
    return f"{json.dumps(content, default=_timed)}\n"


def _timed(value: object) -> dict[str, str]:
    if not isinstance(value, datetime):
        raise TypeError(f"an answer has a {type(value).__name__}")
    return {_TIME: value.isoformat()}


def _untimed(content: dict[str, Any]) -> Any:  # noqa: ANN401 - a value of JSON
    return datetime.fromisoformat(content[_TIME]) if content.keys() == {_TIME} else content


def _start(file: Path, line: str) -> datetime:
    try:
        header = json.loads(line, object_hook=_untimed)
        started = header["started"]
        if header["version"] == _VERSION and isinstance(started, datetime):
            return started
    except (ValueError, KeyError, TypeError):
        pass
    raise refusal(_OPTION, "must be a file that --resume has written", str(file), "specify another file")


def _answer(line: str) -> tuple[str, list[Answer]] | None:
    """Return the request and the answer of a line; None for one that was not written to its end."""
    try:
        content = json.loads(line, object_hook=_untimed)
        return content["request"], content["answer"]
    except (ValueError, KeyError, TypeError):
        return None
