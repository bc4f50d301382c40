"""Objects in S3 by their URLs: who reads ``https://`` sends no credentials, and a private bucket refuses it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
"""

import re
from typing import Final

_S3: Final = re.compile(r"(?<![a-z0-9])s3(?![a-z0-9])")


def is_read_without_credentials(url: str) -> bool:
    """Tell whether a URL names an object in S3 in the ``https://`` form."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0]
    return scheme == "https" and ".amazonaws." in host and _S3.search(host) is not None
