"""The results of executions in words: what each one is called, and what it means."""

from dataclasses import dataclass
from typing import Final

from patching_constructs.planning.recorded_executions import Result


@dataclass(frozen=True, slots=True)
class ResultWords:
    """The title of a result, its explanation, and its color on a terminal."""

    title: str
    explanation: str
    color: str


RESULTS: Final = {
    Result.FAILED: ResultWords("Failed", "A task failed.", "red"),
    Result.TIMED_OUT: ResultWords("Timed out", "A task was not finished when it had to end.", "red"),
    Result.DID_NOT_RUN: ResultWords("Did not run", "The window did not open, although its schedule says so.", "red"),
    Result.NOTHING_RAN: ResultWords("Nothing ran", "The window opened, but nothing ran on a node.", "red"),
    Result.CANCELLED: ResultWords("Canceled", "The execution was canceled.", "yellow"),
    Result.SKIPPED: ResultWords("Skipped", "The window was still open from its previous execution.", "yellow"),
    Result.RUNNING: ResultWords("Running", "The execution has not ended.", "cyan"),
    Result.UNKNOWN: ResultWords("Unknown", "What is recorded does not show what happened.", "magenta"),
    Result.SUCCEEDED: ResultWords("Succeeded", "Every task succeeded, on at least one node.", "green"),
}
