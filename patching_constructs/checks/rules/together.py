"""Rules of what runs on the same nodes: what must follow an install, and what production must not risk."""

import re
from collections.abc import Iterator

from patching_constructs.checks.finding import Answer, Fault, Severity, shown
from patching_constructs.checks.model import Command
from patching_constructs.checks.reach import Reach
from patching_constructs.checks.rule import GUIDE, rule
from patching_constructs.checks.rules._asking import blaming
from patching_constructs.checks.value import Value
from patching_constructs.properties.command import REBOOT_OPTION, RUN_PATCH_BASELINE_WITH_HOOKS, RebootOption
from patching_constructs.ssm.operating_systems import OperatingSystem

_PRODUCTION = re.compile(r"(?<![a-z])(?:prod|prd|production|live)(?![a-z])", re.IGNORECASE)
_RATES = f"{GUIDE}send-commands-multiple.html"


@rule(
    "ProductionErrorLimit",
    Severity.WARNING,
    of="commands",
    mend="Let it stop after a few errors, such as 10%.",
    page=_RATES,
)
def production_error_limit(command: Command) -> Iterator[Answer]:
    """An install on a patch group that is named like production stops after some errors."""
    limit = command.runner["MaxErrors"]
    at = limit if limit.is_given else command.runner.properties
    if not limit.is_given or limit.is_deferred or limit.text() == "100%":
        group = _production_group(command, at)
        if group is not None and limit.text() in (None, "100%"):
            yield Fault(at, f"However many installs fail, the others of the patch group {shown(group.content)} go on.")


@rule(
    "ProductionConcurrency",
    Severity.WARNING,
    of="commands",
    mend="Let a share of the nodes stay up, such as with 10%.",
    page=_RATES,
)
def production_concurrency(command: Command) -> Iterator[Answer]:
    """An install on a patch group that is named like production leaves some nodes up."""
    limit = command.runner["MaxConcurrency"]
    if limit.is_deferred or limit.text() == "100%":
        group = _production_group(command, limit)
        if group is not None and limit.text():
            yield Fault(limit, f"All nodes of the patch group {shown(group.content)} are patched, and reboot, at once.")


def _production_group(command: Command, at: Value) -> Value | None:
    if not command.installs:
        return None
    with blaming(at):
        return next((group for group in command.patch_groups if _PRODUCTION.search(group.text() or "")), None)


@rule(
    "InstallScanned",
    Severity.NOTE,
    of="commands",
    mend="Add a schedule with Operation Scan for the same nodes, such as every night.",
    page=f"{GUIDE}patch-manager-compliance-reports.html",
)
def install_scanned(command: Command) -> Iterator[Answer]:
    """Nodes that are installed on are scanned too, so that their compliance is known between two installs."""
    if command.installs:
        yield from _followed(command, command.runner.estate.scans, command.runner.value, "nothing ever scans the nodes")


@rule(
    "NoRebootFollowUp",
    Severity.WARNING,
    of="commands",
    mend="Add an install with RebootIfNeeded, or a task that reboots the nodes, and a scan after it.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaseline.html",
)
def no_reboot_follow_up(command: Command) -> Iterator[Answer]:
    """Nodes that are installed on without a reboot are rebooted later; until then they are not compliant."""
    if command.installs and command.parameter(REBOOT_OPTION) == RebootOption.NO_REBOOT:
        at = command.parameters[REBOOT_OPTION]
        yield from _followed(command, command.runner.estate.reboots, at, "nothing here ever reboots the nodes")


@rule(
    "HooksOnMacos",
    Severity.WARNING,
    of="commands",
    mend="Run AWS-RunPatchBaseline on the nodes with macOS.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaselinewithhooks.html",
)
def hooks_on_macos(command: Command) -> Iterator[Answer]:
    """Hooks are not run on nodes with macOS: their document does not know it."""
    if command.document_name == RUN_PATCH_BASELINE_WITH_HOOKS and command.is_patching:
        with blaming(command.runner.document):
            names = {group.text() for group in command.patch_groups}
        held = {name for system, name in command.runner.estate.holders if system is OperatingSystem.MACOS}
        for name in sorted(names & held, key=str):
            problem = f"The patch group {shown(name)} has a baseline for macOS, where hooks are not supported."
            yield Fault(command.runner.document, problem)


def _followed(command: Command, reach: Reach, at: Value, problem: str) -> Iterator[Answer]:
    with blaming(at):
        if not reach.covers(command.selections):
            yield Fault(at, f"{command.runner.logical_id} installs, and {problem}.")
