"""Whatever a template contains, there is a plan, and the code of its app is Python."""

import ast
import json
from pathlib import Path

from hypothesis import given

from patching_constructs._errors import PatchingError
from patching_constructs.adoption.module import module
from patching_constructs.adoption.plan import plan
from patching_constructs.template.reading import read_templates
from tests.unit.checks.test_hostile_templates import Template, mutated


@given(mutated())
def test_mutations_of_the_corpus_are_adopted_or_stay(tmp_path: Path, template: Template) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    try:
        templates = read_templates(file)
    except PatchingError:
        return
    stacks = plan(templates)
    if adopted := [stack for stack in stacks if stack.adopted]:
        ast.parse(module(adopted, source="a.json"))
    for stack in stacks:
        kept = {each.logical_id for each in stack.kept}
        assert kept.isdisjoint(name for each in stack.adopted for name in each.handles)
