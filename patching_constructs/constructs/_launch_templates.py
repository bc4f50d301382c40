"""The launch templates of nodes, as far as they are known to this app.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from aws_cdk import CfnResource, Reference, Tokenization
from aws_cdk.aws_iam import IRole

from patching_constructs._errors import PatchingError, refusal

if TYPE_CHECKING:
    from aws_cdk.aws_ec2 import CfnLaunchTemplate, LaunchTemplate

LAUNCH_TEMPLATE: Final = "AWS::EC2::LaunchTemplate"


@dataclass(frozen=True, slots=True)
class UsedLaunchTemplate:
    """A launch template of nodes: an L2 construct, an L1 construct only, or not created in this app."""

    construct: "LaunchTemplate | None" = None
    resource: "CfnLaunchTemplate | None" = None

    @classmethod
    def by_id(cls, template_id: str | None) -> Self:
        """Find the launch template in this app that an id refers to."""
        token = Tokenization.reverse_string(template_id).first_token if template_id else None
        target = token.target if isinstance(token, Reference) else None
        if not isinstance(target, CfnResource) or target.cfn_resource_type != LAUNCH_TEMPLATE:
            return cls()
        # An app with a launch template has already imported aws_ec2, which takes 0.2 s in any other app.
        from aws_cdk.aws_ec2 import CfnLaunchTemplate, LaunchTemplate  # noqa: PLC0415

        scope = target.node.scope
        construct = scope if isinstance(scope, LaunchTemplate) else None
        return cls(construct, target if isinstance(target, CfnLaunchTemplate) else None)

    @classmethod
    def specified_by(cls, *specifications: object) -> list[Self]:
        """Find the launch templates whose ids are in specifications of L1 constructs, which can be tokens."""
        return [cls.by_id(each.launch_template_id) for each in specifications if hasattr(each, "launch_template_id")]

    @property
    def exposes_tags(self) -> bool:
        """Whether its instances are known to expose their tags in instance metadata."""
        data = self.resource.launch_template_data if self.resource else None
        return bool(exposes_tags(getattr(data, "metadata_options", None)))

    @property
    def role(self) -> IRole:
        """The role of its instance profile.

        Raises:
            PatchingError: it has no role, or the role is not known to this app.
        """
        if self.construct is None:
            raise without_role(str(self), "use an aws_ec2.LaunchTemplate with role=...")
        role: IRole | None = self.construct.role
        if role is None:
            raise without_role(f"{self} without a role", "set its role=...")
        return role

    def __str__(self) -> str:
        if self.construct:
            return f"the launch template {self.construct.node.path}"
        if self.resource:
            return f"the L1 construct {self.resource.node.path}"
        return "a launch template that is not created in this app"


def exposes_tags(metadata_options: object) -> bool | None:
    """Return whether the metadata options of instances expose tags; None if it is not set, or a token."""
    return {"enabled": True, "disabled": False}.get(getattr(metadata_options, "instance_metadata_tags", ""))


def without_role(got: str, fix: str) -> PatchingError:
    """Return the error for a grant without a role."""
    return refusal("grant_patching", "requires the role of the nodes' instance profile", got, fix)
