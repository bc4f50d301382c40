"""What roles may do: by their own policies, those attached to them, and AWS's own."""

from pathlib import Path
from typing import Any

import pytest

from patching_constructs.template.deployment import Deployment
from patching_constructs.template.iam import Role
from patching_constructs.template.reading import read_templates
from patching_constructs.template.value import UnknownError
from tests.unit.checks.test_engine import written

SEND = "ssm:SendCommand"
AWS = "arn:aws:iam::aws:policy/"


def allow(*actions: str, **words: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"} | words


def deny(*actions: str, **words: Any) -> dict[str, Any]:
    return allow(*actions) | {"Effect": "Deny"} | words


def role(*statements: Any, **properties: Any) -> dict[str, Any]:
    own = [{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}]
    return {"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": own} | properties}}


def policy(*statements: Any, kind: str = "Policy", **properties: Any) -> dict[str, Any]:
    given = {"PolicyDocument": {"Statement": list(statements)}} | properties
    return {"Policy": {"Type": f"AWS::IAM::{kind}", "Properties": given}}


P: dict[str, Any] = {"Ref": "P"}
ALLOWED: dict[str, tuple[dict[str, Any], bool | None]] = {
    "an action": (role(allow(SEND)), True),
    "another action": (role(allow("ssm:ListCommands")), False),
    "a denied action": (role(allow("*"), deny(SEND)), False),
    "an action that is denied first": (role(deny("ssm:*"), allow(SEND)), False),
    "all but a denied action": (role(allow("*"), deny(NotAction=SEND, Action=None)), True),
    "all but other actions are denied": (role(allow("*"), deny(NotAction="s3:*", Action=None)), False),
    "an action that is denied on a resource": (
        role(allow(SEND), deny(SEND, Resource="arn:aws:ssm:*:*:document/x")),
        True,
    ),
    "an action that is denied on a condition": (role(allow(SEND), deny(SEND, Condition={"Bool": {"a": "b"}})), True),
    "an action that may be denied": (role(allow(SEND), deny(SEND) | {"Action": [P]}), None),
    "a statement that may deny": (role(allow(SEND), allow(SEND) | {"Effect": P}), None),
    "a statement that may allow too": (role(allow(SEND), allow(SEND) | {"Action": [P]}), True),
    "a statement that may allow": (role(allow("s3:*") | {"Action": [P]}), None),
    "a policy of AWS's own": (role(ManagedPolicyArns=[f"{AWS}service-role/AmazonSSMMaintenanceWindowRole"]), True),
    "another policy of AWS's own": (role(ManagedPolicyArns=[f"{AWS}AmazonSSMManagedInstanceCore"]), False),
    "all but some by a policy of AWS's own": (role(ManagedPolicyArns=[f"{AWS}PowerUserAccess"]), True),
    "a policy of AWS's own in any partition": (
        role(ManagedPolicyArns=[{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonSSMFullAccess"}]),
        True,
    ),
    "a policy of AWS's own with a statement that denies": (
        role(deny(SEND), ManagedPolicyArns=[f"{AWS}AdministratorAccess"]),
        False,
    ),
    "a policy of AWS's own that is not known": (role(ManagedPolicyArns=[f"{AWS}ViewOnlyAccess"]), None),
    "a policy of the account": (role(ManagedPolicyArns=["arn:aws:iam::111111111111:policy/AdministratorAccess"]), None),
    "a policy of the template": (
        role(ManagedPolicyArns=[{"Ref": "Policy"}]) | policy(allow(SEND), kind="ManagedPolicy"),
        True,
    ),
    "a policy of the template for others": (
        role(ManagedPolicyArns=[{"Ref": "Policy"}]) | policy(kind="ManagedPolicy"),
        False,
    ),
    "an attached policy": (role() | policy(allow(SEND), Roles=[{"Ref": "Role"}]), True),
    "an attached policy of a role": (role() | policy(allow(SEND), kind="RolePolicy", RoleName={"Ref": "Role"}), True),
    "a policy that is attached by name": (role(RoleName="run") | policy(allow(SEND), Roles=["run"]), True),
    "a policy that is attached to another role": (role(RoleName="run") | policy(allow(SEND), Roles=["stop"]), False),
    "a policy that is attached to what a parameter says": (role() | policy(allow(SEND), Roles=P), None),
}


@pytest.mark.parametrize(("resources", "allowed"), ALLOWED.values(), ids=ALLOWED.keys())
def test_a_role_is_allowed(tmp_path: Path, resources: dict[str, Any], allowed: bool | None) -> None:  # noqa: FBT001
    deployment = Deployment(read_templates(written(tmp_path / "a.json", resources)))
    (read,) = (each for each in deployment.resources if isinstance(each, Role))
    if allowed is None:
        with pytest.raises(UnknownError):
            deployment.allows(read, SEND)
    else:
        assert [deployment.allows(read, SEND) for _ in range(2)] == [allowed, allowed]
