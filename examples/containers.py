"""The nodes of an existing EKS cluster: they are scanned every night, and replaced instead of patched."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks

from patching_constructs import PatchGroup, PatchNodes, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "Containers")
workers = PatchGroup("eks-workers")

network = ec2.Vpc.from_vpc_attributes(
    stack,
    "Network",
    vpc_id="vpc-0123456789abcdef0",
    availability_zones=["eu-central-1a"],
    private_subnet_ids=["subnet-0123456789abcdef0"],
    private_subnet_route_table_ids=["rtb-0123456789abcdef0"],
)
cluster = eks.Cluster.from_cluster_attributes(stack, "Cluster", cluster_name="shop", vpc=network)
template = ec2.LaunchTemplate(
    stack,
    "Template",
    http_tokens=ec2.LaunchTemplateHttpTokens.REQUIRED,
    block_devices=[ec2.BlockDevice(device_name="/dev/xvda", volume=ec2.BlockDeviceVolume.ebs(20, encrypted=True))],
)
group = eks.Nodegroup(
    stack,
    "Workers",
    cluster=cluster,
    launch_template_spec=eks.LaunchTemplateSpec(
        id=template.launch_template_id or "", version=template.latest_version_number
    ),
)
nodes = PatchNodes.of(group)
nodes.join(workers)
nodes.grant_patching()

PatchSchedule(
    stack,
    "NightlyScan",
    schedule=ScheduleExpression.daily(hour=22, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group(workers)],
    operation=PatchOperation.SCAN,
)

# The only findings of cdk-nag.
cdk.Validations.of(group.role).acknowledge(
    *(
        cdk.Acknowledgment(
            id=f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]",
            reason="AWS documents this policy for the nodes of a cluster, or for managed nodes",
        )
        for policy in (
            "AmazonEKSWorkerNodePolicy",
            "AmazonEKS_CNI_Policy",
            "AmazonEC2ContainerRegistryReadOnly",
            "AmazonSSMManagedInstanceCore",
        )
    )
)
app.synth()
