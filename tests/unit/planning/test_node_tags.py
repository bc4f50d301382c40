"""Which selections reach a node, as far as its tags are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.planning.coverage import EVERY_NODE, Selection
from patching_constructs.planning.node_tags import MOST_COMPARED, Match, NodeTags, Selectors, match

UNKNOWN, OTHER = object(), object()
WEB = NodeTags({"Patch Group": "web", "Env": "prod"}, node_id=UNKNOWN)


def selection(**values: object) -> Selection:
    """Write a selection; an underscore stands for what a keyword cannot have."""
    keys = {"group": "tag:Patch Group", "env": "tag:Env", "role": "tag:Role", "key": "tag-key", "ids": "InstanceIds"}
    keys["resources"] = "resource-groups:Name"
    return {keys[key]: frozenset(value if isinstance(value, list) else [value]) for key, value in values.items()}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, Match.NO),
        (selection(group="web"), Match.YES),
        (selection(group=["db", "web"]), Match.YES),
        (selection(group="Web"), Match.NO),
        (selection(group="web", env="prod"), Match.YES),
        (selection(group="web", env="dev"), Match.NO),
        (selection(group="web", role="x"), Match.NO),
        (selection(group=UNKNOWN), Match.UNKNOWN),
        (selection(group=UNKNOWN, role="x"), Match.NO),
        (selection(key="Env"), Match.YES),
        (selection(key=["Role", "Env"]), Match.YES),
        (selection(key="Role"), Match.NO),
        (selection(key=UNKNOWN), Match.UNKNOWN),
        (selection(ids="i-1"), Match.NO),
        (selection(ids=UNKNOWN), Match.YES),
        (selection(ids=OTHER), Match.UNKNOWN),
        (EVERY_NODE, Match.YES),
        (selection(resources="fleet"), Match.UNKNOWN),
    ],
)
def test_every_key_must_match(choice: Selection, expected: Match) -> None:
    assert match(choice, WEB) is expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (selection(role="x"), Match.UNKNOWN),
        (selection(key="Role"), Match.UNKNOWN),
        (selection(group="db", role="x"), Match.NO),
        (selection(group="web"), Match.YES),
    ],
)
def test_a_node_can_have_tags_that_are_not_known(choice: Selection, expected: Match) -> None:
    assert match(choice, NodeTags(WEB.tags, is_complete=False)) is expected


def test_a_value_that_is_unknown_is_equal_to_itself_alone() -> None:
    node = NodeTags({"Env": UNKNOWN})
    assert match(selection(env=UNKNOWN), node) is Match.YES
    assert match(selection(env="prod"), node) is Match.UNKNOWN


TAGS = st.dictionaries(st.sampled_from(["Env", "Role", "Patch Group"]), st.sampled_from(["a", "b", UNKNOWN]))
VALUES = st.frozensets(st.sampled_from(["a", "b", UNKNOWN]), min_size=1)
KEYS = ["tag:Env", "tag:Role", "tag:Patch Group", "InstanceIds", "resource-groups:Name"]
TAG_KEYS = st.frozensets(st.sampled_from(["Env", "Role", UNKNOWN]), min_size=1)
SELECTIONS = st.builds(
    lambda tags, keys: tags | ({"tag-key": keys} if keys else {}),
    st.dictionaries(st.sampled_from(KEYS), VALUES),
    st.none() | TAG_KEYS,
)
NODES = st.builds(NodeTags, TAGS, st.booleans(), st.sampled_from([None, UNKNOWN]))


@given(st.lists(SELECTIONS, max_size=6), st.lists(NODES, max_size=4))
def test_the_index_finds_what_matches(choices: list[Selection], nodes: list[NodeTags]) -> None:
    selectors = Selectors((choice, place) for place, choice in enumerate(choices))
    for node in nodes:
        reaching = {place for choice in selectors.reaching(node) for place in selectors.items(choice)}
        assert reaching == {place for place, choice in enumerate(choices) if match(choice, node) is Match.YES}
        assert selectors.may_reach(node) is any(match(choice, node) is Match.UNKNOWN for choice in choices)
    first = selectors.first_reached((node, place) for place, node in enumerate(nodes))
    for choice, _ in selectors.selections():
        reached = [place for place, node in enumerate(nodes) if match(choice, node) is Match.YES]
        assert first.get(id(choice)) == next(iter(reached), None)


def test_the_tags_and_ids_that_are_named_are_known() -> None:
    selectors = Selectors([(selection(group="web", key=["Role", UNKNOWN]), 0), (selection(ids=OTHER), 1)])
    assert selectors.keys == {"Patch Group", "Role"}
    assert selectors.node_ids == {OTHER}


def test_of_too_many_uncertain_selections_none_is_compared() -> None:
    selectors = Selectors((selection(role=[object()]), place) for place in range(MOST_COMPARED + 1))
    assert selectors.may_reach(NodeTags({}))


def test_what_was_found_is_forgotten() -> None:
    selectors = Selectors([(selection(role=["a", "b"], env=["p", "q", "r"]), 0)])
    nodes = NodeTags({"Role": "a", "Env": "p"}), NodeTags({"Role": "b", "Env": "z"})
    assert list(selectors.first_reached(zip(nodes, ("one", "two"), strict=True)).values()) == ["one"]
