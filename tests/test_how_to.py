"""The how-to pages contain the current examples, and their links are valid."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOW_TOS = sorted((ROOT / "docs" / "how-to").glob("*.md"))


@pytest.mark.parametrize("page", HOW_TOS, ids=lambda page: page.stem)
def test_every_code_is_an_example(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"\]\(\.\./\.\./(examples/\w+\.py)\)\n\n```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(named) == text.count("```python"), "a code block follows the link to its file"
    for example, code in named:
        assert code == (ROOT / example).read_text(encoding="utf-8"), example


def test_the_first_patched_fleet_shows_all_three_systems() -> None:
    text = (ROOT / "docs" / "how-to" / "first-patched-fleet.md").read_text(encoding="utf-8")
    for example in (ROOT / "examples").glob("first_fleet_*.py"):
        assert f"```python\n{example.read_text(encoding='utf-8')}```" in text


@pytest.mark.parametrize("page", HOW_TOS, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = {"#" + each.lower().replace(" ", "-") for each in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        assert target in headings or (page.parent / target).exists(), target
