"""Instances and their security groups, as the emulator returns them."""

from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def instance(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    answer = emulator.client("ec2").describe_instances(InstanceIds=[resource.physical_id])
    ((found,),) = (reservation["Instances"] for reservation in answer["Reservations"])
    kept = {name: found[name] for name in ("ImageId", "InstanceType", "SubnetId")}
    return {**kept, "AvailabilityZone": found["Placement"]["AvailabilityZone"]}


def security_group(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    (found,) = emulator.client("ec2").describe_security_groups(GroupIds=[resource.physical_id])["SecurityGroups"]
    return {"GroupDescription": found["Description"], "VpcId": found["VpcId"]}
