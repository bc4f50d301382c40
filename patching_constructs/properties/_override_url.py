"""Where a node can read an override file: the form of the URL that AWS's patch document accepts.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
"""

import re
from typing import Final

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.ssm.documents import Parameter, known_documents

_FORM: Final = re.compile(r"(?:https|s3)://[^/]+/.", re.DOTALL)
_WHITESPACE: Final = re.compile(r"[\s\x85\u2028\u2029]", re.ASCII)
_FORBIDDEN: Final = re.compile(r"[`\"'$]")


def check_override_url(what: str, url: str) -> None:
    """Refuse a URL that the patch document does not accept.

    Raises:
        PatchingError: the URL is of another form, or has a character or a path that the document does not accept.
    """
    if not url or not _parameter().accepts(url):
        raise _problem(what, url)


def _parameter() -> Parameter:
    # InstallOverrideList has the same pattern, which a test compares.
    return known_documents()["AWS-RunPatchBaseline"].parameters["BaselineOverride"]


def _problem(what: str, url: str) -> PatchingError:
    if not _FORM.match(url):
        fix = "a private bucket needs the s3:// form" if "amazonaws" in url else ""
        return refusal(what, "must be https://<host>/<path> or s3://<bucket>/<key>", repr(url), fix)
    if _WHITESPACE.search(url):
        return refusal(what, "must have no whitespace", repr(url), "rename the file")
    if _FORBIDDEN.search(url):
        return refusal(what, "must have no backtick, quote or $ in it", repr(url), "rename the file")
    if "//" in url.partition("://")[2]:
        return refusal(what, "must have no empty path segment (//)", repr(url), "move the file to a path without //")
    return refusal(what, "must name a file, without a slash at the end", repr(url), "add the name of the file")
