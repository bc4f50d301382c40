"""The directives ``console`` and ``python``: commands and code, and the output that they have when the site is built.

``` {console}
:example: containers
$ patching-constructs describe
```

``:example:`` puts the ``cdk.out`` of an app of ``examples`` into the page's directory. ``:file:`` copies a file of the
repository into it. ``:exit:`` is the expected exit code of the last command: the build fails if it is another one.
``:lines:`` is the number of lines to show.
"""

import shlex
import shutil
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import directives
from rich.style import Style
from rich.text import Text
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from docs_site import sandbox

_COLORS: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


class _Run(SphinxDirective):
    """What runs in the directory of the page."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {
        "example": sandbox.Example.parse,
        "exit": directives.nonnegative_int,
        "file": directives.unchanged,
        "lines": directives.positive_int,
    }

    @property
    def page(self) -> str:
        """The name of the page."""
        return self.env.docname

    def prepare(self) -> None:
        """Put the example and the files of the options into the directory of the page."""
        if not self.env.temp_data.setdefault("sandbox", False):
            sandbox.start(self.page)
            self.env.temp_data["sandbox"] = True
        if "example" in self.options:
            sandbox.place(self.page, self.options["example"])
        for file in self.options.get("file", "").split():
            shutil.copy(sandbox.ROOT / file, sandbox.directory(self.page))

    def output(self, command: str, expected: int) -> Text:
        """Run a command, and return the lines to show."""
        code, output = sandbox.run(self.page, command)
        if code != expected:
            raise self.severe(f"{command} exits with {code}, not {expected}:\n{output}")
        lines = output.split("\n")
        count = self.options.get("lines", len(lines))
        return Text("\n").join(lines if len(lines) <= count else [*lines[:count], Text("...")])


class Console(_Run):
    """Commands, each on a line that begins with ``$``, with their output."""

    def run(self) -> list[nodes.Node]:
        """Run the commands."""
        self.prepare()
        commands = [line.removeprefix("$ ") for line in self.content]
        shown: list[Text] = []
        for command in commands:
            expected = self.options.get("exit", 0) if command == commands[-1] else 0
            output = self.output(command, expected)
            shown.append(Text.assemble((f"$ {command}", "bold"), *(["\n", output] if output else [])))
        return [_terminal(Text("\n\n").join(shown))]


class Code(_Run):
    """Python code, with its output."""

    def run(self) -> list[nodes.Node]:
        """Run the code."""
        self.prepare()
        code = "\n".join(self.content)
        output = self.output(f"python -c {shlex.quote(code)}", self.options.get("exit", 0))
        return [nodes.literal_block(code, code, language="python"), _terminal(output)]


def _terminal(text: Text) -> nodes.container:
    """Return text as a block with its styles, which is not highlighted in another way."""
    # Sphinx highlights a block unless its source, which it would fill in, is another text.
    block = nodes.literal_block(rawsource="styled", classes=["terminal"])
    places = sorted({0, len(text), *(place for span in text.spans for place in (span.start, span.end))})
    for start, end in pairwise(places):
        classes = sorted(
            {each for span in text.spans if span.start <= start < span.end for each in _classes(span.style)}
        )
        piece = text.plain[start:end]
        block += nodes.inline(piece, piece, classes=classes) if classes else nodes.Text(piece)
    return nodes.container("", block, classes=["output"])


def _classes(style: Style | str) -> Iterator[str]:
    parsed = Style.parse(style) if isinstance(style, str) else style
    yield from (f"terminal-{name}" for name in ("bold", "dim", "strike") if getattr(parsed, name))
    if parsed.color and parsed.color.number is not None:
        yield f"terminal-{_COLORS[parsed.color.number % len(_COLORS)]}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives, and synthesize the examples before the pages are read."""
    app.connect("builder-inited", lambda app: sandbox.prepare(app.srcdir))
    app.add_directive("console", Console)
    app.add_directive("python", Code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
