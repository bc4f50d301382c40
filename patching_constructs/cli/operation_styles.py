"""The colors of operations on a terminal: the same in every command."""

from typing import Final

from rich.text import Text

from patching_constructs.properties.command import PatchOperation

_STYLES: Final = {PatchOperation.INSTALL.value: "bold green", PatchOperation.SCAN.value: "blue"}


def styled_operations(words: str) -> Text:
    """Return the words for operations, each operation in its color."""
    text = Text(words)
    for operation, style in _STYLES.items():
        text.highlight_regex(rf"\b{operation}\b", style)
    return text
