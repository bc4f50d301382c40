"""One rule for people: the requirement, the reasons for it, the fix, the documentation and an example."""

import inspect
from collections.abc import Iterator

from rich.text import Text

from patching_constructs.checks.examples import example_of
from patching_constructs.checks.rule import Rule
from patching_constructs.cli.formats.lines import SEVERITY_STYLES, Line, lay_out


def render_explanation(rule: Rule, *, to_file: bool) -> str:
    """Write a rule: the paragraphs of its function, the fix, and resources that violate it and that comply."""
    return lay_out(_lines(rule), to_file=to_file)


def _lines(rule: Rule) -> Iterator[Line]:
    yield 0, Text.assemble(rule.id, ": ", (rule.severity, SEVERITY_STYLES[rule.severity]))
    for paragraph in (rule.title, *_reasons(rule)):
        yield 0, Text()
        yield 2, Text(paragraph)
    yield 0, Text()
    yield 2, Text.assemble(("fix: ", "dim"), rule.fix)
    yield 0, Text(f"  {rule.page}", style="dim")
    example = example_of(rule)
    yield from _resources("violating example:", example.violating)
    yield from _resources("compliant example:", example.compliant)


def _resources(title: str, text: str) -> Iterator[Line]:
    yield 0, Text()
    yield 2, Text(title, style="dim")
    yield 0, Text()
    for line in text.splitlines():
        # Code is not folded.
        yield 0, Text(f"    {line}" if line else "")


def _reasons(rule: Rule) -> list[str]:
    """Return the paragraphs after the requirement in the docstring of a rule."""
    _, *paragraphs = (inspect.getdoc(rule.check) or "").split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs]
