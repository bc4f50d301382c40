"""The directive ``picture``: a page that a command of this page has written, as a browser shows it.

``` {picture} patching.html
:alt: The calendar for December 2026
:size: 1200x760
```

The picture is taken in the light and the dark theme, or with ``:print:`` as on paper. Without Chromium, the site has no
pictures, and the build reports it; with ``PATCHING_CONSTRUCTS_BROWSER=1``, that is a warning, so the build fails.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final, Literal

from docutils import nodes
from docutils.parsers.rst import directives
from playwright.sync_api import ViewportSize, sync_playwright
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.logging import getLogger
from sphinx.util.typing import OptionSpec

from docs_site import sandbox

_LOG: Final = getLogger(__name__)
_ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_FOLDER: Final = sandbox.WORK / "pictures"


def _size(text: str) -> ViewportSize:
    width, height = map(int, text.split("x"))
    return {"width": width, "height": height}


class Picture(SphinxDirective):
    """A page in a browser, in both themes."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {
        "alt": directives.unchanged_required,
        "name": directives.unchanged_required,
        "print": directives.flag,
        "size": _size,
        "view": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Take the pictures; return one image for each theme, of which the style sheet shows one."""
        chromium = shutil.which("chromium")
        if chromium is None:
            return [
                nodes.paragraph(text="This picture requires Chromium, which is not installed where the site was built.")
            ]
        return list(self._images(chromium))

    def _images(self, chromium: str) -> Iterator[nodes.Node]:
        page = sandbox.directory(self.env.docname) / self.arguments[0]
        name = self.options.get("name", f"{self.env.docname}-{page.stem}").replace("/", "-")
        size = self.options.get("size", _size("1200x800"))
        media: Literal["print", "screen"] = "print" if "print" in self.options else "screen"
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS) as browser,
        ):
            for theme in _THEMES if media == "screen" else _THEMES[:1]:
                tab = browser.new_page(viewport=size, color_scheme=theme, timezone_id="Europe/Berlin", locale="en-GB")
                tab.clock.set_fixed_time(datetime.fromisoformat(sandbox.NOW))
                tab.emulate_media(media=media)
                tab.goto(page.as_uri() + self.options.get("view", ""))
                file = _FOLDER / f"{name}-{theme}.png"
                tab.screenshot(path=file)
                address = os.path.relpath(file, Path(self.env.doc2path(self.env.docname)).parent)
                classes = [f"only-{theme}"] if media == "screen" else []
                yield nodes.image(uri=address, alt=self.options["alt"], classes=classes)


def _check_browser(_app: Sphinx) -> None:
    if shutil.which("chromium") is None:
        words = "chromium is not installed, so the site has no pictures: apt-get install chromium"
        if os.environ.get("PATCHING_CONSTRUCTS_BROWSER") == "1":
            _LOG.warning(words)
        else:
            print(words, file=sys.stderr)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.connect("builder-inited", _check_browser)
    app.add_directive("picture", Picture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
