"""The notes of an execution in words: what each kind is called, and what it means."""

from dataclasses import dataclass
from typing import Final

from patching_constructs.planning.executions import NoteKind


@dataclass(frozen=True, slots=True)
class NoteWords:
    """The title of a kind of notes, its explanation, and its color on a terminal."""

    title: str
    explanation: str
    color: str


NOTES: Final = {
    NoteKind.OVERLAP: NoteWords(
        "Overlap",
        "Another window that can select the same nodes is open at the same time. A reboot in one window can interrupt "
        "the other.",
        "yellow",
    ),
    NoteKind.CONCURRENCY: NoteWords(
        "Concurrency limit",
        "More windows are open at the same time than Systems Manager runs in one account and Region.",
        "red",
    ),
    NoteKind.CLOCK_CHANGE: NoteWords(
        "Daylight saving",
        "Daylight saving time begins or ends, so the window starts or ends at a different local time than usual.",
        "cyan",
    ),
    NoteKind.START_ASSUMED: NoteWords(
        "Assumed start",
        "The start depends on a value that is unknown until deployment, or on behavior that is not documented.",
        "magenta",
    ),
    NoteKind.OPEN_ALREADY: NoteWords(
        "Still open",
        "The window is still open from an earlier execution. This execution may be skipped.",
        "magenta",
    ),
}
