"""Whether the names of functions and state machines begin as AWS documents it for maintenance windows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/mw-cli-task-options.html
"""

from typing import Final

from aws_cdk import CfnResource, Stack
from constructs import Construct

from patching_constructs._tokens import with_tokens_masked
from patching_constructs.ssm.limits import TASK_NAME_PREFIX

_NAME: Final = 6
"""The place of the name in an ARN."""


def name_without_prefix(resource: object, attribute: str, arn: str) -> str | None:
    """Return a name that does not begin with ``SSM``, for a message; None if it does, or if the name is unknown.

    Args:
        resource: the function or the state machine, as an L1, L2 or imported construct.
        attribute: the property with its name.
        arn: its ARN, for an imported one.
    """
    created = _l1_construct(resource)
    if created is not None and hasattr(created, attribute):
        name = Stack.of(created).resolve(getattr(created, attribute))
    else:
        name = _name_in(arn)
    if name is None:
        return "a generated name"
    is_known = isinstance(name, str) and name != ""
    return repr(name) if is_known and not name.startswith(TASK_NAME_PREFIX) else None


def _name_in(arn: str) -> str:
    """Return the name in an ARN, of which other parts can be tokens; an empty text if it is a token too."""
    parts = with_tokens_masked(arn).split(":")
    return parts[_NAME] if len(parts) > _NAME and "<" not in parts[_NAME] else ""


def _l1_construct(resource: object) -> CfnResource | None:
    if isinstance(resource, CfnResource):
        return resource
    # An L2 construct has a token for its name, whether it is given or generated.
    child = resource.node.default_child if isinstance(resource, Construct) else None
    return child if isinstance(child, CfnResource) else None
