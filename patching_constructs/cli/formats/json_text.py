"""JSON as every command writes it."""

import json
from typing import Any, Final

VERSION: Final = 1
"""The version of the output formats. A new key does not change it; a key that is renamed or removed does."""


def json_text(content: dict[str, Any]) -> str:
    """Write one JSON object with the version of its format."""
    # In ASCII, so that half a surrogate pair of a template goes into any file or pipe.
    return json.dumps({"version": VERSION} | content, indent=2) + "\n"
