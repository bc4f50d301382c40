"""What apps require to exist before they are deployed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tests.integ.apps import App
from tests.integ.emulator.process import Emulator

_TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
}


def create(emulator: Emulator, apps: Sequence[App]) -> None:
    """Create the parameters in Parameter Store, the roles and the stacks with exports."""
    ssm, iam = emulator.client("ssm"), emulator.client("iam")
    for app in apps:
        for name, value in app.ssm_parameters.items():
            ssm.put_parameter(Name=name, Value=value, Type="String")
        for role in app.roles:
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(_TRUST))
        if app.exports:
            _export(emulator.client("cloudformation"), f"before-{app.name.replace('_', '-')}", app.exports)


def parameters(emulator: Emulator, apps: Sequence[App]) -> Iterator[str]:
    """Return the options that hand parameters to the stacks."""
    subnet = emulator.client("ec2").describe_subnets()["Subnets"][0]
    network = {"vpc": subnet["VpcId"], "zone": subnet["AvailabilityZone"], "subnet": subnet["SubnetId"]}
    for app in apps:
        for name, value in app.parameters.items():
            yield from ("--parameters", f"{name}={value.format_map(network)}")


def _export(cloudformation: Any, stack: str, exports: Mapping[str, str]) -> None:
    outputs = {name: {"Value": value, "Export": {"Name": name}} for name, value in exports.items()}
    # A template requires a resource.
    resources = {"Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "-"}}}
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps({"Resources": resources, "Outputs": outputs}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
