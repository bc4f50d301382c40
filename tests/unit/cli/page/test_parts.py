"""The files that pages are joined from: each is used, and described in README.md."""

import re
from importlib.resources import files
from typing import Final

import pytest

from patching_constructs.cli.page.calendar.build import FILES as CALENDAR
from patching_constructs.cli.page.rendering import SCRIPTS, STYLES, PageFiles
from patching_constructs.cli.page.report.build import FILES as REPORT

DIRECTORY: Final = files("patching_constructs.cli.page")
PAGES: Final = {"Every page": PageFiles("", STYLES, SCRIPTS), "The calendar": CALENDAR, "The report": REPORT}
every_page = pytest.mark.parametrize("title", PAGES)


def described(title: str, suffix: str) -> list[str]:
    """Return the files in the tables of a section of README.md."""
    text = DIRECTORY.joinpath("README.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(rf"^\| `(.*{suffix})` \|", section, flags=re.MULTILINE)


@pytest.mark.parametrize(("kind", "suffix"), [("styles", ".css"), ("scripts", ".js")])
@every_page
def test_every_part_of_a_page_is_joined_and_described(title: str, kind: str, suffix: str) -> None:
    page = PAGES[title]
    names = [f"{name}{suffix}" for name in getattr(page, kind)]
    directory = DIRECTORY.joinpath(page.folder, kind)
    assert sorted(file.name for file in directory.iterdir()) == sorted(names)
    assert described(title, suffix) == names


@every_page
def test_every_module_of_a_page_is_described(title: str) -> None:
    directory = DIRECTORY.joinpath(PAGES[title].folder)
    modules = [file.name for file in directory.iterdir() if file.name.endswith(".py") and file.name != "__init__.py"]
    assert sorted(described(title, ".py")) == sorted(modules)
