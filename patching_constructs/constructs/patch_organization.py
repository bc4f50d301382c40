"""PatchOrganization: the same schedules in every account of organizational units, and in several Regions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Aspects, Aws, CfnMapping
from aws_cdk.aws_cloudformation import CfnStackSet
from aws_cdk.aws_s3 import IBucket
from cdk_stacksets import (
    Capability,
    DeploymentType,
    OperationPreferences,
    RegionConcurrencyType,
    StackSet,
    StackSetStack,
    StackSetTarget,
    StackSetTemplate,
)
from constructs import Construct

from patching_constructs._validation import check_description, check_flag
from patching_constructs.constructs._organization_aspect import OrganizationAspect
from patching_constructs.constructs._organization_checks import (
    check_asset_buckets,
    check_auto_deployment,
    check_concurrency,
    check_no_stack_set,
    check_regions,
    check_stack_set_name,
)
from patching_constructs.constructs._organization_file import OrganizationFile
from patching_constructs.constructs._organization_ids import check_accounts, check_some_organizational_units
from patching_constructs.constructs._organization_template import OrganizationTemplate
from patching_constructs.constructs._region_codes import warn_of_unknown_regions
from patching_constructs.constructs._schedule_warnings import warn_of_zone
from patching_constructs.constructs._scopes import creating
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.schedule._time_zone import TimeZone

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
_DESCRIPTION_LENGTH: Final = 1024
_MAPPING: Final = "TimeZones"
_ZONE: Final = "TimeZone"
# https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-synth.html
_WITH_PATHS: Final = "aws:cdk:enable-path-metadata"
_CONCURRENCY_MODE: Final = "OperationPreferences.ConcurrencyMode"


class PatchOrganization(StackSetStack):
    """The same schedules in every account of organizational units, and in several Regions.

    It is a stack that a StackSet with service-managed permissions deploys to each account and Region. Create in it
    whatever each of them needs::

        organization = PatchOrganization(
            stack,
            "Patching",
            organizational_units=["ou-ab12-11112222"],
            regions={"eu-central-1": "Europe/Berlin", "us-east-1": "America/New_York"},
        )
        PatchSchedule(
            organization,
            "Weekly",
            schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=3, time_zone=organization.time_zone),
            targets=[PatchTarget.tag("Env", "prod")],
            operation=PatchOperation.INSTALL,
        )

    All Regions share one template, which looks up the time zone of its Region. The StackSet itself is a resource of the
    stack of ``scope``, in the management account or in an account that is a delegated administrator. CloudFormation
    does not deploy a StackSet with service-managed permissions to the management account.

    Synthesis fails if the template contains what such a StackSet cannot deploy: a transform, a nested stack, a name
    that must be unique in an account, a stack of its own, a reference to another stack, no resource, more than 500
    resources, or more than 1 MB. More than 460,800 bytes, the limit that AWS documented earlier, are a warning.

    Args:
        scope: the stack of the StackSet, or a construct in it.
        id: the construct's id, unique within the scope. The StackSet has this id with ``.StackSet`` appended.
        organizational_units: the ids of the organizational units, or of the root of the organization. Units within them
            are included.
        regions: the Regions, each with its IANA time zone, in the order in which they are deployed.
        excluded_accounts: the ids of accounts in the units that the schedules are not deployed to. Default: none.
        max_concurrency: in how many accounts of a Region an operation runs concurrently, 1 or more. Default: 1.
        failure_tolerance: in how many accounts of a Region an operation can fail before it stops, in that Region and in
            those that follow. Default: 0.
        soft_failure_tolerance: True runs in ``max_concurrency`` accounts even if that is more than
            ``failure_tolerance`` + 1, so that more accounts than tolerated can fail. Default: False.
        parallel_regions: True deploys all Regions concurrently. Default: False, one after another.
        auto_deployment: whether accounts that join the units later get the schedules, and lose them when they leave.
            ``max_concurrency`` and ``failure_tolerance`` do not apply to it. Default: True.
        retain_stacks: whether an account that leaves the units keeps its schedules, so that patching continues. An
            account that moves to the units of another `PatchOrganization` would then be patched by both. Only with
            ``auto_deployment``. Default: False.
        delegated_administrator: whether the account of the stack is a delegated administrator of StackSets, and not the
            management account. Default: False.
        stack_set_name: the name of the StackSet, 1-128 letters, digits and ``-``, starting with a letter.
            Default: a name generated from the construct's path.
        description: the description of the StackSet, 1-1024 characters. Default: none.
        asset_buckets: a bucket in each Region for files that the schedules need, such as code of functions. Its name is
            ``asset_bucket_prefix``, ``-`` and the Region. The StackSet waits for the files. Default: none; constructs
            with files are not supported.
        asset_bucket_prefix: the first part of the names of these buckets. Only with ``asset_buckets``. Default: none.

    Raises:
        PatchingError: a property is invalid.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        organizational_units: Sequence[str],
        regions: Mapping[str, TimeZone],
        excluded_accounts: Sequence[str] = (),
        max_concurrency: RateControl = RateControl.count(1),
        failure_tolerance: RateControl = RateControl.count(0),
        soft_failure_tolerance: bool = False,
        parallel_regions: bool = False,
        auto_deployment: bool = True,
        retain_stacks: bool = False,
        delegated_administrator: bool = False,
        stack_set_name: str | None = None,
        description: str | None = None,
        asset_buckets: Sequence[IBucket] = (),
        asset_bucket_prefix: str | None = None,
    ) -> None:
        with creating(scope, id):
            check_no_stack_set(scope)
            units = check_some_organizational_units(organizational_units)
            zones = check_regions(regions)
            excluded = check_accounts(excluded_accounts)
            check_flag("soft_failure_tolerance", soft_failure_tolerance)
            check_flag("parallel_regions", parallel_regions)
            check_flag("delegated_administrator", delegated_administrator)
            check_concurrency(max_concurrency, failure_tolerance, is_soft=soft_failure_tolerance)
            check_auto_deployment(auto_deployment=auto_deployment, retain_stacks=retain_stacks)
            check_stack_set_name(stack_set_name)
            check_description(description, _DESCRIPTION_LENGTH)
            buckets = check_asset_buckets(asset_buckets, asset_bucket_prefix, list(zones))
        super().__init__(scope, id, asset_buckets=buckets or None, asset_bucket_prefix=asset_bucket_prefix)
        # The metadata of a cdk.out does not contain the constructs of this stack, so the template does.
        self.node.set_context(_WITH_PATHS, True)  # noqa: FBT003 - a value of the CDK
        self._has_assets = bool(buckets)
        by_region = {region: {_ZONE: zone} for region, zone in zones.items()}
        # A template that looks up nothing has no mapping.
        self._zones = CfnMapping(self, _MAPPING, lazy=True, mapping=by_region)
        self._stack_set = StackSet(
            scope,
            f"{id}.StackSet",
            template=StackSetTemplate.from_stack_set_stack(self),
            target=StackSetTarget.from_organizational_units(
                organizational_units=units, regions=list(zones), exclude_accounts=excluded
            ),
            deployment_type=DeploymentType.service_managed(
                auto_deploy_enabled=auto_deployment,
                auto_deploy_retain_stacks=retain_stacks if auto_deployment else None,
                delegated_admin=delegated_administrator,
            ),
            operation_preferences=_preferences(
                list(zones), max_concurrency, failure_tolerance, is_parallel=parallel_regions
            ),
            # Acknowledges roles with and without a name, as the CDK's command line does for every stack.
            capabilities=[Capability.NAMED_IAM],
            stack_set_name=stack_set_name,
            description=description,
        )
        if soft_failure_tolerance:
            self.stack_set_resource.add_property_override(_CONCURRENCY_MODE, "SOFT_FAILURE_TOLERANCE")
        Aspects.of(self._stack_set).add(OrganizationAspect(self, buckets=len(buckets)))
        warn_of_unknown_regions(self, "regions", list(zones))
        for region, zone in zones.items():
            warn_of_zone(self, f"regions[{region!r}]", zone)
        self.node.add_validation(OrganizationTemplate(self, self._stack_set, regions=len(zones)))
        self.node.add_validation(OrganizationFile(self, self.stack_set_resource))

    @property
    def time_zone(self) -> str:
        """The time zone of the Region, as a token: the template looks it up when it is deployed."""
        return self._zones.find_in_map(Aws.REGION, _ZONE)

    @property
    def has_assets(self) -> bool:
        """Whether there are buckets for files."""
        return self._has_assets

    @property
    def stack_set(self) -> StackSet:
        """The StackSet."""
        return self._stack_set

    @property
    def stack_set_resource(self) -> CfnStackSet:
        """The L1 construct of the StackSet."""
        resource = self._stack_set.node.default_child
        assert isinstance(resource, CfnStackSet)  # noqa: S101 - it creates no other
        return resource


def _preferences(
    regions: Sequence[str], max_concurrency: RateControl, failure_tolerance: RateControl, *, is_parallel: bool
) -> OperationPreferences:
    most, tolerated = max_concurrency, failure_tolerance
    return OperationPreferences(
        max_concurrent_count=None if most.unit else most.number,
        max_concurrent_percentage=most.number if most.unit else None,
        failure_tolerance_count=None if tolerated.unit else tolerated.number,
        failure_tolerance_percentage=tolerated.number if tolerated.unit else None,
        region_concurrency_type=RegionConcurrencyType.PARALLEL if is_parallel else RegionConcurrencyType.SEQUENTIAL,
        region_order=None if is_parallel else regions,
    )
