"""The token detection in plain Python, against the CDK's own, which costs a jsii round trip for every value."""

import math
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patching_constructs._tokens import as_text, is_unresolved

TEXT = cdk.Token.as_string({"Ref": "Text"})
NUMBER = cdk.Token.as_number({"Ref": "Number"})
LIST = cdk.Token.as_list({"Ref": "List"})

# The doubles that are tokens in the CDK: those whose upper 16 bits are 0xFBFF.
NEAREST_TO_ZERO, FARTHEST_FROM_ZERO = -1.9375 * 2.0**960, math.nextafter(-(2.0**961), 0)


# --- Value by value -----------------------------------------------------------------------------------

TOKENS: dict[str, Any] = {
    "a string": TEXT,
    "a string around a token": f"arn:{TEXT}:x",
    "two tokens in a string": TEXT + TEXT,
    "a pseudo parameter": cdk.Aws.REGION,
    "a number": NUMBER,
    "a number as an int": int(NUMBER),
    "the double nearest to zero": NEAREST_TO_ZERO,
    "the double farthest from zero": FARTHEST_FROM_ZERO,
    "a list": LIST,
}


@pytest.mark.parametrize("value", TOKENS.values(), ids=TOKENS.keys())
def test_tokens_of_the_cdk_are_tokens(value: Any) -> None:
    assert cdk.Token.is_unresolved(value)
    assert is_unresolved(value)


ORDINARY: dict[str, Any] = {
    "an empty string": "",
    "text": "cron(0 4 * * ? *)",
    "a variable of Fn::Sub": "${AWS::Region}",
    "an unfinished marker": "${Token[TOKEN.1]",
    "a marker without a name": "${Token[]}",
    "a marker with a space": "${Token[TOKEN 1]}",
    "zero": 0,
    "a number": 4.5,
    "the largest double": 1.7976931348623157e308,
    "the smallest double": -1.7976931348623157e308,
    "the double nearest to zero that there is": 5e-324,
    "a double just above the tokens": math.nextafter(NEAREST_TO_ZERO, 0),
    "a double just below the tokens": math.nextafter(FARTHEST_FROM_ZERO, -math.inf),
    "an int just above the tokens": int(NEAREST_TO_ZERO) + 2**910,
    "True": True,
    "None": None,
    "an empty list": [],
    "a list of text": ["web"],
}


@pytest.mark.parametrize("value", ORDINARY.values(), ids=ORDINARY.keys())
def test_values_of_the_cdk_are_not_tokens(value: Any) -> None:
    assert not cdk.Token.is_unresolved(value)
    assert not is_unresolved(value)


def test_a_number_token_that_python_wrote_as_text_is_a_value() -> None:
    # Not compared with the CDK: the text is a token in its older versions, but not in the newer ones.
    assert not is_unresolved(str(NUMBER))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_other_types_are_not_tokens(value: float) -> None:
    # Not supported in JSON, so Node would stop.
    assert not is_unresolved(value)


# The CDK checks a list of tokens as a whole. Here it can be unpacked, by `tag("Env", *values)`.
HOLDERS: dict[str, Any] = {
    "a list token's element": LIST[0],
    "a tuple of a list token's element": tuple(LIST),
    "a list with a string token in it": ["web", TEXT],
    "a list with a number token in it": [1, NUMBER],
    "a list in a list": [["web"], [LIST]],
}


@pytest.mark.parametrize("value", HOLDERS.values(), ids=HOLDERS.keys())
def test_what_holds_a_token_is_one(value: Any) -> None:
    assert is_unresolved(value)


# --- Any value ----------------------------------------------------------------------------------------

PIECES = ["$", "#", "{", "Token", "[", "TOKEN.1", "a-b_c:d", "é", " ", "", "]", "}", "${Token[", "#{Token[", "]}", TEXT]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_any_text_is_a_token_exactly_if_it_is_in_the_cdk(text: str) -> None:
    assert is_unresolved(text) == (cdk.Token.is_unresolved(text) or cdk.Token.is_unresolved([text]))


@given(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(min_value=-(2.0**962), max_value=-(2.0**959))
    | st.integers(min_value=-(2**962), max_value=2**962)
)
@example(-(2.0**961))
def test_any_number_is_a_token_exactly_if_it_is_in_the_cdk(number: float) -> None:
    assert is_unresolved(number) == cdk.Token.is_unresolved(number)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(min_value=-1e280) | st.binary() | st.text("$Token[].1")


@given(
    st.recursive(PLAIN, lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner))
)
def test_no_ordinary_value_is_a_token(value: object) -> None:
    assert not is_unresolved(value)


# --- As text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [("web", "web"), (TEXT, TEXT), (4, "4"), (-1, "-1"), (4.5, "4.5")],
    ids=["text", "token", "number", "negative", "fraction"],
)
def test_a_value_as_text(value: str | float, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("number", [NUMBER, int(NUMBER)], ids=["float", "int"])
def test_a_number_token_as_text_means_the_same(number: float) -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    assert stack.resolve(as_text(number)) == {"Ref": "Number"}
