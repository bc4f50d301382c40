"""PatchBaseline: which patches are approved on nodes of one operating system, and for which patch groups.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-baselines.html
"""

from collections.abc import Sequence
from typing import Final, Protocol

import jsii
from aws_cdk import Annotations, Resource
from aws_cdk.aws_ssm import CfnPatchBaseline
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_ssm import IPatchBaselineRef, PatchBaselineReference
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._literals import check_literal
from patching_constructs._sizes import check_count, check_description, check_length
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_flag, check_list_of, check_type
from patching_constructs.constructs import _patch_group_registry as registry
from patching_constructs.constructs._names import generated_name
from patching_constructs.constructs._scopes import creating
from patching_constructs.properties._application_rules import is_application, is_for_windows_itself
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.properties.approval import PatchFilter, PatchRule, PatchSource, check_filters
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm import limits
from patching_constructs.ssm.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
from patching_constructs.ssm.operating_systems import (
    FilterKey,
    OperatingSystem,
    check_filter_key,
    check_filter_value,
    checked_system,
    is_known_product,
    is_known_value,
    nearest_value,
)

UNKNOWN_PRODUCT_WARNING: Final = "patching-constructs:unknownProduct"
APPLICATION_PRODUCT_WARNING: Final = "patching-constructs:applicationProduct"
UNKNOWN_VALUE_WARNING: Final = "patching-constructs:unknownFilterValue"
NO_RELEASE_DATES_WARNING: Final = "patching-constructs:noReleaseDates"
NOTHING_APPROVED_WARNING: Final = "patching-constructs:nothingApproved"


class IPatchBaseline(IPatchBaselineRef, Protocol):
    """A patch baseline, made here or imported."""

    @property
    def patch_baseline_id(self) -> str:
        """The baseline's id, ``pb-`` and 17 hexadecimal digits."""
        ...  # pragma: no cover


@jsii.implements(IPatchBaselineRef)
class PatchBaseline(Construct):
    """Say which patches are approved on nodes of one operating system, and which patch groups it is for.

    The baseline is the child ``Resource``.

    A patch group has one baseline per operating system in an account and Region. A second one in the same stack, or in
    a stack with the same known account and Region, is an error that names both constructs. Where account or Region are
    known only at deployment, as in two environment-agnostic stacks ``Dev`` and ``Prod``, it is a warning
    (``patching-constructs:patchGroupClaimedTwice``), and so is one beside a baseline that has a condition. A second
    default baseline, which the service takes, is a warning of its own
    (``patching-constructs:defaultBaselineClaimedTwice``).

    A renamed construct is a new resource, which CloudFormation makes before it deletes the old one: the new one
    cannot have the old one's patch groups. Take the groups away in a deployment before.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        operating_system: the system of the nodes; it decides what all the rest may say. A change replaces the baseline.
        rules: what is approved by itself, at most 10 rules; one is enough for a patch. Default: nothing.
        approved_patches: patches that are approved by name, at most 50 of 1-100 characters. Default: none.
        approved_patches_compliance_level: how grave it is that one of ``approved_patches`` is missing.
            Default: unspecified.
        approved_patches_enable_non_security: whether ``approved_patches`` may hold updates that are not security's.
            Linux only. Default: False.
        rejected_patches: patches that are never approved, at most 50 of 1-100 characters. Default: none.
        rejected_patches_action: what becomes of ``rejected_patches`` that others need.
            Default: they are installed as dependencies.
        global_filters: what every patch must pass, whatever approves it; at most 4 filters. Default: none.
        sources: repositories to take patches from, at most 20. Linux only. Default: the nodes' own.
        patch_groups: the groups whose nodes it is for, at most 25, as `PatchGroup` or by name. Default: none.
        default_baseline: whether it is for all nodes of the system whose group has no baseline. Default: False.
        available_security_updates_compliance_status: what a node counts as that lacks a security update that is
            available and not approved. Windows only. Default: the service's.
        description: the baseline's description, 1-1024 characters. Default: none.
        baseline_name: the baseline's name, 3-128 letters, digits, ``_``, ``-`` and ``.``.
            Default: a name made from the construct's path.

    Raises:
        PatchingError: the service would refuse a property, or take it and do something else than it looks.

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
            _check_rules(system, rules)
            _check_global_filters(system, global_filters)
            _check_patch_lists(approved_patches, rejected_patches)
            _check_approved(
                system, approved_patches, approved_patches_compliance_level, approved_patches_enable_non_security
            )
            _check_rejected(rejected_patches, rejected_patches_action)
            _check_sources(system, sources)
            _check_compliance_status(system, available_security_updates_compliance_status)
            check_flag("default_baseline", default_baseline)
            groups = _checked_groups(patch_groups)
            claims = registry.claims(scope, system, groups, default=default_baseline)
            registry.check_unclaimed(claims, scope, id)
        super().__init__(scope, id)
        self._operating_system = system
        self._groups = groups
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
        self._claim(claims)
        filters = [each for rule in rules for each in rule.filters] + list(global_filters)
        _warn_of_unknown(self, system, filters, sources)
        _warn_of_applications(self, system, rules)
        _warn_of_delays(self, system, rules)
        if not rules and not approved_patches:
            _warn(self, NOTHING_APPROVED_WARNING, "without rules and approved_patches the baseline approves no patch")

    @staticmethod
    def from_patch_baseline_id(scope: Construct, id: str, patch_baseline_id: str) -> IPatchBaseline:  # noqa: A002
        """Import a baseline that exists by its id; a predefined one by its ARN.

        Args:
            scope: the construct that the import belongs to.
            id: the construct's id.
            patch_baseline_id: ``pb-`` and 17 hexadecimal digits, or an ARN; it is passed through and nothing is
                invented.

        Raises:
            PatchingError: that is no baseline's id.
        """
        with creating(scope, id):
            _check_id(patch_baseline_id)
        return _ImportedBaseline(scope, id, patch_baseline_id)

    @property
    def patch_baseline_id(self) -> str:
        """The baseline's id, ``pb-`` and 17 hexadecimal digits."""
        # Few read it, and reading it costs a crossing.
        if self._id is None:
            self._id = self._baseline.ref
        return self._id

    @property
    def patch_baseline_ref(self) -> PatchBaselineReference:
        """A reference to the baseline, for whatever takes an ``IPatchBaselineRef``."""
        return PatchBaselineReference(patch_baseline_id=self.patch_baseline_id)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region that the baseline belongs to."""
        return self._baseline.env

    @property
    def baseline(self) -> CfnPatchBaseline:
        """The baseline's L1 construct."""
        return self._baseline

    @property
    def operating_system(self) -> OperatingSystem:
        """The operating system that the baseline is for."""
        return self._operating_system

    @property
    def patch_groups(self) -> tuple[PatchGroup, ...]:
        """The patch groups that the baseline is for, as a schedule's target and the nodes' tags take them."""
        return self._groups

    def add_patch_group(self, group: PatchGroup | str) -> None:
        """Use the baseline for one more patch group.

        Args:
            group: the group, as `PatchGroup` or by name.

        Raises:
            PatchingError: another baseline of the app has the group, or this one has it or has 25 already.
        """
        with located(self):
            groups = _checked_groups((*self._groups, group))
            claims = registry.claims(self, self._operating_system, groups[-1:], default=False)
            registry.check_unclaimed(claims, self)
        self._baseline.patch_groups = [each.name for each in groups]
        self._groups = groups
        self._claim(claims)

    def _claim(self, claims: Sequence[registry.Claim]) -> None:
        for warning, text in registry.possible_conflicts(claims):
            _warn(self, warning, text)
        registry.hold(claims, self, self._baseline)


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


# --- What is checked ----------------------------------------------------------------------------------


def _check_id(baseline_id: str) -> None:
    check_type("patch_baseline_id", baseline_id, str)
    if not is_unresolved(baseline_id) and not limits.BASELINE_ID.fullmatch(baseline_id):
        raise refusal("patch_baseline_id", "must be like pb-0123456789abcdef0", repr(baseline_id))


def _check_rules(system: OperatingSystem, rules: Sequence[PatchRule]) -> None:
    check_list_of("rules", rules, PatchRule, "write PatchRule.approve_after(...)")
    check_count("rules", rules, most=limits.BASELINE_RULES, fix="give several values to one filter")
    for rule in rules:
        _check_keys("rules", system, rule.filters)
        if rule.enable_non_security:
            _check_linux("enable_non_security", system)


def _check_global_filters(system: OperatingSystem, filters: Sequence[PatchFilter]) -> None:
    check_filters("global_filters", filters)
    _check_keys("global_filters", system, filters)


def _check_keys(what: str, system: OperatingSystem, filters: Sequence[PatchFilter]) -> None:
    for each in filters:
        check_filter_key(what, system, each.key)
        for value in each.values:
            check_filter_value(what, system, each.key, value)


def _check_linux(what: str, system: OperatingSystem) -> None:
    if not system.is_linux:
        raise refusal(what, "is for Linux only", f"it on {system}", "leave it out")


def _check_patch_lists(approved: Sequence[str], rejected: Sequence[str]) -> None:
    for what, patches in (("approved_patches", approved), ("rejected_patches", rejected)):
        check_list_of(what, patches, str)
        check_count(what, patches, most=limits.LISTED_PATCHES)
        for patch in patches:
            check_length(what, patch, limits.LISTED_PATCH_LENGTH)
    both = [patch for patch in approved if patch in rejected]
    if both:
        fix = "the service would reject it; keep the one that you mean"
        raise refusal("approved_patches", "must not be rejected_patches too", repr(both[0]), fix)


def _check_approved(
    system: OperatingSystem, approved: Sequence[str], level: ComplianceLevel | None, non_security: object
) -> None:
    if level is not None:
        check_literal("approved_patches_compliance_level", level, ComplianceLevel)
        _check_goes_with("approved_patches_compliance_level", level, "approved_patches", approved)
    check_flag("approved_patches_enable_non_security", non_security)
    if non_security:
        _check_linux("approved_patches_enable_non_security", system)
        _check_goes_with("approved_patches_enable_non_security", non_security, "approved_patches", approved)


def _check_rejected(rejected: Sequence[str], action: RejectedPatchesAction | None) -> None:
    if action is not None:
        check_literal("rejected_patches_action", action, RejectedPatchesAction)
        _check_goes_with("rejected_patches_action", action, "rejected_patches", rejected)


def _check_goes_with(what: str, value: object, other: str, patches: Sequence[str]) -> None:
    if not patches:
        raise refusal(what, f"requires {other}", f"{value} without them", "leave it out")


def _check_sources(system: OperatingSystem, sources: Sequence[PatchSource]) -> None:
    check_list_of("sources", sources, PatchSource, "write PatchSource(...)")
    check_count("sources", sources, most=limits.BASELINE_SOURCES)
    if not sources:
        return
    _check_linux("sources", system)
    for source in sources:
        # The API model says of PatchSource that a repository for Ubuntu Server takes a single line.
        if system is OperatingSystem.UBUNTU and "\n" in source.configuration.strip():
            fix = "make every line a source of its own"
            raise refusal(f"sources {source.name!r}", "must have one line on UBUNTU", "several", fix)


def _check_compliance_status(system: OperatingSystem, status: PatchComplianceStatus | None) -> None:
    what = "available_security_updates_compliance_status"
    if status is None:
        return
    check_literal(what, status, PatchComplianceStatus)
    if system is not OperatingSystem.WINDOWS:
        raise refusal(what, "is for Windows only", f"it on {system}", "leave it out")


def _checked_groups(groups: Sequence[PatchGroup | str]) -> tuple[PatchGroup, ...]:
    check_list_of("patch_groups", groups, (PatchGroup, str))
    check_count("patch_groups", groups, most=limits.BASELINE_PATCH_GROUPS, fix="make a second baseline")
    checked = tuple(group if isinstance(group, PatchGroup) else PatchGroup(group) for group in groups)
    names = [group.name for group in checked]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise refusal("patch_groups", "must name a group once", f"{twice!r} twice", "leave one out")
    return checked


# --- What is rendered ---------------------------------------------------------------------------------


def _render_rules(rules: Sequence[PatchRule]) -> CfnPatchBaseline.RuleGroupProperty | None:
    # A dict in camel case would be taken and synthesize to an empty ApprovalRules; these classes refuse a typo.
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


# --- What is warned of --------------------------------------------------------------------------------


def _warn(scope: Construct, warning: str, words: str) -> None:
    Annotations.of(scope).add_warning_v2(warning, words)


def _warn_of_unknown(
    scope: Construct, system: OperatingSystem, filters: Sequence[PatchFilter], sources: Sequence[PatchSource]
) -> None:
    products = [value for each in filters if each.key is FilterKey.PRODUCT for value in each.values]
    products += [product for source in sources for product in source.products]
    strange = [product for product in dict.fromkeys(products) if not is_known_product(system, product)]
    if strange:
        words = f"{_listed(strange)} does not look like a product of {system} and may match no node"
        _warn(scope, UNKNOWN_PRODUCT_WARNING, f"{words}; `aws ssm describe-patch-properties` lists them")
    others = [(each.key, value) for each in filters if each.key is not FilterKey.PRODUCT for value in each.values]
    unheard = [_unheard(system, key, value) for key, value in others if not is_known_value(system, key, value)]
    if unheard:
        words = f"{', '.join(unheard)} is not among the values that are known of {system} and may match no patch"
        _warn(scope, UNKNOWN_VALUE_WARNING, f"{words}; `aws ssm describe-patch-properties` lists them")


def _unheard(system: OperatingSystem, key: FilterKey, value: str) -> str:
    near = nearest_value(system, key, value)
    return f"{key} {value!r} (did you mean {near!r}?)" if near else f"{key} {value!r}"


def _warn_of_applications(scope: Construct, system: OperatingSystem, rules: Sequence[PatchRule]) -> None:
    if system is not OperatingSystem.WINDOWS:
        return
    rules_on_windows = [filters for filters in map(_by_key, rules) if is_for_windows_itself(filters)]
    named = [product for filters in rules_on_windows for product in filters.get(FilterKey.PRODUCT, ())]
    products = list(dict.fromkeys(filter(is_application, named)))
    if products:
        words = f"{_listed(products)} does not look like a release of Windows, and products of Microsoft's applications"
        fix = "add PatchFilter.patch_set('APPLICATION') to the rule"
        _warn(scope, APPLICATION_PRODUCT_WARNING, f"{words} count only in a rule with PATCH_SET APPLICATION; {fix}")


def _by_key(rule: PatchRule) -> dict[FilterKey, tuple[str, ...]]:
    return {each.key: each.values for each in rule.filters}


def _listed(products: Sequence[str]) -> str:
    return ", ".join(repr(product) for product in products)


def _waits(rule: PatchRule) -> bool:
    # A number that only the deployment knows may be 0.
    return isinstance(rule.approval, str) or (rule.approval != 0 and not is_unresolved(rule.approval))


def _warn_of_delays(scope: Construct, system: OperatingSystem, rules: Sequence[PatchRule]) -> None:
    if not system.has_release_dates and any(_waits(rule) for rule in rules):
        words = f"AWS does not support a delay or a last date of approval on {system}, whose packages have no reliable"
        _warn(
            scope, NO_RELEASE_DATES_WARNING, f"{words} release dates; write PatchRule.approve_after(timedelta(0), ...)"
        )
