"""The page of evidence, from the records."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from tests.proof.evidence import DEPLOYED, TITLES, Evidence
from tests.proof.features import FEATURES
from tests.proof.record import Outcome, Record, Seen

AWS: Final = "never"
_HEAD: Final = """# Evidence

What was tested of each feature, and by what. `make proof` writes this page from the outcomes of tests; a test fails if
it is not current.

**Nothing here ran on AWS.** Our CI cannot reach it, so no row has evidence that AWS accepts a template, or that a node
was patched.

| column | what ran |
|---|---|
| Unit tests | tests of the feature, its messages and its synthesized templates |
| CDK validation, cfn-lint, cdk-nag, Our linter | the examples that use the feature have no finding |
| API model | the requests of a deployment have the types, patterns and limits of botocore's service models |
| Emulator | LocalStack created the resources, and returned properties of the template; it validates no value |
| AWS | the service itself: never, because it is not reachable from our CI |

A cell is the number of test cases, or of properties that were returned as the template has them.

"""
_SEEN: Final = """
## What the emulator returned

A property is counted for each resource that returned it with the value of the template. *Not compared* are properties
that the emulator does not return, or returns with another value, or that the test does not read. A *fallback* is a
resource that the emulator reports as created, of a type that it does not support.
[What an emulator has deployed](../explanation/emulator.md) also has the types that belong to no feature.

"""


def page(records: Sequence[Record]) -> str:
    """Return the page."""
    outcomes = [outcome for record in records for outcome in record.outcomes]
    return _HEAD + "\n".join(_rows(outcomes)) + "\n" + _details(outcomes) + _runs(records)


def _rows(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield f"| Feature | {' | '.join(TITLES[each] for each in Evidence)} | AWS |"
    yield "|---" * (len(Evidence) + 2) + "|"
    for feature in FEATURES:
        cells = [
            cell([each for each in outcomes if (each.feature, each.evidence) == (feature, kind)]) for kind in Evidence
        ]
        yield f"| `{feature}` | {' | '.join(cells)} | {AWS} |"


def cell(outcomes: Sequence[Outcome]) -> str:
    """Return what the outcomes of a feature and a kind of evidence show."""
    if any(each.failed or each.skipped for each in outcomes):
        return "failed"
    if not outcomes:
        return "-"
    if Evidence(outcomes[0].evidence) not in DEPLOYED:
        return str(sum(each.passed for each in outcomes))
    found = sum(seen.equal.total() for each in outcomes for seen in each.seen.values())
    return f"{found} properties" if found else "no evidence"


def _details(outcomes: Sequence[Outcome]) -> str:
    tables = [_table(kind, [each for each in outcomes if each.evidence == kind]) for kind in DEPLOYED]
    return _SEEN + "\n".join(filter(None, tables)) if any(tables) else ""


def _table(kind: Evidence, outcomes: Sequence[Outcome]) -> str:
    """Return the table of a kind of evidence by type; features of one type have seen the same resources."""
    if not outcomes:
        return ""
    types: dict[str, list[Seen]] = defaultdict(list)
    for outcome in outcomes:
        for seen in outcome.seen.values():
            types[seen.type].append(seen)
    rows = [_type_row(max(found, key=lambda seen: seen.resources)) for _, found in sorted(types.items())]
    head = "| Type | Resources | Properties returned | Not compared | Fallback |\n|---|---|---|---|---|\n"
    return f"### {TITLES[kind]}\n\n{head}" + "\n".join(rows) + "\n"


def _type_row(seen: Seen) -> str:
    equal = ", ".join(f"`{name}` {count}" for name, count in sorted(seen.equal.items())) or "-"
    dropped = ", ".join(f"`{name}` {count}" for name, count in sorted(seen.dropped.items())) or "-"
    return f"| `{seen.type}` | {seen.resources} | {equal} | {dropped} | {seen.fallback or '-'} |"


def _runs(records: Sequence[Record]) -> str:
    lines = ["\n## The runs\n"]
    for record in records:
        tools = ", ".join(f"{name} {version}" for name, version in sorted(record.tools.items()))
        lines.append(f"- `{record.command}`, {record.date}: {len(record.outcomes)} outcomes, with {tools}")
    return "\n".join(lines) + "\n"
