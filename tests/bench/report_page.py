"""The page of the report: ``python -m tests.bench.report_page``.

Writing it (the CPU time and the peak of the memory, without the report itself), its size, and in Chromium the first
contentful paint, the time until everything is drawn, the time of typing into the filter, and the memory of the script.
"""

import argparse
import shutil
import statistics
import sys
import time
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from patching_constructs.cli.page.report.build import build_page
from patching_constructs.reporting.report import ComplianceReport
from tests.unit.reporting.samples import sample_report

SIZES = (3, 300, 10_000)
MEGABYTE = 1_000_000
TYPED = """() => {
    const started = performance.now();
    const field = document.getElementById("text");
    field.value = "web-0";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.offsetHeight;
    return performance.now() - started;
}"""


def written(report: ComplianceReport, repetitions: int) -> tuple[str, float, float]:
    """Return the page, the median of its CPU time in seconds, and the peak of its memory in megabytes."""
    seconds = []
    for _ in range(repetitions):
        started = time.process_time()
        text = build_page(report)
        seconds.append(time.process_time() - started)
    tracemalloc.start()
    build_page(report)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return text, statistics.median(seconds), peak / MEGABYTE


def drawn(browser: Browser, file: Path, repetitions: int) -> list[float]:
    """Return medians: first contentful paint, everything drawn, typing (milliseconds), and the heap in megabytes."""
    runs = []
    for _ in range(repetitions):
        tab = browser.new_page(viewport={"width": 1440, "height": 960}, bypass_csp=True)
        tab.goto(file.as_uri())
        tab.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        paint = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        end = tab.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        heap = tab.evaluate("performance.memory.usedJSHeapSize")
        runs.append((paint, end, tab.evaluate(TYPED), heap / MEGABYTE))
        tab.close()
    return [statistics.median(each) for each in zip(*runs, strict=True)]


def main() -> None:
    """Measure all sizes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    repetitions = parser.parse_args().repetitions
    chromium = shutil.which("chromium") or sys.exit("chromium is not installed: apt-get install chromium")
    table = Table(title="The page of the report: medians")
    for column in ("nodes", "write", "peak", "size", "first paint", "drawn", "filter", "heap"):
        table.add_column(column, justify="right")
    arguments = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
    with (
        TemporaryDirectory() as directory,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=arguments) as browser,
    ):
        for nodes in SIZES:
            text, seconds, peak = written(sample_report(nodes), repetitions)
            file = Path(directory) / f"{nodes}.html"
            file.write_text(text, encoding="utf-8")
            paint, end, typed, heap = drawn(browser, file, repetitions)
            size = f"{len(text.encode()) / 1000:,.0f} kB"
            times = (f"{each:,.0f} ms" for each in (paint, end, typed))
            table.add_row(f"{nodes:,}", f"{seconds:.2f} s", f"{peak:.0f} MB", size, *times, f"{heap:.0f} MB")
    Console().print(table)


if __name__ == "__main__":
    main()
