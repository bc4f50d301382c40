"""Texts use the field's terms: the words that CONTRIBUTING.md replaces are in no text of the repository."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
_FOLDERS: Final = ("docs", "examples", "patching_constructs", "tests", "tools")
_TEXT: Final = {".cfg", ".css", ".html", ".js", ".json", ".md", ".py", ".pyi", ".toml", ".yaml", ".yml"}

# What to write, and a pattern of what not to write.
_REPLACED: Final = {
    "fix": r"\bmend(s|ed|ing)?\b",
    "execution": r"\bopenings?\b",
    "unknown until deployment": r"\bundecided\b|\bnot decided\b|only the deployment|known (only )?to the deployment"
    r"|known only at deployment|(known|decided) before deployment",
    "violation": r"\bfault(s|y)?\b",
    "status": r"\bverdicts?\b",
    "deployment": r"\bestates?\b",
    "warning": r"worth a second look",
    "linter": r"\binspectors?\b",
    "scheduler": r"\bclock on the wall\b",
    "jsii round trip": r"\bcrossings?\b",
    "invalid, must be": r"\b(is|are) refused\b",
    "cannot be used with": r"\b(does|do) not go with\b",
    "is not supported on": r"\bknows? no\b",
    "must match": r"\bcompared as (it|they)\b",
    "return": r"\b(tells?|told)\b",
    "describe": r"\bspeaks? of\b|\bSay (what|that|why|which|how|whether)\b",
    "severity": r"\bgrave(st)?\b",
    "is not a": r"\b(is|are) no (type|kind) of\b",
    "too many at once": r"\bcrowds?\b",
    # Statuses of AWS and functions of GitHub have two l.
    "canceled": r"(?-i:(?<![\"'`_-])\bcancell(ed|ing)\b(?![\"'`_(-]))",
    "past": r"\bare of the past\b",
}
# What quotes others: schemas, documents of AWS, and the patterns above.
_QUOTED: Final = ("tests/data/", "tests/test_words.py", "patching_constructs/ssm/documents.json")


def texts() -> Iterator[tuple[str, str]]:
    """Return the files of the repository whose texts are ours, with their content."""
    paths = [*ROOT.glob("*.*"), *(path for folder in _FOLDERS for path in (ROOT / folder).rglob("*"))]
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in _TEXT and not name.startswith(_QUOTED):
            yield name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("instead", _REPLACED)
def test_a_word_is_replaced_everywhere(instead: str) -> None:
    """Every line that has the word is listed."""
    pattern = re.compile(_REPLACED[instead], re.IGNORECASE)
    found = [
        f"{name}:{number}: {line.strip()[:160]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == [], f"write: {instead}"
