# ruff: noqa: N999 - a submodule with the name of the class
"""Raise a helpful error for ``from patching_constructs import PatchingChecks`` without the extra.

If a package does not have an attribute, Python looks for a submodule of that name. Without this submodule, the error
would not explain how to install the extra.
"""

from patching_constructs._errors import PatchingError

try:
    import patching_constructs.checks.nag  # noqa: F401 - it raises an error if something is missing
except PatchingError as error:
    raise ImportError(str(error)) from error
raise ImportError("PatchingChecks is a class, not a module; write: from patching_constructs import PatchingChecks")
