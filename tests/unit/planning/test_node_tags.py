"""Which selections reach a node, as far as its tags are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.planning.coverage import EVERY_NODE, Selection
from patching_constructs.planning.node_tags import MOST_COMPARED, Match, NodeTags, Selectors, match, match_all

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


# --- The nodes of another selection -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "nodes", "expected"),
    [
        ({}, selection(env="prod"), Match.NO),
        (selection(env="prod"), selection(env="prod", role="web"), Match.YES),
        (selection(env=["prod", "dev"]), selection(env="prod"), Match.YES),
        (selection(env="prod"), selection(env=["prod", "dev"]), Match.UNKNOWN),
        (selection(env="prod"), selection(env="dev"), Match.NO),
        (selection(env="prod"), selection(role="web"), Match.UNKNOWN),
        (selection(env="prod"), selection(env=UNKNOWN), Match.UNKNOWN),
        (selection(env=UNKNOWN), selection(env=UNKNOWN), Match.YES),
        (selection(key="Env"), selection(env="prod"), Match.YES),
        (selection(key="Env"), selection(key="Role"), Match.UNKNOWN),
        (selection(ids="i-1"), selection(ids="i-2"), Match.NO),
        (selection(ids="i-1"), EVERY_NODE, Match.UNKNOWN),
        (EVERY_NODE, selection(role="web"), Match.YES),
        (selection(resources="one"), selection(resources="other"), Match.UNKNOWN),
        (selection(resources="one"), selection(resources="one"), Match.YES),
    ],
)
def test_a_selection_reaches_all_nodes_of_another_or_none(choice: Selection, nodes: Selection, expected: Match) -> None:
    assert match_all(choice, nodes) is expected
    selectors = Selectors([(choice, None)])
    assert selectors.may_reach_some(nodes) is (expected is not Match.NO)


TEXTS = st.frozensets(st.sampled_from(["a", "b", "c"]), min_size=1)
BY_TAGS = st.dictionaries(st.sampled_from(KEYS[:4]), TEXTS) | st.dictionaries(
    st.just("tag-key"), st.frozensets(st.sampled_from(["Env", "Role"]), min_size=1)
)
KNOWN = st.builds(
    lambda tags, node_id: NodeTags(tags, node_id=node_id),
    st.dictionaries(st.sampled_from(["Env", "Role", "Patch Group"]), st.sampled_from(["a", "b", "c"])),
    st.sampled_from(["a", "b", "c"]),
)


@given(BY_TAGS, BY_TAGS, KNOWN)
def test_what_holds_for_all_nodes_holds_for_each(choice: Selection, nodes: Selection, node: NodeTags) -> None:
    found = match_all(choice, nodes)
    if found is not Match.UNKNOWN and match(nodes, node) is Match.YES:
        assert match(choice, node) is found


@given(BY_TAGS, BY_TAGS)
def test_what_reaches_all_nodes_is_found(choice: Selection, nodes: Selection) -> None:
    found = list(Selectors([(choice, None)]).reaching_all(nodes))
    assert found == ([choice] if match_all(choice, nodes) is Match.YES else [])
