"""`make rules`: write the catalogue of the rules, and the examples that `check --explain` shows, from the corpus.

The catalogue is docs/rules.md, the examples are patching_constructs/checks/examples.json.
"""

import json
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
EXAMPLES: Final = ROOT / "patching_constructs" / "checks" / "examples.json"
# The date for the examples, which contain dates in the past.
TODAY: Final = datetime(2026, 11, 23, tzinfo=UTC)
# If more resources than this are omitted from an example, the example says so.
MANY: Final = 10

GROUPS: Final = {
    "windows": "Windows",
    "window_dates": "Dates of windows",
    "time_left": "Time in a window",
    "names": "Names and texts",
    "targets": "Targets",
    "tasks": "Tasks",
    "task_order": "Order of tasks",
    "legacy_parameters": "Deprecated parameters of tasks",
    "commands": "Commands",
    "command_invocation": "Invocations of commands",
    "documents": "Documents",
    "together": "Commands on the same nodes",
    "associations": "Associations",
    "scheduled_runs": "Patching outside maintenance windows",
    "roles": "Roles and notifications",
    "baselines": "Baselines",
    "baseline_filters": "Filters of baselines",
    "nodes": "Nodes, and any template",
    "node_coverage": "Nodes that are patched",
    "embedded_templates": "Templates that a template deploys",
    "endpoints": "Endpoints",
    "events": "Events",
    "alarms": "Alarms",
}
"""The headings of the rules' modules, in the order of the page."""

INTRODUCTION: Final = """\
# The rules

[`patching-constructs check`](how-to/check-templates.md), and `PatchingChecks` in a CDK app, check CloudFormation
templates that patch nodes with AWS Systems Manager. There are {count} rules for maintenance windows, their targets
and tasks, the patch documents that they run, patch baselines, and the roles and nodes. They apply to any template.

The result of a rule is one of three. *Compliant* is not reported. *Not compliant* is a finding with the file, the
line, the violation and the fix. *Unknown* is a note, which is always counted: the rule depends on a value that is
unknown until deployment.

| severity | meaning |
|---|---|
| error | the service rejects it, nothing is patched, or it behaves differently than it looks |
| warning | it can be deployed, but is seldom intended |
| note | information; reported only with `--severity note` |

The exit code is 0 if nothing is reported, 1 if findings are reported, and 2 if a template cannot be read. On the
command line, `--ignore Patching-WindowQuota` ignores a rule. In a CDK app,
`cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id="Patching-WindowQuota", reason="..."))` acknowledges
it for a construct and everything in its scope. Ids are stable.

Each rule has a template that violates it, with its findings on {today}, and the same template with the fix. Only the
relevant resources are shown; `tests/corpus` has the complete templates, and more violations of each
rule. For the violations that other tools find, see [the comparison](what-others-find.md).

`make rules` generates this page.
"""


def main() -> int:
    """Write the page and the examples."""
    PAGE.write_text(page(), encoding="utf-8")
    EXAMPLES.write_text(examples(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)} and {EXAMPLES.relative_to(ROOT)}: {len(RULES)} rules")
    return 0


def page() -> str:
    """Return the whole page."""
    return "\n".join([INTRODUCTION.format(count=len(RULES), today=f"{TODAY:%Y-%m-%d}"), _index(), *_groups()])


def examples() -> str:
    """Return the examples of all rules as JSON."""
    found = {rule.id: dict(zip(("violating", "compliant"), _example(rule), strict=True)) for rule in RULES}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


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


def _example(rule: Rule) -> tuple[str, str]:
    """Return the resources that violate a rule, and the same resources with the fix."""
    violating, compliant = _violating(rule), Excerpt(CORPUS / "compliant" / f"{rule.id}.yaml", rule)
    shown = violating.marked | violating.named | violating.differing(compliant)
    return violating.text(shown), compliant.text(shown | compliant.differing(violating))


def _violating(rule: Rule) -> "Excerpt":
    return Excerpt(CORPUS / "violating" / rule.id / "example.yaml", rule)


def _section(rule: Rule) -> str:
    violating, compliant = _example(rule)
    return f"""\
### {rule.id}

**{rule.severity}**: {escaped(rule.title)}

To fix it: {escaped(rule.fix)} [AWS documentation]({rule.page})

<details><summary>A template that violates it, and the same template with the fix</summary>

```yaml
{violating}
```

{_violating(rule).quotation}

Fixed:

```yaml
{compliant}
```

</details>
"""


# --- Examples -----------------------------------------------------------------------------------------


class Excerpt:
    """The resources of a template in the corpus, with their text."""

    def __init__(self, file: Path, rule: Rule) -> None:
        """Split a YAML template into its resources, and check it with the rule."""
        self._rule = rule
        self._findings = check_paths([file], now=TODAY, rules=[rule])
        self.blocks = _blocks(file.read_text(encoding="utf-8"))
        """The text of every resource, by its logical id."""

    @property
    def marked(self) -> set[str]:
        """The resources with a violation of the rule."""
        return {name for name, block in self.blocks.items() if re.search(rf"# .*{self._rule.id}\b", block)}

    @property
    def named(self) -> set[str]:
        """The resources that are named in the findings."""
        words = {word for finding in self._findings for word in re.findall(r"\w+", finding.problem)}
        return words & set(self.blocks)

    def differing(self, other: "Excerpt") -> set[str]:
        """Return the resources that are missing or different in another template."""
        theirs = {name: _unmarked(block) for name, block in other.blocks.items()}
        return {name for name, block in self.blocks.items() if theirs.get(name) != _unmarked(block)}

    def text(self, names: set[str]) -> str:
        """Return resources in the order of the template, with a marker on each violation."""
        blocks = [self._pointed(block) for name, block in self.blocks.items() if name in names]
        left_out = len(self.blocks) - len(blocks)
        return "\n\n".join([f"# ... {left_out} more resources ..."] * (left_out > MANY) + blocks)

    @property
    def quotation(self) -> str:
        """The findings, as a quotation."""
        reported = dict.fromkeys(escaped(_reported(each)) for each in self._findings)
        return "\n>\n".join(f"> {each}" for each in reported)

    def _pointed(self, block: str) -> str:
        lines = [
            f"{_unmarked(line)}  # <-- here" if re.search(rf"# .*{self._rule.id}\b", line) else _unmarked(line)
            for line in block.splitlines()
        ]
        return "\n".join(lines)


def _reported(finding: Finding) -> str:
    """Return the violation, and its fix if that is more specific than the fix of the rule."""
    knows_more = finding.status is Status.FAIL and finding.fix != finding.rule.fix
    return f"{finding.problem} {finding.fix}" if knows_more else finding.problem


def _blocks(text: str) -> dict[str, str]:
    """Return the text of every resource by its logical id, without the common indentation."""
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
    """Escape text for Markdown and HTML; text in backticks is code."""
    pieces = re.split(r"(`+[^`]+`+)", text)
    return "".join(piece if place % 2 else _escaped(piece) for place, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    # An underscore within a word is not escaped.
    return re.sub(r"[\\`*\[\]<>#|~$&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\\g<0>", text)


if __name__ == "__main__":
    sys.exit(main())
