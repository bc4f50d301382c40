"""The form of the URL of an override file that AWS's patch document accepts.

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
    """Check that the patch document accepts a URL.

    Raises:
        PatchingError: the URL has an invalid form, character or path.
    """
    if not url or not _parameter().accepts(url):
        raise _problem(what, url)


def _parameter() -> Parameter:
    # InstallOverrideList has the same pattern; a test compares the two.
    return known_documents()["AWS-RunPatchBaseline"].parameters["BaselineOverride"]


def _problem(what: str, url: str) -> PatchingError:
    if not _FORM.match(url):
        fix = "for a private bucket, use s3://" if "amazonaws" in url else ""
        return refusal(what, "must be https://<host>/<path> or s3://<bucket>/<key>", repr(url), fix)
    if _WHITESPACE.search(url):
        return refusal(what, "must not contain whitespace", repr(url), "rename the file")
    if _FORBIDDEN.search(url):
        return refusal(what, "must not contain backticks, quotes or $", repr(url), "rename the file")
    if "//" in url.partition("://")[2]:
        return refusal(what, "must not contain empty path segments (//)", repr(url), "move the file")
    return refusal(what, "must not end with a slash", repr(url), "add the file name")
