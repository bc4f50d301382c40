"""Modules that are imported anew within one test, as if an extra were not installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def imported_anew(*names: str) -> Iterator[None]:
    """Let imports load these modules once more, and put back afterwards what was loaded before.

    An import also sets the module as an attribute of its package. Both are put back, because a later test would
    otherwise find two modules of one name.
    """
    before = {name: module for name, module in sys.modules.items() if name.startswith("patching_constructs")}
    namespaces = {name: dict(vars(module)) for name, module in before.items() if hasattr(module, "__path__")}
    for name in names:
        package, _, attribute = name.rpartition(".")
        sys.modules.pop(name, None)
        if package in before:
            vars(before[package]).pop(attribute, None)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.startswith("patching_constructs")]:
            del sys.modules[name]
        sys.modules.update(before)
        for name, namespace in namespaces.items():
            vars(before[name]).clear()
            vars(before[name]).update(namespace)
