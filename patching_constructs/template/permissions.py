"""The permissions of roles, from their inline policies, attached policies and AWS-managed policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from patching_constructs.template.iam import Policy, Role, aws_policy, is_allowed, is_allowed_by, statements
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import UnknownError, Value, listed


class Permissions:
    """The permissions of the roles of a deployment."""

    def __init__(
        self, roles: Sequence[Role], policies: Sequence[Policy], resolve: Callable[[Value], Resource | None]
    ) -> None:
        """Create the permissions from roles, policies, and a function that resolves references to resources."""
        self._roles = roles
        self._policies = policies
        self._resolve = resolve
        self._known: dict[tuple[int, str], bool | UnknownError] = {}
        self._unknown_attachment: UnknownError | None = None

    def allow(self, role: Role, action: str) -> bool:
        """Return whether a role is allowed an action on some resource.

        Raises:
            UnknownError: a managed policy may allow it, or a value that is unknown until deployment.
        """
        key = id(role), action
        if key not in self._known:
            try:
                self._known[key] = self._is_allowed(role, action)
            except UnknownError as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, UnknownError):
            raise UnknownError(known.at, known.reason, cause=known)
        return known

    def _is_allowed(self, role: Role, action: str) -> bool:
        managed = listed(role["ManagedPolicyArns"])
        own = [policy for arn in managed if isinstance(policy := self._resolve(arn), Policy)]
        documents = [*role.inline_policies, *(policy.document for policy in [*own, *self._attached_to(role)])]
        found = [statement for document in documents for statement in statements(document)]
        by_aws = any(policy is not None and is_allowed_by(policy, action) for policy in map(aws_policy, managed))
        if is_allowed(found, action, already=by_aws):
            return True
        for arn in managed:
            if self._resolve(arn) is None and aws_policy(arn) is None:
                raise UnknownError(arn, "The permissions of managed policies are not in the template")
        if self._unknown_attachment is not None:
            raise self._unknown_attachment
        return False

    def _attached_to(self, role: Role) -> list[Policy]:
        return self._attached.get(id(role), [])

    @cached_property
    def _attached(self) -> dict[int, list[Policy]]:
        """The policies that list the roles they are attached to."""
        found: dict[int, list[Policy]] = {}
        named = {name: role for role in self._roles if (name := role.known_name) is not None}
        for policy in self._policies:
            try:
                for each in policy.role_names:
                    role = self._resolve(each) or (None if each.is_unknown else named.get(each.text() or ""))
                    found.setdefault(id(role), []).append(policy)
            except UnknownError as error:
                self._unknown_attachment = error
        return found
