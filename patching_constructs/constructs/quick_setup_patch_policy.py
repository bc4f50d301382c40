"""QuickSetupPatchPolicy: a patch policy of Quick Setup, for those who choose it instead of maintenance windows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-policies.html
"""

import re
from collections.abc import Sequence
from typing import Final

from aws_cdk import Annotations, Aws, Stack
from aws_cdk.aws_ssmquicksetup import CfnConfigurationManager
from aws_cdk.interfaces.aws_iam import IRoleRef
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved, joined
from patching_constructs._validation import (
    check_description,
    check_flag,
    check_list_of,
    check_literal,
    check_reference,
    check_type,
)
from patching_constructs.constructs._organization_ids import (
    check_organizational_units,
    check_region,
    check_region_codes,
)
from patching_constructs.constructs._policy_parameters import (
    Parameters,
    output_parameters,
    schedule_text,
    target_parameters,
)
from patching_constructs.constructs._region_codes import warn_of_unknown_regions
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs.patch_policy_baseline import PatchPolicyBaseline
from patching_constructs.properties.command import REBOOT_OPTION, RebootOption
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.rate_control import RateControl, check_max_concurrency
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule.association import doubt_of
from patching_constructs.schedule.expression import ScheduleExpression

TYPE: Final = "AWSQuickSetupType-PatchPolicy"
TARGET_OF_UNITS: Final = "patching-constructs:policyTargetOfUnits"
POLICY_SCHEDULE: Final = "patching-constructs:policySchedule"
BASELINE_REGION: Final = "patching-constructs:policyBaselineRegion"
# [model: CreateConfigurationManagerInputNameString, ...DescriptionString]
_NAME: Final = re.compile(r"[ A-Za-z0-9._-]{1,120}")
_DESCRIPTION_LENGTH: Final = 512
_RATE_FIX: Final = "write RateControl.count(...) or RateControl.percentage(...)"
_BASELINE_FIX: Final = "write PatchPolicyBaseline.from_patch_baseline(...) or PatchPolicyBaseline.predefined(...)"


class QuickSetupPatchPolicy(Construct):
    """A patch policy of Quick Setup: it scans and installs by associations of State Manager, without a window.

    It has no time zone, duration, cutoff, hooks, gate or freezes, and ignores patch groups; `PatchSchedule` has all of
    them. What it has instead: it deploys to organizational units and Regions itself.

    Quick Setup deploys a policy with two roles, the administration role and the execution role, also to organizational
    units. An example of AWS has both:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/quick-setup-api.html

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        policy_name: the name of the policy and of its configuration, 1-120 letters, digits, spaces, ``.``, ``_`` and
            ``-``. Nodes get it as a tag.
        baselines: the baseline of each operating system.
        scan: when nodes are scanned, as a cron in UTC.
        target: which nodes of each account: one value of a tag, instance ids, a resource group, or None for every node.
        regions: the Regions.
        administration_role: the role that deploys the policy.
        execution_role: the role in each account that the administration role uses.
        install: when patches are installed, as a cron in UTC. Default: never.
        reboot_option: whether nodes reboot after patches were installed. Only with ``install``.
            Default: a node reboots if a patch was installed.
        organizational_units: the ids of the organizational units. Default: only the account of the stack.
        wait_for_schedule: whether the first scan and installation wait for their schedule. With False, they start when
            the policy is deployed. Default: True.
        max_concurrency: how many nodes are patched concurrently, 1 or more. Default: 10 percent of them.
        max_errors: the number of errors after which patching stops on the remaining nodes. Default: 10 percent of the
            nodes.
        attach_node_policies: whether Quick Setup adds the policies that nodes require to their instance profiles.
            Default: False.
        output: the bucket that gets the output. Default: none.
        baseline_region: the Region of the baselines. Default: that of the stack.
        description: the description of the configuration, 1-512 characters. Default: none.

    Raises:
        PatchingError: a property is invalid, or a patch policy does not support it.

    https://docs.aws.amazon.com/quick-setup/latest/APIReference/API_ConfigurationDefinitionInput.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        policy_name: str,
        baselines: Sequence[PatchPolicyBaseline],
        scan: ScheduleExpression,
        target: PatchTarget | None,
        regions: Sequence[str],
        administration_role: IRoleRef,
        execution_role: IRoleRef,
        install: ScheduleExpression | None = None,
        reboot_option: RebootOption | None = None,
        organizational_units: Sequence[str] = (),
        wait_for_schedule: bool = True,
        max_concurrency: RateControl = RateControl.percentage(10),
        max_errors: RateControl = RateControl.percentage(10),
        attach_node_policies: bool = False,
        output: CommandOutput | None = None,
        baseline_region: str | None = None,
        description: str | None = None,
    ) -> None:
        with creating(scope, id):
            _check_name(policy_name)
            check_flag("wait_for_schedule", wait_for_schedule)
            check_flag("attach_node_policies", attach_node_policies)
            check_type("max_concurrency", max_concurrency, RateControl, _RATE_FIX)
            check_type("max_errors", max_errors, RateControl, _RATE_FIX)
            check_max_concurrency(max_concurrency)
            check_reference("administration_role", administration_role, "IRoleRef", "pass a Role of aws_cdk.aws_iam")
            check_reference("execution_role", execution_role, "IRoleRef", "pass a Role of aws_cdk.aws_iam")
            check_description(description, _DESCRIPTION_LENGTH)
            if baseline_region is not None:
                check_region("baseline_region", baseline_region)
            chosen = _check_baselines(baselines)
            units = check_organizational_units(organizational_units)
            codes = check_region_codes(regions)
            parameters: Parameters = {
                "PatchPolicyName": policy_name,
                **_schedules(scan, install, reboot_option, wait_for_schedule=wait_for_schedule),
                **_places(codes, units),
                **(target_parameters(target) if target is not None or not units else {}),
                **output_parameters(output),
                "PatchBaselineRegion": baseline_region or Aws.REGION,
                "PatchBaselineUseDefault": "default" if all(each.is_predefined for each in chosen) else "custom",
                "RateControlConcurrency": str(max_concurrency),
                "RateControlErrorThreshold": str(max_errors),
                "IsPolicyAttachAllowed": _flag(attach_node_policies),
            }
        super().__init__(scope, id)
        parameters["SelectedPatchBaselines"] = Stack.of(self).to_json_string(
            {
                each.operating_system.value: {"value": each.baseline_id, "label": each.name, "disabled": False}
                for each in chosen
            }
        )
        self._resource = CfnConfigurationManager(
            self,
            "Resource",
            name=policy_name,
            description=description,
            configuration_definitions=[
                CfnConfigurationManager.ConfigurationDefinitionProperty(
                    type=TYPE,
                    parameters=parameters,
                    local_deployment_administration_role_arn=administration_role.role_ref.role_arn,
                    local_deployment_execution_role_name=execution_role.role_ref.role_name,
                )
            ],
        )
        self._warn(parameters, has_target_of_units=bool(units) and target is not None)
        self._warn_of_regions(codes, baseline_region, chosen)

    @property
    def configuration_manager(self) -> CfnConfigurationManager:
        """The L1 construct of the configuration."""
        return self._resource

    @property
    def manager_arn(self) -> str:
        """The ARN of the configuration."""
        return self._resource.attr_manager_arn

    def _warn(self, parameters: Parameters, *, has_target_of_units: bool) -> None:
        if has_target_of_units:
            problem = "AWS documents targets of a patch policy for the account of the stack only, and shows an example"
            text = f"target is used with organizational_units: {problem} with organizational units"
            Annotations.of(self).add_warning_v2(TARGET_OF_UNITS, text)
        for name in ("scan", "install"):
            text = parameters.get(f"ConfigurationOptions{name.title()}Value", "")
            doubt = None if not text or is_unresolved(text) else doubt_of(text)
            if doubt is not None:
                Annotations.of(self).add_warning_v2(POLICY_SCHEDULE, f"{name} {text!r} {doubt.problem}; {doubt.fix}")

    def _warn_of_regions(
        self, regions: Sequence[str], baseline_region: str | None, baselines: Sequence[PatchPolicyBaseline]
    ) -> None:
        warn_of_unknown_regions(self, "regions", regions)
        if baseline_region is not None:
            warn_of_unknown_regions(self, "baseline_region", [baseline_region])
        expected = baseline_region or Stack.of(self).region
        for each in baselines:
            if _is_elsewhere(each.baseline_id, expected):
                problem = f"is not the Region of {each.baseline_id!r}"
                text = f"baseline_region {expected!r} {problem}, and AWS documents no baseline of another Region"
                Annotations.of(self).add_warning_v2(BASELINE_REGION, text)


def _check_name(name: str) -> None:
    check_type("policy_name", name, str)
    if not is_unresolved(name) and not _NAME.fullmatch(name):
        rule = "must have 1-120 letters, digits, spaces, '.', '_' and '-'"
        raise refusal("policy_name", rule, repr(name))


def _check_baselines(baselines: Sequence[PatchPolicyBaseline]) -> tuple[PatchPolicyBaseline, ...]:
    given = check_list_of("baselines", baselines, PatchPolicyBaseline, _BASELINE_FIX)
    if not given:
        raise refusal("baselines", "must have at least one item", "none", _BASELINE_FIX)
    systems = [each.operating_system for each in given]
    twice = next((each for each in systems if systems.count(each) > 1), None)
    if twice is not None:
        raise refusal("baselines", "must have one baseline for each operating system", f"two for {twice.value}")
    return given


def _is_elsewhere(baseline_id: str, region: str) -> bool:
    """Return whether an ID is the ARN of a baseline that is known to be in another Region."""
    match baseline_id.split(":"):
        case ["arn", _, "ssm", found, _, _]:
            return not is_unresolved([baseline_id, region]) and found != region
        case _:
            return False


def _schedules(
    scan: ScheduleExpression,
    install: ScheduleExpression | None,
    reboot_option: RebootOption | None,
    *,
    wait_for_schedule: bool,
) -> Parameters:
    waits = _flag(wait_for_schedule)
    found = {
        "ConfigurationOptionsPatchOperation": "Scan",
        "ConfigurationOptionsScanValue": schedule_text("scan", scan),
        "ConfigurationOptionsScanNextInterval": waits,
    }
    if reboot_option is not None:
        check_literal("reboot_option", reboot_option, RebootOption)
    if install is None:
        if reboot_option is not None:
            raise refusal("reboot_option", "requires install", "reboot_option alone", "leave it out")
        return found
    return found | {
        "ConfigurationOptionsPatchOperation": "ScanAndInstall",
        "ConfigurationOptionsInstallValue": schedule_text("install", install),
        "ConfigurationOptionsInstallNextInterval": waits,
        REBOOT_OPTION: str(reboot_option or RebootOption.REBOOT_IF_NEEDED),
    }


def _places(regions: Sequence[str], units: Sequence[str]) -> Parameters:
    where = {"TargetOrganizationalUnits": joined(",", units)} if units else {"TargetAccounts": Aws.ACCOUNT_ID}
    return {"TargetRegions": joined(",", regions), **where}


def _flag(value: bool) -> str:  # noqa: FBT001
    return "true" if value else "false"
