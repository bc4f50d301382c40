"""PatchComplianceRule: the rule of AWS Config for patch compliance, and the findings of AWS Security Hub.

https://docs.aws.amazon.com/config/latest/developerguide/ec2-managedinstance-patch-compliance-status-check.html
https://docs.aws.amazon.com/securityhub/latest/userguide/ssm-controls.html
"""

from typing import Final

from aws_cdk import aws_config as config
from aws_cdk import aws_events as events
from constructs import Construct

from patching_constructs._validation import check_length
from patching_constructs.constructs._rule_targets import check_rule_target
from patching_constructs.constructs._scopes import creating

# https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html
_NAME_LENGTH: Final = 128
_DESCRIPTION_LENGTH: Final = 256
_DESCRIPTION: Final = "Checks whether managed nodes have the patches that their patch baselines require"


class PatchComplianceRule(Construct):
    """The managed rule of AWS Config that finds nodes that are not compliant with their patch baselines.

    It is ``ec2-managedinstance-patch-compliance-status-check``, and evaluates the resource type
    ``AWS::SSM::PatchCompliance``, which the configuration recorder of the account and Region must record. A node that
    was never scanned has no such resource, so the rule does not find it.

    The control SSM.2 of AWS Security Hub is the same check, by a rule that Security Hub creates. Where it is enabled,
    use `on_security_hub_finding` instead of a second rule.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        rule_name: the name of the rule, 1-128 characters. Default: a name that CloudFormation generates.
        description: what the rule is for, 1-256 characters. Default: that it checks patch baselines.

    Raises:
        PatchingError: a property is invalid.

    https://docs.aws.amazon.com/config/latest/developerguide/ec2-managedinstance-patch-compliance-status-check.html
    """

    SECURITY_HUB_CONTROL: Final = "SSM.2"
    """The control of AWS Security Hub that is the same check."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        rule_name: str | None = None,
        description: str | None = None,
    ) -> None:
        with creating(scope, id):
            if rule_name is not None:
                check_length("rule_name", rule_name, _NAME_LENGTH)
            if description is not None:
                check_length("description", description, _DESCRIPTION_LENGTH)
        super().__init__(scope, id)
        self._rule = config.ManagedRule(
            self,
            "Rule",
            identifier=config.ManagedRuleIdentifiers.EC2_MANAGED_INSTANCE_PATCH_COMPLIANCE_STATUS_CHECK,
            config_rule_name=rule_name,
            description=description or _DESCRIPTION,
        )

    @property
    def rule(self) -> config.ManagedRule:
        """The rule, for example for its ``on_compliance_change``."""
        return self._rule

    @staticmethod
    def on_security_hub_finding(
        scope: Construct,
        id: str,  # noqa: A002
        *,
        target: events.IRuleTarget | None = None,
    ) -> events.Rule:
        """Create a rule of EventBridge for failed findings of the control SSM.2 of AWS Security Hub.

        Only findings with the workflow status ``NEW`` match. Security Hub sends an event whenever it imports or updates
        a finding, so a finding matches again until its workflow status changes: set it to ``NOTIFIED`` where you handle
        the event, with ``securityhub:BatchUpdateFindings``.

        Args:
            scope: the construct that the rule belongs to.
            id: the construct's id.
            target: what gets the events. Default: none yet; use ``rule.add_target``.

        Raises:
            PatchingError: the target is not an ``IRuleTarget``, or a topic with the AWS managed key.

        https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
        """
        with creating(scope, id):
            check_rule_target(target)
        finding = {
            "Compliance": {"SecurityControlId": [PatchComplianceRule.SECURITY_HUB_CONTROL], "Status": ["FAILED"]},
            "RecordState": ["ACTIVE"],
            "Workflow": {"Status": ["NEW"]},
        }
        pattern = events.EventPattern(
            source=["aws.securityhub"],
            detail_type=["Security Hub Findings - Imported"],
            detail={"findings": finding},
        )
        rule = events.Rule(scope, id, event_pattern=pattern)
        if target is not None:
            rule.add_target(target)
        return rule
