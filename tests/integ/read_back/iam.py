"""Roles, their policies and instance profiles, as the emulator returns them."""

from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def role(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    iam, name = emulator.client("iam"), resource.physical_id
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    # Policies with other names belong to resources of their own.
    inline = [policy["PolicyName"] for policy in resource.properties.get("Policies", [])]
    return {
        **iam.get_role(RoleName=name)["Role"],
        "ManagedPolicyArns": [policy["PolicyArn"] for policy in attached],
        "Policies": [{"PolicyName": each, "PolicyDocument": _document(iam, name, each)} for each in inline],
    }


def policy(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    iam, name = emulator.client("iam"), resource.properties["PolicyName"]
    roles = [each for each in resource.properties["Roles"] if name in _policies(iam, each)]
    documents = [_document(iam, each, name) for each in roles]
    assert all(document == documents[0] for document in documents)
    return {"PolicyName": name, "Roles": roles, "PolicyDocument": documents[0]}


def instance_profile(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    found = emulator.client("iam").get_instance_profile(InstanceProfileName=resource.physical_id)["InstanceProfile"]
    return {**found, "Roles": [each["RoleName"] for each in found["Roles"]]}


def _policies(iam: Any, role_name: str) -> list[str]:
    names: list[str] = iam.list_role_policies(RoleName=role_name)["PolicyNames"]
    return names


def _document(iam: Any, role_name: str, policy_name: str) -> Any:
    return iam.get_role_policy(RoleName=role_name, PolicyName=policy_name)["PolicyDocument"]
