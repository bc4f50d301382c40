"""EventBridge rules.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
"""

from typing import Final

from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value

EVENT_RULE: Final = "AWS::Events::Rule"


class EventRule(Resource):
    """An EventBridge rule."""

    @property
    def pattern(self) -> Value:
        """The events that it matches.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self["EventPattern"]
