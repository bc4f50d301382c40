"""Rules for tasks of one maintenance window that run on the same nodes: their order, and which run concurrently."""

from collections.abc import Iterator
from typing import Final

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import check_made_together, reported_at
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.task_order import Step
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.template.commands import bare_name
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.value import UnknownError

_REGISTER: Final = f"{API}API_RegisterTaskWithMaintenanceWindow.html"
_REBOOT_LATER: Final = "Set Priority of the task that reboots the nodes to a higher number than that of the install."


@rule(
    "ParallelPatchTasks",
    Severity.WARNING,
    of="windows",
    fix="Set a different Priority for each task; tasks with a lower number run first.",
    page=_REGISTER,
)
def parallel_patch_tasks(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """Patch tasks of a window should not run on the same nodes at the same time."""
    for step, earlier in deployment.steps.of(window).order.concurrent_patching():
        problem = f"{earlier.name} has the same priority, so both tasks can patch the same nodes at the same time."
        yield from _if_made_together(step, earlier, problem)


@rule("RebootDuringInstall", Severity.WARNING, of="windows", fix=_REBOOT_LATER, page=_REGISTER)
def reboot_during_install(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A task that reboots or stops nodes should not run at the same time as an install on them."""
    for step, install in deployment.steps.of(window).order.interruptions():
        does, event = ("stops", "stop") if step.does.stops else ("reboots", "reboot")
        problem = (
            f"{step.name} {does} nodes on which {install.name} installs patches at the same priority, "
            f"so a {event} can interrupt an install."
        )
        yield from _if_certain(step, install, problem, reboot=step)


@rule("RebootBeforeInstall", Severity.WARNING, of="windows", fix=_REBOOT_LATER, page=_REGISTER)
def reboot_before_install(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A reboot that completes installs without a reboot should follow them in the window."""
    read = deployment.steps.of(window)
    for install, last in read.order.reboots_before():
        # A task that is unknown can be the later reboot.
        yield from read.unknown[:1]
        if not read.unknown:
            problem = (
                f"{last.name} reboots the nodes before {install.name} installs patches without a reboot, "
                "so the patches wait for a later reboot."
            )
            yield from _if_certain(install, last, problem, reboot=last)


@rule(
    "ScanAfterReboot",
    Severity.WARNING,
    of="windows",
    fix="Add a scan of the nodes with a higher Priority than that of the reboot.",
    page=f"{GUIDE}patch-manager-aws-runpatchbaseline.html",
)
def scan_after_reboot(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A reboot that completes NoReboot installs should be followed by a scan; until then nodes can be noncompliant."""
    read = deployment.steps.of(window)
    own = frozenset(id(task) for task in window.tasks)
    for install, reboot in read.order.without_scan():
        # A task that is unknown can be the scan.
        yield from read.unknown[:1]
        with reported_at(reboot.task["Priority"]):
            is_scanned = deployment.scans.covers(install.selections, without=own)
        if not read.unknown and not is_scanned:
            problem = (
                f"{reboot.name} reboots the nodes after {install.name} installs patches with NoReboot, but no later "
                "task scans them, so the patches are reported as pending a reboot until the next scan."
            )
            yield from _if_made_together(reboot, install, problem)


@rule(
    "CommandOnStoppedNodes",
    Severity.WARNING,
    of="windows",
    fix="Set Priority of the task that stops the nodes to a higher number than that of the command.",
    page=_REGISTER,
)
def command_on_stopped_nodes(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A command should not follow a task that stops its nodes, because it runs only on running nodes."""
    read = deployment.steps.of(window)
    for command, stop in read.order.on_stopped():
        # A task that is unknown can start the nodes.
        yield from read.unknown[:1]
        if not read.unknown:
            problem = (
                f"{stop.name} stops nodes before {command.name} starts on them, and no task in between starts them."
            )
            yield from _if_made_together(command, stop, problem)


@rule(
    "PreparationAfterInstall",
    Severity.NOTE,
    of="windows",
    fix="Set Priority of the task to a lower number than that of the install.",
    page=_REGISTER,
)
def preparation_after_install(window: MaintenanceWindow, deployment: Context) -> Iterator[Outcome]:
    """A backup of nodes or an update of SSM Agent should precede an install on them if it prepares the install."""
    for step, install in deployment.steps.of(window).order.late_preparations():
        does = "backs up" if step.does.backs_up else "updates SSM Agent on"
        yield from _if_made_together(step, install, f"{step.name} {does} the nodes only after {install.name} installs.")


def _if_certain(
    step: Step[WindowTask], other: Step[WindowTask], problem: str, *, reboot: Step[WindowTask]
) -> Iterator[Outcome]:
    """Report a problem of two steps; it is unknown if only the name of a document suggests that it reboots nodes."""
    if reboot.does.reboot is Reboot.POSSIBLE:
        name = bare_name(reboot.task.document)
        yield UnknownError(reboot.task["TaskArn"], f"The template does not show whether {name} reboots the nodes")
    else:
        yield from _if_made_together(step, other, problem)


def _if_made_together(step: Step[WindowTask], other: Step[WindowTask], problem: str) -> Iterator[Outcome]:
    try:
        check_made_together(step.task, other.task)
    except UnknownError as error:
        yield error
    else:
        yield Violation(step.task["Priority"], problem)
