"""Which options a command got, and that none of them is without effect."""

from collections.abc import Collection

import typer

from patching_constructs._errors import PatchingError


def given_options(context: typer.Context) -> dict[str, str]:
    """Return the options and arguments on the command line: by their names in Python, as the user writes them."""
    found: dict[str, str] = {}
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if source is not None and source.name == "COMMANDLINE":
            # An argument has a name of Python, and what the help calls it.
            flag = next((each for each in parameter.opts if each.startswith("--")), parameter.metavar)
            found[parameter.name or ""] = flag or ""
    return found


def check_only(context: typer.Context, option: str, others: Collection[str], reason: str) -> None:
    """Check that an option is used only together with some others.

    Args:
        context: the command's context.
        option: the option that leaves the others without effect.
        others: the names in Python of the options that it can be used with, its own name among them.
        reason: why the others have no effect.

    Raises:
        PatchingError: another option would have no effect.
    """
    for name, flag in given_options(context).items():
        if name not in others:
            raise PatchingError(f"{flag} cannot be used with {option}, {reason}", f"leave {flag} out", what=flag)


def check_requires(context: typer.Context, name: str, other: str, *, fix: str = "") -> None:
    """Check that an option has the other one that it has an effect with.

    Args:
        context: the command's context.
        name: the option, by its name in Python.
        other: the other one.
        fix: the fix. Default: to add the other option, or to leave this one out.

    Raises:
        PatchingError: the option is given alone.
    """
    given = given_options(context)
    if name in given and other not in given:
        flag = given[name]
        required = next(
            each for parameter in context.command.params if parameter.name == other for each in parameter.opts
        )
        raise PatchingError(f"{flag} requires {required}", fix or f"add {required}, or leave {flag} out", what=flag)
