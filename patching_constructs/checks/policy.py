"""What IAM policies allow, as far as a template tells.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from fnmatch import fnmatchcase
from typing import Final

from patching_constructs.checks.value import Value, listed

# The name of no action is half as long.
_LONGEST_PATTERN: Final = 200


def statements(document: Value) -> list[Value]:
    """Return the statements of a policy document.

    Raises:
        UndecidableError: only the deployment knows.
    """
    return listed(document["Statement"])


def allows(statement: Value, action: str) -> bool:
    """Tell whether a statement allows an action on some resource.

    Raises:
        UndecidableError: only the deployment knows.
    """
    if statement["Effect"].text() != "Allow":
        return False
    excepted = statement["NotAction"]
    if excepted.is_given:
        return not _names(excepted, action)
    return _names(statement["Action"], action)


def _names(patterns: Value, action: str) -> bool:
    return any(_matches(pattern.text() or "", action) for pattern in listed(patterns))


def _matches(pattern: str, action: str) -> bool:
    # fnmatch knows * and ? as IAM does, and brackets, which IAM does not.
    bare = pattern.lower().replace("[", "[[]")
    return len(pattern) <= _LONGEST_PATTERN and fnmatchcase(action.lower(), bare)
