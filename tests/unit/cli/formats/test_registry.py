"""The registry of formats: every format has a module, and the modules of a command take the same argument."""

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from patching_constructs.cli import formats
from patching_constructs.cli.formats import registry

FAMILIES: dict[str, tuple[type[StrEnum], str]] = {
    "adoption": (registry.AdoptionFormat, "AdoptionReport"),
    "calendar": (registry.CalendarFormat, "Calendar"),
    "capacity": (registry.CapacityFormat, "CapacityReport"),
    "coverage": (registry.CoverageFormat, "CoverageMatrix"),
    "diff": (registry.DiffFormat, "DiffReport"),
    "findings": (registry.FindingsFormat, "Report"),
    "report": (registry.ReportFormat, "ShownReport"),
    "rules": (registry.RulesFormat, "RuleList"),
    "windows": (registry.WindowsFormat, "WindowList"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_format_has_a_module_and_every_module_a_format(family: str) -> None:
    names, _ = FAMILIES[family]
    folder = Path(str(formats.__file__)).parent / family
    assert sorted(file.stem for file in folder.glob("as_*.py")) == sorted(f"as_{name}" for name in names)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_formats_of_a_command_take_the_same_argument(family: str) -> None:
    names, argument = FAMILIES[family]
    for name in names:
        render = import_module(f"patching_constructs.cli.formats.{family}.as_{name}").render
        *subject, result = get_type_hints(render).values()
        assert ([each.__name__ for each in subject], result) == ([argument], str)
