"""The aws-cdk-lib version that the cdk-nag pack requires; earlier versions omit findings from their report."""

from importlib import metadata
from typing import Final

from patching_constructs._errors import refusal

_OLDEST: Final = (2, 274)
_NEEDED: Final = ".".join(map(str, _OLDEST))


def check_cdk_version() -> None:
    """Reject an aws-cdk-lib with an incomplete validation report.

    Raises:
        PatchingError: aws-cdk-lib is too old.
    """
    installed = metadata.version("aws-cdk-lib")
    if tuple(map(int, installed.split(".")[:2])) < _OLDEST:
        fix = "run pip install --upgrade 'patching-constructs[nag]'"
        raise refusal("PatchingChecks", f"requires aws-cdk-lib {_NEEDED} or later", installed, fix)
