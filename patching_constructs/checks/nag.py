"""The adapter for cdk-nag: the CDK's own validation reports the rules' findings while an app is synthesized.

A pack of cdk-nag looks at one resource after the other. These rules look at whole templates, so the pack reads what was
synthesized: docs/decisions/0014-the-cdk-nag-pack-reads-templates.md.
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
from patching_constructs.checks.engine import check_templates
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from patching_constructs.schedule._time_zone import check_aware
from patching_constructs.template.construct_metadata import ConstructMetadata
from patching_constructs.template.sources import Source, Template, nested_sources, read_template

try:
    check_cdk_version()
    from cdk_nag import NagPack
except ModuleNotFoundError:
    raise PatchingError("PatchingChecks needs the extra: pip install 'patching-constructs[nag]'") from None

# cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY, which would cost a jsii round trip to read.
_ACKNOWLEDGED: Final = "aws:cdk:acknowledged-rules"
# An id without a namespace is recorded as an annotation's.
_PLAIN: Final = "Annotation::"
_CDK_SEVERITY: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


class PatchingChecks(NagPack):
    """Finds what no linter finds while an app is synthesized: the rules of ``patching-constructs check``.

    Add it to an app or a stage, and an error fails the synthesis, with what is wrong, the fix, and the path of the
    construct::

        cdk.Validations.of(app).add_plugins(PatchingChecks(app))

    A warning is reported and does not fail it (AwsSolutions fails on its warnings too). What only the deployment knows
    is a note. Acknowledge a rule, and it is silent for the construct and all that is below it::

        cdk.Validations.of(schedule).acknowledge(cdk.Acknowledgment(id="Patching-RebootOption", reason="..."))

    ``Patching::Patching-RebootOption`` does the same, and the validation report keeps the reason.

    See https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html

    Args:
        scope: where `write_suppressions_to_cloud_formation` writes. Default: nowhere.
        severity: report findings of this `patching_constructs.checks.severity.Severity` and above. Default: warnings;
            notes are left out.
        use_defaults: take a parameter's default for its value. Default: a parameter is not known before deployment.
        now: an aware datetime: what is over is over by then, and the year after it is looked at. Default: the time of
            the synthesis.
        verbose: report the requirement of the rule too. Default: False, only what is wrong and the fix.
        write_suppressions_to_cloud_formation: write what is acknowledged, of every pack, into the metadata of the
            resources below the scope. Default: False.

    Raises:
        PatchingError: `severity` is none, or `now` is not aware.
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
        """What stands before ``::`` in a qualified id."""
        return "Patching"

    @property
    def version(self) -> str:
        """The version of this library."""
        return metadata.version("patching-constructs")

    @property
    def rule_ids(self) -> list[str]:
        """The ids of all rules."""
        return [rule.id for rule in RULES]

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check the templates of the app; the CDK calls it when they are written.

        Raises:
            PatchingError: a template cannot be read.
        """
        stacks = {
            template.source.file: (stack, template)
            for stack in map(_Stack, context.stack_templates)
            for template in stack.templates(use_defaults=self._use_defaults)
        }
        above = _Above(context.app_construct)
        found: dict[_Words, list[cdk.PolicyViolatingResource]] = {}
        for finding in self._findings([template for _, template in stacks.values()]):
            stack, _ = stacks[finding.source.file]
            if finding.rule.id not in stack.acknowledged(finding) | above.acknowledged(stack.path):
                found.setdefault(self._words(finding), []).append(stack.place(finding))
        return cdk.PolicyValidationPluginReport(
            success=all(words.severity is not Severity.ERROR for words in found),
            violations=[words.violation(places) for words, places in found.items()],
        )

    def validate_scope(self, scope: IConstruct) -> cdk.PolicyValidationPluginReport:
        """Refuse: constructs say what they are only when their templates are written.

        Raises:
            PatchingError: always.
        """
        raise PatchingError(
            f"PatchingChecks reads templates, and {scope.node.path!r} is not synthesized",
            "add it with cdk.Validations.of(app).add_plugins(...) and call app.synth()",
        )

    def _check_resource(self, node: cdk.CfnResource) -> None:
        """Leave a single resource alone: `validate` sees them all."""

    def _findings(self, templates: list[Template]) -> list[Finding]:
        findings = check_templates(templates, now=self._now or datetime.now(UTC))
        return [finding for finding in findings if finding.severity.rank <= self._severity.rank]

    def _words(self, finding: Finding) -> "_Words":
        # What is unknown until deployment says already what would hold.
        title = f" {finding.rule.title}" if self._verbose and finding.status is Status.FAIL else ""
        fix = f"{finding.fix}\n{finding.rule.page}"
        return _Words(finding.rule.id, finding.severity, f"{finding.problem}{title}", fix)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of a finding, or of several alike."""

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
    """A stack as it was written: its templates, and the metadata of its constructs beside them."""

    def __init__(self, written: cdk.PolicyValidationStack) -> None:
        """Take what the CDK passes on; nothing is read yet."""
        self.path = written.stack_construct_path
        self._file = Path(written.template_path)
        account, region = written.account_id or "unknown-account", written.region or "unknown-region"
        self._environment = f"aws://{account}/{region}"
        self._metadata = ConstructMetadata(file=self._beside("metadata.json"))

    def templates(self, *, use_defaults: bool) -> Iterator[Template]:
        """Read the stack's template and those of the stacks that are nested in it."""
        own = Source(self._file, self.path, self._environment)
        for source in (own, *nested_sources(own, self._beside("assets.json"))):
            yield read_template(source, use_defaults=use_defaults)

    def place(self, finding: Finding) -> cdk.PolicyViolatingResource:
        """Say where a finding is; the CDK adds the construct's path."""
        _, logical_id, *steps = finding.at.path
        return cdk.PolicyViolatingResource(
            resource_logical_id=str(logical_id),
            template_path=finding.file,
            locations=[".".join(map(str, steps))] if steps else [],
        )

    def acknowledged(self, finding: Finding) -> set[str]:
        """Return the plain ids that are acknowledged on the construct of a finding, and from there up to the stack."""
        path = self._metadata.path(finding.source.file.name, finding.logical_id or "")
        path = path or finding.construct_path or self.path
        above = [rules for other, rules in self._acknowledged if f"{path}/".startswith(f"{other}/")]
        return set[str]().union(*map(_plain, above))

    def _beside(self, extension: str) -> Path:
        return self._file.with_name(f"{self._file.name.removesuffix('template.json')}{extension}")

    @cached_property
    def _acknowledged(self) -> list[tuple[str, dict[str, str]]]:
        """What is acknowledged on constructs of the stack, plainly or qualified, with the reasons."""
        return self._metadata.of_type(_ACKNOWLEDGED)


class _Above:
    """What is acknowledged above the stacks, on the app and its stages, which no file contains."""

    def __init__(self, app: IConstruct) -> None:
        """Ask for nothing yet: every question costs jsii round trips."""
        self._app = app
        self._known: dict[str, tuple[IConstruct, frozenset[str]]] = {}

    def acknowledged(self, stack: str) -> frozenset[str]:
        """Return the plain ids that are acknowledged above the stack of this path."""
        return self._at(stack.rpartition("/")[0])[1]

    def _at(self, path: str) -> tuple[IConstruct, frozenset[str]]:
        if path not in self._known:
            construct, above = self._app, frozenset[str]()
            if path:
                outer, _, name = path.rpartition("/")
                parent, above = self._at(outer)
                construct = parent.node.find_child(name)
            own = [entry.data for entry in construct.node.metadata if entry.type == _ACKNOWLEDGED]
            self._known[path] = construct, above.union(*map(_plain, own))
        return self._known[path]


def _plain(rules: dict[str, str]) -> set[str]:
    """Return what is acknowledged, an id without a namespace as it was written."""
    return {rule.removeprefix(_PLAIN) for rule in rules}
