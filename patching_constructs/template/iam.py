"""IAM roles, and the permissions that the policies of a template grant.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from patching_constructs.ssm.managed_policies import MANAGED_POLICIES, ManagedPolicy
from patching_constructs.template.resource import Resource
from patching_constructs.template.unknown import UNKNOWN
from patching_constructs.template.value import UnknownError, Value, listed

ROLE: Final = "AWS::IAM::Role"
BUCKET_POLICY: Final = "AWS::S3::BucketPolicy"
POLICIES: Final = frozenset({"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"})
_ALLOW: Final = "Allow"
_DENY: Final = "Deny"
_AWS_POLICY: Final = ":iam::aws:policy/"
# The name of no action is half as long.
_LONGEST_PATTERN: Final = 200


class Role(Resource):
    """An IAM role."""

    @property
    def known_name(self) -> str | None:
        """Its name, where the template gives one."""
        name = self.at("RoleName")
        return None if name.is_unknown else name.text()

    @property
    def inline_policies(self) -> list[Value]:
        """The documents of its inline policies.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [policy["PolicyDocument"] for policy in self["Policies"].items()]


class Policy(Resource):
    """An IAM policy that is a resource of its own."""

    @property
    def role_names(self) -> list[Value]:
        """The roles that it is attached to.

        Raises:
            UnknownError: they are unknown until deployment.
        """
        return [*self["Roles"].items(), self["RoleName"]]

    @property
    def document(self) -> Value:
        """The policy document.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self["PolicyDocument"]


def statements(document: Value) -> list[Value]:
    """Return the statements of a policy document.

    Raises:
        UnknownError: they are unknown until deployment.
    """
    return listed(document["Statement"])


def is_allowed(found: Iterable[Value], action: str, *, already: bool = False) -> bool:
    """Return whether statements allow an action on some resource; an explicit deny overrides any allow.

    Args:
        found: the statements.
        action: the action.
        already: whether something other than the statements allows it.

    Raises:
        UnknownError: that is unknown until deployment.
    """
    allowed, unknown = already, list[UnknownError]()
    may_be_denied: UnknownError | None = None
    for statement in found:
        try:
            if _denies(statement, action):
                return False
            allowed = allowed or _allows(statement, action)
        except UnknownError as error:
            unknown.append(error)
            effect = statement.at("Effect")
            if effect.is_unknown or effect.text() == _DENY:
                may_be_denied = error
    if may_be_denied is not None:
        raise may_be_denied
    if unknown and not allowed:
        raise unknown[0]
    return allowed


def aws_policy(arn: Value) -> ManagedPolicy | None:
    """Return a policy of AWS's own by its ARN; None for any other, and for one that is not known here."""
    partition, found, name = arn.shape.partition(_AWS_POLICY)
    return MANAGED_POLICIES.get(name) if found and partition.startswith("arn:") else None


def is_allowed_by(policy: ManagedPolicy, action: str) -> bool:
    """Return whether a policy of AWS's own allows an action on some resource."""
    if any(_matches(pattern, action) for pattern in policy.actions):
        return True
    return bool(policy.every_action_but) and not any(_matches(each, action) for each in policy.every_action_but)


def _allows(statement: Value, action: str) -> bool:
    return statement["Effect"].text() == _ALLOW and is_about(statement, action)


def _denies(statement: Value, action: str) -> bool:
    """Return whether a statement denies an action on every resource, under no condition."""
    if statement["Effect"].text() != _DENY or statement["Condition"].is_given:
        return False
    return is_about(statement, action) and any(map(_is_every_resource, statement["Resource"].each()))


def _is_every_resource(resource: Value) -> bool:
    # What has other characters than the unknown ones is one kind of resource at most.
    return resource.text() == "*" if resource.shape in {"*", UNKNOWN} else False


def is_about(statement: Value, action: str) -> bool:
    """Return whether a statement, which allows or denies, names an action.

    Raises:
        UnknownError: that is unknown until deployment.
    """
    excepted = statement["NotAction"]
    if excepted.is_given:
        return not _names(excepted, action)
    return _names(statement["Action"], action)


def _names(patterns: Value, action: str) -> bool:
    return any(_matches(pattern.text() or "", action) for pattern in listed(patterns))


def _matches(pattern: str, action: str) -> bool:
    # fnmatch knows * and ? as IAM does, and brackets, which IAM does not.
    bare = pattern.lower().replace("[", "[[]")
    return len(pattern) <= _LONGEST_PATTERN and fnmatchcase(action.lower(), bare)
