"""RateControl: how many nodes run a command concurrently, and how many errors stop it."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import PatchingError, RateControl
from tests.refusals import refused, untyped

PRINTED = {
    "no node": (RateControl.count(0), "0"),
    "a node": (RateControl.count(1), "1"),
    "as many as the service's seven characters hold": (RateControl.count(9_999_999), "9999999"),
    "a whole number that is a float, as in JSON": (RateControl.count(5.0), "5"),
    "constructed directly, with a number that is a float": (RateControl(5.0), "5"),
    "no percent": (RateControl.percentage(0), "0%"),
    "a percent": (RateControl.percentage(1), "1%"),
    "every node": (RateControl.percentage(100), "100%"),
    "a whole percentage that is a float": (RateControl.percentage(50.0), "50%"),
}


@pytest.mark.parametrize(("control", "printed"), PRINTED.values(), ids=PRINTED.keys())
def test_str_is_the_format_of_the_service(control: RateControl, printed: str) -> None:
    assert str(control) == printed


def test_equal_controls_are_one() -> None:
    assert len({RateControl.count(10), RateControl.count(10), RateControl.percentage(10)}) == 2


def test_a_token_passes() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    number = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    assert stack.resolve(str(RateControl.count(number))) == {"Ref": "Number"}
    assert stack.resolve(str(RateControl.percentage(number))) == {"Fn::Join": ["", [{"Ref": "Number"}, "%"]]}


REFUSALS: dict[str, tuple[Callable[[], RateControl], str]] = {
    "count below zero": (
        lambda: RateControl.count(-1),
        "RateControl.count must be a whole number from 0 to 9999999, got -1",
    ),
    "count of eight digits": (
        lambda: RateControl.count(10_000_000),
        "RateControl.count must be a whole number from 0 to 9999999, got 10000000",
    ),
    "count with a fraction": (
        lambda: RateControl.count(1.5),
        "RateControl.count must be a whole number from 0 to 9999999, got 1.5",
    ),
    "count: True is not a number": (
        lambda: RateControl.count(True),
        "RateControl.count must be a whole number from 0 to 9999999, got True",
    ),
    "count: text": (
        lambda: RateControl.count(untyped("5")),
        "RateControl.count must be a whole number from 0 to 9999999, got '5'",
    ),
    "count: not a number": (
        lambda: RateControl.count(float("nan")),
        "RateControl.count must be a whole number from 0 to 9999999, got nan",
    ),
    "constructed directly: below zero": (
        lambda: RateControl(-5),
        "RateControl.count must be a whole number from 0 to 9999999, got -5",
    ),
    "constructed directly: a share above all": (
        lambda: RateControl(101, "%"),
        "RateControl.percentage must be a whole number from 0 to 100, got 101",
    ),
    "constructed directly: another unit": (
        lambda: RateControl(5, " percent"),
        "RateControl unit must be '' or '%', got ' percent'; use RateControl.count(...) or RateControl.percentage(...)",
    ),
    "a copy with another unit": (
        lambda: replace(RateControl.count(200), unit="%"),
        "RateControl.percentage must be a whole number from 0 to 100, got 200",
    ),
    "parse a value other than a string": (
        lambda: untyped(RateControl.parsed(untyped(10))),
        "RateControl.parsed text must be a string, got 10",
    ),
    "percentage below zero": (
        lambda: RateControl.percentage(-1),
        "RateControl.percentage must be a whole number from 0 to 100, got -1",
    ),
    "percentage above all": (
        lambda: RateControl.percentage(101),
        "RateControl.percentage must be a whole number from 0 to 100, got 101",
    ),
    "percentage with a fraction": (
        lambda: RateControl.percentage(0.1),
        "RateControl.percentage must be a whole number from 0 to 100, got 0.1",
    ),
    "percentage: text": (
        lambda: RateControl.percentage(untyped("10%")),
        "RateControl.percentage must be a whole number from 0 to 100, got '10%'",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], RateControl], message: str) -> None:
    assert refused(make) == message


# The service model's MaxErrors; MaxConcurrency is the same without 0.
MAX_ERRORS = re.compile(r"^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$")
NUMBERS = st.integers() | st.integers(-1, 101) | st.floats() | st.integers(-1, 101).map(float) | st.booleans()


@given(st.sampled_from([RateControl.count, RateControl.percentage]), NUMBERS | st.integers(0, 9).map(Decimal))
def test_every_accepted_number_is_valid_for_the_service(make: Callable[[Any], RateControl], number: object) -> None:
    try:
        printed = str(make(number))
    except PatchingError:
        return
    assert MAX_ERRORS.fullmatch(printed)
    assert len(printed) <= 7
