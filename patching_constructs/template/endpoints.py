"""VPC endpoints, and whether their policies deny access to the buckets of AWS.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Iterable
from typing import Final

from patching_constructs.template.iam import is_about, statements
from patching_constructs.template.resource import Resource
from patching_constructs.template.unknown import UNKNOWN
from patching_constructs.template.value import Value, listed

ENDPOINT: Final = "AWS::EC2::VPCEndpoint"
_READ: Final = "s3:GetObject"
# Conditions on the owner of a bucket; the owner of AWS's buckets is an account of AWS.
_OWNER_KEYS: Final = ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount")
_IS_OWNER: Final = ("stringequals", "stringlike", "foranyvalue:stringequals", "foranyvalue:stringlike")
_IS_NOT_OWNER: Final = ("stringnotequals", "stringnotlike")


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
        if any(_denies(statement, given) for statement in every):
            return True
        return not any(_allows(statement, given) for statement in every)


def _allows(statement: Value, prefixes: list[str]) -> bool:
    if (
        statement["Effect"].text() != "Allow"
        or not is_about(statement, _READ)
        or _has_owner_condition(statement, _IS_OWNER)
    ):
        return False
    resources = statement["Resource"]
    return not resources.is_given or any(_may_match(each, prefixes) for each in listed(resources))


def _denies(statement: Value, prefixes: list[str]) -> bool:
    """Return whether a statement certainly denies reading: for every bucket but others, or for owners but others."""
    if statement["Effect"].text() != "Deny" or not _is_for_everyone(statement) or not is_about(statement, _READ):
        return False
    excepted = statement["NotResource"]
    if excepted.is_given:
        covers = not any(_may_match(each, prefixes) for each in listed(excepted))
    else:
        covers = any(each.content in ("*", "arn:aws:s3:::*") for each in listed(statement["Resource"]))
    return covers and (not statement["Condition"].is_given or _has_owner_condition(statement, _IS_NOT_OWNER, only=True))


def _is_for_everyone(statement: Value) -> bool:
    principal = statement["Principal"]
    return principal.content == "*" or any(each.content == "*" for each in principal.at("AWS").each())


def _has_owner_condition(statement: Value, operators: tuple[str, ...], *, only: bool = False) -> bool:
    """Return whether a statement has a condition on the owner of the bucket; with ``only``, whether it has no other."""
    keys = [
        operator.lower() in operators and key.lower() in _OWNER_KEYS
        for operator, compared in statement["Condition"].entries()
        for key, _ in compared.entries()
    ]
    return bool(keys) and (all(keys) if only else any(keys))


def _may_match(resource: Value, prefixes: list[str]) -> bool:
    """Return whether a pattern can match an object in a bucket with a name that starts with a prefix."""
    bucket = resource.shape.rpartition(":")[2].partition("/")[0]
    known = bucket
    for open_ended in ("*", "?", "$", UNKNOWN):
        known = known.partition(open_ended)[0]
    if known == bucket:
        return any(bucket.startswith(prefix) for prefix in prefixes)
    return any(prefix.startswith(known) or known.startswith(prefix) for prefix in prefixes)
