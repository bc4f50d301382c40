"""The key of a topic, which decides who can publish.

https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from typing import Final

from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_sns import ITopicRef

from patching_constructs._errors import refusal
from patching_constructs._validation import has_property

_AWS_MANAGED_KEY: Final = "alias/aws/sns"


def check_topic_key(what: str, topic: ITopicRef, publisher: str) -> None:
    """Check that a service can publish to a topic, as far as its key is known.

    Raises:
        PatchingError: it is encrypted with the key of AWS, whose policy cannot be changed.
    """
    resource = topic_resource(topic)
    key = None if resource is None else resource.kms_master_key_id
    if isinstance(key, str) and _AWS_MANAGED_KEY in key:
        fix = f"use a customer managed key, to which {publisher} can have access"
        raise refusal(what, "cannot be encrypted with the AWS managed key", _AWS_MANAGED_KEY, fix)


def check_target_topic(what: str, target: object) -> None:
    """Check that EventBridge can publish to a target, if it is a topic.

    Raises:
        PatchingError: the topic is encrypted with the key of AWS, whose policy cannot be changed.
    """
    topic = getattr(target, "topic", None)
    if topic is not None and has_property(topic, "topic_ref"):
        check_topic_key(what, topic, "EventBridge")


def topic_resource(topic: ITopicRef) -> sns.CfnTopic | None:
    """Return the L1 construct of a topic; None for an imported one."""
    found = topic if isinstance(topic, sns.CfnTopic) else topic.node.default_child
    return found if isinstance(found, sns.CfnTopic) else None
