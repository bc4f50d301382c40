"""Patch a fleet on AWS on a schedule: AWS CDK constructs over Systems Manager.

The public names are those of ``__init__.pyi``. Each is imported when it is first asked for, so that what does not need
the CDK (the command line, the schedules) does not wait for it.
"""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from patching_constructs._errors import PatchingError

# What needs an extra, and the module that the extra brings.
_EXTRAS = {"PatchingChecks": "cdk_nag"}


def _read_stub() -> dict[str, str]:
    """Return the modules of the public names."""
    stub = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


_HOMES = _read_stub()
# Without its extra a name is missing: ``import *`` asks for every name here.
__all__ = sorted(name for name in _HOMES if name not in _EXTRAS or find_spec(_EXTRAS[name]))  # noqa: PLE0605


def __getattr__(name: str) -> object:
    missing = f"module {__name__!r} has no attribute {name!r}"
    if name not in _HOMES:
        raise AttributeError(missing)
    try:
        return getattr(import_module(_HOMES[name]), name)
    except PatchingError as error:
        raise AttributeError(f"{missing}: {error}") from error


def __dir__() -> list[str]:
    return __all__
