"""The code of the function that watches windows and nodes: the package ``evidence`` alone."""

from pathlib import Path
from typing import Final

from aws_cdk import IgnoreMode
from aws_cdk.aws_lambda import AssetCode, Code

import patching_constructs

HANDLER: Final = "evidence.deployment.handle"
_EVERYTHING_ELSE: Final = ("*", "!evidence", "evidence/*", "!evidence/*.py")


def evidence_code() -> AssetCode:
    """Return the code. It has no compiled files, so that its hash depends on the modules alone."""
    root = Path(patching_constructs.__file__).parent
    return Code.from_asset(str(root), exclude=list(_EVERYTHING_ELSE), ignore_mode=IgnoreMode.GIT)
