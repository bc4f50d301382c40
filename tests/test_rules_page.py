"""The catalogue of the rules, docs/rules.md, is what the rules and the corpus say today."""

import re
import runpy
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from patching_constructs.checks.examples import example_of
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.template.document import read_document

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "rules.md"
TEXT = PAGE.read_text(encoding="utf-8")
HEADINGS = re.findall(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)


def section(rule: Rule) -> str:
    found = re.findall(rf"^### {rule.id}\n(.*?)(?=^##|\Z)", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert len(found) == 1, "every rule has one section: run `make rules`"
    return str(found[0])


def examples(rule: Rule) -> tuple[str, str]:
    violating, compliant = re.findall(r"^```yaml\n(.*?)\n```$", section(rule), flags=re.MULTILINE | re.DOTALL)
    return violating, compliant


def rendered(text: str) -> list[Token]:
    tokens = MarkdownIt().enable("table").parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def words(text: str) -> str:
    return "".join(token.content for token in rendered(text) if token.type in {"text", "code_inline"})


def test_the_page_is_current() -> None:
    current = runpy.run_path(str(ROOT / "tools" / "rules_page.py"))["page"]()
    assert current == TEXT, "docs/rules.md is not what the rules say: run `make rules`"


def test_the_examples_of_the_command_line_are_those_of_the_page() -> None:
    for rule in RULES:
        example = example_of(rule)
        assert (example.violating, example.compliant) == examples(rule), "run `make rules`"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_shows_what_breaks_it_and_what_is_found(rule: Rule) -> None:
    violating, compliant = examples(rule)
    assert "# <-- here" in violating
    assert "# <-- here" not in compliant
    assert violating != compliant
    assert re.search(r"^> \S.*\.$", section(rule), flags=re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_example_is_cut_out_whole(rule: Rule, tmp_path: Path) -> None:
    for example in examples(rule):
        file = tmp_path / "example.yaml"
        file.write_text(example, encoding="utf-8")
        resources = read_document(file).content
        assert isinstance(resources, dict)
        assert all(isinstance(each, dict | list) for each in resources.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_markdown_shows_every_word_of_a_rule(rule: Rule) -> None:
    shown = words(section(rule))
    assert rule.title.replace("`", "") in shown
    assert rule.fix.replace("`", "") in shown


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_in_the_index(rule: Rule) -> None:
    assert f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | " in TEXT


def test_nothing_is_taken_for_html() -> None:
    html = {token.content.strip() for token in rendered(TEXT) if token.type in {"html_inline", "html_block"}}
    folded = "<details><summary>A template that violates it, and the same template with the fix</summary>"
    assert html == {folded, "</details>"}


def test_every_page_of_aws_is_one() -> None:
    links = [str(token.attrs["href"]) for token in rendered(TEXT) if token.type == "link_open"]
    pages = [link for link in links if link.startswith("http")]
    assert len(pages) == len(RULES)
    for page in pages:
        assert re.fullmatch(r"https://docs\.aws\.amazon\.com(/[\w-]+)+\.html(#[\w-]+)?", page)


def test_every_link_leads_somewhere() -> None:
    anchors = {"#" + each.lower().replace(" ", "-").replace(",", "") for each in HEADINGS}
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXT):
        assert target in anchors or (PAGE.parent / target).exists(), target
