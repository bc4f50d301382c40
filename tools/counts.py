"""Print the total of the test counts in a folder: ``python tools/counts.py build/counts``."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET


def main() -> int:
    """Print the line. An interrupted test run adds nothing."""
    print(line(sorted(Path(sys.argv[1]).glob("*.xml"))))
    return 0


def line(reports: Iterable[Path]) -> str:
    """Return how many tests passed, failed and were skipped, according to the JUnit reports."""
    counts: Counter[str] = Counter()
    for report in reports:
        for suite in ET.parse(report).iter("testsuite"):  # noqa: S314 - pytest wrote it
            counts.update({name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")})
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    return f"{passed} passed, {failed} failed, {counts['skipped']} skipped"


if __name__ == "__main__":
    sys.exit(main())
