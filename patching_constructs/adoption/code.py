"""Python expressions: how they are written, as ruff formats them.

An expression fits on one line, or has each argument on a line of its own, with a trailing comma.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

WIDTH: Final = 88
"""The length of a line that ruff allows by default."""
INDENT: Final = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A name, with dots, or any other code of one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, a number, a truth value, or a list or mapping of these, as JSON has them."""

    value: object


@dataclass(frozen=True, slots=True)
class Call:
    """A call of what a dotted name stands for, or of a method of another expression."""

    name: str
    positional: Sequence["Expression"] = ()
    named: Mapping[str, "Expression"] = field(default_factory=dict)
    of: "Expression | None" = None
    """What the method belongs to. Default: the name stands for itself."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list or a tuple."""

    items: Sequence["Expression"]
    is_tuple: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """A dictionary."""

    entries: Mapping[str, "Expression"]


@dataclass(frozen=True, slots=True)
class Starred:
    """A list whose items are arguments."""

    items: "Expression"


Expression = Name | Literal | Call | Items | Entries | Starred


@dataclass(frozen=True, slots=True)
class Statement:
    """An expression, assigned to a name or an attribute, or by itself."""

    expression: Expression
    target: str | None = None

    def written(self, indent: int) -> str:
        """Return the line or lines, indented."""
        start = "" if self.target is None else f"{self.target} = "
        found = " " * indent + start + written(self.expression, indent, indent + len(start), 0)
        if not start or len(found.partition("\n")[0]) <= WIDTH:
            return found
        inner = indent + INDENT
        return "\n".join(
            [
                " " * indent + start + "(",
                " " * inner + written(self.expression, inner, inner, 0),
                " " * indent + ")",
            ]
        )


def names(expression: Expression) -> Iterator[str]:
    """Return the dotted names in an expression."""
    match expression:
        case Name(text):
            yield text
        case Call(name, of=None):
            yield name
    for each in _parts(expression):
        yield from names(each)


def _parts(expression: Expression) -> Sequence[Expression]:
    match expression:
        case Call(positional=positional, named=named, of=of):
            return [*([] if of is None else [of]), *positional, *named.values()]
        case Items(items):
            return items
        case Entries(entries):
            return list(entries.values())
        case Starred(items):
            return [items]
        case _:
            return []


def written(expression: Expression, indent: int, before: int, after: int) -> str:
    """Return an expression on one line if it fits, and otherwise on several.

    Args:
        expression: the expression.
        indent: the indentation of its first line.
        before: the number of characters before it on its first line.
        after: the number of characters that follow on its last line.
    """
    line = _line(expression)
    if before + len(line) + after <= WIDTH:
        return line
    match expression:
        case Call(of=Call() as of) if _links(expression) > 1:
            return _chain(expression, of, indent)
        case Call(name, positional, named, of):
            start = name if of is None else f"{written(of, indent, before, len(name) + 2)}.{name}"
            arguments = [("", each) for each in positional] + [(f"{key}=", each) for key, each in named.items()]
            return _exploded(f"{start}(", arguments, ")", indent) if arguments else f"{start}()"
        case Items(items, is_tuple):
            start, end = "()" if is_tuple else "[]"
            return _exploded(start, [("", each) for each in items], end, indent)
        case Entries(entries):
            return _exploded("{", [(f"{_quoted(key)}: ", each) for key, each in entries.items()], "}", indent)
        case Starred(items):
            return "*" + written(items, indent, before + 1, after)
        case Literal(list() as values) if values:
            return written(Items([Literal(each) for each in values]), indent, before, after)
        case Literal(dict() as values) if values:
            return written(Entries({str(key): Literal(each) for key, each in values.items()}), indent, before, after)
        case _:
            return line


def _links(expression: Expression) -> int:
    """Return how many methods are called on what another call returns."""
    match expression:
        case Call(of=Call() as of):
            return 1 + _links(of)
        case _:
            return 0


def _chain(last: Call, of: Call, indent: int) -> str:
    """Return a chain of calls with each method on a line of its own."""
    calls = [last]
    while of.of is not None and isinstance(of.of, Call):
        calls.append(of)
        of = of.of
    lines = [written(of, indent, indent, 0)]
    for call in reversed([*calls]):
        method = Call(f".{call.name}", call.positional, call.named)
        lines.append(" " * indent + written(method, indent, indent, 1))
    return "\n".join(lines)


def _exploded(start: str, arguments: Sequence[tuple[str, Expression]], end: str, indent: int) -> str:
    inner = indent + INDENT
    lines = [" " * inner + label + written(each, inner, inner + len(label), 1) + "," for label, each in arguments]
    return "\n".join([start, *lines, " " * indent + end])


def _line(expression: Expression) -> str:
    match expression:
        case Name(text):
            return text
        case Literal(value):
            return _literal(value)
        case Call(name, positional, named, of):
            start = name if of is None else f"{_line(of)}.{name}"
            arguments = [*map(_line, positional), *(f"{key}={_line(each)}" for key, each in named.items())]
            return f"{start}({', '.join(arguments)})"
        case Items(items, is_tuple):
            inner = ", ".join(map(_line, items))
            return f"({inner},)" if is_tuple and len(items) == 1 else f"({inner})" if is_tuple else f"[{inner}]"
        case Entries(entries):
            return "{" + ", ".join(f"{_quoted(key)}: {_line(each)}" for key, each in entries.items()) + "}"
        case _:
            return f"*{_line(expression.items)}"


def _literal(value: object) -> str:
    match value:
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case dict():
            return "{" + ", ".join(f"{_quoted(str(key))}: {_literal(each)}" for key, each in value.items()) + "}"
        case _:
            return repr(value)


def _quoted(text: str) -> str:
    """Return a text in double quotes; in single quotes if that needs fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = (f"\\{each}" if each == quote else each if each in "'\"" else repr(each)[1:-1] for each in text)
    return f"{quote}{''.join(escaped)}{quote}"
