"""PatchBaseline: which patches are approved for nodes with one operating system, and for which patch groups.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-baselines.html
"""

from collections.abc import Sequence
from typing import Protocol

import jsii
from aws_cdk import Annotations, Resource
from aws_cdk.aws_ssm import CfnPatchBaseline
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_ssm import IPatchBaselineRef, PatchBaselineReference
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_description, check_flag, check_type
from patching_constructs.constructs import _patch_group_registry as registry
from patching_constructs.constructs._baseline_warnings import NOTHING_APPROVED_WARNING, warn_of_baseline
from patching_constructs.constructs._names import generated_name
from patching_constructs.constructs._scopes import creating
from patching_constructs.properties._baseline_checks import check_baseline, check_rules, checked_groups
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.properties.approval import PatchFilter, PatchRule, PatchSource
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm import limits
from patching_constructs.ssm.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
from patching_constructs.ssm.operating_systems import OperatingSystem, checked_system


class IPatchBaseline(IPatchBaselineRef, Protocol):
    """A patch baseline, created in this app or imported."""

    @property
    def patch_baseline_id(self) -> str:
        """The baseline's id, ``pb-`` and 17 hexadecimal digits."""
        ...  # pragma: no cover


@jsii.implements(IPatchBaselineRef)
class PatchBaseline(Construct):
    """Which patches are approved for nodes with one operating system, and for which patch groups.

    The baseline is the child ``Resource``.

    A patch group has one baseline per operating system in an account and Region. A second baseline in the same stack,
    or in a stack with the same known account and Region, is an error. If the account or the Region is unknown until
    deployment, as in two environment-agnostic stacks ``Dev`` and ``Prod``, or if the first baseline has a condition, it
    is a warning (``patching-constructs:patchGroupRegisteredTwice``). A second default baseline, which the service
    accepts, is also a warning (``patching-constructs:defaultBaselineRegisteredTwice``).

    A construct with a new id is a new resource, which CloudFormation creates before it deletes the old one. Because
    both cannot have the same patch groups, remove the groups in an earlier deployment.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        operating_system: the operating system of the nodes, which determines the valid values of the other properties.
            A change replaces the baseline.
        rules: at most 10 rules; a patch that matches one of them is approved. Default: none.
        approved_patches: the names of patches that are always approved, at most 50 of 1-100 characters. Default: none.
        approved_patches_compliance_level: the severity that is reported if one of ``approved_patches`` is missing.
            Default: unspecified.
        approved_patches_enable_non_security: whether ``approved_patches`` can include nonsecurity updates.
            Linux only. Default: False.
        rejected_patches: the names of patches that are never approved, at most 50 of 1-100 characters. Default: none.
        rejected_patches_action: what happens to one of ``rejected_patches`` that another patch depends on.
            Default: it is installed as a dependency.
        global_filters: at most 4 filters that every approved patch must match. Default: none.
        sources: at most 20 alternative repositories. Linux only. Default: the repositories of the nodes.
        patch_groups: at most 25 patch groups, each as a `PatchGroup` or by name. Default: none.
        default_baseline: whether to use the baseline for all nodes with the operating system that have no other one.
            Default: False.
        available_security_updates_compliance_status: the compliance status of nodes with security updates that are
            available but not approved. Windows only. Default: the service's.
        description: the baseline's description, 1-1024 characters. Default: none.
        baseline_name: the baseline's name, 3-128 letters, digits, ``_``, ``-`` and ``.``.
            Default: a name generated from the construct's path.

    Raises:
        PatchingError: a property is invalid.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        operating_system: OperatingSystem,
        rules: Sequence[PatchRule] = (),
        approved_patches: Sequence[str] = (),
        approved_patches_compliance_level: ComplianceLevel | None = None,
        approved_patches_enable_non_security: bool = False,
        rejected_patches: Sequence[str] = (),
        rejected_patches_action: RejectedPatchesAction | None = None,
        global_filters: Sequence[PatchFilter] = (),
        sources: Sequence[PatchSource] = (),
        patch_groups: Sequence[PatchGroup | str] = (),
        default_baseline: bool = False,
        available_security_updates_compliance_status: PatchComplianceStatus | None = None,
        description: str | None = None,
        baseline_name: str | None = None,
    ) -> None:
        with creating(scope, id):
            system = checked_system(operating_system)
            check_resource_name("baseline_name", baseline_name)
            check_description(description, limits.BASELINE_DESCRIPTION_LENGTH)
            check_baseline(
                system,
                rules=rules,
                global_filters=global_filters,
                approved_patches=approved_patches,
                approved_patches_compliance_level=approved_patches_compliance_level,
                approved_patches_enable_non_security=approved_patches_enable_non_security,
                rejected_patches=rejected_patches,
                rejected_patches_action=rejected_patches_action,
                sources=sources,
                available_security_updates_compliance_status=available_security_updates_compliance_status,
            )
            check_flag("default_baseline", default_baseline)
            groups = checked_groups(patch_groups)
            registrations = registry.registrations(scope, system, groups, default=default_baseline)
            registry.check_conflicts(registrations, scope, id)
        super().__init__(scope, id)
        self._operating_system = system
        self._groups = groups
        self._rules = tuple(rules)
        self._id: str | None = None
        self._baseline = CfnPatchBaseline(
            self,
            "Resource",
            name=baseline_name or generated_name(self, limits.BASELINE_NAME_LENGTH),
            operating_system=system,
            approval_rules=_render_rules(rules),
            approved_patches=list(approved_patches) or None,
            approved_patches_compliance_level=approved_patches_compliance_level,
            approved_patches_enable_non_security=approved_patches_enable_non_security or None,
            rejected_patches=list(rejected_patches) or None,
            rejected_patches_action=rejected_patches_action,
            global_filters=_render_filters(global_filters) if global_filters else None,
            sources=[_render_source(source) for source in sources] or None,
            patch_groups=[group.name for group in groups] or None,
            default_baseline=default_baseline or None,
            available_security_updates_compliance_status=available_security_updates_compliance_status,
            description=description,
        )
        self._register(registrations)
        warn_of_baseline(self, system, rules, global_filters, sources, approved_patches)

    @staticmethod
    def from_patch_baseline_id(scope: Construct, id: str, patch_baseline_id: str) -> IPatchBaseline:  # noqa: A002
        """Import an existing baseline by its id, or a predefined baseline by its ARN.

        Args:
            scope: the construct that the import belongs to.
            id: the construct's id.
            patch_baseline_id: ``pb-`` and 17 hexadecimal digits, or an ARN.

        Raises:
            PatchingError: the id is invalid.
        """
        with creating(scope, id):
            _check_id(patch_baseline_id)
        return _ImportedBaseline(scope, id, patch_baseline_id)

    @property
    def patch_baseline_id(self) -> str:
        """The baseline's id, ``pb-`` and 17 hexadecimal digits."""
        # Read on demand, because it costs a jsii round trip.
        if self._id is None:
            self._id = self._baseline.ref
        return self._id

    @property
    def patch_baseline_ref(self) -> PatchBaselineReference:
        """A reference to the baseline, as in ``IPatchBaselineRef``."""
        return PatchBaselineReference(patch_baseline_id=self.patch_baseline_id)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region of the baseline."""
        return self._baseline.env

    @property
    def baseline(self) -> CfnPatchBaseline:
        """The baseline's L1 construct."""
        return self._baseline

    @property
    def operating_system(self) -> OperatingSystem:
        """The operating system of the baseline."""
        return self._operating_system

    @property
    def patch_groups(self) -> tuple[PatchGroup, ...]:
        """The patch groups of the baseline, for example for `PatchTarget.patch_group` and `PatchNodes.join`."""
        return self._groups

    def add_rule(self, rule: PatchRule) -> None:
        """Add a rule to the baseline; a patch that matches one of the rules is approved.

        Args:
            rule: the rule.

        Raises:
            PatchingError: the rule is invalid on the baseline's operating system, or the baseline already has 10 rules.
        """
        rules = (*self._rules, rule)
        with located(self):
            check_rules(self._operating_system, rules)
        if not self._rules:
            # The baseline was created with this warning, which no longer applies.
            Annotations.of(self).acknowledge_warning(NOTHING_APPROVED_WARNING)
        self._baseline.approval_rules = _render_rules(rules)
        self._rules = rules
        warn_of_baseline(self, self._operating_system, [rule], (), (), ())

    def add_patch_group(self, group: PatchGroup | str) -> None:
        """Add a patch group to the baseline.

        Args:
            group: the group, as a `PatchGroup` or by name.

        Raises:
            PatchingError: this baseline or another one in the app already has the group, or this one has 25 groups.
        """
        with located(self):
            groups = checked_groups((*self._groups, group))
            registrations = registry.registrations(self, self._operating_system, groups[-1:], default=False)
            registry.check_conflicts(registrations, self)
        self._baseline.patch_groups = [each.name for each in groups]
        self._groups = groups
        self._register(registrations)

    def _register(self, registrations: Sequence[registry.Registration]) -> None:
        for warning, text in registry.possible_conflicts(registrations):
            Annotations.of(self).add_warning_v2(warning, text)
        registry.register(registrations, self, self._baseline)


@jsii.implements(IPatchBaselineRef)
class _ImportedBaseline(Resource):
    def __init__(self, scope: Construct, id: str, patch_baseline_id: str) -> None:  # noqa: A002
        super().__init__(scope, id)
        self._baseline_id = patch_baseline_id

    @property
    def patch_baseline_id(self) -> str:
        return self._baseline_id

    @property
    def patch_baseline_ref(self) -> PatchBaselineReference:
        return PatchBaselineReference(patch_baseline_id=self._baseline_id)


def _check_id(baseline_id: str) -> None:
    check_type("patch_baseline_id", baseline_id, str)
    if not is_unresolved(baseline_id) and not limits.BASELINE_ID.fullmatch(baseline_id):
        raise refusal("patch_baseline_id", "must be like pb-0123456789abcdef0", repr(baseline_id))


def _render_rules(rules: Sequence[PatchRule]) -> CfnPatchBaseline.RuleGroupProperty | None:
    # A camel-case dict would be accepted, but synthesize to empty ApprovalRules. These classes detect typos.
    return CfnPatchBaseline.RuleGroupProperty(patch_rules=[_render_rule(rule) for rule in rules]) if rules else None


def _render_rule(rule: PatchRule) -> CfnPatchBaseline.RuleProperty:
    until = rule.approval if isinstance(rule.approval, str) else None
    return CfnPatchBaseline.RuleProperty(
        patch_filter_group=_render_filters(rule.filters),
        approve_after_days=None if isinstance(rule.approval, str) else rule.approval,
        approve_until_date=until,
        compliance_level=rule.compliance_level,
        enable_non_security=rule.enable_non_security or None,
    )


def _render_filters(filters: Sequence[PatchFilter]) -> CfnPatchBaseline.PatchFilterGroupProperty:
    return CfnPatchBaseline.PatchFilterGroupProperty(
        patch_filters=[CfnPatchBaseline.PatchFilterProperty(key=each.key, values=list(each.values)) for each in filters]
    )


def _render_source(source: PatchSource) -> CfnPatchBaseline.PatchSourceProperty:
    return CfnPatchBaseline.PatchSourceProperty(
        name=source.name, products=list(source.products), configuration=source.configuration
    )
