"""The facts of a resource in words: what a property says."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from patching_constructs._template_metadata import (
    CAPACITY,
    FREEZE_END,
    FREEZE_REASON,
    FREEZE_START,
    MINUTES_PER_NODE,
    MINUTES_PER_NODE_P95,
    NODES,
)
from patching_constructs.cli.value_words import UNKNOWN, known_text, length_in_words, text_of_possible
from patching_constructs.description.content import Content, Declaration, Unresolved, as_json
from patching_constructs.description.facts import FREEZES, GATE, Fact
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template.possible_values import possible_values


def fact_in_words(fact: Fact) -> str:
    """Return what a property says, or what it can be."""
    content = fact.content
    if not isinstance(content, Unresolved):
        return _words_for(fact.name)(content)
    possible = possible_values(fact.value)
    source = unresolved_in_words(content)
    if possible.choices:
        return f"{text_of_possible(possible, known_text)}: {source}"
    return f"{UNKNOWN}: {source}" if source.startswith("parameter ") else source


def content_in_words(content: Content) -> str:
    """Return any content as text."""
    match content:
        case None:
            return "none"
        case str():
            return content
        case Unresolved():
            return unresolved_in_words(content)
        case list() if all(isinstance(each, str | Unresolved) for each in content):
            return ", ".join(map(content_in_words, content))
        case _:
            return as_json(shown_content(content))


def shown_content(content: Content) -> object:
    """Return content with words for what is unknown until deployment."""
    match content:
        case Unresolved():
            return f"<{unresolved_in_words(content)}>"
        case dict():
            return {key: shown_content(each) for key, each in content.items()}
        case list():
            return [shown_content(each) for each in content]
        case _:
            return content


# --- Special forms ------------------------------------------------------------------------------------


def _words_for(name: str) -> Callable[[Content], str]:
    if name in {"Cutoff", "Duration"}:
        return _hours
    parent, _, last = name.rpartition(".")
    if parent.endswith("PatchRules") and last.isdecimal():
        return _rule
    if parent == "Sources":
        return _source
    if name == CAPACITY:
        return _capacity
    if parent == FREEZES:
        return _freeze
    if last == "SelectedPatchBaselines":
        return _baselines
    if parent == GATE and last.endswith("Seconds"):
        return lambda content: length_in_words(content_in_words(content))
    if last == "AccountFilterType":
        return _account_filter
    return {"Tags": _tags, "Targets": _filters, "RunCommandTargets": _filters, "PatchFilters": _filters}.get(
        last, content_in_words
    )


def _account_filter(content: Content) -> str:
    """Return what a StackSet deploys to: ``DIFFERENCE (the units without the accounts)``."""
    words = content_in_words(content)
    meaning = {
        "DIFFERENCE": "the units without the accounts",
        "INTERSECTION": "only the accounts, if they are in the units",
        "UNION": "the units and the accounts",
    }.get(words)
    return f"{words} ({meaning})" if meaning else words


def _hours(content: Content) -> str:
    """Return a number of hours: ``4 h``."""
    words = content_in_words(content)
    return f"{words} h" if words.isdecimal() else words


def _baselines(content: Content) -> str:
    """Return the baselines of a patch policy: ``AMAZON_LINUX_2023: name (ID); ...``."""
    if not isinstance(content, dict) or not all(isinstance(each, dict) for each in content.values()):
        return content_in_words(content)
    return "; ".join(_baseline(system, dict(each)) for system, each in content.items() if isinstance(each, dict))


def _baseline(system: str, left: dict[str, Content]) -> str:
    label, value = content_in_words(left.pop("label", None)), content_in_words(left.pop("value", None))
    if left.get("disabled") == "false":
        del left["disabled"]
    return ", ".join([f"{system}: {label} ({value})", *_others(left)])


def _filters(content: Content) -> str:
    """Return entries with keys and values: ``Patch Group = web | api and has the tag Env``."""
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        return content_in_words(content)
    return " and ".join(_filter(each) for each in content if isinstance(each, dict))


def _filter(entry: Mapping[str, Content]) -> str:
    key, values = entry.get("Key"), entry.get("Values")
    others = {name: each for name, each in entry.items() if name not in {"Key", "Values"}}
    listed = values if isinstance(values, list) else [values]
    shown = " | ".join(map(content_in_words, listed)) if values is not None else "none"
    words = f"has the tag {shown}" if key == TAG_KEY else f"{content_in_words(key).removeprefix(TAG)} = {shown}"
    return f"{words} {content_in_words(dict(others))}" if others else words


def _capacity(content: Content) -> str:
    """Return the nodes and the time on one: ``400 nodes, 12 min each``."""
    if not isinstance(content, dict):
        return content_in_words(content)
    left = dict(content)
    parts = [
        f"{content_in_words(left.pop(NODES, None))} nodes",
        f"{content_in_words(left.pop(MINUTES_PER_NODE, None))} min each",
    ]
    if (p95 := left.pop(MINUTES_PER_NODE_P95, None)) is not None:
        parts.append(f"p95 {content_in_words(p95)} min")
    return ", ".join(parts + _others(left))


def _tags(content: Content) -> str:
    """Return tags: ``Service = fleet, Stage = prod``."""
    entries = content if isinstance(content, list) else []
    pairs = [each for each in entries if isinstance(each, dict) and each.keys() == {"Key", "Value"}]
    if not pairs or len(pairs) < len(entries):
        return content_in_words(content)
    return ", ".join(f"{content_in_words(each['Key'])} = {content_in_words(each['Value'])}" for each in pairs)


def _rule(content: Content) -> str:
    """Return an approval rule: its filters, the approval, and what else it has."""
    if not isinstance(content, dict):
        return content_in_words(content)
    left = dict(content)
    group = left.pop("PatchFilterGroup", None)
    filters = group.get("PatchFilters") if isinstance(group, dict) else group
    parts = [_filters(filters) if filters is not None else "all patches"]
    if isinstance(group, dict) and group.keys() - {"PatchFilters"}:
        parts.append(content_in_words(group))
    if (days := left.pop("ApproveAfterDays", None)) is not None:
        parts.append(f"approved {content_in_words(days)} days after release")
    if (until := left.pop("ApproveUntilDate", None)) is not None:
        parts.append(f"approved if released until {content_in_words(until)}")
    if (level := left.pop("ComplianceLevel", None)) is not None:
        parts.append(f"compliance level {content_in_words(level)}")
    if (non_security := left.pop("EnableNonSecurity", None)) not in (None, "false"):
        parts.append(f"non-security updates: {content_in_words(non_security)}")
    return "; ".join(parts + _others(left))


def _source(content: Content) -> str:
    """Return a patch source."""
    if not isinstance(content, dict):
        return content_in_words(content)
    left = dict(content)
    name, products = left.pop("Name", None), left.pop("Products", None)
    configuration = left.pop("Configuration", None)
    parts = [content_in_words(name), f"products {content_in_words(products)}"]
    lines = " ".join(content_in_words(configuration).split("\n"))
    return "; ".join([*parts, f"configuration {lines}", *_others(left)])


def _freeze(content: Content) -> str:
    """Return a freeze: ``from 2026-12-18 00:00+01:00 to 2027-01-04 00:00+01:00: Christmas``."""
    said = content if isinstance(content, dict) else {}
    start, end, reason = (content_in_words(said.get(name)) for name in (FREEZE_START, FREEZE_END, FREEZE_REASON))
    first, last = (f"{datetime.fromisoformat(each):%Y-%m-%d %H:%M}{each[19:]}" for each in (start, end))
    return f"from {first} to {last}: {reason}"


def _others(left: Mapping[str, Content]) -> list[str]:
    return [f"{name}: {content_in_words(each)}" for name, each in left.items()]


# --- Unknown until deployment -------------------------------------------------------------------------


def unresolved_in_words(content: Unresolved) -> str:
    """Describe where a value that is unknown until deployment comes from."""
    try:
        function = json.loads(content.function)
    except ValueError:
        return content.function
    return _function(function, content.declarations)


def _function(function: object, declared: Iterable[Declaration]) -> str:
    match function:
        case {"Ref": str(name)}:
            parameter = next((each for each in declared if (each.section, each.name) == ("Parameters", name)), None)
            return name if parameter is None else _parameter(parameter)
        case {"Condition": str(name)}:
            return f"condition {name}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"{name}.{attribute}"
        case {"Fn::GetAtt": str(name)} | {"Fn::Sub": str(name)}:
            return name
        case {"Fn::ImportValue": str(name)}:
            return f"export {name}"
        case {"Fn::If": [str(name), one, other]}:
            return f"{_argument(one, declared)} if {name}, otherwise {_argument(other, declared)}"
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(part if isinstance(part, str) else f"${{{_argument(part, ())}}}" for part in parts)
        case _:
            return as_json(function)


def _argument(argument: object, declared: Iterable[Declaration]) -> str:
    match argument:
        case {"Ref": "AWS::NoValue"}:
            return "none"
        case dict():
            return _function(argument, declared)
        case str():
            return argument
        case _:
            return as_json(argument)


def _parameter(parameter: Declaration) -> str:
    """Name a parameter with what is declared of it: ``parameter Hours (default 4)``."""
    content = json.loads(parameter.content)
    known = {key: each for key, each in content.items() if key != "Type"} if isinstance(content, dict) else {}
    default = known.pop("Default", None)
    parts = [] if default is None else [f"default {default}"]
    parts += [f"{key} {each if isinstance(each, str) else as_json(each)}" for key, each in sorted(known.items())]
    declared = f" ({', '.join(parts)})" if parts else ""
    return f"parameter {parameter.name}{declared}"
