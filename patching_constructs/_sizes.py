"""How many, and how long: counts of things and lengths of texts, refused in one wording."""

from collections.abc import Sequence

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_type


def check_count(what: str, things: Sequence[object], *, most: int, least: int = 0, fix: str = "") -> None:
    """Refuse too few or too many; a list that is a token passes.

    Raises:
        PatchingError: the number of things is not within the bounds.
    """
    # A list that is a token has one odd element; a token among others is one of them.
    if not least <= len(things) <= most:
        raise refusal(what, f"must be {least}-{most}", len(things), fix)


def check_length(what: str, text: str, longest: int, fix: str = "") -> None:
    """Refuse what is no text, or one that is empty or too long; a token passes.

    Only the length is told: what a text of this kind says may be nobody's business.

    Raises:
        PatchingError: it is no string, or its length is not within 1 and the longest.
    """
    check_type(what, text, str)
    if not is_unresolved(text) and not 1 <= len(text) <= longest:
        raise refusal(what, f"must have 1-{longest} characters", len(text), fix)


def check_description(description: str | None, longest: int) -> None:
    """Refuse a description that the service refuses, an empty one too; None and a token pass.

    Raises:
        PatchingError: it is no string, or its length is not within 1 and the longest.
    """
    if description is not None:
        check_length("description", description, longest, "" if description else "for no description, leave it out")
