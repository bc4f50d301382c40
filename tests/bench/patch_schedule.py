"""PatchSchedule against hand-written L1: ``python -m tests.bench.patch_schedule``.

Each run is a process of its own that makes so many schedules, in stacks of at most 150, and synthesizes them. The
variants take turns, so that a busy minute of the machine falls on both. CPU is that of the whole process tree, Node
included; a ratio is ours by theirs of the same turn.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

PER_STACK = 150
SIZES = (1, 100, 1000)


# --- What is measured ---------------------------------------------------------------------------------


def make_ours(count: int) -> None:
    """Synthesize schedules made with PatchSchedule."""
    import aws_cdk as cdk  # noqa: PLC0415

    from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression  # noqa: PLC0415

    app = cdk.App()
    for place in range(count):
        if place % PER_STACK == 0:
            stack = cdk.Stack(app, f"Stack{place}")
        PatchSchedule(
            stack,
            f"Schedule{place}",
            schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=place % 24, time_zone="Europe/Berlin"),
            targets=[PatchTarget.patch_group(f"group-{place}")],
            operation=PatchOperation.INSTALL,
            window_name=f"window-{place}",
        )
    app.synth()


def make_theirs(count: int) -> None:
    """Synthesize the same resources, written by hand."""
    import aws_cdk as cdk  # noqa: PLC0415
    from aws_cdk import aws_ssm as ssm  # noqa: PLC0415

    app = cdk.App()
    task = ssm.CfnMaintenanceWindowTask
    for place in range(count):
        if place % PER_STACK == 0:
            stack = cdk.Stack(app, f"Stack{place}")
        window = ssm.CfnMaintenanceWindow(
            stack,
            f"Window{place}",
            name=f"window-{place}",
            schedule=f"cron(0 {place % 24} ? * TUE#2 *)",
            schedule_timezone="Europe/Berlin",
            schedule_offset=5,
            duration=4,
            cutoff=1,
            allow_unassociated_targets=False,
        )
        window_id = window.ref
        target = ssm.CfnMaintenanceWindowTarget(
            stack,
            f"Target{place}",
            resource_type="INSTANCE",
            targets=[ssm.CfnMaintenanceWindowTarget.TargetsProperty(key="tag:Patch Group", values=[f"group-{place}"])],
            window_id=window_id,
        )
        task(
            stack,
            f"Task{place}",
            window_id=window_id,
            task_type="RUN_COMMAND",
            task_arn="AWS-RunPatchBaseline",
            priority=1,
            targets=[task.TargetProperty(key="WindowTargetIds", values=[target.ref])],
            max_concurrency="10%",
            max_errors="10%",
            task_invocation_parameters=task.TaskInvocationParametersProperty(
                maintenance_window_run_command_parameters=task.MaintenanceWindowRunCommandParametersProperty(
                    parameters={"Operation": ["Install"]}
                )
            ),
        )
    app.synth()


VARIANTS = {"ours": make_ours, "theirs": make_theirs}


# --- How it is measured -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """What one process took, in seconds."""

    cpu: float
    wall: float


def run_once(variant: str, count: int) -> Cost:
    """Run one variant in a process of its own."""
    with TemporaryDirectory() as out:
        environment = os.environ | {"CDK_OUTDIR": out, "CDK_VALIDATION": "false"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        before, started = children_cpu(), time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "tests.bench.patch_schedule", "--make", variant, str(count)],
            env=environment,
            check=True,
        )
        return Cost(children_cpu() - before, time.perf_counter() - started)


def children_cpu() -> float:
    """Return the CPU time of all ended descendants: Node is waited for by its parent, and the parent by us."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(count: int, repetitions: int) -> dict[str, list[Cost]]:
    """Let the variants take turns."""
    costs: dict[str, list[Cost]] = {variant: [] for variant in VARIANTS}
    for turn in range(repetitions):
        # Whoever goes first finds the caches colder, so they swap.
        for variant in sorted(VARIANTS, reverse=bool(turn % 2)):
            costs[variant].append(run_once(variant, count))
    return costs


def ratios(costs: dict[str, list[Cost]], what: str) -> dict[str, float]:
    """Return the median of the ratios of the turns, with their smallest and largest."""
    pairs = zip(costs["ours"], costs["theirs"], strict=True)
    values = [getattr(ours, what) / getattr(theirs, what) for ours, theirs in pairs]
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", nargs=2, metavar=("VARIANT", "COUNT"), help="synthesize once; used by the others")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    arguments = parser.parse_args()
    if arguments.make:
        variant, count = arguments.make
        VARIANTS[variant](int(count))
        return
    for variant in VARIANTS:
        run_once(variant, 1)  # bytecode and file caches
    table = Table(title="PatchSchedule by hand-written L1: median (min-max) of the ratios")
    for column in ("schedules", "CPU", "wall", "CPU ours", "CPU L1"):
        table.add_column(column, justify="right")
    report = []
    for count in SIZES:
        costs = measure(count, arguments.repetitions)
        cpu, wall = ratios(costs, "cpu"), ratios(costs, "wall")
        seconds = {variant: statistics.median(cost.cpu for cost in each) for variant, each in costs.items()}
        report.append({"schedules": count, "cpu": cpu, "wall": wall, "cpu_seconds": seconds})
        table.add_row(
            str(count),
            *(f"{each['median']:.3f} ({each['min']:.3f}-{each['max']:.3f})" for each in (cpu, wall)),
            *(f"{seconds[variant]:.2f} s" for variant in ("ours", "theirs")),
        )
    Console().print(table)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
