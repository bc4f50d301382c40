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
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from docs_site import sandbox


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

    def output(self, command: str, expected: int) -> list[str]:
        """Run a command, and return the lines to show."""
        code, output = sandbox.run(self.page, command)
        if code != expected:
            raise self.severe(f"{command} exits with {code}, not {expected}:\n{output}")
        lines = output.splitlines()
        count = self.options.get("lines", len(lines))
        return lines if len(lines) <= count else [*lines[:count], "..."]


class Console(_Run):
    """Commands, each on a line that begins with ``$``, with their output."""

    def run(self) -> list[nodes.Node]:
        """Run the commands."""
        self.prepare()
        commands = [line.removeprefix("$ ") for line in self.content]
        lines: list[str] = []
        for command in commands:
            expected = self.options.get("exit", 0) if command == commands[-1] else 0
            lines += [f"$ {command}", *self.output(command, expected)]
        return [_block("\n".join(lines), "console")]


class Code(_Run):
    """Python code, with its output."""

    def run(self) -> list[nodes.Node]:
        """Run the code."""
        self.prepare()
        code = "\n".join(self.content)
        lines = self.output(f"python -c {shlex.quote(code)}", self.options.get("exit", 0))
        return [_block(code, "python"), nodes.container("", _block("\n".join(lines), "text"), classes=["output"])]


def _block(text: str, language: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives, and synthesize the examples before the pages are read."""
    app.connect("builder-inited", lambda app: sandbox.prepare(app.srcdir))
    app.add_directive("console", Console)
    app.add_directive("python", Code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
