"""Where the results of past executions are read from: AWS, or files that were saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.progress import Progress, progress_on_stderr
from patching_constructs.cli.live.reading import Reading
from patching_constructs.cli.output import write
from patching_constructs.cli.permissions import PermissionGuide
from patching_constructs.cli.results.live_place import LivePlace
from patching_constructs.cli.results.matching import Environment
from patching_constructs.cli.results.recorded_place import RecordedPlace
from patching_constructs.cli.results.saved import read_saved, saved_text
from patching_constructs.template import MaintenanceWindow


@dataclass(frozen=True, slots=True)
class ResultPorts:
    """AWS and the terminal. Tests replace them through the object of the context."""

    connect: Callable[..., LiveReader] = LiveReader
    progress: Callable[[], Progress] = progress_on_stderr


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsSource:
    """Where results are read from, and where they are saved."""

    regions: Sequence[str] = ()
    profile: str | None = None
    saved: Sequence[Path] = ()
    save_to: Path | None = None

    def read(
        self,
        every: Sequence[MaintenanceWindow],
        shown: Sequence[MaintenanceWindow],
        *,
        after: datetime,
        now: datetime,
        ports: ResultPorts,
    ) -> list[RecordedPlace]:
        """Return what is known of the windows.

        Args:
            every: all windows of the templates.
            shown: the windows whose results are shown.
            after: an aware datetime, from which on the results of executions are read.
            now: an aware datetime.
            ports: AWS and the terminal.

        Raises:
            PatchingError: nothing can be read, or a file cannot be read or written.
        """
        if self.saved:
            return [place for file in self.saved for place in read_saved(file)]
        places = self._read_live(every, shown, after, now, ports) if shown else []
        if self.save_to is not None:
            write(saved_text(places), self.save_to)
        return places

    def _read_live(
        self,
        every: Sequence[MaintenanceWindow],
        shown: Sequence[MaintenanceWindow],
        after: datetime,
        now: datetime,
        ports: ResultPorts,
    ) -> list[RecordedPlace]:
        reading = Reading(ports.progress())
        # The Region of the AWS configuration can be that of a stack, too.
        connected = [self._connected(region, ports) for region in self.regions or _regions(shown)]
        readers = {reader.place: reader for reader in connected}
        places = [LivePlace(reader, reading, after=after, now=now).read(every, shown) for reader in readers.values()]
        if all(place.failure for place in places):
            failures = _failures(places)
            hint = PermissionGuide.RESULTS.hint(failures)
            raise PatchingError(f"the results cannot be read: {'; '.join(failures)}", hint)
        for failure in reading.failures:
            typer.echo(f"note: not read in {failure.place}: {failure.what}: {failure.reason}", err=True)
        hint = PermissionGuide.RESULTS.hint([*_failures(places), *(each.reason for each in reading.failures)])
        if hint:
            typer.echo(f"note: {hint}", err=True)
        return places

    def _connected(self, region: str | None, ports: ResultPorts) -> LiveReader:
        try:
            return ports.connect(region=region, profile=self.profile)
        except AwsError as error:
            raise PatchingError(f"the results cannot be read: {error}") from None


def _regions(windows: Sequence[MaintenanceWindow]) -> list[str | None]:
    """Return the Regions of windows; None, which is that of the AWS configuration, where one is unknown."""
    return list(dict.fromkeys(Environment.of(window).region for window in windows)) or [None]


def _failures(places: Sequence[RecordedPlace]) -> list[str]:
    return list(dict.fromkeys(place.failure for place in places))
