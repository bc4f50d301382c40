"""The expressions of GitHub Actions, as far as the workflow uses them.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Mapping
from typing import Any, Final

_TOKEN: Final = re.compile(r"\s*('[^']*'|&&|\|\||==|!=|!|\(|\)|[A-Za-z_][\w.-]*)")
_EMBEDDED: Final = re.compile(r"\$\{\{(.*?)\}\}")


class _Parser:
    """A parser by recursive descent, which evaluates what it reads."""

    def __init__(self, text: str, context: Mapping[str, Any]) -> None:
        self._tokens = _TOKEN.findall(text)
        assert "".join(self._tokens) == re.sub(r"\s+", "", text), f"an expression that these tests cannot read: {text}"
        self._context = context

    def value(self) -> Any:
        value = self._either()
        assert not self._tokens, self._tokens
        return value

    def _either(self) -> Any:
        value = self._both()
        while self._next("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._comparison()
        while self._next("&&"):
            other = self._comparison()
            value = value and other
        return value

    def _comparison(self) -> Any:
        value = self._operand()
        if self._next("=="):
            return value == self._operand()
        if self._next("!="):
            return value != self._operand()
        return value

    def _operand(self) -> Any:
        if self._next("!"):
            return not self._operand()
        if self._next("("):
            value = self._either()
            assert self._next(")")
            return value
        word = self._tokens.pop(0)
        if word.startswith("'"):
            return word.strip("'")
        if word == "cancelled":
            assert self._next("(")
            assert self._next(")")
            return False
        return self._looked_up(word)

    def _looked_up(self, name: str) -> Any:
        value: Any = self._context
        for key in name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def _next(self, token: str) -> bool:
        if self._tokens[:1] != [token]:
            return False
        del self._tokens[0]
        return True


def evaluated(expression: str, context: Mapping[str, Any]) -> Any:
    """Return the value of a condition, which can be written without ``${{ }}``."""
    inner = _EMBEDDED.fullmatch(expression.strip())
    return _Parser(inner[1] if inner else expression, context).value()


def filled_in(text: str, context: Mapping[str, Any]) -> str:
    """Return a text with the values of the expressions in it."""
    return _EMBEDDED.sub(lambda found: str(evaluated(found[1], context) or ""), text)
