"""Measure what cfn-lint and the CDK's own validation find of the faults in tests/corpus, and write it down.

``python tools/differential.py`` writes tests/corpus/differential.json, which is what they found, and
docs/what-others-find.md, which tells of it. It takes about a minute.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Status
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.template.document import read_document

ROOT: Final = Path(__file__).parent.parent
CORPUS: Final = ROOT / "tests" / "corpus"
RECORD: Final = CORPUS / "differential.json"
PAGE: Final = ROOT / "docs" / "what-others-find.md"
# The templates were written on this day; what is over is over by then.
TODAY: Final = datetime(2026, 11, 23, tzinfo=UTC)

CFN_LINT: Final = "cfn-lint"
CDK: Final = "CDK validation"
TOOLS: Final = (CFN_LINT, CDK)

ValuePath = tuple[str, ...]
"""The keys and the places in lists that lead to a value of a template."""


@dataclass(frozen=True, order=True)
class Told:
    """What another tool finds: by which rule of its own, and at which value."""

    rule: str
    path: ValuePath


Found = dict[str, dict[str, list[Told]]]
"""What the tools find: by tool, and by the template's name."""


def main() -> int:
    """Measure, and write the record and the page."""
    record = measured()
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(record), encoding="utf-8")
    print(f"wrote {RECORD.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")
    return 0


# --- The corpus ---------------------------------------------------------------------------------------


def templates(kind: str = "") -> list[Path]:
    """Return the templates of the corpus: the violating, compliant or good ones, or all."""
    found = (CORPUS / kind).rglob("*")
    return sorted(each for each in found if each.suffix in {".yaml", ".json"} and each.parent != CORPUS)


def name(file: Path) -> str:
    """Return what a template of the corpus is called in the record."""
    return str(file.relative_to(CORPUS))


def fingerprint() -> str:
    """Return what changes with any template."""
    digest = sha256()
    for file in templates():
        digest.update(f"{name(file)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def planted(file: Path) -> set[tuple[int, str]]:
    """Return the planted faults of a template: the line, and the id of the rule; not what cannot be decided."""
    if file.suffix == ".json":
        lines = (file.parent / f"{file.name}.expected").read_text(encoding="utf-8").splitlines()
        return {(int(line.split()[0]), rule) for line in lines for rule in _marks(line)}
    lines = file.read_text(encoding="utf-8").splitlines()
    return {(number, rule) for number, line in enumerate(lines, 1) for rule in _marks(line.rpartition("#")[2])}


def _marks(text: str) -> list[str]:
    return [] if "is compared" in text else re.findall(r"(Patching-\w+)\b(?!\?)", text)


@cache
def places(file: Path) -> dict[tuple[int, str], list[ValuePath]]:
    """Return where the planted faults of a template stand: the outermost values on their lines."""
    document = read_document(file)
    by_line: dict[int, list[ValuePath]] = {}
    for path in _paths(document.content):
        by_line.setdefault(document.line(path), []).append(tuple(map(str, path)))
    found = {}
    for line, rule in planted(file):
        shortest = min(map(len, by_line[line]))
        found[line, rule] = [path for path in by_line[line] if len(path) == shortest]
    return found


def _paths(content: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(content, dict):
        inner = list(content.items())
    elif isinstance(content, list):
        inner = list(enumerate(content))
    for step, value in inner:
        yield (*above, step)
        yield from _paths(value, (*above, step))


# --- The tools ----------------------------------------------------------------------------------------


def cfn_lint(files: Sequence[Path]) -> dict[str, list[Told]]:
    """Return what cfn-lint finds in files: errors, warnings, and what is for information."""
    from cfnlint import api  # noqa: PLC0415 - whoever only writes the page does without the tools
    from cfnlint.config import ManualArgs  # noqa: PLC0415

    names = [str(file) for file in files]
    config = ManualArgs(templates=names, include_checks=["I"], regions=["us-east-1"])
    found: dict[str, list[Told]] = {each: [] for each in names}
    for match in api.lint_by_config(config):
        found[match.filename].append(Told(match.rule.id, tuple(map(str, match.path))))
    return {each: sorted(told) for each, told in found.items()}


def cdk_validation(files: Sequence[Path]) -> dict[str, list[Told]]:
    """Return what the plugin finds that validates every app of the CDK, given templates as they are."""
    import aws_cdk as cdk  # noqa: PLC0415
    import jsii  # noqa: PLC0415

    names = [str(file.resolve()) for file in files]

    @jsii.implements(cdk.IPolicyValidationContext)
    class Written:
        """What the CDK tells a plugin of an app whose templates are written."""

        @property
        def app_construct(self) -> cdk.App:
            return cdk.App()

        @property
        def account_id(self) -> None:
            return None

        @property
        def region(self) -> None:
            return None

        @property
        def template_paths(self) -> list[str]:
            return names

        @property
        def stack_templates(self) -> list[cdk.PolicyValidationStack]:
            return [cdk.PolicyValidationStack(stack_construct_path="Stack", template_path=each) for each in names]

    found: dict[str, list[Told]] = {each: [] for each in names}
    for violation in cdk.CloudFormationValidatePlugin().validate(Written()).violations:
        for place in violation.violating_resources:
            steps = tuple(re.split(r"[./]", (place.locations or [""])[0]))
            path = ("Resources", place.resource_logical_id, *steps) if place.resource_logical_id else steps
            told = Told(violation.rule_name, tuple(step for step in path if step))
            found[str(place.template_path)].append(told)
    return {str(file): sorted(found[str(file.resolve())]) for file in files}


def versions() -> dict[str, str]:
    """Return the versions of what is compared."""
    return {each: metadata.version(each) for each in ("cfn-lint", "aws-cdk-lib")}


# --- The measurement ----------------------------------------------------------------------------------


def measured() -> dict[str, Any]:
    """Let both tools look at every template, and at every slip."""
    files = templates()
    with TemporaryDirectory() as folder:
        slips = [slip.write(Path(folder)) for slip in SLIPS]
        told = {CFN_LINT: cfn_lint([*files, *slips]), CDK: cdk_validation([*files, *slips])}
        found = [
            [tool for tool in TOOLS if any(about(slip.path, each.path) for each in told[tool][str(file)])]
            for slip, file in zip(SLIPS, slips, strict=True)
        ]
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "versions": versions(),
        "corpus": fingerprint(),
        "found": {tool: _recorded({name(file): told[tool][str(file)] for file in files}) for tool in TOOLS},
        "slips": {slip.words: tools for slip, tools in zip(SLIPS, found, strict=True)},
    }


def _recorded(told: dict[str, list[Told]]) -> dict[str, list[str]]:
    return {file: [f"{each.rule} {'/'.join(each.path)}" for each in found] for file, found in told.items() if found}


def as_found(record: dict[str, Any]) -> Found:
    """Return what the tools found, as the record has it."""
    return {
        tool: {file: [_told(line) for line in lines] for file, lines in files.items()}
        for tool, files in record["found"].items()
    }


def _told(line: str) -> Told:
    rule, _, path = line.partition(" ")
    return Told(rule, tuple(filter(None, path.split("/"))))


def about(fault: ValuePath, told: ValuePath) -> bool:
    """Tell whether a finding is at a fault, within it, or at what holds it, which is its resource at most."""
    shorter = min(len(fault), len(told))
    return shorter > 1 and fault[:shorter] == told[:shorter]


# --- Slips that are no rule's -------------------------------------------------------------------------


@dataclass(frozen=True)
class Slip:
    """A slip that none of our rules looks for, made in a good template."""

    words: str
    template: str
    at: str
    value: object

    @property
    def path(self) -> ValuePath:
        """Where it is made."""
        return ("Resources", *self.at.split("."))

    def write(self, folder: Path) -> Path:
        """Write the template with the slip in it."""
        content: Any = deepcopy(read_document(CORPUS / "good" / self.template).content)
        *way, last = self.path
        holder = content
        for step in way:
            holder = holder[step]
        holder[last] = self.value
        file = folder / f"{self.at}.{len(list(folder.iterdir()))}.json"
        file.write_text(json.dumps(content, indent=1), encoding="utf-8")
        return file


_WINDOW: Final = "notification-with-both-roles.yaml"
_ASSOCIATION: Final = "weekly-install-by-association.yaml"
_COMMAND: Final = "InstallAndTell.Properties.TaskInvocationParameters.MaintenanceWindowRunCommandParameters"

SLIPS: Final = (
    Slip("a window's `Timezone`, which is no property", _WINDOW, "Window.Properties.Timezone", "Europe/Berlin"),
    Slip("`AllowUnassociatedTargets: perhaps`", _WINDOW, "Window.Properties.AllowUnassociatedTargets", "perhaps"),
    Slip("a window's `Tags` as a mapping", _WINDOW, "Window.Properties.Tags", {"Team": "payments"}),
    Slip("`DependsOn` of a resource that there is not", _WINDOW, "Window.DependsOn", "Windw"),
    Slip("a `!Ref` to a window that there is not", _WINDOW, "Target.Properties.WindowId", {"Ref": "Windw"}),
    Slip(
        "`!GetAtt` of an attribute that a window does not have",
        _WINDOW,
        "Target.Properties.WindowId",
        {"Fn::GetAtt": ["Window", "Identifier"]},
    ),
    Slip("`Priority: high`", _WINDOW, "InstallAndTell.Properties.Priority", "high"),
    Slip("a command's `OutputS3Bucket`, which is no property", _WINDOW, f"{_COMMAND}.OutputS3Bucket", "logs"),
    Slip(
        "a policy of the `Version` 2012-10-18",
        _WINDOW,
        "MaintenanceRole.Properties.AssumeRolePolicyDocument.Version",
        "2012-10-18",
    ),
    Slip(
        "an association's `ComplianceSeverity: SEVERE`",
        _ASSOCIATION,
        "ScanBoth.Properties.ComplianceSeverity",
        "SEVERE",
    ),
    Slip("an association's `ScheduleOffset: 9`", _ASSOCIATION, "ScanBoth.Properties.ScheduleOffset", 9),
    Slip(
        "an association's cron of five fields",
        _ASSOCIATION,
        "ScanBoth.Properties.ScheduleExpression",
        "cron(0 12 * * *)",
    ),
    Slip("a command's `DocumentHashType: MD5`", _WINDOW, f"{_COMMAND}.DocumentHashType", "MD5"),
)


def ours(slip: Slip) -> bool:
    """Tell whether a rule of ours finds a slip after all."""
    with TemporaryDirectory() as folder:
        findings = check_paths([slip.write(Path(folder))], now=TODAY)
    return any(each.status is Status.FAIL and about(slip.path, tuple(map(str, each.at.path))) for each in findings)


# --- The page -----------------------------------------------------------------------------------------


OURS: Final = "patching-constructs"
ALL: Final = "all"

REMARKS: Final = {
    (CFN_LINT, "I3011"): "a resource that keeps data says nothing of what happens to it when it is deleted or replaced",
    (CFN_LINT, "I3013"): "a database says nothing of how long its backups are kept",
    (CFN_LINT, "W2001"): "a parameter is not used: the CDK writes `BootstrapVersion` into every template",
    (CDK, "E1156"): "a false alarm: an empty default, in a branch of `Fn::If` that is not taken then, is no role's ARN",
    (CDK, "F3033"): "a false alarm: an empty default, in a branch of `Fn::If` that is not taken then, is too short",
    (CDK, "W2001"): "a parameter is not used: the CDK writes `BootstrapVersion` into every template",
    (CDK, "W9003"): "a number or a boolean is written as text, or text as a number; CloudFormation takes it",
    (CDK, "W9008"): "a database is not encrypted",
    (CDK, "W9010"): "an instance names its image, which is another one in every Region",
}
"""What the findings say that are about none of the planted faults."""

PAGE_OF: Final = """\
# What others find

cfn-lint and the CDK's own validation look at the same templates as [our rules](rules.md). This page says what each of
them finds of the faults in [tests/corpus](../tests/corpus), and what they find that we do not. It was measured on
{measured}, with {total} templates of CloudFormation: {violating} are violating, {fixed} are the first one of each rule
fixed, and {good} are good.

| | version | finds a fault in | finds of the planted faults |
|---|---|---|---|
{summary}

Of {rules} rules, cfn-lint finds something for {with_cfn_lint} and the CDK's validation for {with_cdk}.
{undecided} of the violating templates are not counted: whether they violate the rule depends on a value that is unknown
until deployment. We report that, and the other tools report nothing.

## How it was measured

- A planted fault is a line of a template, with the rule that it breaks. We find it when that rule has a finding on that
  line.
- Another tool finds it when it says anything of the value on that line, of what is in it, or of what holds it, for
  whatever reason, be it only for information. In a template with several faults one of them is enough. What a rule of
  theirs says does not count where that rule speaks of a fixed or good template too.
- cfn-lint {cfn_lint} ran with its defaults and its informational rules, for one Region. Its experimental rules add only
  that templates have no context block.
- Of aws-cdk-lib {cdk} the plugin `CloudFormation Validate`, which looks at every app when it is synthesized, was given
  the templates as they are.
- What an app finds that takes them with `CfnInclude` was tried once, by hand, on 2026-11-23: no more, and in two
  templates less, as `CfnInclude` leaves out what should be a number and is none. Fifteen templates do not get that far:
  five lack a required property, which the constructs refuse by themselves (it counts as found here); the three of
  Patching-Unseen; the three of Patching-LeakedToken, which the CDK refuses as such; and four that an app wrote already,
  with a parameter `BootstrapVersion` that would stand twice.
- checkov 3.3.30 was tried on the same day, by hand too. Of the resources of `AWS::SSM` it has a check for parameters
  only; what it says of the templates is about topics, functions, buckets, instances and policies, and about none of the
  planted faults.

## What a fair reader should know

- The faults are ours. They were planted to break our rules, so it says little that we find all of them; a corpus that
  others had written would look different. The last table is there for that.
- They look at every type of resource, we at those that patching is made of. They know the schema of each: which
  properties there are, their types, lengths, patterns and words, and whether what is referred to is there. We do not
  repeat most of that, so use one of them beside us; the CDK's runs by itself.
- What they miss is what no schema says: the parameters of the patch documents, the dialect of a schedule, and what
  several resources mean together.

## Rule by rule

In how many templates of a rule a fault is found; a dash is none.

| rule | templates | ours | cfn-lint | CDK validation |
|---|---|---|---|---|
{rows}

## What they say beside the planted faults

| tool | its rule | in violating | in fixed | in good | what it is |
|---|---|---|---|---|---|
{others}

## Slips that are no rule of ours

Each made in a good template, to see what else a schema finds.

| slip | ours | cfn-lint | CDK validation |
|---|---|---|---|
{slips}

This page is written by `python tools/differential.py`, which takes a minute.
"""


@dataclass(frozen=True)
class Row:
    """How many templates of a rule, and planted faults in them, there are, and how many a tool finds."""

    rule: str
    templates: Counter[str]
    faults: Counter[str]


def page(record: dict[str, Any]) -> str:
    """Return the whole page."""
    found, versions_ = as_found(record), record["versions"]
    table = list(rows(found))
    violating = templates("violating")
    return PAGE_OF.format(
        total=len(templates()),
        violating=len(violating),
        fixed=len(templates("compliant")),
        good=len(templates("good")),
        measured=record["measured"],
        summary="\n".join(_summary(table, versions_)),
        rules=len(table),
        with_cfn_lint=sum(row.faults[CFN_LINT] > 0 for row in table),
        with_cdk=sum(row.faults[CDK] > 0 for row in table),
        undecided=len(violating) - sum(row.templates[ALL] for row in table),
        cfn_lint=versions_["cfn-lint"],
        cdk=versions_["aws-cdk-lib"],
        rows="\n".join(map(_row, table)),
        others="\n".join(_others(found)),
        slips="\n".join(_slip(slip, record["slips"][slip.words]) for slip in SLIPS),
    )


def rows(found: Found) -> Iterator[Row]:
    """Count what is found of every rule."""
    for rule in RULES:
        row = Row(rule.id, Counter(), Counter())
        for file in templates(f"violating/{rule.id}"):
            faults = {fault for fault in planted(file) if fault[1] == rule.id}
            counts = {ALL: len(faults), OURS: len(faults & _ours(file, rule))}
            counts |= {tool: len(faults & theirs(found, tool, file)) for tool in TOOLS}
            row.templates.update(each for each, count in counts.items() if count)
            row.faults.update(counts)
        if row.templates[ALL]:
            yield row


def _ours(file: Path, rule: Rule) -> set[tuple[int, str]]:
    findings = check_paths([file], now=TODAY, rules=[rule])
    return {(each.line, each.rule.id) for each in findings if each.status is Status.FAIL}


def theirs(found: Found, tool: str, file: Path) -> set[tuple[int, str]]:
    """Return the planted faults of a template that another tool finds."""
    told = [each for each in found[tool].get(name(file), []) if each.rule not in noise(found, tool)]
    if not told:
        return set()
    return {
        fault for fault, paths in places(file).items() if any(about(path, each.path) for path in paths for each in told)
    }


def noise(found: Found, tool: str) -> set[str]:
    """Return the rules of another tool that speak on templates without a fault."""
    return {each.rule for file, told in found[tool].items() if not file.startswith("violating/") for each in told}


def _summary(table: list[Row], versions_: dict[str, str]) -> Iterator[str]:
    for tool, version in (
        (OURS, "this one"),
        (CFN_LINT, versions_["cfn-lint"]),
        (CDK, f"aws-cdk-lib {versions_['aws-cdk-lib']}"),
    ):
        templates_ = f"{sum(row.templates[tool] for row in table)} of {sum(row.templates[ALL] for row in table)}"
        faults = f"{sum(row.faults[tool] for row in table)} of {sum(row.faults[ALL] for row in table)}"
        yield f"| {tool} | {version} | {templates_} templates | {faults} |"


def _row(row: Row) -> str:
    counts = (row.templates[each] for each in (ALL, OURS, *TOOLS))
    return f"| [{row.rule}](rules.md#{row.rule.lower()}) | {' | '.join(str(count or '-') for count in counts)} |"


def _others(found: Found) -> Iterator[str]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for tool in TOOLS:
        for file in templates():
            for told in _beside(found, tool, file):
                counts.setdefault((tool, told.rule), Counter())[name(file).split("/")[0]] += 1
    for (tool, rule), count in sorted(counts.items()):
        numbers = " | ".join(str(count[kind] or "-") for kind in ("violating", "compliant", "good"))
        yield f"| {tool} | {rule} | {numbers} | {REMARKS[tool, rule]} |"


def _beside(found: Found, tool: str, file: Path) -> list[Told]:
    """Return the findings that are about no planted fault."""
    told = found[tool].get(name(file), [])
    if not told or not name(file).startswith("violating/"):
        return told
    faults = [path for paths in places(file).values() for path in paths]
    return [
        each for each in told if each.rule in noise(found, tool) or not any(about(path, each.path) for path in faults)
    ]


def _slip(slip: Slip, tools: list[str]) -> str:
    verdicts = (ours(slip), *(tool in tools for tool in TOOLS))
    return f"| {slip.words} | {' | '.join('yes' if each else '-' for each in verdicts)} |"


if __name__ == "__main__":
    sys.exit(main())
