"""``patching-constructs describe``: what the schedules of a template do, in words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from patching_constructs.cli import options
from patching_constructs.cli.formats.registry import WindowsFormat, render_windows
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals

_Format = Annotated[WindowsFormat, options.choice("--format", WindowsFormat, help="Output format.")]


def describe(
    path: options.TemplatePath = Path("cdk.out"),
    format_: _Format = WindowsFormat.TEXT,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Describe in words what the schedules of an app or a template do.

    \b
    Examples:
      patching-constructs describe
      patching-constructs describe template.yaml --use-defaults
      patching-constructs describe cdk.out --format json -o windows.json
    """
    from patching_constructs.cli.formats.windows.window_list import WindowList
    from patching_constructs.description.described import Described
    from patching_constructs.template.reading import read_templates

    with one_line_refusals():
        described = Described(read_templates(path, use_defaults=use_defaults), now=datetime.now(UTC))
        listed = WindowList(path=path, described=described, to_file=output is not None)
        write(render_windows(listed, format_), output)
