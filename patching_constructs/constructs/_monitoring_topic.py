"""The topic of a `PatchMonitoring`, to which its function and CloudWatch publish.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

from typing import Final, cast

from aws_cdk import Annotations, Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.interfaces.aws_sns import ITopicRef
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_reference, has_property
from patching_constructs.constructs._topic_keys import check_topic_key, topic_resource

KEY_POLICY: Final = "patching-constructs:topicKeyPolicyNotChanged"


def check_topic(scope: Construct, topic: ITopicRef) -> None:
    """Check a given topic, as far as it is known.

    Raises:
        PatchingError: it is not a topic, or not one that a function and CloudWatch of this Region can publish to.
    """
    check_reference("topic", topic, "ITopicRef", "for a topic by its ARN, use aws_sns.Topic.from_topic_arn(...)")
    here, there = Stack.of(scope).region, topic.env.region
    if not is_unresolved((here, there)) and here != there:
        fix = "CloudWatch publishes only to topics of its Region"
        raise refusal("topic", f"must be in the Region of the monitoring, {here}", there, fix)
    if _is_fifo(topic):
        raise refusal("topic", "must be a standard topic", "a FIFO topic", "FIFO topics cannot send mail")
    check_topic_key("topic", topic, "CloudWatch")


def topic_of(scope: Construct, given: ITopicRef | None, *, is_required: bool) -> sns.ITopic | None:
    """Return the given topic, or a new one if it is required, which is encrypted with a key of its own."""
    if given is None:
        return _created_topic(scope) if is_required else None
    if has_property(given, "add_subscription"):
        return cast("sns.ITopic", given)
    return sns.Topic.from_topic_arn(scope, "GivenTopic", given.topic_ref.topic_arn)


def _created_topic(scope: Construct) -> sns.Topic:
    key = kms.Key(scope, "TopicKey", enable_key_rotation=True, description="Encrypts messages about patching")
    return sns.Topic(scope, "Topic", display_name="Patching", master_key=key, enforce_ssl=True)


def allow_alarms(scope: Construct, topic: ITopicRef) -> None:
    """Allow the alarms of this account to publish, and warn if the policy of the key of the topic cannot be changed."""
    if not _has_own_key_policy(topic):
        Annotations.of(scope).add_warning_v2(
            KEY_POLICY,
            "the policy of the key of the topic is not changed, because the key was imported, or the topic is an L1 "
            "construct; make sure that the policy allows cloudwatch.amazonaws.com to use kms:Decrypt and "
            "kms:GenerateDataKey*, as "
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html describes",
        )
    conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
    sns.TopicGrants.from_topic(topic).publish(iam.ServicePrincipal("cloudwatch.amazonaws.com", conditions=conditions))


def _is_fifo(topic: ITopicRef) -> bool:
    resource = topic_resource(topic)
    if resource is not None:
        return resource.fifo_topic is True
    arn = topic.topic_ref.topic_arn
    return not is_unresolved(arn) and arn.endswith(".fifo")


def _has_own_key_policy(topic: ITopicRef) -> bool:
    """Return whether granting access changes the policy of the key; of an imported topic, nothing is changed."""
    resource = topic_resource(topic)
    if resource is None or resource.kms_master_key_id is None:
        return True
    key = getattr(topic, "master_key", None)
    return key is not None and key.node.default_child is not None
