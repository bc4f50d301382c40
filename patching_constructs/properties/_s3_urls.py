"""URLs of objects in S3: an ``https://`` URL is read without credentials, which a private bucket denies.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
"""

import re
from typing import Final

from patching_constructs._tokens import is_unresolved, with_tokens_masked

_S3: Final = re.compile(r"(?<![a-z0-9])s3(?![a-z0-9])")


def is_read_without_credentials(url: str) -> bool:
    """Return whether a URL is the ``https://`` URL of an object in S3, as far as the host is known.

    In a URL of the CDK, Region and domain are tokens: ``https://s3.<token>.<token>/bucket/key``.
    """
    host = https_host(url)
    amazon = ".amazonaws." in host or is_unresolved(host)
    return amazon and _S3.search(with_tokens_masked(host)) is not None


def https_host(url: str) -> str:
    """Return the host of an ``https://`` URL; an empty string for any other URL."""
    scheme, _, rest = url.partition("://")
    return rest.partition("/")[0] if scheme == "https" else ""
