"""The text that ``Fn::ToJsonString`` returns, as far as it is known.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ToJsonString.html
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from patching_constructs.template.unknown import UNKNOWN, Unknown


def json_parts(content: object, resolve: Callable[[object], object]) -> Iterator[str | Unknown]:
    """Return the parts of the JSON text of a value, each known or unknown.

    Args:
        content: the value.
        resolve: evaluates a function; None for no value.
    """
    match resolve(content):
        case Unknown() as unknown:
            # A text in quotes, although it can be a list.
            yield from ('"', unknown if _is_plain(unknown.shape) else replace(unknown, shape=UNKNOWN), '"')
        case dict() as entries:
            given = ((key, item) for key, item in entries.items() if resolve(item) is not None)
            yield from _enclosed("{}", ((f"{json.dumps(str(key))}:", item) for key, item in given), resolve)
        case list() as items:
            yield from _enclosed("[]", (("", item) for item in items if resolve(item) is not None), resolve)
        case known:
            yield json.dumps(known, default=str)


def _enclosed(
    brackets: str, entries: Iterator[tuple[str, object]], resolve: Callable[[object], object]
) -> Iterator[str | Unknown]:
    yield brackets[0]
    for place, (key, item) in enumerate(entries):
        yield f",{key}" if place else key
        yield from json_parts(item, resolve)
    yield brackets[1]


def _is_plain(text: str) -> bool:
    return json.dumps(text, ensure_ascii=False) == f'"{text}"'
