"""Checks that several rules make of a value."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from patching_constructs._errors import PatchingError
from patching_constructs._validation import read_whole_number
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import UnknownError, Value, shown


def for_each(values: Iterable[Value], check: Callable[[Value], Iterable[Outcome]]) -> Iterator[Outcome]:
    """Check every value by itself, so that an unknown one hides no violation of another."""
    for value in values:
        try:
            yield from check(value)
        except UnknownError as error:
            yield error


def any_violation(outcomes: Iterable[Outcome]) -> bool:
    """Return whether another rule is violated, so that this one has nothing to add."""
    return any(isinstance(outcome, Violation) for outcome in outcomes)


@contextmanager
def reported_at(at: Value) -> Iterator[None]:
    """Report at one value what is unknown of the other resources that its rule needs."""
    try:
        yield
    except UnknownError as error:
        raise UnknownError(at, error.reason) from None


def refused(at: Value, name: str, check: Callable[[], object], *, fix: str | None = None) -> Iterator[Violation]:
    """Find what the library's own check of a value refuses.

    Args:
        at: the value that it is about.
        name: what a template calls the property; it stands for the first word of what the error is about.
        check: what raises a PatchingError.
        fix: the fix. Default: as the error says.
    """
    try:
        check()
    except PatchingError as error:
        subject = " ".join([name, *error.what.split()[1:]])
        yield Violation(at, f"{subject}{error.problem.removeprefix(error.what)}.", fix or sentence(error.fix) or None)


def literal(at: Value, literals: Iterable[str]) -> Iterator[Outcome]:
    """Find a value that is none of the service's literals."""
    known = list(map(str, literals))
    if at.is_unknown:
        yield UnknownError(at)
    elif at.is_given and at.text() not in known:
        yield Violation(at, f"{at.name} must be one of {', '.join(known)}, got {shown(at.content)}.")


def length(at: Value, longest: int, *, least: int = 1) -> Iterator[Outcome]:
    """Find a text that is too short or too long."""
    if at.reference is not None:
        # The name of what the template makes itself has the length of one.
        return
    if at.is_unknown:
        yield UnknownError(at)
        return
    text = at.text()
    if text is not None and not least <= len(text) <= longest:
        yield Violation(at, f"{at.name} must have {least}-{longest} characters, got {len(text)}.")


def whole(at: Value, bounds: tuple[int, int], unit: str) -> Iterator[Outcome]:
    """Find a value that is no whole number within bounds."""
    if at.is_unknown:
        yield UnknownError(at)
        return
    yield from refused(at, at.name, lambda: read_whole_number(at.name, at.written(), bounds, unit))


def count(at: Value, least: int, most: int) -> Iterator[Outcome]:
    """Find a list that is too short or too long."""
    if at.is_unknown:
        yield UnknownError(at)
    elif not least <= at.count() <= most:
        fix = "Add one, or leave the whole out." if at.count() < least else None
        yield Violation(at, f"{at.name} must have {least}-{most} entries, got {at.count():,}.", fix)


def check_made_together(one: Resource, other: Resource) -> None:
    """Refuse to compare two resources of which conditions may create only one, or that may be far apart.

    Raises:
        UnknownError: they have different conditions, or only the deployment knows that their stacks are in one account
            and Region.
    """
    name = other.name_beside(one)
    if one.condition != other.condition:
        reason = f"Whether {name} is made together with {one.logical_id} is up to their conditions"
        raise UnknownError(one.value, reason)
    if one.template.source.certain_place != other.template.source.certain_place:
        reason = f"Whether {name} is in the same account and Region is known only to the deployment"
        raise UnknownError(one.value, reason)


def sentence(words: str) -> str:
    """Make a sentence of a phrase."""
    return f"{words[0].upper()}{words[1:].rstrip('.?')}." if words else ""
