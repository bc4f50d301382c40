"""The texts of a pattern: all of them, or nothing is claimed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.template.patterns import matching_texts

FEW = {
    "a word": ("weekly", ("weekly",)),
    "anchors": ("^weekly$", ("weekly",)),
    "alternatives": ("Scan|Install", ("Scan", "Install")),
    "a group": ("(Mon|Sun)day", ("Monday", "Sunday")),
    "a group without a number": ("(?:a|b)c", ("ac", "bc")),
    "alternatives in a group between anchors": ("^(Scan|Install)$", ("Scan", "Install")),
    "alternatives with an anchor each": ("^a|b$", ("a", "b")),
    "an escaped anchor": (r"cost\$", ("cost$",)),
    "a class": ("[a-c]", ("a", "b", "c")),
    "a class of several": ("[ac-d9]", ("9", "a", "c", "d")),
    "an option": ("ab?", ("a", "ab")),
    "a repetition": ("a{2}", ("aa",)),
    "a repetition between bounds": ("a{1,3}", ("a", "aa", "aaa")),
    "an escaped character": (r"10\%|\.", (".", "10%")),
    "an escaped character in a class": (r"[\]x]", ("]", "x")),
    "digits": (r"\d", tuple("0123456789")),
    "digits in a class": (r"[\dx]", tuple("0123456789x")),
    "nothing": ("", ("",)),
    "the same twice": ("a|a", ("a",)),
}
ENDLESS_OR_NOT_READ = [
    "a*",
    "a+",
    ".",
    "a{2,}",
    "a{x}",
    "a{1,2,3}",
    "a{1",
    "a{999}",
    "[^a]",
    "[a-]",
    "[a",
    "[a&&b]",
    "[]",
    "[z-a]",
    r"[a-\d]",
    "[ -\uffff]",
    r"\s",
    r"\b",
    "\\",
    "(?=a)",
    "(?i:a)",
    "(a",
    "a)",
    "a??",
    "a{2}+",
    "a^b",
    "a$b",
    r"\d{3}",
    r"\w\w",
    "([0-9]{9}){9}",
    "a" * 201,
]


@pytest.mark.parametrize(("pattern", "texts"), FEW.values(), ids=FEW.keys())
def test_few_texts_are_named_in_order_of_their_length(pattern: str, texts: tuple[str, ...]) -> None:
    assert matching_texts(pattern, 128) == texts


@pytest.mark.parametrize("pattern", ENDLESS_OR_NOT_READ)
def test_nothing_is_claimed_of_other_patterns(pattern: str) -> None:
    assert matching_texts(pattern, 128) is None


def test_a_share_has_ninety_nine_values() -> None:
    assert matching_texts("^[1-9][0-9]?%$", 128) == tuple(f"{share}%" for share in range(1, 100))


ATOMS = st.sampled_from(["a", "b", "[ab]", "[a-c]", r"\d", "0"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        inner.map(lambda each: f"({each})?"),
        inner.map(lambda each: f"({each}){{1,2}}"),
    ),
    max_leaves=5,
)


@given(pattern=PATTERNS, text=st.text("abc01", max_size=6))
def test_what_python_matches_is_named_and_nothing_else(pattern: str, text: str) -> None:
    texts = matching_texts(pattern, 10_000)
    if texts is not None:
        assert all(re.fullmatch(pattern, each) for each in texts)
        assert (text in texts) is (re.fullmatch(pattern, text) is not None)
