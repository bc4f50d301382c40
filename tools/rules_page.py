"""`make rules`: write docs/rules.md, the catalogue of the rules, from the rules and the corpus of templates."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Final

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.rule import Rule, registered
from patching_constructs.checks.rules import RULES

ROOT: Final = Path(__file__).parent.parent
CORPUS: Final = ROOT / "tests" / "corpus"
PAGE: Final = ROOT / "docs" / "rules.md"
# The date for the examples, which contain dates in the past.
TODAY: Final = datetime(2026, 11, 23, tzinfo=UTC)
# Whoever reads an example with more resources left out than this should know it.
MANY: Final = 10

GROUPS: Final = {
    "windows": "Windows",
    "names": "Names and texts",
    "targets": "Targets",
    "tasks": "Tasks",
    "commands": "What runs",
    "together": "What runs on the same nodes",
    "roles": "Roles and notifications",
    "baselines": "Baselines",
    "baseline_filters": "Filters of baselines",
    "nodes": "Nodes, and any template",
    "events": "Events",
}
"""The headings of the rules' modules, in the order of the page."""

INTRODUCTION: Final = """\
# The rules

What [`patching-constructs check`](how-to/check-templates.md), and `PatchingChecks` in a CDK app, look for in templates
of CloudFormation that patch nodes with AWS Systems Manager: {count} rules of maintenance windows, their targets and
tasks, the patch documents that they run, patch baselines, and the roles and nodes around them. They hold for any
template, whoever wrote it.

A rule says one of three things of what it looks at. *Compliant* is told to nobody. *Not compliant* is a finding: the
file and the line, what is wrong, and how to mend it. *Not decidable* is a note, and always counted: the
value that decides is known only to the deployment.

| severity | means |
|---|---|
| error | the service refuses it, or nothing is patched, or something else happens than it looks |
| warning | it can be deployed, and is seldom what was meant |
| note | good to know; told only with `--severity note` |

The command ends with 0 when it reports nothing, with 1 when it reports findings, and with 2 when something cannot be
read. On the command line `--ignore Patching-WindowCount` silences a rule. In a CDK app
`cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id="Patching-WindowCount", reason="..."))` silences it for
a construct and all that is below it. An id never changes and never goes, so what is silenced stays so.

Each rule has a template that violates it, with what is found in it on {today}, and the same template fixed. Of both
only the resources that matter are shown; [tests/corpus](../tests/corpus) has them whole, and more ways to break
every rule. What other tools find of the same faults stands in [a comparison](what-others-find.md).

This page is written by `make rules`.
"""


def main() -> int:
    """Write the page, and say so."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}: {len(RULES)} rules")
    return 0


def page() -> str:
    """Return the whole page."""
    return "\n".join([INTRODUCTION.format(count=len(RULES), today=f"{TODAY:%Y-%m-%d}"), _index(), *_groups()])


def _index() -> str:
    rows = [f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {escaped(rule.title)} |" for rule in RULES]
    return "\n".join(["## All rules", "", "| id | severity | what holds |", "|---|---|---|", *rows, ""])


def _groups() -> Iterator[str]:
    rules: dict[str, list[Rule]] = {}
    for rule in registered():
        rules.setdefault(rule.check.__module__, []).append(rule)
    for module in sorted(rules, key=lambda name: list(GROUPS).index(name.rpartition(".")[2])):
        words = cleandoc(import_module(module).__doc__ or "")
        yield f"## {GROUPS[module.rpartition('.')[2]]}\n\n{escaped(words)}\n"
        yield from map(_section, rules[module])


def _section(rule: Rule) -> str:
    violating = Excerpt(CORPUS / "violating" / rule.id / "example.yaml", rule)
    compliant = Excerpt(CORPUS / "compliant" / f"{rule.id}.yaml", rule)
    shown = violating.marked | violating.named | violating.differing(compliant)
    return f"""\
### {rule.id}

**{rule.severity}**: {escaped(rule.title)}

To mend it: {escaped(rule.fix)} [What AWS says.]({rule.page})

<details><summary>A template that violates it, and the same one fixed</summary>

```yaml
{violating.text(shown)}
```

{violating.quotation}

Mended:

```yaml
{compliant.text(shown | compliant.differing(violating))}
```

</details>
"""


# --- Examples -----------------------------------------------------------------------------------------


class Excerpt:
    """The resources of a template of the corpus, cut out as they are written."""

    def __init__(self, file: Path, rule: Rule) -> None:
        """Cut a template of YAML into its resources, and see what the rule finds in it."""
        self._rule = rule
        self._findings = check_paths([file], now=TODAY, rules=[rule])
        self.blocks = _blocks(file.read_text(encoding="utf-8"))
        """The text of every resource, by its logical id."""

    @property
    def marked(self) -> set[str]:
        """The resources with a line that the rule finds."""
        return {name for name, block in self.blocks.items() if re.search(rf"# .*{self._rule.id}\b", block)}

    @property
    def named(self) -> set[str]:
        """The resources that the findings speak of."""
        words = {word for finding in self._findings for word in re.findall(r"\w+", finding.problem)}
        return words & set(self.blocks)

    def differing(self, other: "Excerpt") -> set[str]:
        """Return the resources that another template does not have, or has otherwise."""
        theirs = {name: _unmarked(block) for name, block in other.blocks.items()}
        return {name for name, block in self.blocks.items() if theirs.get(name) != _unmarked(block)}

    def text(self, names: set[str]) -> str:
        """Return resources in the order of the template, with a pointer to what is wrong."""
        blocks = [self._pointed(block) for name, block in self.blocks.items() if name in names]
        left_out = len(self.blocks) - len(blocks)
        return "\n\n".join([f"# ... {left_out} more resources ..."] * (left_out > MANY) + blocks)

    @property
    def quotation(self) -> str:
        """What is found, as a quotation."""
        told = dict.fromkeys(escaped(_told(each)) for each in self._findings)
        return "\n>\n".join(f"> {each}" for each in told)

    def _pointed(self, block: str) -> str:
        lines = [
            f"{_unmarked(line)}  # <-- here" if re.search(rf"# .*{self._rule.id}\b", line) else _unmarked(line)
            for line in block.splitlines()
        ]
        return "\n".join(lines)


def _told(finding: Finding) -> str:
    """Return what is wrong; how to mend it too, where the value says more of that than the rule."""
    knows_more = finding.status is Status.FAIL and finding.fix != finding.rule.fix
    return f"{finding.problem} {finding.fix}" if knows_more else finding.problem


def _blocks(text: str) -> dict[str, str]:
    """Return the text of every resource by its logical id, without the indentation that all of them have."""
    _, below = re.split(r"^Resources:.*\n", text, maxsplit=1, flags=re.MULTILINE)
    lines = below.splitlines()
    first, *_ = filter(str.strip, lines)
    indentation = len(first) - len(first.lstrip())
    blocks: dict[str, list[str]] = {}
    for line in lines:
        if line.strip() and not line[:indentation].isspace():
            break
        if re.match(r"[^\s#]", line[indentation:]):
            blocks[re.split(r":(?:\s|$)", line.strip())[0]] = []
        if blocks:
            blocks[list(blocks)[-1]].append(line[indentation:])
    return {name: "\n".join(block).rstrip() for name, block in blocks.items()}


def _unmarked(text: str) -> str:
    return re.sub(r"[ ]*# Patching-.*$", "", text, flags=re.MULTILINE)


# --- Markdown -----------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    """Write text so that Markdown and HTML take every character for itself; what stands in backticks is code."""
    pieces = re.split(r"(`+[^`]+`+)", text)
    return "".join(piece if place % 2 else _escaped(piece) for place, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    # An underscore within a word is one.
    return re.sub(r"[\\`*\[\]<>#|~$&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\\g<0>", text)


if __name__ == "__main__":
    sys.exit(main())
