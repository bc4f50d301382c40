"""Topics, their policies and subscriptions, as the emulator returns them."""

import json
from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def topic(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    return _attributes(emulator, resource.physical_id)


def policy(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    (arn,) = resource.properties["Topics"]
    return {"PolicyDocument": json.loads(_attributes(emulator, arn)["Policy"]), "Topics": [arn]}


def subscription(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    topic_arn = resource.properties["TopicArn"]
    listed = emulator.client("sns").list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    # Its address has not been confirmed, so it has no ARN.
    (found,) = (each for each in listed if each["Endpoint"] == resource.properties["Endpoint"])
    answer: dict[str, Any] = found
    return answer


def _attributes(emulator: Emulator, topic_arn: str) -> dict[str, Any]:
    attributes: dict[str, Any] = emulator.client("sns").get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    return attributes
