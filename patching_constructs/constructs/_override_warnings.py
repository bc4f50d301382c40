"""Warnings of schedules and grants about override files that are read from ``https://`` URLs, without credentials.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
"""

from typing import Final

from aws_cdk import Annotations, CfnResource, Reference, Tokenization
from constructs import Construct

from patching_constructs._tokens import is_unresolved, with_tokens_masked
from patching_constructs.properties._s3_urls import https_host, is_read_without_credentials

OVERRIDE_WITHOUT_CREDENTIALS: Final = "patching-constructs:overrideWithoutCredentials"
OVERRIDE_HOST_UNKNOWN: Final = "patching-constructs:overrideHostUnknown"


def warn_of_override(scope: Construct, what: str, url: str) -> None:
    """Warn about a file in S3 at an ``https://`` URL, which can be read only if the object is public."""
    if not _is_in_s3(url):
        return
    form = "bucket.s3_url_for_object(key)" if is_unresolved(url) else "the s3://<bucket>/<key> form"
    Annotations.of(scope).add_warning_v2(
        OVERRIDE_WITHOUT_CREDENTIALS,
        f"{what} {with_tokens_masked(url)!r} is read without credentials, which a private bucket denies; use {form}",
    )


def warn_of_granted_override(scope: Construct, what: str, url: str) -> None:
    """Warn as `warn_of_override` does, and about an unknown host, for which the grant adds nothing."""
    if not is_unresolved(https_host(url)) or _is_in_s3(url):
        warn_of_override(scope, what, url)
        return
    Annotations.of(scope).add_warning_v2(
        OVERRIDE_HOST_UNKNOWN,
        f"{what} {with_tokens_masked(url)!r} has a host that is unknown until deployment, and no permission is "
        "granted for an https:// URL; for a private bucket, use bucket.s3_url_for_object(key)",
    )


def _is_in_s3(url: str) -> bool:
    return is_read_without_credentials(url) or _is_host_of_a_bucket(https_host(url))


def _is_host_of_a_bucket(host: str) -> bool:
    """Return whether the host is an attribute of a bucket, as in ``bucket.virtual_hosted_url_for_object(key)``."""
    token = Tokenization.reverse_string(host).first_token if is_unresolved(host) else None
    target = token.target if isinstance(token, Reference) else None
    return isinstance(target, CfnResource) and target.cfn_resource_type == "AWS::S3::Bucket"
