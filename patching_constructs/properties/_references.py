"""References to parameters, such as ``{{ Name }}``, in the scripts of documents.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.properties._leaves import leaves

# Other text in braces, such as {{.Names}} or {{ssm:name}}, is no reference to a parameter of the document.
_REFERENCE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)


def check_no_reference(what: str, lines: Iterable[str]) -> None:
    """Check lines of a document that declares no parameters.

    Raises:
        PatchingError: a line contains a reference to a parameter.
    """
    found = _undeclared(lines, ())
    if found is not None:
        rule = "must not refer to a parameter, because Systems Manager replaces it and the document declares none"
        fix = "pass a value with environment=..., or write the braces apart, as in '{''{'"
        raise refusal(what, rule, repr(found[0]), fix)


def check_references(content: Mapping[str, object]) -> None:
    """Check the content of a document.

    Raises:
        PatchingError: a step contains a reference to a parameter that is not declared.
    """
    declared = content.get("parameters", {})
    # Parameters that are a token are not known.
    if not isinstance(declared, Mapping):
        return
    found = _undeclared((each for each in leaves(content.get("mainSteps")) if isinstance(each, str)), declared)
    if found is not None:
        fix = f"add {found[1]!r} to the parameters"
        raise refusal("content", "must declare the parameters that it refers to", repr(found[0]), fix)


def _undeclared(texts: Iterable[str], declared: Container[str]) -> tuple[str, str] | None:
    """Return the first reference to a parameter that is not declared, and the name of the parameter."""
    every = (found for text in texts for found in _REFERENCE.finditer(text))
    return next(((found[0], found[1]) for found in every if found[1] not in declared), None)
