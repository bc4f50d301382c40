"""Texts of JSON and YAML that know the line of each of their keys and items, as they were there when it was written.

Nothing is read here, so that what a reader finds can be compared with what a writer did.
"""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

Place = tuple[str | int, ...]
Mapping = dict[str, Any]


@dataclass
class Sheet:
    """A text under the pen. The dice decide what is a matter of taste."""

    dice: Random
    text: str = ""
    lines: dict[Place, int] = field(default_factory=dict)

    def write(self, *pieces: str) -> None:
        self.text += "".join(pieces)

    def begin(self, place: Place) -> None:
        """Remember that a key or an item starts here."""
        self.lines[place] = self.text.count("\n") + 1

    def within(self, place: Place) -> list[Place]:
        return [each for each in self.lines if each[: len(place)] == place and each != place]

    def forget_within(self, place: Place) -> None:
        for each in self.within(place):
            del self.lines[each]

    def copy_within(self, source: Place, place: Place) -> None:
        """Let what is within a place have the lines of what is within another one."""
        self.forget_within(place)
        self.lines |= {(*place, *each[len(source) :]): self.lines[each] for each in self.within(source)}

    def one_of(self, *choices: str) -> str:
        return self.dice.choice(choices)

    def happens(self, times_in_ten: int) -> bool:
        return self.dice.randrange(10) < times_in_ten

    def file(self) -> bytes:
        """Return the text with the line ends of Unix or of Windows, with or without a byte order mark."""
        text = self.text.replace("\n", "\r\n") if self.happens(3) else self.text
        return text.encode("utf-8-sig" if self.happens(2) else "utf-8")


# --- JSON ---------------------------------------------------------------------------------------------


def json_sheet(value: Mapping, dice: Random) -> Sheet:
    """Write JSON, with white space wherever it may stand."""
    sheet = Sheet(dice)
    _gap(sheet)
    _write_json(sheet, value, ())
    _gap(sheet)
    return sheet


def _write_json(sheet: Sheet, value: object, place: Place) -> None:
    match value:
        case dict():
            entries: list[tuple[str | int, object]] = list(value.items())
            _write_json_entries(sheet, "{}", entries, place)
        case list():
            _write_json_entries(sheet, "[]", list(enumerate(value)), place)
        case str():
            sheet.write(_json_text(sheet, value))
        case _:
            sheet.write(json.dumps(value))


def _write_json_entries(sheet: Sheet, brackets: str, entries: list[tuple[str | int, object]], place: Place) -> None:
    sheet.write(brackets[0])
    _gap(sheet)
    for number, (step, inner) in enumerate(entries):
        if number:
            sheet.write(",")
            _gap(sheet)
        sheet.begin((*place, step))
        if isinstance(step, str):
            sheet.write(_json_text(sheet, step))
            _gap(sheet)
            sheet.write(":")
            _gap(sheet)
        _write_json(sheet, inner, (*place, step))
        _gap(sheet)
    sheet.write(brackets[1])


def _gap(sheet: Sheet) -> None:
    sheet.write(sheet.one_of("", "", " ", "\t", "\n", "\n  ", "\n\n"))


def _json_text(sheet: Sheet, text: str) -> str:
    if not sheet.happens(2):
        return json.dumps(text, ensure_ascii=sheet.happens(5))
    units = text.encode("utf-16-be").hex()
    return '"' + "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4)) + '"'


# --- YAML ---------------------------------------------------------------------------------------------


@dataclass
class YamlSheet(Sheet):
    """A text of YAML under the pen, with what it says."""

    content: Mapping = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    """The anchors of mappings, by the keys, of the outermost mapping, that they are under."""


# What YAML takes for text without quotes, between brackets too.
_PLAIN = {"web", "AWS::SSM::MaintenanceWindow", "tag-key", "s3://bucket/key", "2026-01-01", "a#b", "10%", "x'y"}


def yaml_sheet(value: Mapping, dice: Random) -> YamlSheet:
    """Write YAML: block and flow style, quotes, comments, short forms of functions, anchors, aliases and merge keys."""
    sheet = YamlSheet(dice)
    sheet.write(sheet.one_of("", "# a comment: [ {\n", "---\n", "%YAML 1.1\n---\n"))
    for key, inner in value.items():
        _write_key(sheet, (key,), 0)
        if isinstance(inner, dict) and sheet.happens(6):
            sheet.anchors[key] = f"a{len(sheet.anchors)}"
            sheet.write(f" &{sheet.anchors[key]}")
        sheet.content[key] = _write_yaml(sheet, inner, (key,), 0)
        if sheet.anchors and sheet.happens(4):
            _write_alias(sheet)
        if sheet.anchors and sheet.happens(4):
            _write_merge(sheet)
    return sheet


def _write_key(sheet: YamlSheet, place: Place, indent: int) -> None:
    key = str(place[-1])
    sheet.begin(place)
    if sheet.happens(1):
        sheet.write("? ", _yaml_text(sheet, key), "\n", " " * indent, ":")
    else:
        sheet.write(_yaml_text(sheet, key), ":")


def _write_yaml(sheet: YamlSheet, value: object, place: Place, indent: int) -> object:
    """Write a value behind a key or a dash, to the end of the line, and return what it says."""
    match value:
        case dict() if value and sheet.happens(7):
            _write_line_end(sheet)
            return _write_block_mapping(sheet, value, place, indent + 2)
        case list() if value and sheet.happens(7):
            _write_line_end(sheet)
            return _write_block_sequence(sheet, value, place, indent + sheet.dice.choice([0, 2]))
        case str() if value in _PLAIN and sheet.happens(2):
            sheet.write(sheet.one_of(" |\n", " !!str |\n"), " " * (indent + 4), value, "\n")
            return f"{value}\n"
        case str() if value in _PLAIN and sheet.happens(2):
            # A quoted text over two lines.
            sheet.write(' "', value, "\n", " " * (indent + 4), value, '"')
            _write_line_end(sheet)
            return f"{value} {value}"
        case _:
            sheet.write(" ")
            content = _write_flow(sheet, value, place)
            _write_line_end(sheet)
            return content


def _write_line_end(sheet: YamlSheet) -> None:
    sheet.write(sheet.one_of("", "", "  ", " # a comment: [ {"), "\n")


def _write_interlude(sheet: YamlSheet, indent: int) -> None:
    sheet.write(sheet.one_of("", "", "\n", f"{' ' * indent}# - a comment: {{\n", "\n\n"))


def _write_block_mapping(
    sheet: YamlSheet, value: Mapping, place: Place, indent: int, *, behind_dash: bool = False
) -> Mapping:
    content = {}
    for number, (key, inner) in enumerate(value.items()):
        if number or not behind_dash:
            _write_interlude(sheet, indent)
            sheet.write(" " * indent)
        _write_key(sheet, (*place, key), indent)
        content[key] = _write_yaml(sheet, inner, (*place, key), indent)
    return content


def _write_block_sequence(sheet: YamlSheet, value: list[Any], place: Place, indent: int) -> list[object]:
    content: list[object] = []
    for number, inner in enumerate(value):
        _write_interlude(sheet, indent)
        sheet.begin((*place, number))
        sheet.write(" " * indent, "-")
        if isinstance(inner, dict) and inner and sheet.happens(5):
            sheet.write(" ")
            content.append(_write_block_mapping(sheet, inner, (*place, number), indent + 2, behind_dash=True))
        else:
            sheet.write(" ")
            content.append(_write_flow(sheet, inner, (*place, number)))
            _write_line_end(sheet)
    return content


def _write_flow(sheet: YamlSheet, value: object, place: Place) -> object:
    match value:
        case dict():
            return dict(_write_flow_entries(sheet, "{}", list(value.items()), place))
        case list():
            return [content for _, content in _write_flow_entries(sheet, "[]", list(enumerate(value)), place)]
        case _:
            function = sheet.one_of("", "", "", "Ref", "Sub")
            sheet.write(f"!{function} " if function else "", _yaml_text(sheet, str(value)))
            return {"Ref": value} if function == "Ref" else {"Fn::Sub": value} if function else value


def _write_flow_entries(
    sheet: YamlSheet, brackets: str, entries: list[tuple[Any, object]], place: Place
) -> list[tuple[Any, object]]:
    contents = []
    sheet.write(brackets[0])
    _flow_gap(sheet)
    for number, (step, inner) in enumerate(entries):
        if number:
            sheet.write(",")
            _flow_gap(sheet)
        sheet.begin((*place, step))
        if isinstance(step, str):
            sheet.write(_yaml_text(sheet, step), ": ")
            _flow_gap(sheet)
        contents.append((step, _write_flow(sheet, inner, (*place, step))))
        _flow_gap(sheet)
    sheet.write(brackets[1])
    return contents


def _flow_gap(sheet: YamlSheet) -> None:
    sheet.write(sheet.one_of("", "", " ", "\n      ", "\n\n      ", " # a comment: ] }\n      "))


def _yaml_text(sheet: YamlSheet, text: str) -> str:
    if text in _PLAIN and sheet.happens(8):
        return text
    if text.isprintable() and sheet.happens(5):
        return "'" + text.replace("'", "''") + "'"
    pieces = (f"\\{each}" if each in '"\\' else each if each.isprintable() else f"\\U{ord(each):08x}" for each in text)
    return '"' + "".join(pieces) + '"'


# --- Aliases and merge keys ---------------------------------------------------------------------------


def _write_alias(sheet: YamlSheet) -> None:
    source, key = sheet.dice.choice(list(sheet.anchors)), f"alias {len(sheet.content)}"
    _write_key(sheet, (key,), 0)
    sheet.write(f" *{sheet.anchors[source]}\n")
    sheet.content[key] = sheet.content[source]
    sheet.copy_within((source,), (key,))


def _write_merge(sheet: YamlSheet) -> None:
    sources = sheet.dice.sample(list(sheet.anchors), k=min(2, len(sheet.anchors)))
    key, own = f"merge {len(sheet.content)}", ["own", *list(sheet.content[sources[0]])[:1]]
    aliases = [f"*{sheet.anchors[source]}" for source in sources]
    merged = aliases[0] if len(aliases) == 1 else f"[{', '.join(aliases)}]"
    _write_key(sheet, (key,), 0)
    sheet.write("\n")
    lines: dict[str, int] = {}
    for name in sorted([None, *own], key=lambda _: sheet.dice.random()):
        if name is None:
            sheet.write(f"  <<: {merged}\n")
        else:
            lines[name] = sheet.text.count("\n") + 1
            sheet.write("  ", _yaml_text(sheet, name), ": mine\n")
    # What is one's own counts, wherever it stands; of the merged ones the first.
    content: Mapping = {}
    for source in reversed(sources):
        content |= sheet.content[source]
        for name in sheet.content[source]:
            sheet.lines[key, name] = sheet.lines[source, name]
            sheet.copy_within((source, name), (key, name))
    for name, line in lines.items():
        sheet.forget_within((key, name))
        sheet.lines[key, name] = line
    sheet.content[key] = content | dict.fromkeys(own, "mine")
