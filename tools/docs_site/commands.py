"""The directive ``commands``: the usage, options and examples of every command, read from the Typer application."""

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import cast

import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from typer.core import TyperGroup

from patching_constructs.cli.app import app as application
from patching_constructs.cli.plain_help import PlainHelp

Lines = Iterator[str]


class Commands(SphinxDirective):
    """A section for each command."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        group = cast("TyperGroup", typer.main.get_command(application))
        commands = cast("dict[str, PlainHelp]", group.commands)
        lines = [line for name, command in commands.items() for line in _section(name, command)]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _section(name: str, command: PlainHelp) -> Lines:
    """Return the Markdown of a command; ``\\b`` is typer's mark for a paragraph that keeps its lines."""
    context = command.make_context(name, [], resilient_parsing=True)
    words, *lists = dedent("    " + (command.help or "")).strip().split("\b\n")
    usage = f"$ patching-constructs {name} {' '.join(command.collect_usage_pieces(context))}"
    yield from [f"## {name}", "", _escaped(dedent(words)), "", "```console", usage, "```", ""]
    for each in lists:
        title, _, kept = each.partition("\n")
        yield from [f"**{title.strip().removesuffix(':')}**", "", "```text", dedent(kept).strip(), "```", ""]
    yield from ["**Arguments and options**", ""]
    for names, words in [*command.help_records(context, "argument"), *command.help_records(context, "option")]:
        yield from [f"`{names}`", f": {_escaped(words)}", ""]


def _escaped(text: str) -> str:
    """Return text that Markdown shows as it is, with options as code."""
    plain = re.sub(r"[\\`*\[\]<>#|_]", r"\\\g<0>", text.strip())
    return re.sub(r"(?<![\w-])--[a-z][a-z-]+", r"`\g<0>`", plain)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
