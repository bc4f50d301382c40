"""Rules for commands on the same nodes: what should follow an install, and rate control in production."""

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

# Not nonprod, pre-prod or not-live.
_PRODUCTION = re.compile(
    r"(?<![a-z])(?<!non[-_ ./])(?<!not[-_ ./])(?<!no[-_ ./])(?<!pre[-_ ./])(?:prod|prd|production|live)(?![a-z])",
    re.IGNORECASE,
)
_RATES = f"{GUIDE}send-commands-multiple.html"


@rule(
    "ProductionErrorLimit",
    Severity.WARNING,
    of="commands",
    fix="Set MaxErrors to a low value, such as 10%.",
    page=_RATES,
)
def production_error_limit(command: Command, deployment: Context) -> Iterator[Outcome]:
    """An install on a patch group that is named like production should stop after a number of errors."""
    limit = command.max_errors
    if not limit.is_given and command.stops_by_default:
        return
    at = limit if limit.is_given else command.at
    if not limit.is_given or limit.is_unknown or limit.text() == "100%":
        group = _production_group(command, deployment, at)
        if group is not None and limit.text() in (None, "100%"):
            yield Violation(
                at, f"Installs on the patch group {shown(group.content)} continue regardless of the number of errors."
            )


@rule(
    "ProductionConcurrency",
    Severity.WARNING,
    of="commands",
    fix="Set MaxConcurrency to a part of the nodes, such as 10%.",
    page=_RATES,
)
def production_concurrency(command: Command, deployment: Context) -> Iterator[Outcome]:
    """An install on a patch group that is named like production should not run on all nodes at once."""
    limit = command.max_concurrency
    if limit.is_unknown or limit.text() == "100%":
        group = _production_group(command, deployment, limit)
        if group is not None and limit.text():
            yield Violation(
                limit,
                f"All nodes in the patch group {shown(group.content)} are patched, and might reboot, at the same time.",
            )


def _production_group(command: Command, deployment: Deployment, at: Value) -> Value | None:
    if not command.installs or command.are_nodes_decided_later:
        return None
    with reported_at(at):
        return next(
            (group for group in deployment.patch_groups_of(command) if _PRODUCTION.search(group.text() or "")), None
        )


@rule(
    "InstallWithoutScan",
    Severity.NOTE,
    of="commands",
    fix="Add a schedule with Operation: Scan for the same nodes, for example every night.",
    page=f"{GUIDE}patch-manager-compliance-reports.html",
)
def install_without_scan(command: Command, deployment: Context) -> Iterator[Outcome]:
    """Nodes with an install schedule should also be scanned, to keep their compliance data current."""
    if command.installs and not _are_nodes_elsewhere(command):
        yield from _followed(
            command,
            deployment,
            deployment.scans,
            command.runner.value,
            "no task or association in the checked templates scans the nodes",
        )


@rule(
    "InstallWithoutReboot",
    Severity.WARNING,
    of="commands",
    fix="Add an install with RebootIfNeeded, or a task that reboots the nodes followed by a scan.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaseline.html",
)
def install_without_reboot(command: Command, deployment: Context) -> Iterator[Outcome]:
    """Nodes with NoReboot installs should be rebooted later; until then they can be noncompliant."""
    if _are_nodes_elsewhere(command):
        return
    if command.installs and command.parameter(REBOOT_OPTION) == RebootOption.NO_REBOOT:
        at = command.parameters[REBOOT_OPTION]
        yield from _followed(
            command,
            deployment,
            deployment.reboots,
            at,
            "no task or association in the checked templates reboots the nodes",
        )


@rule(
    "HooksOnMacos",
    Severity.WARNING,
    of="commands",
    fix="Use AWS-RunPatchBaseline for macOS nodes.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaselinewithhooks.html",
)
def hooks_on_macos(command: Command, deployment: Context) -> Iterator[Outcome]:
    """AWS-RunPatchBaselineWithHooks should not be used on macOS, where it is not supported."""
    if command.document_name == RUN_PATCH_BASELINE_WITH_HOOKS and command.is_patching:
        with reported_at(command.document):
            names = {group.text() for group in deployment.patch_groups_of(command)}
        held = {name for system, name in deployment.registered_groups if system is OperatingSystem.MACOS}
        for name in sorted(names & held, key=str):
            problem = f"The patch group {shown(name)} has a baseline for macOS, where hooks are not supported."
            yield Violation(command.document, problem)


def _are_nodes_elsewhere(command: Command) -> bool:
    """Return whether its nodes are unknown until it runs, or in other Regions than that of its template."""
    return command.are_nodes_decided_later or bool(command.other_regions)


def _followed(command: Command, deployment: Deployment, reach: Reach, at: Value, problem: str) -> Iterator[Outcome]:
    with reported_at(at):
        if not reach.covers(deployment.selections_of(command)):
            yield Violation(at, f"{command.runner.logical_id} installs patches, but {problem}.")
