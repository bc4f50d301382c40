"""Which selections can share nodes, and that the indexes find them."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.planning import coverage
from patching_constructs.planning.coverage import (
    Selection,
    SelectionIndex,
    SharingIndex,
    is_covered,
    keys_of,
    selection_of,
)
from tests.unit.planning.pairs import share_nodes


def selects(**values: str | Iterable[str]) -> Selection:
    """Write a selection by tags; ``any_of`` names tags that a node must have with any value."""
    tags = {f"tag:{key}": frozenset([each] if isinstance(each, str) else each) for key, each in values.items()}
    any_of = tags.pop("tag:any_of", None)
    return tags if any_of is None else tags | {"tag-key": any_of}


def finds(one: Selection, *, among: Sequence[Selection]) -> bool:
    index: SharingIndex[str] = SharingIndex()
    index.add(among, "others")
    return list(index.sharing([one])) == ["others"]


SHARING = {
    "the same value": (selects(Env="dev"), selects(Env="dev")),
    "one common value": (selects(Env=["dev", "test"]), selects(Env=["test", "prod"])),
    "a narrower one": (selects(Env="dev"), selects(Env="dev", Role="web")),
    "any value and one": (selects(any_of="Env"), selects(Env="dev")),
    "any value and a narrower one": (selects(any_of="Env"), selects(Env="dev", Role="web")),
    "any value and any value": (selects(any_of="Env"), selects(any_of="Env")),
    "several tags, one of them in common": (selects(any_of=["Env", "Role"]), selects(any_of=["Env", "Team"])),
    "any value with a common one": (selects(any_of="Env", Role="web"), selects(any_of="Team", Role="web")),
    "one tag twice": (selects(any_of="Env", Env="dev"), selects(Env="dev")),
}
APART = {
    "other values": (selects(Env="dev"), selects(Env="prod")),
    "other tags": (selects(Env="dev"), selects(Role="web")),
    "other tags with any value": (selects(any_of="Env"), selects(any_of="Role")),
    "a tag and another one with any value": (selects(any_of="Env"), selects(Role="web")),
    "one value in common and one not": (selects(Env="dev", Role="web"), selects(Env="dev", Role="db")),
    "any value in common and one not": (selects(any_of="Env", Role="web"), selects(Env="dev", Role="db")),
    "the value of a tag that must only be there": (selects(any_of="Env", Env="dev"), selects(Env="prod")),
    "no value": (selects(Env=[]), selects(Env="dev")),
    "no value and any": (selects(Env=[]), selects(any_of="Env")),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize(("one", "other"), SHARING.values(), ids=SHARING.keys())
def test_selections_that_share_nodes(one: Selection, other: Selection) -> None:
    assert finds(one, among=[other])
    assert finds(other, among=[{"tag:Else": frozenset(["x"])}, one])


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART.keys())
def test_selections_that_do_not_share_nodes(one: Selection, other: Selection) -> None:
    assert not finds(one, among=[other])
    assert not finds(other, among=[one])


def test_entries_with_one_key_must_all_match() -> None:
    assert selection_of([("tag-key", ["Env"]), ("tag-key", ["Role"])]) == {"tag-key": frozenset(["Env", "Role"])}
    assert selection_of([("tag:Env", ["dev", "test"]), ("tag:Env", ["test"])]) == {"tag:Env": frozenset(["test"])}


def test_a_tag_is_the_same_key_in_any_selection() -> None:
    assert keys_of(selects(any_of="Env", Role="web")) == {"tag:Env", "tag:Role"}


def test_a_tag_key_that_is_not_known_is_equal_to_itself_alone() -> None:
    one: Selection = {"tag-key": frozenset([1])}
    assert finds(one, among=[dict(one)])
    assert not finds(one, among=[{"tag-key": frozenset([2])}])
    assert not finds(one, among=[selects(Env="dev")])


# --- The indexes --------------------------------------------------------------------------------------

_values = st.frozensets(st.sampled_from("abc"), max_size=2)
_selections = st.dictionaries(st.sampled_from(["tag:a", "tag:b", "tag-key", "InstanceIds"]), _values, max_size=3)


@given(st.lists(_selections, max_size=12), st.sets(st.integers(0, 11)), _selections)
def test_a_selection_index_finds_what_shares_nodes(kept: list[Selection], removed: set[int], wanted: Selection) -> None:
    index: SelectionIndex[int] = SelectionIndex()
    numbers = list(range(1000, 1000 + len(kept)))
    for choice, number in zip(kept, numbers, strict=True):
        index.add(choice, number)
    for position in removed & set(range(len(kept))):
        index.remove(kept[position], numbers[position])
    left = [position for position in range(len(kept)) if position not in removed]
    assert set(index.sharing(wanted)) == {numbers[each] for each in left if share_nodes([kept[each]], [wanted])}


@given(st.lists(st.lists(_selections, max_size=3), max_size=8), st.sets(st.integers(0, 7)), st.lists(_selections))
def test_a_sharing_index_finds_every_item_once(
    kept: list[Sequence[Selection]], removed: set[int], wanted: list[Selection]
) -> None:
    index: SharingIndex[int] = SharingIndex()
    numbers = list(range(1000, 1000 + len(kept)))
    for selections, number in zip(kept, numbers, strict=True):
        index.add(selections, number)
    for position in removed & set(range(len(kept))):
        index.remove(kept[position], numbers[position])
        index.remove(kept[position], numbers[position])
    left = [position for position in range(len(kept)) if position not in removed]
    assert sorted(index.sharing(wanted)) == [numbers[each] for each in left if share_nodes(kept[each], wanted)]


def test_a_lookup_compares_few_of_a_thousand_narrowed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    share = coverage._share

    def counted(one: coverage._Facets, other: coverage._Facets) -> bool:
        nonlocal compared
        compared += 1
        return share(one, other)

    monkeypatch.setattr(coverage, "_share", counted)
    index: SelectionIndex[int] = SelectionIndex()
    fleet = [selects(Env="prod", Role=f"web{number}", any_of="Team") for number in range(1000)]
    for number, choice in enumerate(fleet):
        index.add(choice, number)
    found = [list(index.sharing(choice)) for choice in fleet]
    assert found == [[number] for number in range(1000)]
    assert compared == 1000


# --- Selections that together select all nodes of another ----------------------------------------------

COVERED: dict[str, tuple[Selection, list[Selection], bool]] = {
    "the same": (selects(Env="dev"), [selects(Env="dev")], True),
    "more values": (selects(Env="dev"), [selects(Env=["dev", "prod"])], True),
    "each value by another": (selects(Env=["dev", "prod"]), [selects(Env="dev"), selects(Env="prod")], True),
    "a wider one": (selects(Env="dev", Role="web"), [selects(Env="dev")], True),
    "any value": (selects(Env="dev"), [selects(any_of="Env")], True),
    "two narrower ones": (selects(Env="dev"), [selects(Env="dev", Zone="a"), selects(Env="dev", Zone="b")], True),
    "the types of a group": (
        {"resource-groups:Name": frozenset(["web"])},
        [{"resource-groups:Name": frozenset(["web"]), "resource-groups:ResourceTypeFilters": frozenset(["T"])}],
        True,
    ),
    "one of two values": (selects(Env=["dev", "prod"]), [selects(Env="dev")], False),
    "a narrower one": (selects(Env="dev"), [selects(Env="dev", Zone="a")], False),
    "one value of any": (selects(any_of="Env"), [selects(Env="dev")], False),
    "another value": (selects(Env="dev"), [selects(Env="prod")], False),
    "nothing": (selects(Env="dev"), [], False),
}


@pytest.mark.parametrize(("choice", "others", "expected"), COVERED.values(), ids=COVERED.keys())
def test_whether_selections_together_select_all_nodes_of_another(
    choice: Selection, others: list[Selection], *, expected: bool
) -> None:
    assert is_covered(choice, lambda part: [each for each in others if share_nodes([part], [each])]) is expected
