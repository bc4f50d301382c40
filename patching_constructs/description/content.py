"""What a property says, in a form that can be compared between two templates.

Texts, numbers and flags are texts, as CloudFormation passes them on. The items of a list without an order are sorted. A
value that is unknown until deployment is the function that returns it, with what the template declares for it.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS
from patching_constructs.template.content import mapping
from patching_constructs.template.sources import Template
from patching_constructs.template.unknown import Unknown
from patching_constructs.template.value import MOST_ITEMS, Value

# A template can repeat a large mapping in every property.
_MOST_VALUES: Final = 5_000
_LONGEST_DECLARATION: Final = 1_000
_WITHOUT_ORDER: Final = frozenset(
    {
        "Accounts",
        "ApprovedPatches",
        "CalendarNames",
        "Capabilities",
        "NotificationEvents",
        "OrganizationalUnitIds",
        "PatchFilters",
        "PatchGroups",
        "Products",
        "Regions",
        "RejectedPatches",
        "RunCommandTargets",
        "Tags",
        "Targets",
        "Values",
    }
)
"""Lists whose order means nothing; the targets of a window's task have one."""
_ENCODED: Final = frozenset({"ClientContext", "Payload"})
"""Properties that are encoded in base64."""
_JSON_TEXTS: Final = frozenset(
    {"ClientContext", "Content", "Input", "Payload", "Parameters", "SelectedPatchBaselines", "TaskParameters"}
)
"""Properties that can be a text of JSON."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a template declares for a value that is unknown until deployment."""

    section: str
    name: str
    content: str
    """As JSON; of a long mapping or condition, a text that differs where it does."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that is unknown until deployment. Equal ones are the same function of the same declarations."""

    function: str
    declarations: tuple[Declaration, ...] = ()


Content = None | str | list["Content"] | dict[str, "Content"] | Unresolved


def content_of(value: Value) -> Content:
    """Return what a value says."""
    return _sorted(str(value.path[-1]), _Reader().read(value))


def rest_of(value: Value) -> Content:
    """Return what stands for the items of a list after those that `Value.items` returns; None if there are none."""
    rest = value.content[MOST_ITEMS:] if isinstance(value.content, list) else []
    return fingerprint(rest) if rest else None


def fingerprint(content: object) -> str:
    """Return a short text that is another one for any other content."""
    return f"... ({sha256(as_json(content).encode()).hexdigest()[:12]})"


class _Reader:
    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def read(self, value: Value) -> Content:
        self._left -= 1
        if self._left < 0:
            return fingerprint(value.content)
        if value.is_unknown:
            return Unresolved(value.function, tuple(_declarations(value.template, value.function)))
        if isinstance(value.content, dict):
            return self._mapping(value)
        if value.is_list:
            items = [self.read(each) for each in value.items()]
            rest = rest_of(value)
            return items if rest is None else [*items, rest]
        text = value.text()
        if text is not None and value.name in _ENCODED:
            text = _decoded(text)
        return text if text is None or value.name not in _JSON_TEXTS else _from_json(text)

    def _mapping(self, value: Value) -> Content:
        content = {key: self.read(each) for key, each in value.entries()}
        if content.get("Key") != WINDOW_TARGET_IDS:
            content = {key: _sorted(key, each) for key, each in content.items()}
        # What AWS::Include adds is not seen.
        written = value.content if isinstance(value.content, dict) else {}
        content |= {str(key): as_json(each) for key, each in written.items() if str(key).startswith("Fn::")}
        return {key: each for key, each in content.items() if each is not None}


def _sorted(name: str, content: Content) -> Content:
    """Sort the items of a list without an order."""
    if name not in _WITHOUT_ORDER or not isinstance(content, list) or WINDOW_TARGET_IDS in as_json(content):
        return content
    return sorted(content, key=as_json)


def _decoded(text: str) -> str:
    """Return the JSON that a text encodes in base64, as the payload of a function; any other text as it is."""
    try:
        decoded = b64decode(text, validate=True).decode()
    except ValueError:
        return text
    return decoded if isinstance(_from_json(decoded), dict | list) else text


def _from_json(text: str) -> Content:
    try:
        return _as_content(json.loads(text))
    except (ValueError, RecursionError):
        return text


def _as_content(loaded: object) -> Content:
    match loaded:
        case dict():
            return {str(key): _as_content(each) for key, each in loaded.items() if each is not None}
        case list():
            return [_as_content(each) for each in loaded]
        case bool():
            return str(loaded).lower()
        case None:
            return None
        case _:
            return str(loaded)


def as_json(content: object) -> str:
    """Return content as JSON in one line."""
    return json.dumps(content, sort_keys=True, default=_unresolved_as_json, separators=(",", ":"))


def _unresolved_as_json(content: object) -> object:
    if not isinstance(content, Unresolved):
        return content.function if isinstance(content, Unknown) else str(content)
    declared = [[each.section, each.name, each.content] for each in content.declarations]
    return {"function": content.function, "declarations": declared}


# --- What a template declares -------------------------------------------------------------------------

_PARAMETERS: Final = "Parameters"
_CONDITIONS: Final = "Conditions"
_SECTIONS: Final = (_PARAMETERS, _CONDITIONS, "Mappings")
# A template has up to 200 parameters and 200 mappings.
_MOST_DECLARED: Final = 1_000
# These change nothing of what is deployed.
_IGNORED: Final = frozenset({"Description", "ConstraintDescription", "NoEcho"})


def _declarations(template: Template, function: str) -> Iterator[Declaration]:
    """Return what a function uses, and what that uses."""
    try:
        pending = list(_names(json.loads(function)))
    except (ValueError, RecursionError):
        return
    seen: set[tuple[str, str]] = set()
    while pending:
        name = pending.pop(0)
        for section in _SECTIONS:
            content = mapping(template.content.get(section)).get(name)
            if content is not None and (section, name) not in seen:
                seen.add((section, name))
                # Parameters and mappings use nothing.
                pending += _names(content) if section == _CONDITIONS else ()
                yield _declared(template, section, name)


@lru_cache(maxsize=_MOST_DECLARED)
def _declared(template: Template, section: str, name: str) -> Declaration:
    """Return what a template declares. A large mapping is read once for all the properties that use it."""
    written = as_json(_without_comments(mapping(template.content[section])[name]))
    is_short = section == _PARAMETERS or len(written) <= _LONGEST_DECLARATION
    return Declaration(section, name, written if is_short else as_json(fingerprint(written)))


def _without_comments(content: object) -> object:
    return {key: each for key, each in mapping(content).items() if key not in _IGNORED}


def _names(content: object) -> Iterator[str]:
    """Return every text that can name something that a template declares."""
    level = [content]
    while level:
        each = level.pop()
        match each:
            case str():
                yield each
                yield from (part.partition("}")[0].strip() for part in each.split("${")[1:])
            case dict():
                level += each.values()
            case list():
                level += each
