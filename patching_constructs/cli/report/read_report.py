"""Read a compliance report from what the user names."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from patching_constructs._errors import PatchingError
from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.progress import Progress
from patching_constructs.cli.live.reading import Reading
from patching_constructs.cli.live.saved_answers import SavedAnswers
from patching_constructs.cli.permissions import PermissionGuide
from patching_constructs.cli.report.earlier_reports import EarlierReports
from patching_constructs.cli.report.live_fleet import LiveFleet
from patching_constructs.cli.report.live_windows import read_report_windows
from patching_constructs.cli.report.report_options import ReportOptions
from patching_constructs.cli.report.saved_report import read_saved_report
from patching_constructs.cli.report.synced_files import is_bucket, synced_files
from patching_constructs.cli.report.synced_fleet import read_synced_nodes
from patching_constructs.reporting.nodes import Place
from patching_constructs.reporting.report import ComplianceReport, ReportSource, SourceKind
from patching_constructs.ssm.inventory import SyncedFile


def read_report(options: ReportOptions, progress: Progress) -> tuple[ComplianceReport, list[str]]:
    """Return a report, and notes about what is not in it.

    Raises:
        PatchingError: an option is invalid, or nothing could be read.
    """
    # Before minutes of reading, because a file can be invalid.
    earlier = EarlierReports.read(options.history)
    report = _from_sources(options, progress) if options.sources else _from_aws(options, progress)
    report = replace(
        report,
        grouping=options.grouping or report.grouping,
        evidence_limit=options.evidence_limit or report.evidence_limit,
        filters=(*report.filters, *(each for each in options.filter if each not in report.filters)),
    )
    report = report.keeping(options.filter.kept(report))
    return earlier.compared_with(report, options.filter)


# --- The APIs -----------------------------------------------------------------------------------------


def _from_aws(options: ReportOptions, progress: Progress) -> ComplianceReport:
    saved = None if options.resume is None else SavedAnswers.opened(options.resume, options.now)
    reading = Reading(progress)
    readers = _readers(options, saved)
    fleet = LiveFleet(readers, reading)
    nodes = fleet.nodes(with_patches=options.with_patches)
    if not nodes and len(reading.failures) >= len(readers):
        reason = reading.failures[0].reason
        raise PatchingError(f"nothing could be read: {reason}", PermissionGuide.REPORT.hint([reason]))
    made_at = saved.started if saved else options.now
    windows = read_report_windows(readers, reading, now=made_at)
    if saved and not reading.failures:
        saved.delete()
    return ComplianceReport(
        made_at=made_at,
        sources=tuple(ReportSource(kind=SourceKind.LIVE, name=str(each.place)) for each in readers),
        nodes=nodes,
        windows=windows,
        failures=reading.failures,
    )


def _readers(options: ReportOptions, saved: SavedAnswers | None) -> list[LiveReader]:
    """Return the accounts and Regions, each once: two profiles can be of one account."""
    found: dict[Place, LiveReader] = {}
    for profile in options.profiles or (None,):
        for region in options.filter.regions or (None,):
            try:
                reader = LiveReader(region=region, profile=profile, saved=saved)
            except AwsError as error:
                raise PatchingError(str(error)) from None
            found.setdefault(reader.place, reader)
    return list(found.values())


# --- Files --------------------------------------------------------------------------------------------


def _from_sources(options: ReportOptions, progress: Progress) -> ComplianceReport:
    reports = [_from_source(each, options, progress) for each in options.sources]
    return _joined(reports)


def _from_source(source: str, options: ReportOptions, progress: Progress) -> ComplianceReport:
    path = Path(source)
    if not is_bucket(source) and path.is_file() and SyncedFile.from_key(path.resolve().as_posix()) is None:
        return read_saved_report("SOURCE", path)
    reading = Reading(progress)
    try:
        files = synced_files(source, next(iter(options.profiles), None))
        nodes = read_synced_nodes(files, reading)
    except AwsError as error:
        hint = PermissionGuide.REPORT.hint([str(error)])
        raise PatchingError(f"{source} cannot be read: {error}", hint, what="SOURCE") from None
    return ComplianceReport(
        made_at=options.now,
        sources=(ReportSource(kind=SourceKind.SYNC, name=files.name),),
        nodes=nodes,
        failures=reading.failures,
    )


def _joined(reports: Sequence[ComplianceReport]) -> ComplianceReport:
    """Return the report of the nodes of several; a node that several have is that of the last of them."""
    if len(reports) == 1:
        return reports[0]
    nodes = {node.key: node for each in reports for node in each.nodes}
    windows = {(window.place, window.id): window for each in reports for window in each.windows or ()}
    return ComplianceReport(
        made_at=max(each.made_at for each in reports),
        sources=tuple(source for each in reports for source in each.sources),
        nodes=tuple(nodes.values()),
        windows=None if all(each.windows is None for each in reports) else tuple(windows.values()),
        failures=tuple(failure for each in reports for failure in each.failures),
        evidence_limit=reports[0].evidence_limit,
        grouping=reports[0].grouping,
        filters=tuple(dict.fromkeys(option for each in reports for option in each.filters)),
    )
