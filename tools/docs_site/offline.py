"""A check that the site loads nothing from the network: no font, script, style or image."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx
from sphinx.util.logging import getLogger

_LOG: Final = getLogger(__name__)
_LOADED: Final = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
_IN_CSS: Final = re.compile(r"""(?:@import|url\()\s*["']?((?:https?:)?//[^"')]+)""")


class _Loads(HTMLParser):
    """The addresses that a page loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of an element that a browser loads."""
        address = dict(attrs).get(_LOADED.get(tag, "")) or ""
        if re.match(r"(https?:)?//", address):
            self.found.append(address)


def loaded(site: Path) -> Iterator[tuple[Path, str]]:
    """Return each file of a site with an address that it loads from the network."""
    for file in sorted([*site.rglob("*.html"), *site.rglob("*.css")]):
        text = file.read_text(encoding="utf-8")
        yield from ((file, address) for address in _IN_CSS.findall(text))
        if file.suffix == ".html":
            yield from ((file, address) for address in _Loads(text).found)


def _check(app: Sphinx, exception: Exception | None) -> None:
    if exception is None:
        for file, address in loaded(Path(app.outdir)):
            _LOG.warning("%s loads %s from the network", file.relative_to(app.outdir), address)


def setup(app: Sphinx) -> dict[str, bool]:
    """Check the site when it is built."""
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
