"""Names that are likely meant to be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.planning.spelling import SpellingIndex, folded, is_typo


@pytest.mark.parametrize("name", ["Patch Group", "PatchGroup", "patch-group", "PATCH_GROUP"])
def test_case_and_separators_do_not_count(name: str) -> None:
    assert folded(name) == "patchgroup"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cargo-deck", "cargo-decks"),
        ("Prod-web", "prodd-web"),
        ("production", "prodcution"),
        ("production", "produktion"),
        ("node", "nodes"),
    ],
)
def test_one_letter_is_a_typo(one: str, other: str) -> None:
    assert is_typo(one, other)
    assert is_typo(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("web", "web"),
        ("web", "webs"),
        ("web1", "web2"),
        ("linux", "linux2"),
        ("linux1", "linux2"),
        ("east", "west"),
        ("prod-a", "prod-b"),
        ("prod", "prod-web"),
        ("node-prods", "nodes-prod"),
        ("production", "prodction-1"),
        ("storefront", "storage-front"),
        ("production", "productive"),
        ("frontend", "backends"),
    ],
)
def test_names_of_their_own_are_no_typos(one: str, other: str) -> None:
    assert not is_typo(one, other)
    assert not is_typo(other, one)


def test_names_are_found_by_their_spelling() -> None:
    index = SpellingIndex([("Web", 1), ("web", 2), ("database", 3)])
    assert list(index.alike("WEB")) == [("Web", 1), ("web", 2)]
    assert set(index.typos("databases")) == {("database", 3)}
    assert list(index.typos("queue")) == []
    assert list(index.typos("x" * 65)) == []


@given(st.lists(st.text("abcDE-_1", max_size=12), max_size=8), st.text("abcDE-_1", max_size=12))
def test_every_typo_is_found(names: list[str], name: str) -> None:
    index = SpellingIndex([(each, None) for each in names])
    assert {each for each, _ in index.typos(name)} == {each for each in names if is_typo(name, each)}
