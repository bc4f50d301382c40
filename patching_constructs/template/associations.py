"""State Manager associations.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-state.html
"""

from functools import cached_property
from typing import Final

from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value

ASSOCIATION: Final = "AWS::SSM::Association"


class Association(Resource):
    """A State Manager association."""

    @property
    def document(self) -> Value:
        """The document that it runs."""
        return self.at("Name")

    @cached_property
    def filters(self) -> list[Value]:
        """The entries of its ``Targets``.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return self["Targets"].items()
