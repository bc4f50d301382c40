"""Values that contain JSON or YAML text, such as the input of a schedule or the content of a document.

The path of a value in such a text is the path of the property, followed by its own keys; its line is that of the
property.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from patching_constructs.template.document import DEEPEST_NESTING, json_content
from patching_constructs.template.unknown import UNKNOWN, Unknown
from patching_constructs.template.value import Value

# The longest input that EventBridge Scheduler takes has 256 KB, a document 64 KB.
_LONGEST: Final = 300_000
_MOST_VALUES: Final = 20_000
_TEXT_OR_UNKNOWN: Final = re.compile(rf'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|{UNKNOWN}', re.DOTALL)
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
_PLACEHOLDER: Final = re.compile(r"<[A-Za-z0-9_.-]+>")


@dataclass(frozen=True, slots=True, eq=False)
class _TextValue(Value):
    """A value in a JSON or YAML text, in which intrinsic functions are not evaluated."""

    def _child(self, step: str | int, content: object) -> Value:
        return _TextValue(self.template, (*self.path, step), content)


def in_text(value: Value, content: object) -> Value:
    """Return a value with another content, in which intrinsic functions are not evaluated."""
    return _TextValue(value.template, value.path, content)


def from_json(value: Value) -> Value | None:
    """Return the content of a JSON text as far as it is known; None for invalid JSON. Other values are unchanged."""
    return _read(value, _json)


def from_json_template(value: Value) -> Value | None:
    """Return the content of a JSON text in which ``<name>`` is a value that is unknown; None for invalid JSON."""
    return _read(value, lambda text: _json(_PLACEHOLDER.sub(UNKNOWN, text)))


def _json(text: str) -> object:
    # An unknown part may stand for a value of its own, such as a number. A text without its closing quote ends here.
    return json_content(_TEXT_OR_UNKNOWN.sub(lambda found: f'"{UNKNOWN}"' if found[0] == UNKNOWN else found[0], text))


def from_json_or_yaml(value: Value) -> Value | None:
    """Return the content of a JSON or YAML text, as `from_json` does. Without PyYAML, YAML is unknown."""
    return _read(value, _json_or_yaml)


def _json_or_yaml(text: str) -> object:
    if text.lstrip().startswith("{"):
        return _json(text)
    try:
        from patching_constructs.template import _yaml  # noqa: PLC0415 - an extra; JSON needs none
    except ModuleNotFoundError:
        return Unknown(text)
    content, _ = _yaml.load(text, _yaml.Bounds(DEEPEST_NESTING, _MOST_VALUES, _LONGEST))
    return content


def _read(value: Value, parse: Callable[[str], object]) -> Value | None:
    if not value.is_unknown and not isinstance(value.content, str):
        return value
    text = value.shape
    if text == UNKNOWN or len(text) > _LONGEST:
        return Value(value.template, value.path, Unknown(value.function or text, scope=object(), choices=value.choices))
    try:
        content = parse(text)
        return _TextValue(value.template, value.path, _known_parts(content, value, _parts_in(content, value)))
    except ValueError:
        return value if value.is_unknown else None


def _parts_in(content: object, value: Value) -> Iterator[Unknown]:
    """Return the unknown parts of a text in their order; none if its content has others, such as placeholders."""
    parts = value.content.parts if isinstance(value.content, Unknown) else ()
    return iter(parts if _count_unknown(content) == len(parts) else ())


def _count_unknown(content: object) -> int:
    match content:
        case dict():
            return sum(str(key).count(UNKNOWN) + _count_unknown(item) for key, item in content.items())
        case list():
            return sum(map(_count_unknown, content))
        case _:
            return content.count(UNKNOWN) if isinstance(content, str) else 0


def _known_parts(content: object, value: Value, parts: Iterator[Unknown]) -> object:
    """Return the content with an `Unknown` for every text that has an unknown part."""
    match content:
        case dict() if any(UNKNOWN in str(key) for key in content):
            deque(islice(parts, _count_unknown(content)), maxlen=0)
            return Unknown(value.function, scope=object(), choices=value.choices)
        case dict():
            return {key: _known_parts(item, value, parts) for key, item in content.items()}
        case list():
            return [_known_parts(item, value, parts) for item in content]
        case str() if UNKNOWN in content:
            return _partly_known(content, value, list(islice(parts, content.count(UNKNOWN))))
        case _:
            return content


def _partly_known(text: str, value: Value, parts: list[Unknown]) -> Unknown:
    if parts and text == UNKNOWN:
        return parts[0]
    pieces = text.split(UNKNOWN)
    examples = [part.example for part in parts if part.example is not None]
    is_example = len(examples) == len(pieces) - 1
    return Unknown(
        value.function or text.replace(UNKNOWN, "..."),
        shape=text,
        example="".join(map("".join, zip(pieces, [*examples, ""], strict=True))) if is_example else None,
        parts=tuple(parts),
        scope=object(),
        choices=value.choices,
    )
