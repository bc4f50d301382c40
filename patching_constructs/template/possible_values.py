"""The values that a value which is unknown until deployment can have, where parameters and conditions decide it."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from patching_constructs.template.exports import NO_EXPORTS
from patching_constructs.template.sources import Template
from patching_constructs.template.unknown import NOTHING_ASSUMED, Choice
from patching_constructs.template.value import Value

MOST_VALUES: Final = 32


@dataclass(frozen=True, slots=True)
class PossibleValues:
    """The values that a value can have, and the parameters and conditions that decide which one it has."""

    values: tuple[Value, ...]
    choices: tuple[Choice, ...] = ()


def possible_values(value: Value) -> PossibleValues:
    """Return the values that a value can have; the value itself if it is known, or if these are not few.

    Like the linter, this assumes one value of a parameter or condition at a time, wherever it is used.
    """
    pending, decided = deque([NOTHING_ASSUMED]), list[Value]()
    used: dict[Choice, None] = {}
    while pending:
        assumed = pending.popleft()
        at = _at(value.template.assuming(assumed, NO_EXPORTS, {}), value) if assumed else value
        if at is None:
            return PossibleValues((value,))
        open_ = {each for each in at.choices if each.scope is value.template.scope} - set(assumed)
        if not open_:
            decided.append(at)
            continue
        choice = min(open_, key=lambda each: (each.is_condition, each.name))
        used[choice] = None
        pending += [{**assumed, choice: each} for each in choice.values]
        if len(decided) + len(pending) > MOST_VALUES:
            return PossibleValues((value,))
    different = {_content(each): each for each in reversed(decided) if not each.is_impossible}
    return PossibleValues(tuple(reversed(different.values())) or (value,), tuple(used))


def _content(value: Value) -> object:
    """Return what to compare it by; no value at all differs from an empty one."""
    return repr(value.content) if value.is_nested or value.content is None else value.identity


def _at(template: Template, value: Value) -> Value | None:
    """Return the value at the same place of a template; None for one that is a part of a text."""
    content: object = template.content
    for step in value.path:
        content = template.intrinsics.resolve(content)
        match content, step:
            case dict(), str():
                content = content.get(step)
            case list(), int() if step < len(content):
                content = content[step]
            case None, _:
                return Value(template, value.path, None)
            case _:
                return None
    return Value(template, value.path, template.intrinsics.resolve(content))
