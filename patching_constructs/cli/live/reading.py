"""Read many things at the same time: what fails is named, and does not stop the rest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.progress import Progress
from patching_constructs.reporting.nodes import Place
from patching_constructs.reporting.report import ReadFailure

_Read = TypeVar("_Read")

CONCURRENCY: Final = 8
"""How many requests are sent at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[_Read]):
    """Something to read."""

    read: Callable[[], _Read]
    """Raises an AwsError where it cannot be read."""
    what: str
    """What is read, in the plural: ``patch states``."""
    place: Place
    number: int = 1
    """How many of them."""


class Reading:
    """What is read for one report, with the failures."""

    def __init__(self, progress: Progress, *, concurrency: int = CONCURRENCY) -> None:
        """Take how the progress is shown, and how many requests are sent at the same time."""
        self._progress = progress
        self._concurrency = concurrency
        self._failed: dict[tuple[Place, str, str], int] = {}

    def each(self, what: str, jobs: Iterable[Job[_Read]]) -> list[_Read | None]:
        """Do jobs at the same time, and return what each has read in their order; None for a failure.

        Args:
            what: what is done, for the progress: ``Reading patch states``.
            jobs: the jobs.
        """
        listed = list(jobs)
        found: list[_Read | None] = [None] * len(listed)
        pool = ThreadPoolExecutor(self._concurrency)
        try:
            with self._progress.shown(what, sum(job.number for job in listed)) as advance:
                for number, job, future in _finished(pool, listed):
                    found[number] = self._result(job, future)
                    advance(job.number)
        finally:
            # After an interruption, what is not begun is left out.
            pool.shutdown(cancel_futures=True)
        return found

    def _result(self, job: Job[_Read], future: "Future[_Read]") -> _Read | None:
        try:
            return future.result()
        except AwsError as error:
            failure = job.place, job.what, str(error)
            self._failed[failure] = self._failed.get(failure, 0) + job.number
            return None

    @property
    def failures(self) -> tuple[ReadFailure, ...]:
        """What could not be read. Failures of the same kind with the same reason are one, with their number."""
        return tuple(
            ReadFailure(place=place, what=what if number == 1 else f"{what} ({number})", reason=reason)
            for (place, what, reason), number in self._failed.items()
        )


def _finished(
    pool: ThreadPoolExecutor, jobs: Sequence[Job[_Read]]
) -> Iterator[tuple[int, Job[_Read], "Future[_Read]"]]:
    futures = {pool.submit(job.read): number for number, job in enumerate(jobs)}
    for future in as_completed(futures):
        number = futures[future]
        yield number, jobs[number], future
