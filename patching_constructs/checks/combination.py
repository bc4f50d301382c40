"""One combination of values that parameters and conditions can have, and what a rule finds with it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from patching_constructs.checks.assumed_deployments import Place, place_of
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.unknown import NO_CHOICES, Assumed, Choice
from patching_constructs.template.value import UnknownError, Value

_MOST_NAMED: Final = 5
_LONGEST_NAME: Final = 60


class Combination:
    """Some values assumed, and the outcomes of a rule with them."""

    def __init__(self, assumed: Assumed, outcomes: Sequence[Outcome], unknown_at_first: Collection[Place]) -> None:
        """Take the outcomes.

        Args:
            assumed: the values.
            outcomes: what the rule finds with them.
            unknown_at_first: where the rule finds unknown values with nothing assumed.
        """
        self.assumed = assumed
        self._violations: dict[Place, Violation] = {}
        """Those in places that are unknown at first."""
        self._further_violations: dict[Place, Violation] = {}
        self._unknown: dict[Place, list[UnknownError]] = {}
        """Those in places that are unknown at first."""
        self._further_unknown: list[UnknownError] = []
        for each in outcomes:
            place = place_of(each.at)
            if isinstance(each, Violation):
                (self._violations if place in unknown_at_first else self._further_violations).setdefault(place, each)
            elif place in unknown_at_first:
                self._unknown.setdefault(place, []).append(each)
            else:
                self._further_unknown.append(each)
        self._further_choices = _choices(self._further_unknown)

    def unknown(self, place: Place) -> list[UnknownError]:
        """Return what is unknown in a place that was unknown at first, and in places that were not."""
        return [*self._unknown.get(place, ()), *self._further_unknown]

    def is_unknown(self, place: Place) -> bool:
        """Return whether the value in a place is still unknown."""
        return place in self._unknown

    def next_choice(self, place: Place) -> Choice | None:
        """Return the choice to assume next, to know more of a place; None if no choice is left."""
        choices = (_choices(self._unknown.get(place, ())) | self._further_choices) - self.assumed.keys()
        return min(choices, key=lambda choice: (choice.is_condition, choice.name), default=None)

    def is_impossible(self, place: Place) -> bool:
        """Return whether the template cannot be deployed with these values."""
        return any(error.is_impossible for error in self.unknown(place))

    def forget(self, places: Iterable[Place]) -> None:
        """Remove the violations in places that are reported already."""
        for place in places:
            self._violations.pop(place, None)
            self._further_violations.pop(place, None)

    @property
    def violations(self) -> dict[Place, Violation]:
        """All violations that are not reported yet."""
        return self._violations | self._further_violations

    @property
    def is_violated(self) -> bool:
        """Whether there is a violation that is not reported yet."""
        return bool(self._violations or self._further_violations)

    def violation(self, place: Place) -> Violation | None:
        """Return the violation in a place that was unknown at first, or one in a place that was not."""
        return self._violations.get(place) or next(iter(self._further_violations.values()), None)

    def __str__(self) -> str:
        """Name the values in a message."""
        names = [f"{choice.name}={_shown(value)}" for choice, value in self.assumed.items()]
        return " and ".join(names)


Violating = Sequence[tuple[Combination, Violation]]
"""Combinations that violate a rule, each with the violation."""


def certain(violating: Violating) -> Violation:
    """Return the one violation of a rule that every combination violates."""
    _, first = violating[0]
    if len({each.problem for _, each in violating}) == 1:
        return first
    problem = f"{first.problem} No possible value complies: {_named(violating)}."
    return replace(first, problem=problem, fix=first.fix if len({each.fix for _, each in violating}) == 1 else None)


def possible(violating: Violating, at: Value, fix: str) -> UnknownError:
    """Return why it is unknown whether a rule is violated that some combinations violate."""
    _, first = violating[0]
    at = at if _resource_of(at) == _resource_of(first.at) else first.at
    return UnknownError(at, f"If {_named(violating)}: {first.problem.rstrip('.')}", first.fix or fix)


def _choices(errors: Iterable[UnknownError]) -> frozenset[Choice]:
    return NO_CHOICES.union(*(error.choices for error in errors))


def _resource_of(value: Value) -> Place:
    scope, path = place_of(value)
    return scope, path[:2]


def _named(violating: Violating) -> str:
    names = list(dict.fromkeys(str(combination) for combination, _ in violating))
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return ", ".join(names[:_MOST_NAMED] + more)


def _shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 3]}..."
