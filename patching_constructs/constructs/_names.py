"""Generated names, for resources that require one, and names that are shortened."""

from hashlib import sha256

from aws_cdk import Names
from constructs import Construct

from patching_constructs.ssm import limits


def generated_name(scope: Construct, longest: int) -> str:
    """Return a name from the path of a construct, with letters, digits, ``.``, ``_`` and ``-``.

    It costs one jsii round trip.
    """
    # The hyphen is last, because the CDK inserts the characters into a regular expression without escaping them.
    name = Names.unique_resource_name(scope, max_length=longest, separator="-", allowed_special_characters="._-")
    # A construct with the id Default is not part of the name: in a stack AB, the name would be AB.
    return name if len(name) >= limits.RESOURCE_NAME_SHORTEST else f"{name}-patching"


def shortened(name: str, longest: int, *, unique: str) -> str:
    """Return a name, of which the end is replaced by a hash if it is too long.

    Args:
        name: the name.
        longest: how many characters it can have.
        unique: what the hash is of.
    """
    return name if len(name) <= longest else f"{name[: longest - 9]}-{short_hash(unique)}"


def short_hash(text: str) -> str:
    """Return eight characters that differ for different texts."""
    return sha256(text.encode()).hexdigest()[:8]
