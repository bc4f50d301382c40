"""PatchComplianceRule: the rule of AWS Config, and the findings of AWS Security Hub."""

from functools import partial
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template

from patching_constructs import PatchComplianceRule
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchComplianceRule", "unit")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def rendered(stack: cdk.Stack, kind: str) -> Any:
    (resource,) = Template.from_stack(stack).find_resources(kind).values()
    return resource["Properties"]


def test_the_managed_rule(stack: cdk.Stack) -> None:
    created = PatchComplianceRule(stack, "Rule")
    assert rendered(stack, "AWS::Config::ConfigRule") == {
        "Description": "Checks whether managed nodes have the patches that their patch baselines require",
        "Source": {"Owner": "AWS", "SourceIdentifier": "EC2_MANAGEDINSTANCE_PATCH_COMPLIANCE_STATUS_CHECK"},
    }
    assert stack.resolve(created.rule.config_rule_name) == {"Ref": "Rule8A539067"}


def test_name_and_description(stack: cdk.Stack) -> None:
    PatchComplianceRule(stack, "Rule", rule_name="patched", description="All of them")
    properties = rendered(stack, "AWS::Config::ConfigRule")
    assert (properties["ConfigRuleName"], properties["Description"]) == ("patched", "All of them")


@pytest.mark.parametrize("with_target", [True, False])
def test_failed_findings_of_security_hub(stack: cdk.Stack, with_target: bool) -> None:  # noqa: FBT001
    target = targets.SqsQueue(sqs.Queue(stack, "Queue")) if with_target else None
    PatchComplianceRule.on_security_hub_finding(stack, "Findings", target=target)
    properties = rendered(stack, "AWS::Events::Rule")
    assert properties["EventPattern"] == {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        "detail": {
            "findings": {
                "Compliance": {"SecurityControlId": ["SSM.2"], "Status": ["FAILED"]},
                "RecordState": ["ACTIVE"],
                "Workflow": {"Status": ["NEW"]},
            }
        },
    }
    assert ("Targets" in properties) == with_target


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule_name": ""}, "rule_name must have 1-128 characters, got 0"),
        ({"description": "a" * 257}, "description must have 1-256 characters, got 257"),
        ({"rule_name": 1}, "rule_name must be a string, got 1"),
    ],
)
def test_what_is_invalid(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    assert refused(lambda: PatchComplianceRule(stack, "Rule", **untyped(options))) == f"{message} [Stack/Rule]"


def test_a_target_must_be_one(stack: cdk.Stack) -> None:
    create = partial(PatchComplianceRule.on_security_hub_finding, stack, "Findings")
    assert refused(lambda: create(target=untyped("topic"))) == (
        "target must be an IRuleTarget, got 'topic'; use one of aws_cdk.aws_events_targets, such as SnsTopic(topic) "
        "[Stack/Findings]"
    )
