"""Rules of what runs on the same nodes: what must follow an install, and what production must not risk."""

import re
from collections.abc import Iterator

from patching_constructs.checks.context import Context
from patching_constructs.checks.reach import Reach
from patching_constructs.checks.rule import GUIDE, rule
from patching_constructs.checks.rules._value_checks import reported_at
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.command import REBOOT_OPTION, RUN_PATCH_BASELINE_WITH_HOOKS, RebootOption
from patching_constructs.ssm.operating_systems import OperatingSystem
from patching_constructs.template.commands import Command
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.value import Value, shown

_PRODUCTION = re.compile(r"(?<![a-z])(?:prod|prd|production|live)(?![a-z])", re.IGNORECASE)
_RATES = f"{GUIDE}send-commands-multiple.html"


@rule(
    "ProductionErrorLimit",
    Severity.WARNING,
    of="commands",
    fix="Let it stop after a few errors, such as 10%.",
    page=_RATES,
)
def production_error_limit(command: Command, deployment: Context) -> Iterator[Outcome]:
    """An install on a patch group that is named like production stops after some errors."""
    limit = command.runner["MaxErrors"]
    at = limit if limit.is_given else command.runner.properties
    if not limit.is_given or limit.is_unknown or limit.text() == "100%":
        group = _production_group(command, deployment, at)
        if group is not None and limit.text() in (None, "100%"):
            yield Violation(
                at, f"However many installs fail, the others of the patch group {shown(group.content)} go on."
            )


@rule(
    "ProductionConcurrency",
    Severity.WARNING,
    of="commands",
    fix="Let a share of the nodes stay up, such as with 10%.",
    page=_RATES,
)
def production_concurrency(command: Command, deployment: Context) -> Iterator[Outcome]:
    """An install on a patch group that is named like production leaves some nodes up."""
    limit = command.runner["MaxConcurrency"]
    if limit.is_unknown or limit.text() == "100%":
        group = _production_group(command, deployment, limit)
        if group is not None and limit.text():
            yield Violation(
                limit, f"All nodes of the patch group {shown(group.content)} are patched, and reboot, at once."
            )


def _production_group(command: Command, deployment: Deployment, at: Value) -> Value | None:
    if not command.installs:
        return None
    with reported_at(at):
        return next(
            (group for group in deployment.patch_groups_of(command) if _PRODUCTION.search(group.text() or "")), None
        )


@rule(
    "InstallWithoutScan",
    Severity.NOTE,
    of="commands",
    fix="Add a schedule with Operation Scan for the same nodes, such as every night.",
    page=f"{GUIDE}patch-manager-compliance-reports.html",
)
def install_without_scan(command: Command, deployment: Context) -> Iterator[Outcome]:
    """Nodes that are installed on are scanned too, so that their compliance is known between two installs."""
    if command.installs:
        yield from _followed(
            command, deployment, deployment.scans, command.runner.value, "nothing ever scans the nodes"
        )


@rule(
    "InstallWithoutReboot",
    Severity.WARNING,
    of="commands",
    fix="Add an install with RebootIfNeeded, or a task that reboots the nodes, and a scan after it.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaseline.html",
)
def install_without_reboot(command: Command, deployment: Context) -> Iterator[Outcome]:
    """Nodes that are installed on without a reboot are rebooted later; until then they are not compliant."""
    if command.installs and command.parameter(REBOOT_OPTION) == RebootOption.NO_REBOOT:
        at = command.parameters[REBOOT_OPTION]
        yield from _followed(command, deployment, deployment.reboots, at, "nothing here ever reboots the nodes")


@rule(
    "HooksOnMacos",
    Severity.WARNING,
    of="commands",
    fix="Run AWS-RunPatchBaseline on the nodes with macOS.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaselinewithhooks.html",
)
def hooks_on_macos(command: Command, deployment: Context) -> Iterator[Outcome]:
    """Hooks are not run on nodes with macOS: their document does not know it."""
    if command.document_name == RUN_PATCH_BASELINE_WITH_HOOKS and command.is_patching:
        with reported_at(command.runner.document):
            names = {group.text() for group in deployment.patch_groups_of(command)}
        held = {name for system, name in deployment.registered_groups if system is OperatingSystem.MACOS}
        for name in sorted(names & held, key=str):
            problem = f"The patch group {shown(name)} has a baseline for macOS, where hooks are not supported."
            yield Violation(command.runner.document, problem)


def _followed(command: Command, deployment: Deployment, reach: Reach, at: Value, problem: str) -> Iterator[Outcome]:
    with reported_at(at):
        if not reach.covers(deployment.selections_of(command)):
            yield Violation(at, f"{command.runner.logical_id} installs, and {problem}.")
