"""IAM roles, and what policies allow, as far as a template says.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from fnmatch import fnmatchcase
from typing import Final

from patching_constructs.template.resource import Resource
from patching_constructs.template.value import Value, listed

ROLE: Final = "AWS::IAM::Role"
POLICIES: Final = frozenset({"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"})
# The name of no action is half as long.
_LONGEST_PATTERN: Final = 200


class Role(Resource):
    """An IAM role."""

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


def allows(statement: Value, action: str) -> bool:
    """Return whether a statement allows an action on some resource.

    Raises:
        UnknownError: that is unknown until deployment.
    """
    if statement["Effect"].text() != "Allow":
        return False
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
