"""The checks of the properties of a `PatchComplianceReport`."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, is_unresolved_list
from patching_constructs._validation import check_list_of, check_type, has_property
from patching_constructs.constructs.patch_data_sync import check_prefix
from patching_constructs.properties._durations import Length, whole
from patching_constructs.ssm import limits

_EVIDENCE_HOURS: Final = (1, 366 * 24)
_ORGANIZATION_FIX: Final = "use the id that aws organizations describe-organization returns"
# Organizational units and roots.
_PARTS_OF_AN_ORGANIZATION: Final = ("ou-", "r-")
_BUCKET_FIX: Final = "pass s3.Bucket(...), or s3.Bucket.from_bucket_name(scope, id, name)"


def check_accounts(accounts: Sequence[str]) -> None:
    """Check the ids of accounts. A token in the list passes.

    Raises:
        PatchingError: an id is invalid, or the list is a token, to which the account of the report cannot be added.
    """
    check_list_of("accounts", accounts, str)
    if is_unresolved_list(accounts):
        fix = "pass its items: aws_cdk.Fn.select(0, list)"
        raise refusal("accounts", "must not be a list that is a token", "a token", fix)
    for account in accounts:
        if not is_unresolved(account) and not limits.ACCOUNT_ID.fullmatch(account):
            raise refusal("accounts", "must be ids of accounts, which have 12 digits", repr(account))


def check_organization(organization_id: str | None) -> None:
    """Check the id of an organization. None and a token pass.

    Raises:
        PatchingError: the id is invalid.
    """
    if organization_id is None:
        return
    check_type("organization_id", organization_id, str)
    if not is_unresolved(organization_id) and not limits.ORGANIZATION_ID.fullmatch(organization_id):
        rule = "must be o- and 10-32 lowercase letters and digits"
        raise refusal("organization_id", rule, repr(organization_id), _organization_fix(organization_id))


def _organization_fix(given: str) -> str:
    if given.startswith(_PARTS_OF_AN_ORGANIZATION):
        return f"{_ORGANIZATION_FIX}; for some of its accounts, use accounts"
    return _ORGANIZATION_FIX


def check_bucket(what: str, bucket: s3.IBucket | None) -> None:
    """Check that a value is an L2 bucket, to the policy of which statements can be added. None passes.

    Raises:
        PatchingError: it is not, or it has Object Lock.
    """
    if bucket is None:
        return
    if not has_property(bucket, "bucket_name") or not has_property(bucket, "add_to_resource_policy"):
        raise refusal(what, "must be an IBucket", shown(bucket), _BUCKET_FIX)
    created = bucket.node.default_child
    if isinstance(created, s3.CfnBucket) and created.object_lock_enabled is True:
        rule = "must not have Object Lock, because Systems Manager cannot write into it"
        raise refusal(what, rule, "object_lock_enabled=True")


def check_together(
    bucket: s3.IBucket | None, prefix: str | None, results_bucket: s3.IBucket | None, encryption_key: kms.IKey | None
) -> None:
    """Check the prefix and the key, and whether they can be used with the buckets.

    Raises:
        PatchingError: one of them is invalid, or has no effect.
    """
    check_prefix(prefix)
    if prefix is not None and bucket is None:
        raise refusal("prefix", "requires bucket", repr(prefix), "leave it out, or pass bucket")
    if encryption_key is None:
        return
    if not has_property(encryption_key, "key_arn") or not has_property(encryption_key, "add_to_resource_policy"):
        raise refusal("encryption_key", "must be an IKey", shown(encryption_key), "pass kms.Key(...)")
    if bucket is not None and results_bucket is not None:
        rule = "cannot be used with bucket and results_bucket, which have an encryption of their own"
        raise refusal("encryption_key", rule, "all of them")


def evidence_hours(limit: Length) -> int:
    """Return the limit in hours.

    Raises:
        PatchingError: it is invalid, or a token.
    """
    hours = whole("evidence_limit", limit, "hours", _EVIDENCE_HOURS, usual="days")
    if is_unresolved(hours):
        rule = "must be known at synthesis, because it is a part of the views"
        raise refusal("evidence_limit", rule, "a token")
    return int(hours)


def check_database_name(name: str | None) -> None:
    """Check the name of a database. None passes.

    Raises:
        PatchingError: the name is invalid, or a token.
    """
    if name is None:
        return
    check_type("database_name", name, str)
    if is_unresolved(name):
        rule = "must be known at synthesis, because it is a part of the views"
        raise refusal("database_name", rule, "a token")
    if not limits.DATABASE_NAME.fullmatch(name):
        raise refusal("database_name", "must be 1-255 of a-z, 0-9 and _", repr(name))
