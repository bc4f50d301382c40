"""The adapter for cdk-nag: the CDK's validation runs the rules when an app is synthesized.

A cdk-nag pack checks one resource at a time. These rules check whole templates, so the pack reads the synthesized
templates: docs/decisions/0014-the-cdk-nag-pack-reads-templates.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Final

import aws_cdk as cdk
from constructs import IConstruct

from patching_constructs._errors import PatchingError
from patching_constructs._validation import check_flag, check_literal
from patching_constructs.checks._cdk_version import check_cdk_version
from patching_constructs.checks.acknowledgments import ACKNOWLEDGED, ANNOTATION
from patching_constructs.checks.engine import check_templates
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.repeated_findings import first_of_regions
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.template_ignores import TemplateIgnores
from patching_constructs.schedule._time_zone import check_aware
from patching_constructs.template.assets import StackAssets
from patching_constructs.template.construct_metadata import ConstructMetadata
from patching_constructs.template.reading import read_all
from patching_constructs.template.sources import Source, Template, nested_sources

try:
    check_cdk_version()
    from cdk_nag import NagPack
except ModuleNotFoundError:
    raise PatchingError("PatchingChecks requires the extra nag; run pip install 'patching-constructs[nag]'") from None

_CDK_SEVERITY: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


class PatchingChecks(NagPack):
    """A cdk-nag pack that checks an app during synthesis with the rules of ``patching-constructs check``.

    Add it to an app or a stage. An error fails the synthesis, and shows the problem, the fix, and the construct path::

        cdk.Validations.of(app).add_plugins(PatchingChecks(app))

    A warning is reported, but does not fail the synthesis, unlike the warnings of AwsSolutions. A value that is unknown
    until deployment results in a note. Acknowledge a rule to ignore it for a construct and everything in its scope::

        cdk.Validations.of(schedule).acknowledge(cdk.Acknowledgment(id="Patching-RebootOption", reason="..."))

    With the ID ``Patching::Patching-RebootOption``, the validation report also contains the reason.

    See https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html

    Args:
        scope: the scope for `write_suppressions_to_cloud_formation`. Default: none.
        severity: the lowest severity to report, of `patching_constructs.checks.severity.Severity`. Default: warnings;
            notes are omitted.
        use_defaults: use the default values of parameters. Default: parameters are unknown until deployment.
        now: an aware datetime. Executions before it are in the past; the year after it is checked. Default: the time of
            the synthesis.
        verbose: report the requirement of the rule too. Default: False, only the problem and the fix.
        write_suppressions_to_cloud_formation: write the acknowledgments of every pack to the metadata of the resources
            in the scope. Default: False.

    Raises:
        PatchingError: `severity` is invalid, or `now` is not aware.
    """

    def __init__(
        self,
        scope: IConstruct | None = None,
        *,
        severity: Severity = Severity.WARNING,
        use_defaults: bool = False,
        now: datetime | None = None,
        verbose: bool = False,
        write_suppressions_to_cloud_formation: bool = False,
    ) -> None:
        check_literal("severity", severity, Severity)
        check_flag("use_defaults", use_defaults)
        check_flag("verbose", verbose)
        check_flag("write_suppressions_to_cloud_formation", write_suppressions_to_cloud_formation)
        self._now = None if now is None else check_aware("now", now)
        super().__init__(
            scope, verbose=verbose, write_suppressions_to_cloud_formation=write_suppressions_to_cloud_formation
        )
        self._pack_name = self.name
        self._severity = Severity(severity)
        self._use_defaults = use_defaults
        self._verbose = verbose

    @property
    def name(self) -> str:
        """The part of a qualified ID before ``::``."""
        return "Patching"

    @property
    def version(self) -> str:
        """The version of this library."""
        return metadata.version("patching-constructs")

    @property
    def rule_ids(self) -> list[str]:
        """The IDs of all rules."""
        return [rule.id for rule in RULES]

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check the templates of the app; the CDK calls it after it writes them.

        Raises:
            PatchingError: a template cannot be read, or what it ignores is invalid.
        """
        stacks = {
            template.scope: (stack, template)
            for stack in map(_Stack, context.stack_templates)
            for template in stack.templates(use_defaults=self._use_defaults)
        }
        above = _Above(context.app_construct)
        found: dict[_Words, list[cdk.PolicyViolatingResource]] = {}
        for finding in self._findings([template for _, template in stacks.values()]):
            stack, _ = stacks[finding.at.template.scope]
            if finding.rule.id not in stack.acknowledged(finding) | above.acknowledged(stack.path):
                found.setdefault(self._words(finding), []).append(stack.place(finding))
        return cdk.PolicyValidationPluginReport(
            success=all(words.severity is not Severity.ERROR for words in found),
            violations=[words.violation(places) for words, places in found.items()],
        )

    def validate_scope(self, scope: IConstruct) -> cdk.PolicyValidationPluginReport:
        """Raise an error: only synthesized templates can be checked.

        Raises:
            PatchingError: always.
        """
        raise PatchingError(
            f"PatchingChecks reads synthesized templates, but {scope.node.path!r} is not synthesized",
            "add it with cdk.Validations.of(app).add_plugins(...) and call app.synth()",
        )

    def _check_resource(self, node: cdk.CfnResource) -> None:
        """Do nothing: `validate` checks all resources."""

    def _findings(self, templates: list[Template]) -> list[Finding]:
        ignores = TemplateIgnores(templates)
        findings = first_of_regions(check_templates(templates, now=self._now or datetime.now(UTC)))
        return [
            finding
            for finding in findings
            if finding.severity.rank <= self._severity.rank and ignores.reason(finding) is None
        ]

    def _words(self, finding: Finding) -> "_Words":
        # The message about an unknown value contains the requirement.
        title = f" {finding.rule.title}" if self._verbose and finding.status is Status.FAIL else ""
        fix = f"{finding.fix}\n{finding.rule.page}"
        return _Words(finding.rule.id, finding.severity, f"{finding.problem}{title}", fix)


@dataclass(frozen=True, slots=True)
class _Words:
    """The texts of one or several identical findings."""

    rule: str
    severity: Severity
    description: str
    fix: str

    def violation(self, places: list[cdk.PolicyViolatingResource]) -> cdk.PolicyViolation:
        return cdk.PolicyViolation(
            rule_name=self.rule,
            description=self.description,
            fix=self.fix,
            severity=_CDK_SEVERITY[self.severity],
            violating_resources=places,
        )


# --- Constructs ---------------------------------------------------------------------------------------


class _Stack:
    """A synthesized stack: its templates, and the metadata of its constructs."""

    def __init__(self, written: cdk.PolicyValidationStack) -> None:
        """Take what the CDK reports; no file is read yet."""
        self.path = written.stack_construct_path
        self._file = Path(written.template_path)
        account, region = written.account_id or "unknown-account", written.region or "unknown-region"
        self._environment = f"aws://{account}/{region}"
        self._metadata = ConstructMetadata(file=self._beside("metadata.json"))

    def templates(self, *, use_defaults: bool) -> Iterator[Template]:
        """Read the template of the stack and the templates that it deploys."""
        assets = StackAssets(self._beside("assets.json"))
        own = Source(self._file, self.path, self._environment, assets=assets)
        yield from read_all([own, *nested_sources(own)], use_defaults=use_defaults)

    def place(self, finding: Finding) -> cdk.PolicyViolatingResource:
        """Return the location of a finding; the CDK adds the construct path."""
        _, logical_id, *steps = finding.at.path
        # The CDK looks for a resource of the file, which can hold the template of this one.
        outermost = finding.source.qualified(str(logical_id)).partition("/")[0]
        return cdk.PolicyViolatingResource(
            resource_logical_id=outermost,
            template_path=finding.file,
            locations=[".".join(map(str, steps))] if steps else [],
        )

    def acknowledged(self, finding: Finding) -> set[str]:
        """Return the unqualified IDs acknowledged on the construct of a finding and its parents up to the stack."""
        outermost = (finding.logical_id or "").partition("/")[0]
        path = self._metadata.path(finding.source.file.name, outermost)
        path = path or finding.construct_path or self.path
        above = [rules for other, rules in self._acknowledged if f"{path}/".startswith(f"{other}/")]
        return set[str]().union(*map(_plain, above))

    def _beside(self, extension: str) -> Path:
        return self._file.with_name(f"{self._file.name.removesuffix('template.json')}{extension}")

    @cached_property
    def _acknowledged(self) -> list[tuple[str, dict[str, str]]]:
        """The acknowledgments on constructs of the stack, with unqualified or qualified IDs, and their reasons."""
        return self._metadata.of_type(ACKNOWLEDGED)


class _Above:
    """The acknowledgments on the app and its stages, which are in no file."""

    def __init__(self, app: IConstruct) -> None:
        """Read nothing yet: every read takes a jsii round trip."""
        self._app = app
        self._known: dict[str, tuple[IConstruct, frozenset[str]]] = {}

    def acknowledged(self, stack: str) -> frozenset[str]:
        """Return the unqualified IDs acknowledged on the parents of the stack with this path."""
        return self._at(stack.rpartition("/")[0])[1]

    def _at(self, path: str) -> tuple[IConstruct, frozenset[str]]:
        if path not in self._known:
            construct, above = self._app, frozenset[str]()
            if path:
                outer, _, name = path.rpartition("/")
                parent, above = self._at(outer)
                construct = parent.node.find_child(name)
            own = [entry.data for entry in construct.node.metadata if entry.type == ACKNOWLEDGED]
            self._known[path] = construct, above.union(*map(_plain, own))
        return self._known[path]


def _plain(rules: dict[str, str]) -> set[str]:
    """Return the acknowledged IDs, without the namespace that the CDK adds."""
    return {rule.removeprefix(ANNOTATION) for rule in rules}
