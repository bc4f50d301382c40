"""PatchGroup: the tag value that nodes, baselines and schedules share."""

import unicodedata
from collections.abc import Callable

import aws_cdk as cdk
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patching_constructs import PatchingError
from patching_constructs.properties.patch_group import PatchGroup
from tests.refusals import refused, untyped

TEXT = cdk.Token.as_string({"Ref": "Text"})


def test_the_tag_is_called_as_aws_calls_it() -> None:
    assert PatchGroup("web").tag_key == "Patch Group"
    assert PatchGroup("web", instance_metadata_tags=True).tag_key == "PatchGroup"


def test_equal_groups_are_one() -> None:
    assert len({PatchGroup("web"), PatchGroup("web"), PatchGroup("web", instance_metadata_tags=True)}) == 2


@pytest.mark.parametrize(
    "name",
    ["w", "g" * 256, "Größe 1_.:/=+-@", TEXT, f"*,{TEXT}"],
    ids=["short", "long", "every character", "token", "token in part"],
)
def test_name(name: str) -> None:
    assert PatchGroup(name).name == name


LETTERS = "must contain only letters, numbers, spaces and _.:/=+-@"
REFUSALS: dict[str, tuple[Callable[[], PatchGroup], str]] = {
    "empty": (lambda: PatchGroup(""), "PatchGroup name must have 1-256 characters, got ''"),
    "blank": (lambda: PatchGroup("  "), "PatchGroup name must have 1-256 characters, got '  '"),
    "too long": (
        lambda: PatchGroup("g" * 257),
        f"PatchGroup name must have 1-256 characters, got '{'g' * 257}'",
    ),
    "a list": (
        lambda: PatchGroup("web,db"),
        "PatchGroup name must not contain commas, which the service interprets as a list, got 'web,db'; "
        "create one PatchGroup per group",
    ),
    "a wildcard": (
        lambda: PatchGroup("web-*"),
        "PatchGroup name must not contain wildcards, got 'web-*'; list every group",
    ),
    "another character": (lambda: PatchGroup("web!"), f"PatchGroup name {LETTERS}, got 'web!'"),
    "a line": (lambda: PatchGroup("web\n"), f"PatchGroup name {LETTERS}, got 'web\\n'"),
    "no string": (lambda: PatchGroup(untyped(7)), "PatchGroup name must be a string, got 7"),
    "a list of tokens": (
        lambda: PatchGroup(untyped([TEXT])),
        f"PatchGroup name must be a string, got [{TEXT!r}]",
    ),
    "text for a flag": (
        lambda: PatchGroup("web", instance_metadata_tags=untyped("yes")),
        "PatchGroup instance_metadata_tags must be True or False, got 'yes'",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], PatchGroup], message: str) -> None:
    assert refused(make) == message


@given(st.text(max_size=260) | st.text("aß٣ _.:/=-@+,!*\t\n", max_size=260))
@example("a\nb")
def test_every_accepted_name_is_valid_for_the_service(name: str) -> None:
    r"""Read botocore's PatchGroup: 1-256 characters, ``^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$``."""
    try:
        taken = PatchGroup(name).name
    except PatchingError:
        return
    assert 1 <= len(taken) <= 256
    assert all(unicodedata.category(each)[0] in "LZN" or each in "_.:/=+-@" for each in taken)
