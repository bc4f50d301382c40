"""`make rules`: write docs/pictures/finding.svg, the picture of README: findings in a terminal."""

import re
import sys
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.text import Text

ROOT: Final = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from docs_site import terminal  # noqa: E402

PICTURE: Final = ROOT / "docs" / "pictures" / "finding.svg"
SAMPLE: Final = "template.yaml"
COLUMNS: Final = 96
# Fonts of the reader, and not from the network.
FORMAT: Final = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def picture() -> str:
    """Return the picture."""
    command = [str(Path(sys.executable).with_name("patching-constructs")), "check", SAMPLE]
    _, output = terminal.run(command, ROOT / "docs" / "samples", COLUMNS, {})
    console = Console(width=COLUMNS, record=True, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ patching-constructs check {SAMPLE}"))
    console.print(output)
    return console.export_svg(title="patching-constructs", code_format=FORMAT, unique_id="finding")


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
