"""Rules under every combination of the values that parameters and conditions can have.

A value that a rule needs and that is unknown until deployment may be one of a few. The rule is then evaluated with each
of them assumed:

| with the values assumed | result |
|---|---|
| every combination complies | no finding |
| every combination violates the rule | a violation |
| some combinations violate the rule | unknown until deployment, with the values that violate it |
| a required value stays unknown | unknown until deployment |

A parameter has one value wherever a template uses it, so the values of one combination belong together. The
combinations are those of the parameters and conditions that a rule needs, and of no others. They include all
combinations that can be deployed and maybe more, so what holds for all of them certainly holds.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from patching_constructs.checks.assumed_deployments import (
    AssumedDeployments,
    LimitReachedError,
    Place,
    Subject,
    place_of,
)
from patching_constructs.checks.combination import Combination, certain, possible
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.unknown import NOTHING_ASSUMED, Assumed, Choice
from patching_constructs.template.value import UnknownError

MOST_COMBINATIONS: Final = 128
"""For one unknown value and one rule."""
MOST_STEPS: Final = 5_000
"""For one rule in an account and Region, in addition to `STEPS_PER_SUBJECT`. A step is a combination of one unknown
value, or an outcome of an evaluation."""
STEPS_PER_SUBJECT: Final = 32
"""For each resource that a rule checks, so that a large template is decided as far as a small one."""

Evaluate = Callable[[Rule, object, Context], list[Outcome]]


class Alternatives:
    """The combinations of possible values in one deployment."""

    def __init__(self, base: Context, evaluate: Evaluate) -> None:
        """Take the deployment, nothing assumed, and what evaluates a rule."""
        self._base = base
        self._deployments = AssumedDeployments(base)
        self._evaluate = evaluate
        self._steps: dict[str, _Steps] = {}
        self.incomplete: dict[str, Rule] = {}
        """The rules for which not every combination was checked, by their ids."""

    def decided(self, rule: Rule, subject: object, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Return the outcomes of a rule, with what every combination of values comes to in place of unknown ones."""
        has_choices = any(isinstance(each, UnknownError) and each.choices for each in outcomes)
        if not has_choices or not isinstance(subject, Subject):
            return outcomes
        decision = _Decision(rule, outcomes, self._evaluation(rule, subject), self._steps_of(rule))
        found = list(decision.outcomes())
        if decision.is_limited:
            self.incomplete[rule.id] = rule
        return found

    def _evaluation(self, rule: Rule, subject: Subject) -> "_Evaluation":
        def evaluate(assumed: Assumed) -> list[Outcome] | None:
            deployment = self._deployments.assuming(assumed)
            same = deployment.find(rule.of, subject)
            return None if same is None else self._evaluate(rule, same, deployment.context)

        return evaluate

    def _steps_of(self, rule: Rule) -> "_Steps":
        if rule.id not in self._steps:
            subjects = len(getattr(self._base, rule.of))
            self._steps[rule.id] = _Steps(MOST_STEPS + STEPS_PER_SUBJECT * subjects)
        return self._steps[rule.id]


_Evaluation = Callable[[Assumed], list[Outcome] | None]
"""Returns the outcomes of a rule for a subject with values assumed; None if it is not created with them.

Raises:
    LimitReachedError: that would read more resources than the limit allows.
"""


class _Steps:
    """The steps that a rule may still take."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, number: int) -> None:
        """Take steps.

        Raises:
            LimitReachedError: no step is left.
        """
        if self._left <= 0:
            raise LimitReachedError
        self._left -= number


class _Decision:
    """What is certain and what is unknown of one rule and one subject.

    A rule can find several values of its subject unknown. Each of them is decided separately: its combinations are
    those of the choices that it depends on, and what is unknown in the other places is ignored. A value that is unknown
    only with other values assumed belongs to the place for which they were assumed.
    """

    def __init__(self, rule: Rule, outcomes: Sequence[Outcome], evaluate: _Evaluation, steps: _Steps) -> None:
        self._rule = rule
        self._evaluate = evaluate
        self._steps = steps
        self._violations = [each for each in outcomes if isinstance(each, Violation)]
        self._reported = {place_of(each.at) for each in self._violations}
        self._unknown: dict[Place, UnknownError] = {}
        for each in outcomes:
            if isinstance(each, UnknownError):
                self._unknown.setdefault(place_of(each.at), each)
        self._nothing_assumed = Combination(NOTHING_ASSUMED, outcomes, self._unknown)
        self._known: dict[frozenset[tuple[Choice, object]], Combination | None] = {}
        self.is_limited = False
        """Whether there are combinations that were not checked."""

    def outcomes(self) -> Iterator[Outcome]:
        """Return the outcomes; those that are certain without assumptions first, whatever comes of the others."""
        yield from self._violations
        for place, error in self._unknown.items():
            found = [each for each in self._outcomes_of(place, error) if place_of(each.at) not in self._reported]
            for outcome in found:
                yield outcome
                if isinstance(outcome, Violation):
                    self._report(place_of(outcome.at))

    def _report(self, place: Place) -> None:
        self._reported.add(place)
        for combination in self._known.values():
            if combination is not None:
                combination.forget([place])

    def _outcomes_of(self, place: Place, error: UnknownError) -> list[Outcome]:
        if not error.choices:
            return [error]
        try:
            return list(self._merged(place, error, self._combinations(place)))
        except LimitReachedError:
            self.is_limited = True
            return [error]

    # --- The combinations of one place ----------------------------------------------------------------

    def _combinations(self, place: Place) -> list[Combination]:
        """Return every combination of the choices that decide a place.

        Raises:
            LimitReachedError: there are too many.
        """
        found: list[Combination] = []
        pending = deque([self._nothing_assumed])
        while pending:
            combination = pending.popleft()
            choice = combination.next_choice(place)
            if choice is None:
                found.append(combination)
                continue
            if len(found) + len(pending) + len(choice.values) > MOST_COMBINATIONS:
                raise LimitReachedError
            further = [self._combination({**combination.assumed, choice: value}) for value in choice.values]
            # If the subject is not created with these values, it violates nothing with them.
            pending.extend(each for each in further if each is not None)
        return [each for each in found if not each.is_impossible(place)]

    def _combination(self, assumed: Assumed) -> Combination | None:
        self._steps.take(1)
        key = frozenset(assumed.items())
        if key not in self._known:
            outcomes = self._evaluate(assumed)
            if outcomes is None:
                self._known[key] = None
            else:
                self._steps.take(len(outcomes))
                self._known[key] = combination = Combination(assumed, outcomes, self._unknown)
                combination.forget(self._reported)
        return self._known[key]

    # --- One outcome of many --------------------------------------------------------------------------

    def _merged(self, place: Place, error: UnknownError, combinations: Sequence[Combination]) -> Iterator[Outcome]:
        """Return what holds for an unknown value, given all its combinations."""
        if combinations and all(each.is_violated for each in combinations):
            yield from _in_common(combinations)
            return
        violating = [(each, found) for each in combinations if (found := each.violation(place)) is not None]
        if violating:
            yield possible(violating, error.at, self._rule.fix)
        elif not combinations or any(each.is_unknown(place) for each in combinations):
            yield error
        else:
            # The value itself complies, but another one is unknown.
            further = [each for combination in combinations for each in combination.unknown(place)]
            yield from {place_of(each.at): each for each in reversed(further)}.values()


def _in_common(combinations: Sequence[Combination]) -> Iterator[Violation]:
    """Return the violations that all combinations have in common, or else one that stands for them."""
    found = [(each, each.violations) for each in combinations]
    places = dict.fromkeys(place for _, violations in found for place in violations)
    common = [place for place in places if all(place in violations for _, violations in found)]
    for place in common or list(places)[:1]:
        yield certain([(each, violations[place]) for each, violations in found if place in violations])
