"""CloudWatch alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Alarms.html
"""

from typing import Final

from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value

ALARM: Final = "AWS::CloudWatch::Alarm"


class Alarm(Resource):
    """A CloudWatch alarm."""

    @property
    def metrics(self) -> list[Value]:
        """The metrics that it watches, each with ``Namespace``, ``MetricName`` and ``Dimensions``.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [self.properties, *(each["MetricStat"]["Metric"] for each in self["Metrics"].items())]
