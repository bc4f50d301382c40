"""Write docs/reference/evidence.md from the records of the last runs: ``python tools/evidence_page.py``.

A new record in build/proof replaces the one of the same name.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.proof.record import RECORDS, read_all  # noqa: E402 - tests are not installed
from tests.proof.table import page  # noqa: E402

for record in (ROOT / "build" / "proof").glob("*.json"):
    shutil.copyfile(record, RECORDS / record.name)
(ROOT / "docs" / "reference" / "evidence.md").write_text(page(read_all()), encoding="utf-8")
