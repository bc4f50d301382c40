"""The help of a command names its arguments as they are typed; Typer adds types of Python to them."""

from typing import Any

from typer.core import TyperCommand


class PlainHelp(TyperCommand):
    """A command whose help has no types of Python."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer has no public type for it
        """Return the words of the usage line: ``[OPTIONS] OLD NEW``."""
        arguments = [_in_usage(each) for each in self.get_params(ctx) if each.param_type_name == "argument"]
        return ["[OPTIONS]", *arguments]

    def help_records(self, ctx: Any, kind: str) -> list[tuple[str, str]]:  # noqa: ANN401
        """Return the names of the arguments or options, each with its help.

        Args:
            ctx: the command's context.
            kind: ``argument`` or ``option``.
        """
        asked = [each for each in self.get_params(ctx) if each.param_type_name == kind]
        if kind == "argument":
            return [(_shown(each), getattr(each, "help", "")) for each in asked]
        return [record for each in asked if (record := each.get_help_record(ctx))]

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the arguments and the options."""
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            if records := self.help_records(ctx, kind):
                with formatter.section(title):
                    formatter.write_dl(records)


def _shown(argument: Any) -> str:  # noqa: ANN401
    return f"{argument.metavar}..." if argument.nargs == -1 else str(argument.metavar)


def _in_usage(argument: Any) -> str:  # noqa: ANN401
    return _shown(argument) if argument.required else f"[{_shown(argument)}]"
