"""Measure a construct against L1 constructs.

Each run is a separate process. The variants take turns, so that a busy minute of the machine falls on both. CPU is
that of the whole process tree, Node included; a ratio is ours by theirs of the same turn.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

SIZES = (1, 100, 1000)
VARIANTS = ("ours", "theirs")


@dataclass(frozen=True)
class Cost:
    """The time of one process, in seconds."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Benchmark:
    """Two variants that create the same resources, in a module that is run as a script."""

    module: str
    things: str
    ours: Callable[[int], None]
    theirs: Callable[[int], None]

    def main(self) -> None:
        """Measure, print the table and write the JSON."""
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--make", nargs=2, metavar=("VARIANT", "COUNT"), help="synthesize once; used by the others")
        parser.add_argument("--repetitions", type=int, default=5)
        parser.add_argument("--json", type=Path, default=Path(f"build/bench-{self.module}.json"))
        arguments = parser.parse_args()
        if arguments.make:
            variant, count = arguments.make
            (self.ours if variant == "ours" else self.theirs)(int(count))
            return
        self._report(arguments.repetitions, arguments.json)

    def _report(self, repetitions: int, file: Path) -> None:
        for variant in VARIANTS:
            self._run_once(variant, 1)  # bytecode and file caches
        table = Table(title=f"{self.module} compared with L1 constructs: median (min-max) of the ratios")
        for column in (self.things, "CPU", "wall", "CPU ours", "CPU L1"):
            table.add_column(column, justify="right")
        report = []
        for count in SIZES:
            costs = self._measure(count, repetitions)
            cpu, wall = ratios(costs, "cpu"), ratios(costs, "wall")
            seconds = {variant: statistics.median(cost.cpu for cost in each) for variant, each in costs.items()}
            report.append({self.things: count, "cpu": cpu, "wall": wall, "cpu_seconds": seconds})
            table.add_row(
                str(count),
                *(f"{each['median']:.3f} ({each['min']:.3f}-{each['max']:.3f})" for each in (cpu, wall)),
                *(f"{seconds[variant]:.2f} s" for variant in VARIANTS),
            )
        Console().print(table)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")

    def _measure(self, count: int, repetitions: int) -> dict[str, list[Cost]]:
        costs: dict[str, list[Cost]] = {variant: [] for variant in VARIANTS}
        for turn in range(repetitions):
            # The first variant has colder caches, so the order alternates.
            for variant in sorted(VARIANTS, reverse=bool(turn % 2)):
                costs[variant].append(self._run_once(variant, count))
        return costs

    def _run_once(self, variant: str, count: int) -> Cost:
        with TemporaryDirectory() as out:
            environment = os.environ | {"CDK_OUTDIR": out, "CDK_VALIDATION": "false"}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            before, started = children_cpu(), time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", f"tests.bench.{self.module}", "--make", variant, str(count)],
                env=environment,
                check=True,
            )
            return Cost(children_cpu() - before, time.perf_counter() - started)


def children_cpu() -> float:
    """Return the CPU time of all ended descendants: Node is waited for by its parent, and the parent by us."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ratios(costs: dict[str, list[Cost]], what: str) -> dict[str, float]:
    """Return the median of the ratios of the turns, with their smallest and largest."""
    pairs = zip(costs["ours"], costs["theirs"], strict=True)
    values = [getattr(ours, what) / getattr(theirs, what) for ours, theirs in pairs]
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}
