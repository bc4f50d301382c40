"""EC2 instances, and the launch templates that instances are launched from."""

from typing import Final

from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value

INSTANCE: Final = "AWS::EC2::Instance"
LAUNCH_TEMPLATE: Final = "AWS::EC2::LaunchTemplate"


class Node(Resource):
    """An instance or a launch template."""

    @property
    def metadata_options(self) -> Value:
        """The options of the instance metadata.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return self._data["MetadataOptions"]

    @property
    def profile(self) -> Value:
        """The instance profile.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        given = self._data["IamInstanceProfile"]
        if self.type == INSTANCE or given.is_unknown:
            return given
        return next((given[name] for name in ("Arn", "Name") if given[name].is_given), given)

    @property
    def tags(self) -> list[Value]:
        """The tags of the instance.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        if self.type == INSTANCE:
            return self["Tags"].items()
        specifications = self._data["TagSpecifications"].items()
        return [
            tag for each in specifications if each["ResourceType"].text() == "instance" for tag in each["Tags"].items()
        ]

    @property
    def _data(self) -> Value:
        return self["LaunchTemplateData"] if self.type == LAUNCH_TEMPLATE else self.properties
