"""What the documentation states about the report."""

import re
from pathlib import Path
from typing import Any

from tests.unit.compliance_report.athena import Athena, columns_of
from tests.unit.compliance_report.conftest import NOW

DOCS = Path(__file__).parents[3] / "docs"
NODE = ["account_id", "region", "node_id"]


def table_of(page: str, heading: str) -> dict[str, str]:
    """Return the cells of the second column by those of the first."""
    text = (DOCS / page).read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")][2:]
    return {cells[0].strip(): cells[1].strip() for cells in rows}


def test_the_columns_of_every_view_are_documented(template: Any, tmp_path: Path) -> None:
    documented = {
        view.strip("`"): NODE + re.findall(r"`(\w+)`", columns)
        for view, columns in table_of("reference/compliance-report.md", "Views").items()
    }
    views = Athena(template, tmp_path, NOW).views
    assert documented == {view["Name"]: list(columns_of(view)) for view in views}


def test_every_saved_query_is_documented(template: Any) -> None:
    saved = [each["Properties"]["Name"] for each in template["Resources"].values() if "NamedQuery" in each["Type"]]
    assert list(table_of("how-to/compliance-report.md", "Ask questions")) == saved


def test_the_number_of_resources(template: Any) -> None:
    text = (DOCS / "how-to" / "compliance-report.md").read_text(encoding="utf-8")
    assert f"The report is {len(template['Resources'])} resources" in text


def test_the_query_in_the_guide_runs(template: Any, tmp_path: Path) -> None:
    text = (DOCS / "how-to" / "compliance-report.md").read_text(encoding="utf-8")
    (sql,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert Athena(template, tmp_path, NOW).select(sql) == []
