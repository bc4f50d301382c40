"""Entries that a person writes, in a template or a configuration: a mapping with a few keys."""

from collections.abc import Mapping, Sequence

from patching_constructs._errors import refusal
from patching_constructs._validation import nearest
from patching_constructs.template.value import shown


def check_keys(what: str, entry: object, keys: Sequence[str]) -> Mapping[str, object]:
    """Return an entry that has no other keys than these.

    Raises:
        PatchingError: it is not a mapping, or has another key; the message names the most similar key.
    """
    names = f"{', '.join(keys[:-1])} and {keys[-1]}"
    if not isinstance(entry, dict):
        raise refusal(what, f"must be a mapping with the keys {names}", shown(entry))
    for key in entry:
        if key not in keys:
            similar = nearest(str(key), keys)
            raise refusal(
                what, f"must have no keys but {names}", shown(key), f"did you mean {similar}?" if similar else ""
            )
    return entry


def check_text(what: str, entry: Mapping[str, object], key: str) -> str:
    """Return the text of a key that is required.

    Raises:
        PatchingError: it is missing, empty, or not a string.
    """
    text = entry.get(key)
    if not isinstance(text, str) or not text.strip():
        got = shown(text) if key in entry else "none"
        raise refusal(what, "must be a string that is not empty", got)
    return text
