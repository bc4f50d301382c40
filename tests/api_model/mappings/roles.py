"""Roles, policies, instance profiles and keys."""

import json
from collections.abc import Iterator

from tests.api_model.mappings.registry import Created, requests_of
from tests.api_model.model import Request


@requests_of("AWS::IAM::Role")
def role(created: Created) -> Iterator[Request]:
    trust = {"AssumeRolePolicyDocument": json.dumps(created.take("AssumeRolePolicyDocument"))}
    managed, inline = created.take("ManagedPolicyArns", []), created.take("Policies", [])
    yield Request("iam", "CreateRole", {"RoleName": created.name} | trust | created.rest())
    for arn in managed:
        yield Request("iam", "AttachRolePolicy", {"RoleName": created.name, "PolicyArn": arn})
    for policy in inline:
        document = {"PolicyDocument": json.dumps(policy["PolicyDocument"])}
        yield Request("iam", "PutRolePolicy", {"RoleName": created.name} | policy | document)


@requests_of("AWS::IAM::Policy")
def policy(created: Created) -> Iterator[Request]:
    given = {"PolicyName": created.take("PolicyName"), "PolicyDocument": json.dumps(created.take("PolicyDocument"))}
    for name in created.take("Roles", []):
        yield Request("iam", "PutRolePolicy", given | {"RoleName": name})


@requests_of("AWS::IAM::InstanceProfile")
def instance_profile(created: Created) -> Iterator[Request]:
    name, roles = {"InstanceProfileName": created.name}, created.take("Roles", [])
    yield Request("iam", "CreateInstanceProfile", name | created.rest())
    for each in roles:
        yield Request("iam", "AddRoleToInstanceProfile", name | {"RoleName": each})


@requests_of("AWS::KMS::Key")
def key(created: Created) -> Iterator[Request]:
    rotates, text = created.take("EnableKeyRotation", default=False), json.dumps(created.take("KeyPolicy"))
    yield Request("kms", "CreateKey", created.rest() | {"Policy": text})
    if rotates:
        yield Request("kms", "EnableKeyRotation", {"KeyId": created.ref})
