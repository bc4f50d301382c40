"""Checks of values that several rules share."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from patching_constructs._errors import PatchingError
from patching_constructs._validation import read_whole_number
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.resource import Resource
from patching_constructs.template.unknown import NO_CHOICES, Bounds
from patching_constructs.template.value import UnknownError, Value, shown

_Item = TypeVar("_Item")


def for_each(values: Iterable[_Item], check: Callable[[_Item], Iterable[Outcome]]) -> Iterator[Outcome]:
    """Check each value separately, so that an unknown value does not hide a violation in another."""
    for value in values:
        try:
            yield from check(value)
        except UnknownError as error:
            yield error


def any_violation(outcomes: Iterable[Outcome]) -> bool:
    """Return whether another rule is violated, in which case this one reports nothing."""
    return any(isinstance(outcome, Violation) for outcome in outcomes)


@contextmanager
def reported_at(at: Value) -> Iterator[None]:
    """Report at this value what is unknown about other resources."""
    try:
        yield
    except UnknownError as error:
        raise UnknownError(at, _reason_beside(at, error), cause=error) from None


def _reason_beside(at: Value, error: UnknownError) -> str:
    """Return the reason of an error, with the resource that it is about if the value to report is of another one."""
    section, name, *_ = (*error.at.path, "", "")
    is_own = error.at.template is at.template and error.at.path[:2] == at.path[:2]
    if is_own or section != "Resources" or str(name) in error.reason:
        return error.reason
    stack = "" if error.at.template is at.template else f"{error.at.template.source.stack}/"
    return f"{stack}{name}: {error.reason}"


def refused(at: Value, name: str, check: Callable[[], object], *, fix: str | None = None) -> Iterator[Violation]:
    """Report a value that the library's own check rejects.

    Args:
        at: the value to report.
        name: the name of the property in templates; it replaces the first word of the subject of the error.
        check: a function that raises a PatchingError.
        fix: the fix. Default: the fix of the error.
    """
    try:
        check()
    except PatchingError as error:
        subject = " ".join([name, *error.what.split()[1:]])
        yield Violation(at, f"{subject}{error.problem.removeprefix(error.what)}.", fix or sentence(error.fix) or None)


def literal(at: Value, literals: Iterable[str]) -> Iterator[Outcome]:
    """Report a value that the service does not support."""
    known = list(map(str, literals))
    if at.is_unknown:
        yield UnknownError(at)
    elif at.is_given and at.text() not in known:
        yield Violation(at, f"{at.name} must be one of {', '.join(known)}, got {shown(at.content)}.")


def length(at: Value, longest: int, *, least: int = 1) -> Iterator[Outcome]:
    """Report a string that is too short or too long."""
    if at.reference is not None:
        # The name of a resource of the template has a valid length.
        return
    if (known := _within(at.lengths, least, longest)) is not None:
        if not known:
            yield Violation(at, f"{at.name} must have {least}-{longest} characters, got {_shown(at.lengths)}.")
        return
    if at.is_unknown:
        yield UnknownError(at)
        return
    text = at.text()
    if text is not None and not least <= len(text) <= longest:
        yield Violation(at, f"{at.name} must have {least}-{longest} characters, got {len(text)}.")


def whole(at: Value, bounds: tuple[int, int], unit: str) -> Iterator[Outcome]:
    """Report a value that is not a whole number within bounds."""
    first, last = bounds
    # A parameter for a number of hours, days or seconds is taken to be given a whole one.
    if (known := _within(at.numbers, first, last)) is not None:
        if not known:
            yield Violation(at, f"{at.name} must be {first}-{last} {unit}, got {_shown(at.numbers)}.")
        return
    if at.is_unknown:
        yield UnknownError(at)
        return
    yield from refused(at, at.name, lambda: read_whole_number(at.name, at.written(), bounds, unit))


def _within(possible: Bounds | None, least: float, most: float) -> bool | None:
    """Return whether all that a value can be is within bounds, or none of it; None where that is not known."""
    if possible is not None and least <= possible[0] and possible[1] <= most:
        return True
    return False if possible is not None and (possible[1] < least or possible[0] > most) else None


def _shown(possible: Bounds | None) -> str:
    return "-".join(f"{bound:g}" for bound in possible or ())


def count(at: Value, least: int, most: int) -> Iterator[Outcome]:
    """Report a list that is too short or too long."""
    if at.is_unknown:
        yield UnknownError(at)
    elif not least <= at.count() <= most:
        fix = "Add an entry, or remove the property." if at.count() < least else None
        yield Violation(at, f"{at.name} must have {least}-{most} entries, got {at.count():,}.", fix)


def check_made_together(one: Resource, other: Resource) -> None:
    """Check that two resources are created together, in the same account and Region.

    Raises:
        UnknownError: they have different conditions, or whether their stacks are in the same account and Region is
            unknown until deployment.
    """
    name = other.name_beside(one)
    existences = [one.existence, other.existence]
    if any(each.holds is None for each in existences) and not _have_one_condition(one, other):
        reason = f"{name} and {one.logical_id} have different conditions, so they might not be created together"
        raise UnknownError(one.value, reason, choices=NO_CHOICES.union(*(each.choices for each in existences)))
    if one.template.source.certain_place != other.template.source.certain_place:
        reason = f"Whether {name} is in the same account and Region is unknown until deployment"
        raise UnknownError(one.value, reason)


def _have_one_condition(one: Resource, other: Resource) -> bool:
    return one.template.scope is other.template.scope and one.condition == other.condition


def sentence(words: str) -> str:
    """Return a phrase as a sentence."""
    return f"{words[0].upper()}{words[1:].rstrip('.?')}." if words else ""
