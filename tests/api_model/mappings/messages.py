"""Topics, subscriptions and queues, whose attributes are maps of texts in the API."""

import json
from collections.abc import Iterator
from typing import Any

from tests.api_model.mappings.registry import Created, as_map, requests_of
from tests.api_model.model import Request


def _texts(attributes: dict[str, Any]) -> dict[str, str]:
    return {name: each if isinstance(each, str) else json.dumps(each) for name, each in attributes.items()}


@requests_of("AWS::SNS::Topic")
def topic(created: Created) -> Iterator[Request]:
    created.take("TopicName")
    tags = created.take_some("Tags")
    attributes = created.take_some("DisplayName", "KmsMasterKeyId", "FifoTopic", "SignatureVersion")
    yield Request("sns", "CreateTopic", {"Name": created.name, "Attributes": _texts(attributes)} | tags)


@requests_of("AWS::SNS::Subscription")
def subscription(created: Created) -> Iterator[Request]:
    attributes = created.take_some("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
    yield Request("sns", "Subscribe", created.rest() | {"Attributes": _texts(attributes)})


@requests_of("AWS::SNS::TopicPolicy")
def topic_policy(created: Created) -> Iterator[Request]:
    text = json.dumps(created.take("PolicyDocument"))
    for arn in created.take("Topics"):
        given = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": text}
        yield Request("sns", "SetTopicAttributes", given)


@requests_of("AWS::SQS::Queue")
def queue(created: Created) -> Iterator[Request]:
    created.take("QueueName")
    tags = created.take("Tags", [])
    given = {"QueueName": created.name, "Attributes": _texts(created.rest())}
    yield Request("sqs", "CreateQueue", given | {"tags": as_map(tags)})


@requests_of("AWS::SQS::QueuePolicy")
def queue_policy(created: Created) -> Iterator[Request]:
    attributes = {"Policy": json.dumps(created.take("PolicyDocument"))}
    for url in created.take("Queues"):
        yield Request("sqs", "SetQueueAttributes", {"QueueUrl": url, "Attributes": attributes})
