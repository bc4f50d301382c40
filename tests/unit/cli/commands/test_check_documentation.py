"""The how-to shows metadata and a configuration that have the documented effect."""

import re
from pathlib import Path

import pytest

from tests.unit.cli.commands.checking import LATE, ROOT, UNUSED, checked, last_line, window, written

PAGE = (ROOT / "docs" / "how-to" / "check-templates.md").read_text(encoding="utf-8")


def shown(heading: str, language: str) -> str:
    """Return the block of code of a section."""
    section = PAGE.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", section, flags=re.DOTALL | re.MULTILINE)
    return str(block)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_metadata_of_a_template() -> None:
    properties = (
        "Properties: {Name: web, Schedule: rate(1 day), Duration: 4, Cutoff: 1, AllowUnassociatedTargets: false}"
    )
    file = Path("template.yaml")
    file.write_text(f"Resources:\n{shown('In a template', 'yaml')}    {properties}\n", encoding="utf-8")
    result = checked(file)
    assert (result.stdout, result.stderr) == ("1 template, no findings; 1 ignored\n", "")


def test_the_configuration() -> None:
    Path("pyproject.toml").write_text(shown("In the configuration file", "toml"), encoding="utf-8")
    old = written(Path("legacy/web/template.json"), {"NightlyWindow": window(), "Late": LATE})
    result = checked(old, "--severity", "warning")
    assert last_line(result) == "1 template: 1 error, 1 warning, 0 notes, 0 unknown until deployment; 1 ignored"
    assert f"warning {UNUSED}\n  template/Late\n" in result.stdout
