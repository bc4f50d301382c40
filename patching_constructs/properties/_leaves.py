"""The values in nested dicts and lists, such as those of JSON and of documents."""

from collections.abc import Iterator, Mapping


def leaves(value: object) -> Iterator[object]:
    """Return the values in nested dicts and lists."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value
