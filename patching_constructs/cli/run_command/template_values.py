"""The values of a template that `now` sends: where each is, and the error if it is invalid."""

from collections.abc import Iterator
from contextlib import contextmanager

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.template.document import shown_file
from patching_constructs.template.value import UnknownError, Value


@contextmanager
def in_file(value: Value) -> Iterator[None]:
    """Add the file and line of a value to a refusal."""
    try:
        yield
    except PatchingError as error:
        raise PatchingError(f"{place(value)}: {error.problem}", error.fix, what=error.what) from None


def place(value: Value) -> str:
    """Return the file and line of a value."""
    return f"{shown_file(value.template.source.file)}:{value.line}"


def got(value: Value) -> str:
    """Return what the template has, for a message."""
    if value.is_unknown:
        return value.function
    text = value.text()
    return repr(text) if text is not None else value.written() or "none"


def one_text(value: Value, *, is_scalar_accepted: bool = False) -> str | None:
    """Return the text of a document's parameter; None where it has none, or an empty one.

    Systems Manager takes a list of strings for each parameter, and the patch documents use one string of each.

    Raises:
        PatchingError: it is not a list with one string.
        UnknownError: it is unknown until deployment.
    """
    if not value.is_list and is_scalar_accepted:
        return value.text() or None
    items = value.items()
    texts = [item.text() for item in items]
    if not value.is_list or len(texts) != 1 or texts[0] is None:
        with in_file(value):
            raise refusal(value.name, "must be a list with one string", got(value), f"write {value.name}: [...]")
    return texts[0] or None


def unknown(schedule: str, error: UnknownError, fix: str, what: str = "") -> PatchingError:
    """Return the refusal of a value that is unknown until deployment."""
    value = error.at
    problem = f"{place(value)}: schedule {schedule!r}: {what or value.name} is unknown until deployment"
    return PatchingError(f"{problem}, got {got(value)}", fix)
