"""The target of a rule of EventBridge.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from aws_cdk import aws_events as events

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import has_property
from patching_constructs.constructs._topic_keys import check_target_topic


def check_rule_target(target: events.IRuleTarget | None) -> None:
    """Check the target of a rule. None passes.

    Raises:
        PatchingError: it is not an ``IRuleTarget``, or a topic to which EventBridge cannot publish.
    """
    if target is None:
        return
    if not has_property(target, "bind"):
        fix = "use one of aws_cdk.aws_events_targets, such as SnsTopic(topic)"
        raise refusal("target", "must be an IRuleTarget", shown(target), fix)
    check_target_topic("target", target)
