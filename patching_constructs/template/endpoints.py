"""VPC endpoints, and whether their policies deny access to the buckets of AWS.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Callable, Iterable
from typing import Final

from patching_constructs.template.iam import is_about, statements
from patching_constructs.template.resource import Resource
from patching_constructs.template.unknown import UNKNOWN
from patching_constructs.template.value import UnknownError, Value, listed, shown

ENDPOINT: Final = "AWS::EC2::VPCEndpoint"
_READ: Final = "s3:GetObject"
# Conditions on the owner of a bucket. AWS's buckets belong to an account of AWS, in no organization of a customer.
_ACCOUNT_KEYS: Final = ("aws:resourceaccount", "s3:resourceaccount")
_ORGANIZATION_KEYS: Final = ("aws:resourceorgid", "aws:resourceorgpaths")
_IS_OWNER: Final = ("stringequals", "stringlike", "stringequalsignorecase")
_IS_NOT_OWNER: Final = ("stringnotequals", "stringnotlike", "stringnotequalsignorecase")
_OWN_ACCOUNT: Final = ("${aws:principalaccount}", '{"ref":"aws::accountid"}', '{"fn::sub":"${aws::accountid}"}')


class Endpoint(Resource):
    """A VPC endpoint."""

    @property
    def is_for_s3(self) -> bool:
        """Whether it is an endpoint for Amazon S3, as far as the template shows."""
        return self.at("ServiceName").shape.endswith(".s3")

    @property
    def policy(self) -> Value:
        """The endpoint policy.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        return self["PolicyDocument"]

    def shuts_out(self, prefixes: Iterable[str]) -> bool:
        """Return whether the policy lets nobody read the buckets of AWS with names that start with a prefix.

        The rest of the names is unknown, so a pattern that matches some of them counts as all of them.

        Raises:
            UnknownError: that is unknown until deployment.
        """
        every = statements(self.policy)
        given = list(prefixes)
        may_be_denied: UnknownError | None = None
        try:
            if _is_any(every, lambda statement: _denies(statement, given)):
                return True
        except UnknownError as error:
            may_be_denied = error
        if not _is_any(every, lambda statement: _allows(statement, given)):
            return True
        if may_be_denied is not None:
            raise may_be_denied
        return False


def _is_any(every: Iterable[Value], check: Callable[[Value], bool]) -> bool:
    """Return whether a statement certainly passes a check.

    Raises:
        UnknownError: no statement does, and whether one of them does is unknown until deployment.
    """
    unknown: UnknownError | None = None
    for statement in every:
        try:
            if check(statement):
                return True
        except UnknownError as error:
            unknown = unknown or error
    if unknown is not None:
        raise unknown
    return False


def _allows(statement: Value, prefixes: list[str]) -> bool:
    if statement["Effect"].text() != "Allow" or not is_about(statement, _READ):
        return False
    resources = statement["Resource"]
    if resources.is_given and not any(_may_match(each, prefixes) for each in listed(resources)):
        return False
    return all(_may_be_aws(owner) for owner in _owners(statement, _IS_OWNER))


def _denies(statement: Value, prefixes: list[str]) -> bool:
    """Return whether a statement certainly denies reading: for every bucket but others, or for owners but others."""
    if statement["Effect"].text() != "Deny" or not _is_for_everyone(statement) or not is_about(statement, _READ):
        return False
    excepted = statement["NotResource"]
    if excepted.is_given:
        covers = not any(_may_match(each, prefixes) for each in listed(excepted))
    else:
        covers = any(_known_shape(each) in ("*", "arn:aws:s3:::*") for each in listed(statement["Resource"]))
    if not covers or not statement["Condition"].is_given:
        return covers
    owners = _owners(statement, _IS_NOT_OWNER)
    is_only_for_owners = len(owners) == sum(len(compared.entries()) for _, compared in statement["Condition"].entries())
    return is_only_for_owners and not any(_may_be_aws(owner) for owner in owners)


def _is_for_everyone(statement: Value) -> bool:
    principal = statement["Principal"]
    return principal.known() == "*" or any(each.known() == "*" for each in principal["AWS"].each())


def _owners(statement: Value, operators: tuple[str, ...]) -> list[Value]:
    """Return the owners of a bucket that the conditions of a statement compare, each a value or a list of them."""
    return [
        owners
        for operator, compared in statement["Condition"].entries()
        if operator.lower().rpartition(":")[2].removesuffix("ifexists") in operators
        for key, owners in compared.entries()
        if key.lower() in (*_ACCOUNT_KEYS, *_ORGANIZATION_KEYS)
    ]


def _may_be_aws(owners: Value) -> bool:
    """Return whether the owners of buckets in a condition include AWS.

    Raises:
        UnknownError: an account may be the one that owns the buckets of AWS.
    """
    is_organization = str(owners.path[-1]).lower() in _ORGANIZATION_KEYS
    unknown: UnknownError | None = None
    for owner in owners.each():
        if owner.content == "*":
            return True
        if not is_organization and not _is_own_account(owner):
            reason = f"Whether {shown(owner.content)} is an account of AWS is not in the template"
            unknown = unknown or UnknownError(owner, "" if owner.is_unknown else reason)
    if unknown is not None:
        raise unknown
    return False


def _is_own_account(owner: Value) -> bool:
    account = owner.function or str(owner.content)
    return account.lower() in _OWN_ACCOUNT or owner.template.source.environment.startswith(f"aws://{account}/")


def _may_match(resource: Value, prefixes: list[str]) -> bool:
    """Return whether a pattern can match an object in a bucket with a name that starts with a prefix."""
    bucket = _known_shape(resource).rpartition(":")[2].partition("/")[0]
    known = bucket
    for open_ended in ("*", "?", "$", UNKNOWN):
        known = known.partition(open_ended)[0]
    if known == bucket:
        return any(bucket.startswith(prefix) for prefix in prefixes)
    return any(prefix.startswith(known) or known.startswith(prefix) for prefix in prefixes)


def _known_shape(resource: Value) -> str:
    """Return a resource with a private character for every part that is unknown in every deployment.

    Raises:
        UnknownError: it is one of a few values.
    """
    if resource.choices:
        raise UnknownError(resource)
    return resource.shape
