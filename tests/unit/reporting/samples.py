"""Reports of fleets of any size, with every status, every reason and hostile names; each size is always the same."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.recorded_executions import RecordedExecution, Result
from patching_constructs.reporting.history import with_history
from patching_constructs.reporting.nodes import Node, Place
from patching_constructs.reporting.patches import Patch, PatchState, PatchStatus
from patching_constructs.reporting.report import ComplianceReport, ReadFailure, ReportSource, SourceKind
from patching_constructs.reporting.windows import ReportWindow

MADE_AT: Final = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
PLACES: Final = (
    Place(account="111111111111", region="eu-central-1"),
    Place(account="222222222222", region="eu-central-1"),
    Place(account="222222222222", region="us-east-1"),
)
LONG_NAME: Final = "batch-workers-of-the-data-platform-in-the-second-availability-zone"
GROUPS: Final = ("web", "database", LONG_NAME, "büro <b>", None)
PLATFORMS: Final = ("Amazon Linux 2023", "Ubuntu 24.04", "Microsoft Windows Server 2022 Datacenter 10.0.20348")
RESULTS: Final = (
    ("SUCCESS", Result.SUCCEEDED, ""),
    ("SUCCESS", Result.NOTHING_RAN, ""),
    ("FAILED", Result.FAILED, "Failed on 3 nodes"),
    ("TIMED_OUT", Result.TIMED_OUT, ""),
)
SEVERITIES: Final = ("Critical", "Important", "Moderate", "Low", "")
FAILURE: Final = ReadFailure(
    place=PLACES[2],
    what="patches of nodes (12)",
    reason="DescribeInstancePatches: ThrottlingException: Rate exceeded; the request was throttled, also after several "
    "attempts; try again in a minute",
)


def sample_report(
    nodes: int = 300, *, history: int = 6, failures: tuple[ReadFailure, ...] = (), windows: bool = True
) -> ComplianceReport:
    """Return a report.

    Args:
        nodes: the number of nodes.
        history: the number of earlier reports, a week apart.
        failures: what could not be read.
        windows: whether the source has windows.
    """
    listed = tuple(_nodes(nodes))
    report = ComplianceReport(
        made_at=MADE_AT,
        sources=tuple(ReportSource(kind=SourceKind.LIVE, name=str(place)) for place in PLACES),
        nodes=listed,
        windows=tuple(_windows()) if windows else None,
        failures=failures,
    )
    return with_history(report, [_earlier(report, weeks) for weeks in range(history, 0, -1)])


def _nodes(count: int) -> Iterator[Node]:
    chance = seeded(count)
    for number in range(count):
        group = GROUPS[number % len(GROUPS)]
        tags = {"Env": chance.choice(("prod", "stage"))} | ({} if group is None else {"Patch Group": group})
        platform = PLATFORMS[number % len(PLATFORMS)]
        state, patches = _state_and_patches(chance, group, platform, number)
        yield Node(
            id=f"i-{number:017x}" if number % 7 else f"mi-{number:017x}",
            place=PLACES[number % len(PLACES)],
            name=None if number % 11 == 10 else f"{group or 'node'}-{number:05}",
            platform=platform,
            ping=chance.choices(("Online", "ConnectionLost", "Inactive"), (95, 4, 1))[0],
            last_ping=MADE_AT - timedelta(minutes=chance.randrange(300)),
            tags=tags,
            state=state,
            is_state_read=state is not None or number % 58 == 2,
            patches=patches,
        )


def _state_and_patches(
    chance: random.Random, group: str | None, platform: str, number: int
) -> tuple[PatchState | None, tuple[Patch, ...] | None]:
    if number % 29 == 2:
        # Never evaluated, or not read.
        return None, None
    patches = tuple(_patches(chance, platform)) if number % 3 == 0 else ()
    counted = {status: sum(each.status is status for each in patches) for status in PatchStatus}
    state = PatchState(
        operation="Install" if number % 4 else "Scan",
        ended=MADE_AT - timedelta(days=30 if number % 31 == 16 else 0, hours=chance.randrange(140)),
        patch_group=group,
        baseline_id="pb-0123456789abcdef0",
        baseline_name="web servers" if number % 2 else None,
        reboot_option="RebootIfNeeded",
        installed=chance.randrange(60, 400),
        installed_other=chance.randrange(40),
        missing=counted[PatchStatus.MISSING],
        failed=counted[PatchStatus.FAILED],
        rejected=counted[PatchStatus.REJECTED],
        pending_reboot=counted[PatchStatus.PENDING_REBOOT],
        available_security_updates=counted[PatchStatus.AVAILABLE],
        are_available_updates_required=number % 2 == 0,
        critical_non_compliant=sum(each.severity == "Critical" for each in patches),
        security_non_compliant=0,
        other_non_compliant=0,
    )
    return state, None if number % 41 == 3 else patches


def _patches(chance: random.Random, platform: str) -> Iterator[Patch]:
    is_windows = "Windows" in platform
    statuses = [each for each in PatchStatus if is_windows or each is not PatchStatus.AVAILABLE]
    for _ in range(chance.randrange(1, 9)):
        number = chance.randrange(5_000_000, 5_000_400)
        severity = chance.choice(SEVERITIES)
        released = MADE_AT - timedelta(days=number % 90 + 1)
        yield Patch(
            id=f"KB{number}" if is_windows else f"openssl-libs.x86_64:{number}",
            title=f"2026-11 Cumulative Update (KB{number})" if is_windows else f"openssl-libs-3.2.{number}-1.amzn2023",
            status=chance.choices(statuses, (70, 10, 5, 10, 5)[: len(statuses)])[0],
            severity=severity,
            classification="SecurityUpdates" if is_windows else "Security",
            cve_ids=(f"CVE-2026-{number % 10_000:04}",) if severity == "Critical" else (),
            released=released if is_windows else None,
        )


def _windows() -> Iterator[ReportWindow]:
    for number, place in enumerate(PLACES):
        for group in GROUPS[:-1]:
            is_enabled = (number, group) != (1, LONG_NAME)
            selection: Selection = {"tag:Patch Group": frozenset([group])}
            name = f"mw-{number:08x}{_number_of(group or ''):09x}"
            yield ReportWindow(
                id=name,
                place=place,
                name=f"install-{group}",
                is_enabled=is_enabled,
                schedule="cron(0 3 ? * SUN *)",
                time_zone="Europe/Berlin" if number else None,
                duration_hours=3,
                next_execution=MADE_AT + timedelta(days=4, hours=17) if is_enabled else None,
                targets=(selection,),
                executions=tuple(_executions(name)),
            )


def seeded(seed: int | str) -> random.Random:
    """Return a source of the same numbers in every run."""
    return random.Random(seed)  # noqa: S311 - nothing here is a secret


def _number_of(text: str) -> int:
    return sum(ord(letter) * place for place, letter in enumerate(text, 1))


def _executions(window: str) -> Iterator[RecordedExecution]:
    chance = seeded(window)
    for week in range(1, 5):
        status, result, details = chance.choices(RESULTS, (7, 1, 1, 1))[0]
        started = MADE_AT - timedelta(days=7 * week - 5, hours=6)
        yield RecordedExecution(
            window_id=window,
            id=f"00000000-0000-4000-8000-{week:03}{window[-9:]}",
            status=status,
            started=started,
            ended=started + timedelta(minutes=40),
            details=details,
            result=result,
            reason="no command ran on a node" if result is Result.NOTHING_RAN else "",
        )


def _earlier(report: ComplianceReport, weeks: int) -> ComplianceReport:
    """Return a report of the same nodes some weeks ago, in which more of them were compliant."""
    chance = seeded(weeks)
    made_at = report.made_at - timedelta(weeks=weeks)
    nodes = []
    for node in report.nodes:
        state = node.state
        if state is not None:
            state = replace(state, ended=made_at - timedelta(hours=3))
            if chance.random() < weeks / 10:
                state = replace(state, missing=0, failed=0, rejected=0, pending_reboot=0, available_security_updates=0)
        was_compliant = state is not None and state.is_compliant
        nodes.append(replace(node, state=state, patches=() if was_compliant else node.patches))
    return replace(report, made_at=made_at, nodes=tuple(nodes), failures=())
