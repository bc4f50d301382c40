"""Auto Scaling groups and the services that run nodes in them, with the tags that reach the nodes.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
"""

from typing import Final

from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value

AUTO_SCALING_GROUP: Final = "AWS::AutoScaling::AutoScalingGroup"
EKS_NODE_GROUP: Final = "AWS::EKS::Nodegroup"
ECS_CAPACITY_PROVIDER: Final = "AWS::ECS::CapacityProvider"


class AutoScalingGroup(Resource):
    """An Auto Scaling group."""

    @property
    def launch_template(self) -> Value:
        """The launch template of its nodes: id or name, with a version."""
        mixed = self.at("MixedInstancesPolicy")
        if mixed.content is not None:
            return mixed.at("LaunchTemplate").at("LaunchTemplateSpecification")
        return self.at("LaunchTemplate")

    @property
    def tags(self) -> list[Value]:
        """The tags that it passes to its nodes; tags that are unknown until deployment are one unknown tag."""
        return [tag for tag in self.at("Tags").each() if not is_kept(tag)]


class EksNodeGroup(Resource):
    """A managed node group of Amazon EKS. Its own tags are not on its nodes."""

    @property
    def launch_template(self) -> Value:
        """The launch template of its nodes: id or name, with a version."""
        return self.at("LaunchTemplate")

    @property
    def tags(self) -> list[Value]:
        """The tags that it passes to its nodes: none."""
        return []


class EcsCapacityProvider(Resource):
    """A capacity provider of Amazon ECS."""

    @property
    def auto_scaling_group(self) -> Value:
        """The Auto Scaling group whose nodes run the tasks."""
        return self.at("AutoScalingGroupProvider").at("AutoScalingGroupArn")


def is_kept(tag: Value) -> bool:
    """Return whether an Auto Scaling group certainly does not pass a tag to its nodes."""
    propagate = tag.at("PropagateAtLaunch")
    return not propagate.is_unknown and propagate.content is not None and not propagate.is_true()
