"""The page of evidence, from the records."""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.proof.evidence import TITLES, Evidence
from tests.proof.features import FEATURES
from tests.proof.record import Outcome, Record

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
| API model | the requests of the examples, none of which is sent, have the types and limits of botocore's models |
| Emulator | LocalStack created the resources, and returned properties of the template; it validates no value |
| AWS | the service itself: never, because it is not reachable from our CI |

A cell is one of these:

- *A number*: so many test cases passed.
- *Properties*: so many values of properties were returned as the template has them, of the resource types that the
  feature creates, in the examples that use it. An example counts for each feature that it uses.
- *No evidence*: the emulator has deployed an example with the feature, but does not support its types, or does not
  return its properties.
- *-*: nothing of this kind ran, because no example uses the feature, or the emulator cannot deploy one that does.

[What an emulator has deployed](../explanation/emulator.md) has the numbers of resources by type. There each resource of
all examples counts once, so they are not the numbers of this page.

"""


def page(records: Sequence[Record]) -> str:
    """Return the page."""
    outcomes = [outcome for record in records for outcome in record.outcomes]
    return _HEAD + "\n".join(_rows(outcomes)) + "\n" + _runs(records)


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
    if Evidence(outcomes[0].evidence) != Evidence.EMULATOR:
        return str(sum(each.passed for each in outcomes))
    found = sum(seen.equal.total() for each in outcomes for seen in each.seen.values())
    return f"{found} properties" if found else "no evidence"


def _runs(records: Sequence[Record]) -> str:
    lines = ["\n## The runs\n"]
    for record in records:
        tools = ", ".join(f"{name} {version}" for name, version in sorted(record.tools.items()))
        lines.append(f"- `{record.command}`, {record.date}: {len(record.outcomes)} outcomes, with {tools}")
    return "\n".join(lines) + "\n"
