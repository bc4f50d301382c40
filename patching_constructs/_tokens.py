"""The only file that knows what an unresolved CDK token looks like.

``aws_cdk.Token.is_unresolved`` answers the same question, at the price of a crossing into Node for every
value that is checked. The three encodings are part of the CDK's contract with its language bindings
(``aws-cdk-lib/core/lib/private/encoding``), so they are read here in plain Python.

https://docs.aws.amazon.com/cdk/v2/guide/tokens.html
"""

import re
from typing import Final

_MARKER: Final = re.compile(r"[$#]\{Token\[[a-zA-Z0-9:._-]+\]\}")
# A numeric token is a double whose upper 16 bits are 0xFBFF: about -1.9e289.
_NUMBER_FROM: Final = -(2.0**961)
_NUMBER_TO: Final = -1.9375 * 2.0**960


def is_unresolved(value: object) -> bool:
    """Tell whether a value is, or contains, a token that only the deployment resolves."""
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
    """Tell whether a value is a string or a number with a token in it; a list of tokens is neither."""
    return isinstance(value, str | int | float) and is_unresolved(value)


def with_tokens_masked(text: str) -> str:
    """Return the text as a message shows it: what only the deployment resolves is ``<token>``."""
    return _MARKER.sub("<token>", text)


def as_text(value: str | float) -> str:
    """Return the value as a string; a numeric token becomes the string token that means the same."""
    if isinstance(value, str) or not is_unresolved(value):
        return str(value)
    # Whoever holds a token has imported aws_cdk already; nobody else should pay for it.
    from aws_cdk import Token  # noqa: PLC0415

    return Token.as_string(value)
