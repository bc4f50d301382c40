"""Which package's ``aws_cdk/cloud_assembly_schema/__init__.py`` is installed: two contain it, and the last one is kept.

pip unpacks ``aws-cdk-lib`` after the package that it depends on, and its file is the right one. Installers with an
order of their own can leave the other, and `Annotations.find_warning` then raises "Unknown interface".
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.metadata import Distribution, PackagePath
from typing import Final

FILE: Final = "aws_cdk/cloud_assembly_schema/__init__.py"
RIGHT: Final = "aws-cdk-lib"
OTHER: Final = "aws-cdk.cloud-assembly-schema"
REPAIR: Final = "pip install --force-reinstall --no-deps"


def installed_from(right: Distribution, other: Distribution) -> str:
    """Return the name of the package whose file is installed; ``neither`` if it was changed."""
    for name, distribution in ((RIGHT, right), (OTHER, other)):
        file = _file(distribution)
        if file.hash and file.hash.value == _digest(file):
            return name
    return "neither"


def repair(winner: str, right: Distribution) -> str:
    """Return the fix if the installed file is not that of ``aws-cdk-lib``."""
    return (
        f"{FILE} is that of {winner}, and must be that of {RIGHT}: both packages ship it, and the one that is "
        f"installed last stays. Run: {REPAIR} {RIGHT}=={right.version}"
    )


def _file(distribution: Distribution) -> PackagePath:
    return next(file for file in distribution.files or () if file.as_posix() == FILE)


def _digest(file: PackagePath) -> str:
    """Return the digest of an installed file, in the format of RECORD."""
    content = file.read_binary()
    return urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
