"""Unresolved CDK tokens, recognized in plain Python.

``aws_cdk.Token.is_unresolved`` does the same, but costs a jsii round trip for every value. The three encodings are
part of the CDK's contract with its language bindings (``aws-cdk-lib/core/lib/private/encoding``), so they are parsed
here. No other module depends on them.

https://docs.aws.amazon.com/cdk/v2/guide/tokens.html
"""

import re
from collections.abc import Sequence
from typing import Final

_MARKER: Final = re.compile(r"[$#]\{Token\[[a-zA-Z0-9:._-]+\]\}")
# A list that is a token is a list of one string, which the CDK accepts only alone.
_LIST_MARKER: Final = re.compile(r"#\{Token\[[a-zA-Z0-9:._-]+\]\}")
# A numeric token is a double whose upper 16 bits are 0xFBFF: about -1.9e289.
_NUMBER_FROM: Final = -(2.0**961)
_NUMBER_TO: Final = -1.9375 * 2.0**960


def is_unresolved(value: object) -> bool:
    """Return whether a value is or contains a token, which is resolved at synthesis or deployment."""
    match value:
        case str():
            return _MARKER.search(value) is not None
        case int() | float():
            return _NUMBER_FROM < value <= _NUMBER_TO
        case list() | tuple():
            return any(is_unresolved(item) for item in value)
        case _:
            return False


def is_unresolved_scalar(value: object) -> bool:
    """Return whether a value is a string or a number that contains a token; False for a list of tokens."""
    return isinstance(value, str | int | float) and is_unresolved(value)


def is_unresolved_list(value: object) -> bool:
    """Return whether a value is a list that is a token as a whole."""
    match value:
        case [str(item)]:
            return _LIST_MARKER.fullmatch(item) is not None
        case _:
            return False


def has_item_of_unresolved_list(text: str) -> bool:
    """Return whether a text contains what is in the list of a token, which the CDK cannot resolve."""
    return _LIST_MARKER.search(text) is not None


def with_tokens_masked(text: str) -> str:
    """Return the text for a message, with ``<token>`` in place of every token."""
    return _MARKER.sub("<token>", text)


def joined(separator: str, items: Sequence[str]) -> str:
    """Return the items as one string; those of a list that is a token are joined by CloudFormation."""
    if not is_unresolved_list(items):
        return separator.join(items)
    # A program that has a token has already imported aws_cdk; other programs never import it here.
    from aws_cdk import Fn  # noqa: PLC0415

    return Fn.join(separator, list(items))


def as_text(value: str | float) -> str:
    """Return the value as a string. A numeric token becomes the equivalent string token."""
    if isinstance(value, str) or not is_unresolved(value):
        return str(value)
    from aws_cdk import Token  # noqa: PLC0415

    return Token.as_string(value)
