"""Whether the conditions of a template hold.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from patching_constructs.template.declarations import Declarations
from patching_constructs.template.unknown import NO_CHOICES, AnyOther, Choice, Unknown, choices_of

# A condition of conditions of conditions.
_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether a condition holds, or the choices that decide it."""

    holds: bool | None
    choices: frozenset[Choice] = NO_CHOICES


UNKNOWN_TRUTH: Final = Truth(None)
CERTAIN: Final = Truth(holds=True)


class Conditions:
    """The conditions of a template under assumed values."""

    def __init__(
        self, declarations: Declarations, assumed: Mapping[str, bool], text_of: Callable[[object], object]
    ) -> None:
        """Create the conditions from assumed values, and a function that resolves a value to a string."""
        self._declarations = declarations
        self._assumed = assumed
        self._text_of = text_of
        self._known: dict[str, Truth] = {}
        self._depth = 0

    def truth(self, name: str) -> Truth:
        """Return whether a condition holds."""
        if name in self._assumed:
            return Truth(self._assumed[name])
        if name not in self._declarations.conditions:
            return UNKNOWN_TRUTH
        if name not in self._known:
            # A condition that refers to itself is unknown.
            self._known[name] = UNKNOWN_TRUTH
            found = self._evaluated(self._declarations.conditions[name])
            if found.holds is None and not found.choices:
                found = Truth(None, frozenset({self._declarations.choice_of_condition(name)}))
            self._known[name] = found
        return self._known[name]

    def _evaluated(self, content: object) -> Truth:
        if self._depth > _DEEPEST:
            return UNKNOWN_TRUTH
        self._depth += 1
        try:
            return self._function(content)
        finally:
            self._depth -= 1

    def _function(self, content: object) -> Truth:
        match content:
            case {"Condition": str(name)}:
                return self.truth(name)
            case {"Fn::Equals": [one, other]}:
                return self._equal(one, other)
            case {"Fn::Not": [inner]}:
                found = self._evaluated(inner)
                return Truth(None if found.holds is None else not found.holds, found.choices)
            case {"Fn::And": [*inner]}:
                return all_hold([self._evaluated(each) for each in inner])
            case {"Fn::Or": [*inner]}:
                return any_holds([self._evaluated(each) for each in inner])
            case _:
                return UNKNOWN_TRUTH

    def _equal(self, one: object, other: object) -> Truth:
        texts = [self._text_of(one), self._text_of(other)]
        match texts:
            case [str(left), str(right)]:
                return Truth(left == right)
            case [AnyOther() as every, str(text)] | [str(text), AnyOther() as every] if text in every.values:
                return Truth(holds=False)
            case [Unknown() as left, Unknown() as right] if left == right:
                return Truth(holds=True)
        choices = choices_of(texts)
        return Truth(None, choices) if choices else self._comparison(one, other)

    def _comparison(self, one: object, other: object) -> Truth:
        """Return what is assumed of a comparison that nothing else decides."""
        choice = self._declarations.choice_of_comparison(one, other)
        return Truth(self._assumed[choice.name]) if choice.name in self._assumed else Truth(None, frozenset({choice}))


def all_hold(truths: list[Truth]) -> Truth:
    """Return whether all of some conditions hold."""
    return _all(truths, holding=True)


def any_holds(truths: list[Truth]) -> Truth:
    """Return whether any of some conditions holds."""
    return _all(truths, holding=False)


def _all(truths: list[Truth], *, holding: bool) -> Truth:
    """Return whether all have the given truth value; a single one that does not decides."""
    if any(each.holds is (not holding) for each in truths):
        return Truth(not holding)
    if all(each.holds is holding for each in truths):
        return Truth(holding)
    return Truth(None, NO_CHOICES.union(*(each.choices for each in truths)))
