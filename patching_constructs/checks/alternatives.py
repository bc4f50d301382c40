"""Rules under every combination of the values that parameters and conditions can have.

What a rule needs and does not know may be one of a few values: then the rule is asked once for each. If all of them
comply, so does the template; if none does, it is violated; otherwise that is unknown, and the values that fail are
named. A parameter has one value at a time, wherever it is used.

The combinations are those of the parameters and conditions that a rule asks for, and no others. There may be more of
them than can be deployed, and never fewer, so that what holds for all of them certainly holds.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.unknown import NOTHING_ASSUMED, Assumed, Choice
from patching_constructs.template.value import UnknownError, Value

MOST_COMBINATIONS: Final = 128
"""For one value of a template and one rule."""
MOST_EVALUATIONS: Final = 20_000
"""For one account and Region."""
MOST_RESOURCES: Final = 30_000
"""Those that are read again, for one account and Region."""
_MOST_NAMED: Final = 5
_LONGEST_NAME: Final = 60

Evaluate = Callable[[Rule, object, Context], list[Outcome]]
Place = tuple[object, DocumentPath]


@runtime_checkable
class Subject(Protocol):
    """What a rule looks at: something that stands in a template."""

    @property
    def value(self) -> Value:
        """Where it stands."""


def place_of(value: Value) -> Place:
    """Return where a value stands, the same whatever is assumed."""
    return value.template.scope, value.path


class Alternatives:
    """The alternatives of one deployment."""

    def __init__(self, base: Context, evaluate: Evaluate) -> None:
        """Take the deployment, nothing assumed, and what applies a rule."""
        self._base = base
        self._evaluate = evaluate
        self._worlds: dict[frozenset[tuple[Choice, object]], _World] = {}
        self._resources_left = MOST_RESOURCES
        self._evaluations_left = MOST_EVALUATIONS

    def decided(self, rule: Rule, subject: object, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Return the outcomes of a rule, with those that are unknown decided as far as the alternatives decide them."""
        unknown = [each for each in outcomes if isinstance(each, UnknownError)]
        if not any(each.choices for each in unknown) or not isinstance(subject, Subject):
            return list(outcomes)
        found: list[Outcome] = [each for each in outcomes if isinstance(each, Violation)]
        by_place = {place_of(each.at): each for each in reversed(unknown)}
        violated = {place_of(each.at) for each in found}
        for place, error in reversed(by_place.items()):
            elsewhere = by_place.keys() - {place}
            combinations = self._combinations(rule, subject, outcomes, elsewhere) if error.choices else None
            merged = [error] if combinations is None else list(_merged(rule, error, combinations, violated, elsewhere))
            found += [each for each in merged if place_of(each.at) not in violated]
            violated |= {place_of(each.at) for each in merged if isinstance(each, Violation)}
        return found

    def _combinations(
        self, rule: Rule, subject: Subject, outcomes: Sequence[Outcome], elsewhere: set[Place]
    ) -> "list[_Combination] | None":
        """Return what comes of every combination that the rule asks for; None where there are too many."""
        decided: list[_Combination] = []
        pending = deque([_Combination(NOTHING_ASSUMED, _without(elsewhere, outcomes))])
        while pending:
            combination = pending.popleft()
            choice = combination.next_choice
            if choice is None:
                decided.append(combination)
                continue
            if len(decided) + len(pending) + len(choice.values) > MOST_COMBINATIONS:
                return None
            for value in choice.values:
                assumed = {**combination.assumed, choice: value}
                world = self._world(assumed)
                if world is None or self._evaluations_left <= 0:
                    return None
                self._evaluations_left -= 1
                same = world.find(rule.of, subject)
                # What is not created with these values violates nothing with them.
                if same is not None:
                    found = self._evaluate(rule, same, world.context)
                    pending.append(_Combination(assumed, _without(elsewhere, found)))
        return [each for each in decided if not each.is_impossible]

    def _world(self, assumed: Assumed) -> "_World | None":
        key = frozenset(assumed.items())
        if key not in self._worlds:
            self._resources_left -= self._base.cost_of_assuming(assumed)
            if self._resources_left < 0:
                return None
            self._worlds[key] = _World(self._base.assuming(assumed))
        return self._worlds[key]


class _World:
    """The deployment with some values assumed."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._subjects: dict[str, dict[Place, Subject]] = {}

    def find(self, of: str, subject: Subject) -> Subject | None:
        """Return the same subject with the values assumed; None where it is not created then."""
        if of not in self._subjects:
            self._subjects[of] = {place_of(each.value): each for each in getattr(self.context, of)}
        return self._subjects[of].get(place_of(subject.value))


@dataclass(frozen=True, slots=True)
class _Combination:
    """Some values assumed, and what a rule yields with them."""

    assumed: Assumed
    outcomes: Sequence[Outcome]

    @property
    def next_choice(self) -> Choice | None:
        """What decides more of it."""
        choices = {choice for error in self.unknown for choice in error.choices} - set(self.assumed)
        return min(choices, key=lambda choice: (choice.is_condition, choice.name), default=None)

    @property
    def unknown(self) -> list[UnknownError]:
        return [each for each in self.outcomes if isinstance(each, UnknownError)]

    @property
    def is_impossible(self) -> bool:
        """Whether the template cannot be deployed with these values."""
        return any(error.is_impossible for error in self.unknown)

    def violations(self, besides: set[Place]) -> dict[Place, Violation]:
        found = [each for each in self.outcomes if isinstance(each, Violation)]
        return {place_of(each.at): each for each in reversed(found) if place_of(each.at) not in besides}

    def __str__(self) -> str:
        names = [f"{choice.name}={_shown(value)}" for choice, value in self.assumed.items()]
        return " and ".join(names)


def _without(places: set[Place], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes without what is unknown at places that are looked at by themselves."""
    return [each for each in outcomes if isinstance(each, Violation) or place_of(each.at) not in places]


# --- One outcome of many ------------------------------------------------------------------------------


def _merged(
    rule: Rule,
    error: UnknownError,
    combinations: Sequence[_Combination],
    violated: set[Place],
    elsewhere: set[Place],
) -> Iterator[Outcome]:
    """Return what holds of a value that was unknown, given what comes of every combination."""
    found = [(each, each.violations(violated)) for each in combinations]
    places = dict.fromkeys(place for _, violations in found for place in violations)
    always = [place for place in places if all(place in violations for _, violations in found)]
    if found and all(violations for _, violations in found):
        # If every combination fails, wherever it does, the rule is violated.
        for place in always or list(places)[:1]:
            yield _certain([(each, violations[place]) for each, violations in found if place in violations])
        return
    own = places.keys() - elsewhere
    failing = [(each, violations[place]) for each, violations in found for place in violations if place in own]
    if failing:
        yield _possible(rule, error.at, failing)
        return
    still = {place_of(each.at): each for combination in combinations for each in reversed(combination.unknown)}
    if not found or place_of(error.at) in still:
        yield error
    else:
        # What is decided is not in doubt any more, but something else is.
        yield from still.values()


_Failing = Sequence[tuple[_Combination, Violation]]


def _certain(failing: _Failing) -> Violation:
    _, first = failing[0]
    if len({each.problem for _, each in failing}) == 1:
        return first
    problem = f"{first.problem} No possible value complies: {_named(failing)}."
    return replace(first, problem=problem, fix=first.fix if len({each.fix for _, each in failing}) == 1 else None)


def _possible(rule: Rule, at: Value, failing: _Failing) -> UnknownError:
    _, first = failing[0]
    at = at if _resource_of(at) == _resource_of(first.at) else first.at
    return UnknownError(at, f"If {_named(failing)}: {first.problem.rstrip('.')}", first.fix or rule.fix)


def _resource_of(value: Value) -> Place:
    scope, path = place_of(value)
    return scope, path[:2]


def _named(failing: _Failing) -> str:
    names = list(dict.fromkeys(str(combination) for combination, _ in failing))
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return ", ".join(names[:_MOST_NAMED] + more)


def _shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 3]}..."
