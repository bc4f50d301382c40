"""Measure which of the violations in tests/corpus cfn-lint and the CDK's own validation find.

``python tools/differential.py`` writes their findings to tests/corpus/differential.json, and the comparison to
docs/what-others-find.md. It takes about a minute.
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
# The date for the templates, which contain dates in the past.
TODAY: Final = datetime(2026, 11, 23, tzinfo=UTC)

CFN_LINT: Final = "cfn-lint"
CDK: Final = "CDK validation"
TOOLS: Final = (CFN_LINT, CDK)

ValuePath = tuple[str, ...]
"""The keys and list indexes of a value in a template."""


@dataclass(frozen=True, order=True)
class ToolFinding:
    """A finding of another tool: its rule, and the value."""

    rule: str
    path: ValuePath


Found = dict[str, dict[str, list[ToolFinding]]]
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
    """Return the name of a template of the corpus in the record."""
    return str(file.relative_to(CORPUS))


def fingerprint() -> str:
    """Return a digest of all templates."""
    digest = sha256()
    for file in templates():
        digest.update(f"{name(file)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def planted(file: Path) -> set[tuple[int, str]]:
    """Return the planted violations of a template, with line and rule id, without unknown ones."""
    if file.suffix == ".json":
        lines = (file.parent / f"{file.name}.expected").read_text(encoding="utf-8").splitlines()
        return {(int(line.split()[0]), rule) for line in lines for rule in _marks(line)}
    lines = file.read_text(encoding="utf-8").splitlines()
    return {(number, rule) for number, line in enumerate(lines, 1) for rule in _marks(line.rpartition("#")[2])}


def _marks(text: str) -> list[str]:
    return [] if "is compared" in text else re.findall(r"(Patching-\w+)\b(?!\?)", text)


@cache
def places(file: Path) -> dict[tuple[int, str], list[ValuePath]]:
    """Return the paths of the planted violations of a template: the outermost values on their lines."""
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


def cfn_lint(files: Sequence[Path]) -> dict[str, list[ToolFinding]]:
    """Return the findings of cfn-lint in files: errors, warnings and information."""
    from cfnlint import api  # noqa: PLC0415 - the page can be written without the tools
    from cfnlint.config import ManualArgs  # noqa: PLC0415

    names = [str(file) for file in files]
    config = ManualArgs(templates=names, include_checks=["I"], regions=["us-east-1"])
    found: dict[str, list[ToolFinding]] = {each: [] for each in names}
    for match in api.lint_by_config(config):
        found[match.filename].append(ToolFinding(match.rule.id, tuple(map(str, match.path))))
    return {each: sorted(findings) for each, findings in found.items()}


def cdk_validation(files: Sequence[Path]) -> dict[str, list[ToolFinding]]:
    """Return the findings of the plugin that validates every CDK app, for unchanged templates."""
    import aws_cdk as cdk  # noqa: PLC0415
    import jsii  # noqa: PLC0415

    names = [str(file.resolve()) for file in files]

    @jsii.implements(cdk.IPolicyValidationContext)
    class Written:
        """The context that the CDK passes to a plugin after it has written the templates."""

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

    found: dict[str, list[ToolFinding]] = {each: [] for each in names}
    for violation in cdk.CloudFormationValidatePlugin().validate(Written()).violations:
        for place in violation.violating_resources:
            steps = tuple(re.split(r"[./]", (place.locations or [""])[0]))
            path = ("Resources", place.resource_logical_id, *steps) if place.resource_logical_id else steps
            findings = ToolFinding(violation.rule_name, tuple(step for step in path if step))
            found[str(place.template_path)].append(findings)
    return {str(file): sorted(found[str(file.resolve())]) for file in files}


def versions() -> dict[str, str]:
    """Return the versions of the tools."""
    return {each: metadata.version(each) for each in ("cfn-lint", "aws-cdk-lib")}


# --- The measurement ----------------------------------------------------------------------------------


def measured() -> dict[str, Any]:
    """Run both tools on every template, and on every other mistake."""
    files = templates()
    with TemporaryDirectory() as folder:
        slips = [mistake.write(Path(folder)) for mistake in MISTAKES]
        findings = {CFN_LINT: cfn_lint([*files, *slips]), CDK: cdk_validation([*files, *slips])}
        found = [
            [tool for tool in TOOLS if any(about(mistake.path, each.path) for each in findings[tool][str(file)])]
            for mistake, file in zip(MISTAKES, slips, strict=True)
        ]
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "versions": versions(),
        "corpus": fingerprint(),
        "found": {tool: _recorded({name(file): findings[tool][str(file)] for file in files}) for tool in TOOLS},
        "slips": {mistake.text: tools for mistake, tools in zip(MISTAKES, found, strict=True)},
    }


def _recorded(findings: dict[str, list[ToolFinding]]) -> dict[str, list[str]]:
    return {file: [f"{each.rule} {'/'.join(each.path)}" for each in found] for file, found in findings.items() if found}


def as_found(record: dict[str, Any]) -> Found:
    """Return the findings of the tools in the record."""
    return {
        tool: {file: [_finding(line) for line in lines] for file, lines in files.items()}
        for tool, files in record["found"].items()
    }


def _finding(line: str) -> ToolFinding:
    rule, _, path = line.partition(" ")
    return ToolFinding(rule, tuple(filter(None, path.split("/"))))


def about(violation: ValuePath, findings: ValuePath) -> bool:
    """Return whether a finding is at a violation, within it, or around it, at most at its resource."""
    shorter = min(len(violation), len(findings))
    return shorter > 1 and violation[:shorter] == findings[:shorter]


# --- Mistakes without a rule --------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A mistake in a good template for which there is no rule."""

    text: str
    template: str
    at: str
    value: object

    @property
    def path(self) -> ValuePath:
        """The path of the changed value."""
        return ("Resources", *self.at.split("."))

    def write(self, folder: Path) -> Path:
        """Write the template with the mistake."""
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

MISTAKES: Final = (
    Mistake("a window's `Timezone`, which is no property", _WINDOW, "Window.Properties.Timezone", "Europe/Berlin"),
    Mistake("`AllowUnassociatedTargets: perhaps`", _WINDOW, "Window.Properties.AllowUnassociatedTargets", "perhaps"),
    Mistake("a window's `Tags` as a mapping", _WINDOW, "Window.Properties.Tags", {"Team": "payments"}),
    Mistake("`DependsOn` of a resource that there is not", _WINDOW, "Window.DependsOn", "Windw"),
    Mistake("a `!Ref` to a window that there is not", _WINDOW, "Target.Properties.WindowId", {"Ref": "Windw"}),
    Mistake(
        "`!GetAtt` of an attribute that a window does not have",
        _WINDOW,
        "Target.Properties.WindowId",
        {"Fn::GetAtt": ["Window", "Identifier"]},
    ),
    Mistake("`Priority: high`", _WINDOW, "InstallAndTell.Properties.Priority", "high"),
    Mistake("a command's `OutputS3Bucket`, which is no property", _WINDOW, f"{_COMMAND}.OutputS3Bucket", "logs"),
    Mistake(
        "a policy of the `Version` 2012-10-18",
        _WINDOW,
        "MaintenanceRole.Properties.AssumeRolePolicyDocument.Version",
        "2012-10-18",
    ),
    Mistake(
        "an association's `ComplianceSeverity: SEVERE`",
        _ASSOCIATION,
        "ScanBoth.Properties.ComplianceSeverity",
        "SEVERE",
    ),
    Mistake("a command's `DocumentHashType: MD5`", _WINDOW, f"{_COMMAND}.DocumentHashType", "MD5"),
)


def ours(mistake: Mistake) -> bool:
    """Return whether one of our rules finds a mistake after all."""
    with TemporaryDirectory() as folder:
        found = _violations(mistake.write(Path(folder)))
    new = found - _violations(CORPUS / "good" / mistake.template)
    return any(about(mistake.path, path) for _, path in new)


def _violations(template: Path) -> set[tuple[str, ValuePath]]:
    findings = check_paths([template], now=TODAY)
    return {(each.rule.id, tuple(map(str, each.at.path))) for each in findings if each.status is Status.FAIL}


# --- The page -----------------------------------------------------------------------------------------


OURS: Final = "patching-constructs"
ALL: Final = "all"

REMARKS: Final = {
    (CFN_LINT, "E1020"): "a `Ref` to a resource that `Fn::ForEach` creates",
    (
        CFN_LINT,
        "E1156",
    ): "a false alarm: an empty string, which is no value, is not the ARN of a role",
    (CFN_LINT, "E3002"): "cfn-lint does not know the property `TemplateBody` of a nested stack",
    (CFN_LINT, "E3003"): "a false alarm: the properties that `AWS::Include` adds are not missing",
    (CFN_LINT, "E3033"): "a false alarm: an empty string, which is no value, is too short",
    (CFN_LINT, "E3051"): "the content of a document does not match cfn-lint's schema of documents",
    (CFN_LINT, "I3011"): "a resource with data has no deletion policy or update replace policy",
    (CFN_LINT, "I3013"): "a database has no backup retention period",
    (CFN_LINT, "I3042"): "an ARN contains the partition `aws` instead of `AWS::Partition`",
    (CFN_LINT, "W1028"): "a branch of `Fn::If` cannot be reached",
    (CFN_LINT, "W1030"): "the default of a parameter does not match the schema of the property",
    (CFN_LINT, "W1034"): "one of the values of a mapping is invalid; our rule reports that as unknown",
    (CFN_LINT, "W1101"): "the template uses YAML aliases",
    (CFN_LINT, "W2001"): "a parameter is not used: the CDK adds `BootstrapVersion` to every template",
    (CFN_LINT, "W2533"): "the runtime of a function is set in `Globals`",
    (CFN_LINT, "W3002"): "the template of a nested stack is a local file, which `aws cloudformation package` uploads",
    (CFN_LINT, "W8001"): "a condition is not used",
    (CFN_LINT, "W8003"): "the two sides of a comparison never differ, or always",
    (CDK, "E0001"): "an error when a Serverless function is transformed; cfn-lint itself has none",
    (CDK, "E1156"): "a false alarm: an empty default, in an unused branch of `Fn::If`, is not the ARN of a role",
    (CDK, "F1031"): "a false alarm: the first argument of `Fn::ToJsonString` is a mapping or a list",
    (CDK, "F3002"): "a false alarm: `Fn::Transform` with `AWS::Include` among the properties is not a property",
    (CDK, "F3003"): "a false alarm: the properties that `AWS::Include` adds are not missing",
    (CDK, "F3033"): "a false alarm: an empty default, in an unused branch of `Fn::If`, is too short",
    (CDK, "W1028"): "a branch of `Fn::If` cannot be reached",
    (CDK, "W2001"): "a parameter is not used: the CDK adds `BootstrapVersion` to every template",
    (CDK, "W3002"): "the template of a nested stack is a local file, which `aws cloudformation package` uploads",
    (CDK, "W3030"): "one of the values of a mapping is invalid; our rule reports that as unknown",
    (CDK, "W8001"): "a condition is not used",
    (CDK, "W8003"): "the two sides of a comparison never differ, or always",
    (CDK, "W9003"): "a number or a boolean is written as text, or text as a number; CloudFormation accepts it",
    (CDK, "W9008"): "a database is not encrypted",
    (CDK, "W9010"): "an instance has a fixed image id, which differs in every Region",
}
"""The meaning of the findings that are not about planted violations."""

PAGE_OF: Final = """\
# Comparison with other tools

cfn-lint and the CDK's own validation check the same templates as [our rules](rules.md). This page compares which of
the violations in `tests/corpus` each of them finds, and what they find that our rules do not. It was
measured on {measured}, with {total} CloudFormation templates: {violating} are violating, {fixed} are the first one of
each rule with the fix, and {good} are good.

| | version | templates with a violation that is found | planted violations that are found |
|---|---|---|---|
{summary}

Of {every} rules, {only_unknown} report only what is unknown until deployment. Of the other {rules}, cfn-lint finds
something for {with_cfn_lint} and the CDK's validation for {with_cdk}. {unknown} of the violating
templates are not counted: whether they violate the rule depends on a value that is unknown until deployment. We report
that, and the other tools report nothing.

## Method

- A planted violation is a line of a template, with the rule that it violates. Our linter finds it if that rule has a
  finding on that line.
- Another tool finds it if it has any finding for the value on that line, a value in it, or a value around it, for any
  reason, including information. In a template with several violations, one of them is sufficient. A rule of another
  tool does not count if it also has findings in fixed or good templates.
- cfn-lint {cfn_lint} ran with its default and informational rules, for one Region. Its experimental rules only add
  that templates have no context block.
- The plugin `CloudFormation Validate` of aws-cdk-lib {cdk}, which checks every app at synthesis, ran on the unchanged
  templates.
- An app that includes the templates with `CfnInclude` was tested once, manually, on 2026-11-23: it found no more,
  and less in two templates, because `CfnInclude` omits invalid numbers. Fifteen templates cannot be included: five
  lack a required property, which is an error of the constructs (it counts as found here); the three of
  Patching-GeneratedResources; the three of Patching-UnresolvedToken, which are errors in the CDK; and four
  templates of apps, with a duplicate parameter `BootstrapVersion`.
- checkov 3.3.30 was tested manually on the same day. Of the `AWS::SSM` resources, it checks only parameters; its
  findings are about topics, functions, buckets, instances and policies, and not about planted violations.

## Limitations

- The violations were planted for our rules, so it is expected that our linter finds all of them; a corpus of other
  authors would have different results. The last table addresses this.
- The other tools check every resource type, our linter only those for patching. They use the schema of each type:
  properties, types, lengths, patterns and literals, and whether references exist. Our linter does not repeat most of
  that, so use it together with one of them; the CDK's validation runs by default.
- The other tools cannot find what is not in a schema: the parameters of the patch documents, the cron dialect, and
  relations between resources.

## Results by rule

The number of templates of a rule with a violation that is found; a dash is zero.

| rule | templates | ours | cfn-lint | CDK validation |
|---|---|---|---|---|
{rows}

## Other findings of the tools

| tool | its rule | in violating | in fixed | in good | meaning |
|---|---|---|---|---|---|
{others}

## Mistakes without a rule

Each mistake was made in a good template, to show what else a schema finds.

| mistake | ours | cfn-lint | CDK validation |
|---|---|---|---|
{mistakes}

`python tools/differential.py` generates this page, which takes a minute.
"""


@dataclass(frozen=True)
class Row:
    """The number of templates and planted violations of a rule, and how many each tool finds."""

    rule: str
    templates: Counter[str]
    violations: Counter[str]


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
        every=len(RULES),
        only_unknown=len(RULES) - len(table),
        rules=len(table),
        with_cfn_lint=sum(row.violations[CFN_LINT] > 0 for row in table),
        with_cdk=sum(row.violations[CDK] > 0 for row in table),
        unknown=len(violating) - sum(row.templates[ALL] for row in table),
        cfn_lint=versions_["cfn-lint"],
        cdk=versions_["aws-cdk-lib"],
        rows="\n".join(map(_row, table)),
        others="\n".join(_others(found)),
        mistakes="\n".join(_mistake(mistake, record["slips"][mistake.text]) for mistake in MISTAKES),
    )


def rows(found: Found) -> Iterator[Row]:
    """Count the violations of every rule that are found."""
    for rule in RULES:
        row = Row(rule.id, Counter(), Counter())
        for file in templates(f"violating/{rule.id}"):
            violations = {violation for violation in planted(file) if violation[1] == rule.id}
            counts = {ALL: len(violations), OURS: len(violations & _ours(file, rule))}
            counts |= {tool: len(violations & theirs(found, tool, file)) for tool in TOOLS}
            row.templates.update(each for each, count in counts.items() if count)
            row.violations.update(counts)
        if row.templates[ALL]:
            yield row


def _ours(file: Path, rule: Rule) -> set[tuple[int, str]]:
    findings = check_paths([file], now=TODAY, rules=[rule])
    return {(each.line, each.rule.id) for each in findings if each.status is Status.FAIL}


def theirs(found: Found, tool: str, file: Path) -> set[tuple[int, str]]:
    """Return the planted violations of a template that another tool finds."""
    findings = [each for each in found[tool].get(name(file), []) if each.rule not in noise(found, tool)]
    if not findings:
        return set()
    return {
        violation
        for violation, paths in places(file).items()
        if any(about(path, each.path) for path in paths for each in findings)
    }


def noise(found: Found, tool: str) -> set[str]:
    """Return the rules of another tool that have findings in templates without a violation."""
    return {
        each.rule for file, findings in found[tool].items() if not file.startswith("violating/") for each in findings
    }


def _summary(table: list[Row], versions_: dict[str, str]) -> Iterator[str]:
    for tool, version in (
        (OURS, "this one"),
        (CFN_LINT, versions_["cfn-lint"]),
        (CDK, f"aws-cdk-lib {versions_['aws-cdk-lib']}"),
    ):
        templates_ = f"{sum(row.templates[tool] for row in table)} of {sum(row.templates[ALL] for row in table)}"
        violations = f"{sum(row.violations[tool] for row in table)} of {sum(row.violations[ALL] for row in table)}"
        yield f"| {tool} | {version} | {templates_} templates | {violations} |"


def _row(row: Row) -> str:
    counts = (row.templates[each] for each in (ALL, OURS, *TOOLS))
    return f"| [{row.rule}](rules.md#{row.rule.lower()}) | {' | '.join(str(count or '-') for count in counts)} |"


def _others(found: Found) -> Iterator[str]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for tool in TOOLS:
        for file in templates():
            for findings in _other_findings(found, tool, file):
                counts.setdefault((tool, findings.rule), Counter())[name(file).split("/")[0]] += 1
    for (tool, rule), count in sorted(counts.items()):
        numbers = " | ".join(str(count[kind] or "-") for kind in ("violating", "compliant", "good"))
        yield f"| {tool} | {rule} | {numbers} | {REMARKS[tool, rule]} |"


def _other_findings(found: Found, tool: str, file: Path) -> list[ToolFinding]:
    """Return the findings that are not about a planted violation."""
    findings = found[tool].get(name(file), [])
    if not findings or not name(file).startswith("violating/"):
        return findings
    violations = [path for paths in places(file).values() for path in paths]
    return [
        each
        for each in findings
        if each.rule in noise(found, tool) or not any(about(path, each.path) for path in violations)
    ]


def _mistake(mistake: Mistake, tools: list[str]) -> str:
    statuses = (ours(mistake), *(tool in tools for tool in TOOLS))
    return f"| {mistake.text} | {' | '.join('yes' if each else '-' for each in statuses)} |"


if __name__ == "__main__":
    sys.exit(main())
