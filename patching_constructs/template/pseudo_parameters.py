"""The pseudo parameters of a template, and which functions return the same in every template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from typing import Final

from patching_constructs._tokens import is_unresolved
from patching_constructs.template.unknown import Bounds

PSEUDO_PARAMETERS: Final[dict[str, tuple[str, Bounds | None]]] = {
    "AWS::AccountId": ("111122223333", (12, 12)),
    "AWS::Partition": ("aws", None),
    "AWS::Region": ("us-east-1", None),
    # [a-zA-Z][-a-zA-Z0-9]*: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    "AWS::StackName": ("Stack", (1, 128)),
    "AWS::URLSuffix": ("amazonaws.com", None),
}
"""An example of each, and the bounds of its length."""
_OF_ACCOUNT_AND_REGION: Final = set(PSEUDO_PARAMETERS) - {"AWS::StackName"}


def is_the_same_everywhere(value: object) -> bool:
    """Return whether a function returns the same in every template of one account and Region."""
    match value:
        case str():
            return not is_unresolved(value)
        case {"Ref": str(name)}:
            return name in _OF_ACCOUNT_AND_REGION
        case {"Fn::ImportValue": str()}:
            return True
        case _:
            return False
