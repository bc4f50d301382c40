"""Write docs/pictures/calendar.png, the picture of README: the calendar page of a fleet with twelve schedules."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import sync_playwright

ROOT: Final = Path(__file__).parent.parent
PICTURE: Final = ROOT / "docs" / "pictures" / "calendar.png"
MADE: Final = "2026-12-01T09:00:00+00:00"
READ: Final = datetime.fromisoformat("2026-12-09T17:20:00+01:00")


def write_page(directory: Path) -> Path:
    """Synthesize the example, and return its calendar as a page."""
    page, environment = directory / "calendar.html", os.environ | {"CDK_VALIDATION": "false", "NOW": MADE}
    app = [sys.executable, str(ROOT / "examples" / "many_services.py")]
    subprocess.run(app, env=environment | {"CDK_OUTDIR": str(directory / "cdk.out")}, check=True)
    calendar = [
        sys.executable,
        str(ROOT / "tools" / "docs_site" / "at_date.py"),
        "calendar",
        str(directory / "cdk.out"),
    ]
    subprocess.run([*calendar, "--format", "html", "-o", str(page)], env=environment, check=True)
    return page


def main() -> None:
    """Take the picture."""
    chromium = shutil.which("chromium") or sys.exit("chromium is not installed: apt-get install chromium")
    with (
        TemporaryDirectory() as directory,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]) as browser,
    ):
        tab = browser.new_page(
            viewport={"width": 1280, "height": 730}, timezone_id="Europe/Berlin", locale="en-GB", color_scheme="light"
        )
        tab.clock.set_fixed_time(READ)
        tab.goto(write_page(Path(directory)).as_uri())
        tab.screenshot(path=PICTURE)
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
