"""The name of a resource that the service wants named, where the caller gave none."""

from aws_cdk import Names
from constructs import Construct


def generated_name(scope: Construct, longest: int) -> str:
    """Make a name from a construct's path, of letters, digits, ``.``, ``_`` and ``-``; it costs one crossing."""
    # The hyphen comes last: the CDK puts the characters into a regular expression as they are.
    return Names.unique_resource_name(scope, max_length=longest, separator="-", allowed_special_characters="._-")
