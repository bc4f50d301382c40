"""How a rule asks: of every value by itself, and what a constructor would refuse."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from patching_constructs._errors import PatchingError
from patching_constructs.checks.finding import Answer, Fault, UndecidableError, shown
from patching_constructs.checks.value import Value


def for_each(values: Iterable[Value], check: Callable[[Value], Iterable[Answer]]) -> Iterator[Answer]:
    """Ask of every value by itself, so that one that is not known hides no fault of another."""
    for value in values:
        try:
            yield from check(value)
        except UndecidableError as error:
            yield error


def broken(answers: Iterable[Answer]) -> bool:
    """Tell whether another rule is broken, so that this one has nothing to add."""
    return any(isinstance(answer, Fault) for answer in answers)


@contextmanager
def blaming(at: Value) -> Iterator[None]:
    """Ask of other resources for the sake of one value: what is not known of them is not decided of it."""
    try:
        yield
    except UndecidableError as error:
        raise UndecidableError(at, error.reason) from None


def refused(at: Value, name: str, check: Callable[[], object], *, mend: str | None = None) -> Iterator[Fault]:
    """Find what a constructor would refuse.

    Args:
        at: the value that it is about.
        name: what a template calls the property; it stands for the first word of what the error is about.
        check: what raises a PatchingError.
        mend: how to mend it. Default: as the error says.
    """
    try:
        check()
    except PatchingError as error:
        subject = " ".join([name, *error.what.split()[1:]])
        yield Fault(at, f"{subject}{error.problem.removeprefix(error.what)}.", mend or sentence(error.fix) or None)


def literal(at: Value, literals: Iterable[str]) -> Iterator[Answer]:
    """Find what is none of the service's literals."""
    known = list(map(str, literals))
    if at.is_deferred:
        yield UndecidableError(at)
    elif at.is_given and at.text() not in known:
        yield Fault(at, f"{at.name} must be one of {', '.join(known)}, got {shown(at.content)}.")


def length(at: Value, longest: int, *, least: int = 1) -> Iterator[Answer]:
    """Find a text that is too short or too long."""
    if at.refers_to is not None:
        # The name of what the template makes itself has the length of one.
        return
    if at.is_deferred:
        yield UndecidableError(at)
        return
    text = at.text()
    if text is not None and not least <= len(text) <= longest:
        yield Fault(at, f"{at.name} must have {least}-{longest} characters, got {len(text)}.")


def whole(at: Value, bounds: tuple[int, int], unit: str) -> Iterator[Answer]:
    """Find what is no whole number within bounds."""
    if at.is_deferred:
        yield UndecidableError(at)
        return
    (first, last), number = bounds, at.number()
    if at.is_given and (number is None or number % 1 or not first <= number <= last):
        yield Fault(at, f"{at.name} must be {first}-{last} {unit}, got {shown(at.content)}.")


def count(at: Value, least: int, most: int) -> Iterator[Answer]:
    """Find a list that is too short or too long."""
    if at.is_deferred:
        yield UndecidableError(at)
    elif not least <= at.count() <= most:
        mend = "Add one, or leave the whole out." if at.count() < least else None
        yield Fault(at, f"{at.name} must have {least}-{most} entries, got {at.count():,}.", mend)


def sentence(words: str) -> str:
    """Make a sentence of a phrase."""
    return f"{words[0].upper()}{words[1:].rstrip('.?')}." if words else ""
