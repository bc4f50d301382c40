"""The parameters of a document that a task runs, checked against those that the document has.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_list_of, check_no_list_token, check_type, nearest
from patching_constructs.ssm.documents import AUTOMATION, Document, Parameter, document_with, find_document, name_of

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ssm import IDocumentRef

DocumentParameters = Mapping[str, str | Sequence[str]]
"""Values by the names of the parameters; a single value or a list."""
Given = tuple[tuple[str, tuple[str, ...]], ...]
"""The same as pairs, which are immutable."""

ASSUME_ROLE: Final = "AutomationAssumeRole"
"""The parameter of a runbook for the role that it runs with."""
ROLE_PARAMETERS: Final = (ASSUME_ROLE, "assumeRole")
_ONE_VALUE: Final = {"String", "Boolean"}
_PLACEHOLDER: Final = "{{"
"""What begins a reference to Parameter Store, or a pseudo parameter."""


def is_known(value: str) -> bool:
    """Return whether a value is known before the document runs."""
    return not is_unresolved(value) and _PLACEHOLDER not in value


def given_parameters(parameters: DocumentParameters | None) -> Given:
    """Return the parameters as pairs of a name and a list of values.

    Raises:
        PatchingError: the value is not a dict, or a name or a value is not a string.
    """
    if parameters is None:
        return ()
    fix = "write {'commands': ['uptime']}"
    check_type("parameters", parameters, Mapping, fix)
    return tuple((_name(name), _values(name, value)) for name, value in parameters.items())


def _name(name: str) -> str:
    check_type("parameters names", name, str)
    return name


def _values(name: str, value: str | Sequence[str]) -> tuple[str, ...]:
    what = f"parameters {name!r}"
    if isinstance(value, str):
        check_no_list_token(what, value)
        return (value,)
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refusal(what, "must be a string or a list of strings", value, f"write {str(value)!r}")
    return check_list_of(what, value, str)


def check_parameters(document: Document, given: Given, *, supplied: str | None = None) -> None:
    """Check the parameters against those of the document.

    Args:
        document: the document.
        given: the parameters.
        supplied: a parameter that is added later.

    Raises:
        PatchingError: the document has no such parameter, requires another, or does not accept a value.
    """
    for name, values in given:
        if is_unresolved(name):
            continue
        parameter = document.parameters.get(name)
        if parameter is None:
            raise _unknown(document, name)
        _check_values(document, parameter, values)
    names = {name for name, _ in given} | {supplied}
    missing = [each.name for each in document.parameters.values() if each.required and each.name not in names]
    if missing and not any(is_unresolved(name) for name, _ in given):
        rule = f"must contain {missing[0]!r}, which {document.name} requires"
        fix = "use runbook_role=..." if missing[0] in ROLE_PARAMETERS else f"add {{{missing[0]!r}: ...}}"
        raise refusal("parameters", rule, _listed(given), fix)


def _unknown(document: Document, name: str) -> Exception:
    if not document.parameters:
        rule = f"cannot be used with {document.name}, which has no parameters"
        return refusal("parameters", rule, repr(name), "leave it out")
    meant = nearest(name, document.parameters)
    rule = f"must be parameters of {document.name}: {', '.join(document.parameters)}"
    return refusal("parameters", rule, repr(name), f"did you mean {meant!r}?" if meant else "")


def _check_values(document: Document, parameter: Parameter, values: tuple[str, ...]) -> None:
    what = f"parameters {parameter.name!r}"
    # A list that is a token has one item.
    if parameter.type in _ONE_VALUE and len(values) != 1:
        raise refusal(what, f"must be one value, because {document.name} expects a {parameter.type}", len(values))
    if parameter.min_items is not None and len(values) < parameter.min_items:
        items = "item" if parameter.min_items == 1 else "items"
        raise refusal(what, f"must have at least {parameter.min_items} {items}", len(values))
    for value in values:
        if is_known(value) and not parameter.accepts(value):
            rule = f"must be {_accepted(parameter)}, as {document.name} requires"
            raise refusal(what, rule, shown(value), _meant(parameter, value))


def _accepted(parameter: Parameter) -> str:
    if parameter.allowed_values:
        return "one of " + ", ".join(map(repr, parameter.allowed_values))
    if parameter.listed_values:
        return "a comma-separated list of " + ", ".join(parameter.listed_values)
    if parameter.allowed_pattern is not None:
        return f"a text that matches {parameter.allowed_pattern}"
    return f"at most {parameter.max_chars} characters long"


def _meant(parameter: Parameter, value: str) -> str:
    """Return the value that was probably meant, as a fix."""
    items = [value] if parameter.allowed_values else value.split(",")
    words = parameter.allowed_values or parameter.listed_values
    meant = next((nearest(item, words) for item in items if item not in words), None)
    return f"did you mean {meant!r}?" if meant else ""


def _listed(given: Given) -> str:
    return ", ".join(repr(name) for name, _ in given) or "none"


# --- Documents of the app -----------------------------------------------------------------------------

DEFAULT_KIND: Final = "Command"
"""The type of an ``AWS::SSM::Document`` without a type."""


def document_of_app(document: "IDocumentRef") -> Document | None:
    """Return the parameters of a `HookDocument` or an ``aws_ssm.CfnDocument``.

    Return None if the content is imported, text, or a token.
    """
    content = getattr(document, "content", None)
    if not isinstance(content, Mapping):
        return None
    kind = getattr(document, "document_type", None) or DEFAULT_KIND
    parameters = content.get("parameters", {})
    if is_unresolved(kind) or not isinstance(parameters, Mapping):
        return None
    named = {str(name): facts for name, facts in parameters.items() if isinstance(facts, Mapping)}
    return document_with("the document", kind, {name: _compilable(facts) for name, facts in named.items()})


def _compilable(facts: Mapping[str, object]) -> dict[str, object]:
    """Return a parameter's definition, without a Java regular expression that Python does not support."""
    found = {"type": "String", **facts}
    try:
        re.compile(str(found.get("allowedPattern", "")))
    except re.error:
        del found["allowedPattern"]
    return found


def known_document(document: "str | IDocumentRef") -> Document | None:
    """Return the parameters of a document of AWS or of the app; None if they are not known."""
    return find_document(name_of(document)) if isinstance(document, str) else document_of_app(document)


def check_hook(what: str, document: "str | IDocumentRef") -> None:
    """Check a hook whose parameters are known: Systems Manager runs a hook as a command, without parameters.

    Raises:
        PatchingError: the document has another type, or requires parameters.
    """
    known = known_document(document)
    if known is None:
        return
    if known.kind != DEFAULT_KIND:
        rule = f"must be a document of type {DEFAULT_KIND}"
        fix = "run it with WindowTask.automation(...)"
        raise refusal(what, rule, f"{known.name} of type {known.kind}", fix if known.kind == AUTOMATION else "")
    required = next((each.name for each in known.parameters.values() if each.required), None)
    if required is not None:
        got = f"{known.name}, which requires {required!r}"
        fix = "" if isinstance(document, str) else "give it a default"
        raise refusal(what, "must not require parameters", got, fix)
