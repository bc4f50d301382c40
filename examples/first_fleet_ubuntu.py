"""Your first patched fleet, on Ubuntu: nodes, a baseline and two schedules with one patch group."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from patching_constructs import (
    DayOfWeek,
    OperatingSystem,
    PatchBaseline,
    PatchGroup,
    PatchNodes,
    PatchOperation,
    PatchRule,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "FirstFleetUbuntu")

# Shared by the nodes, the baseline and the schedules.
fleet = PatchGroup("first-fleet-ubuntu")

# An existing network. Its nodes must have a connection to Systems Manager and to a patch repository.
vpc = cdk.CfnParameter(stack, "Vpc", type="AWS::EC2::VPC::Id")
zone = cdk.CfnParameter(stack, "AvailabilityZone", type="AWS::EC2::AvailabilityZone::Name")
subnet = cdk.CfnParameter(stack, "Subnet", type="AWS::EC2::Subnet::Id")
network = ec2.Vpc.from_vpc_attributes(
    stack,
    "Network",
    vpc_id=vpc.value_as_string,
    availability_zones=[zone.value_as_string],
    private_subnet_ids=[subnet.value_as_string],
    private_subnet_route_table_ids=["routes are not changed"],
)
node = ec2.Instance(
    stack,
    "Node",
    vpc=network,
    instance_type=ec2.InstanceType("t3.micro"),
    machine_image=ec2.MachineImage.from_ssm_parameter(
        "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
    ),
    block_devices=[ec2.BlockDevice(device_name="/dev/sda1", volume=ec2.BlockDeviceVolume.ebs(8, encrypted=True))],
    http_tokens=ec2.HttpTokens.REQUIRED,
    detailed_monitoring=True,
    disable_api_termination=True,
)
nodes = PatchNodes.of(node)
nodes.join(fleet)
nodes.grant_patching()

PatchBaseline(
    stack,
    "Baseline",
    operating_system=OperatingSystem.UBUNTU,
    rules=[PatchRule.security_patches(OperatingSystem.UBUNTU)],
    patch_groups=[fleet],
)

PatchSchedule(
    stack,
    "NightlyScan",
    schedule=ScheduleExpression.daily(hour=22, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group(fleet)],
    operation=PatchOperation.SCAN,
)
PatchSchedule(
    stack,
    "MonthlyInstall",
    schedule=ScheduleExpression.nth_weekday(2, DayOfWeek.SUNDAY, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group(fleet)],
    operation=PatchOperation.INSTALL,
)

# The only finding of cdk-nag.
cdk.Validations.of(node.role).acknowledge(
    cdk.Acknowledgment(
        id="AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]",
        reason="AWS documents this policy for managed nodes and updates it with the agent",
    )
)
app.synth()
