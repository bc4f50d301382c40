"""Stack sets, and the patch policies of Quick Setup."""

from collections.abc import Iterator

from tests.api_model.mappings.registry import Created, requests_of
from tests.api_model.model import Request


@requests_of("AWS::CloudFormation::StackSet")
def stack_set(created: Created) -> Iterator[Request]:
    groups, preferences = created.take("StackInstancesGroup", []), created.take_some("OperationPreferences")
    given = created.rest()
    yield Request("cloudformation", "CreateStackSet", given)
    common = {name: given[name] for name in ("StackSetName", "CallAs") if name in given}
    for group in groups:
        yield Request("cloudformation", "CreateStackInstances", common | preferences | group)


@requests_of("AWS::SSMQuickSetup::ConfigurationManager")
def configuration_manager(created: Created) -> Iterator[Request]:
    yield Request("ssm-quicksetup", "CreateConfigurationManager", created.rest())
