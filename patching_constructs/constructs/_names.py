"""The name of a resource that the service wants named, where the caller gave none."""

from aws_cdk import Names
from constructs import Construct

from patching_constructs.ssm import limits


def generated_name(scope: Construct, longest: int) -> str:
    """Return a name made from a construct's path, of letters, digits, ``.``, ``_`` and ``-``.

    It costs one jsii round trip.
    """
    # The hyphen comes last: the CDK puts the characters into a regular expression as they are.
    name = Names.unique_resource_name(scope, max_length=longest, separator="-", allowed_special_characters="._-")
    # A construct called Default leaves no part in its path: in a stack AB the name would be AB.
    return name if len(name) >= limits.RESOURCE_NAME_SHORTEST else f"{name}-patching"
