"""The record and its page are current."""

import pytest

from tests.integ.apps import HELD
from tests.integ.evidence import LAST_RUN, RECORD, evidence, names, read, write
from tests.integ.life import Life
from tests.integ.page import PAGE, page
from tests.integ.read_back.kinds import KINDS

UPDATE = "run: python -m tests.integ.page"


def test_the_page_is_what_the_record_renders() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(read(RECORD)), UPDATE


def test_the_record_has_only_properties_that_are_compared() -> None:
    for kind, seen in read(RECORD).items():
        created = seen["resources"] > seen["fallback"]
        assert created == bool(seen["equal"] or seen["dropped"])
        assert created == (kind in KINDS)
        assert not created or seen["dropped"].keys() <= KINDS[kind].dropped


@pytest.mark.integ
def test_the_record_is_that_of_this_run(life: Life) -> None:
    seen = evidence(life.comparisons)
    assert sum(each["resources"] for each in seen.values()) >= len(HELD)
    write(LAST_RUN, seen)
    assert names(seen) == names(read(RECORD)), f"after `make integ`, {UPDATE}"
