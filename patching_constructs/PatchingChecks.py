# ruff: noqa: N999 - a submodule of the name that is asked for
"""Not a module to import: it tells ``from patching_constructs import PatchingChecks`` what is missing.

Where a package has no such attribute, Python looks for a submodule, and without one the error would not say how to
install the extra.
"""

from patching_constructs._errors import PatchingError

try:
    import patching_constructs.checks.nag  # noqa: F401 - it raises where something is missing
except PatchingError as error:
    raise ImportError(str(error)) from error
raise ImportError("PatchingChecks is a class: from patching_constructs import PatchingChecks")
